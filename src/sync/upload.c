/*
 * upload.c - new local messages to the server, each exactly once (DESIGN rule 4).
 *
 * A batch's intents are durable before its first byte goes out. APPENDUID settles an intent;
 * without one, the new UIDs are searched; after a lost answer the same search runs at the start of
 * later runs. What cannot be found is sent again only when 60 s have passed and two looks on a new
 * connection were empty. A tagged OK is never followed by a second APPEND, whatever the search
 * says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/prof.h"
#include "lookup.h"

enum {
	BATCH_FILES = 32, BATCH_BYTES = 4 << 20,
	RESEND_AFTER_S = 60,
	MAX_CANDIDATES = 100000,	/* new UIDs looked at: a server may claim any range */
	TRIES_ACKNOWLEDGED = 255	/* the server said OK but did not say where */
};

struct outgoing {
	uint32_t file;
	struct md_source src;
	uint32_t intent;
};

struct upload {
	struct job *j;
	uint32_t *files;		/* of the plan's ACT_UPLOAD steps */
	size_t nfiles, next;
	struct outgoing v[BATCH_FILES];
	size_t n;
	uint64_t count;
	bool full;			/* the server has no room: no more in this folder */
};

static void
refuse(struct job *j, uint32_t file, const struct err *e)
{
	job_failed(j, e);
	job_withhold(j, file);
}

/* ---- finding what an intent became ---- */

static const struct intent *
intent_of(const struct job *j, uint64_t base)
{
	size_t i;

	for (i = 0; i < j->st.nintents; i++)
		if (j->st.intents[i].base == base)
			return &j->st.intents[i];
	return NULL;
}

/* The file of that base which the state does not know, or PLAN_NO_INDEX. */
static uint32_t
file_of(const struct job *j, uint64_t base)
{
	const struct md_file *f = md_list_find(&j->files, base);
	size_t i;

	if (f)
		for (i = (size_t)(f - j->files.v);
		    i < j->files.n && j->files.v[i].base == base; i++)
			if (j->uid[i] == 0 || !state_find(&j->st, j->uid[i]))
				return (uint32_t)i;
	return PLAN_NO_INDEX;
}

/* The intent's message is on the server as uid: the file gets the name, the state the record. */
static int
settle(struct job *j, const struct intent *in, uint32_t uid, unsigned flags, struct err *e)
{
	struct state_rec rec = { 0 };
	uint32_t file = file_of(j, in->base);

	if (file != PLAN_NO_INDEX) {
		unsigned has = j->files.v[file].flags;

		/* Gone meanwhile (1): recorded all the same, to read as deleted locally. */
		if (j->uid[file] != uid && job_bind(j, file, uid, has, has, e) < 0)
			return -1;
		j->names_changed = true;
		j->uid[file] = uid;
	}
	rec.uid = uid;
	rec.flags = (uint8_t)flags;
	rec.base = in->base;
	rec.size = in->size;
	state_put(&j->st, &rec);
	state_intent_close(&j->st, in->id);
	return 0;
}

/* The strongest agreement that the numbers allow; 0: not this one. */
static int
agreement(const struct intent *in, const struct remote_meta *m)
{
	if (m->uid < in->uidnext)
		return 0;
	if (in->msgid != 0)
		return m->msgid != in->msgid ? 0 : m->size == in->size ? 3 : 2;
	return m->msgid == 0 && m->size == in->size ? 1 : 0;	/* to be confirmed by content */
}

/* Without a Message-ID only the content tells. */
static int
confirm(struct job *j, const struct intent *in, uint32_t uid, bool *same, struct err *e)
{
	struct uidset one = UIDSET_INIT;
	struct body_hash *v;
	size_t n;
	int got;

	uidset_add(&one, uid);
	got = lookup_bodies(j, &one, &v, &n, e);
	uidset_free(&one);
	if (got < 0)
		return -1;
	*same = n == 1 && v[0].uid == uid && memcmp(v[0].hash, in->hash, sizeof(in->hash)) == 0;
	free(v);
	return 0;
}

/* Index of the best candidate for an intent, m->n if there is none. Taken ones have uid 0. */
static int
choose(struct job *j, const struct intent *in, const struct remote_metas *m, size_t *best,
    struct err *e)
{
	size_t i;
	int level;

	for (level = 3; level > 0; level--)
		for (i = 0; i < m->n; i++) {
			bool same = true;

			if (m->v[i].uid == 0 || agreement(in, &m->v[i]) != level)
				continue;
			if (level == 1 && confirm(j, in, m->v[i].uid, &same, e) < 0)
				return -1;
			*best = i;
			if (same)
				return 0;
		}
	*best = m->n;
	return 0;
}

/* Pairs the open intents with the candidates, one to one: identical twins are interchangeable. */
static int
pair(struct job *j, const struct uidset *candidates, struct err *e)
{
	struct remote_metas m = { 0 };
	size_t i = 0, best = 0;
	int got = 0;

	if (candidates->n == 0)
		return 0;
	if (imap_fetch_meta(j->c, candidates, &m, e) < 0)
		return -1;
	while (got == 0 && i < j->st.nintents) {
		const struct intent *in = &j->st.intents[i];
		uint32_t file = file_of(j, in->base);
		unsigned local = file == PLAN_NO_INDEX ? 0 : j->files.v[file].flags;

		got = in->uidvalidity != j->box.uidvalidity ? 0 : choose(j, in, &m, &best, e);
		if (got < 0 || in->uidvalidity != j->box.uidvalidity || best == m.n) {
			i++;
			continue;
		}
		got = settle(j, in, m.v[best].uid, job_union(local,
		    job_listed_flags(j, m.v[best].uid, local & j->box.permanent)), e);
		/* That closed the intent: i is the next one. */
		m.v[best].uid = 0;
	}
	remote_metas_free(&m);
	return got;
}

static uint32_t
first_candidate(const struct job *j)
{
	uint32_t lo = UINT32_MAX;
	size_t i;

	for (i = 0; i < j->st.nintents; i++)
		if (j->st.intents[i].uidvalidity == j->box.uidvalidity &&
		    j->st.intents[i].uidnext < lo)
			lo = j->st.intents[i].uidnext;
	return lo;
}

static bool
is_owned(const struct job *j, uint32_t uid)
{
	return state_find(&j->st, uid) != NULL;
}

/* A crash came after the file had got its UID but before the record: its name tells the outcome. */
static int
settle_named(struct job *j, struct err *e)
{
	size_t i = 0;

	while (i < j->st.nintents) {
		const struct intent *in = &j->st.intents[i];
		uint32_t file = file_of(j, in->base);
		uint32_t uid = file == PLAN_NO_INDEX ? 0 : j->uid[file];

		if (uid == 0 || uid < in->uidnext || in->uidvalidity != j->box.uidvalidity ||
		    is_owned(j, uid) || job_listed_flags(j, uid, MD_UNKNOWN) == MD_UNKNOWN)
			i++;
		else if (settle(j, in, uid,
		    job_union(j->files.v[file].flags, job_listed_flags(j, uid, 0)), e) < 0)
			return -1;		/* closes the intent: i is the next one */
	}
	return 0;
}

/* Unknown messages that an open intent may have become, but for those that file names claim. */
static void
candidates_listed(const struct job *j, struct uidset *out)
{
	struct uidset named = UIDSET_INIT;
	uint32_t lo = first_candidate(j);
	size_t i;

	for (i = 0; i < j->files.n; i++)
		if (j->uid[i] >= lo)
			uidset_add(&named, j->uid[i]);
	for (i = 0; i < j->remote.n; i++) {
		uint32_t uid = j->remote.v[i].uid;

		if (uid >= lo && !is_owned(j, uid) && !uidset_has(&named, uid))
			uidset_add(out, uid);
	}
	uidset_free(&named);
}

int
upload_resolve(struct job *j, struct err *e)
{
	struct uidset candidates = UIDSET_INIT;
	size_t i;
	int got;

	if (j->st.nintents == 0 || j->dry)
		return 0;
	got = settle_named(j, e);
	if (got == 0) {
		candidates_listed(j, &candidates);
		got = pair(j, &candidates, e);
	}
	uidset_free(&candidates);
	for (i = j->st.nintents; got == 0 && i-- > 0;)	/* gone on both sides: no more to wait */
		if (file_of(j, j->st.intents[i].base) == PLAN_NO_INDEX && j->remote.complete &&
		    j->st.intents[i].tries != TRIES_ACKNOWLEDGED &&
		    os_time() - j->st.intents[i].sent_at >= RESEND_AFTER_S)
			state_intent_close(&j->st, j->st.intents[i].id);
	return got < 0 ? got : job_commit(j, e);
}

/* The same for messages that have arrived since the listing. */
static int
look_again(struct job *j, struct err *e)
{
	struct uidset found = UIDSET_INIT, candidates = UIDSET_INIT;
	size_t i, looked = 0;
	uint32_t uid;
	int got;

	got = imap_noop(j->c, e);
	if (got == 0)
		got = imap_search_from(j->c, first_candidate(j), &found, e);
	for (i = 0; got == 0 && i < found.n; i++)
		for (uid = found.v[i].lo; looked++ < MAX_CANDIDATES; uid++) {
			if (!is_owned(j, uid))
				uidset_add(&candidates, uid);
			if (uid == found.v[i].hi)
				break;
		}
	if (got == 0)
		got = pair(j, &candidates, e);
	uidset_free(&found);
	uidset_free(&candidates);
	return got;
}

/* ---- sending ---- */

static bool
may_send_again(const struct intent *in)
{
	int64_t now = os_time();

	return in->tries != TRIES_ACKNOWLEDGED &&
	    (now < in->sent_at || now - in->sent_at >= RESEND_AFTER_S);
}

/* A tagged OK: it is there, or another client has removed it. Sent again it could be doubled. */
static void
report_unseen(struct job *j, uint32_t file)
{
	event_warn(j->env->account->name, "%s: the server accepted %s but does not show it. If it "
	    "is not needed, delete the file; to send it again, rename it", j->f->remote,
	    job_file_name(j, file));
	j->r->postponed = true;
}

/* The state could not tell two such files apart. */
static bool
shares_base(const struct job *j, uint32_t file)
{
	const struct md_file *v = j->files.v;

	return (file > 0 && v[file - 1].base == v[file].base) ||
	    (file + 1 < j->files.n && v[file + 1].base == v[file].base);
}

/* Opens and judges one file. 1: not to be sent now. */
static int
prepare(struct upload *w, uint32_t file, struct outgoing *o, struct err *e)
{
	struct job *j = w->j;
	const struct intent *in = intent_of(j, j->files.v[file].base);
	int got;

	o->file = file;
	if (in && in->tries == TRIES_ACKNOWLEDGED) {
		report_unseen(j, file);
		return 1;
	}
	if (in && !may_send_again(in)) {
		event_warn(j->env->account->name, "%s: upload of %s waits: an earlier attempt "
		    "may still arrive", j->f->remote, job_file_name(j, file));
		job_withhold(j, file);
		return 1;
	}
	if (shares_base(j, file)) {
		err_set(e, ERR_MESSAGE, "%s/{new,cur}/%s: another file there has the same name "
		    "but for the flags: rename one of them", j->f->path, job_file_name(j, file));
		refuse(j, file, e);
		return 1;
	}
	got = maildir_source_open(&j->md, job_file_name(j, file), &o->src, e);
	if (got == 0 && o->src.has_nul && !imap_has(j->c, CAP_BINARY)) {
		maildir_source_close(&o->src);
		got = err_set(e, ERR_MESSAGE, "%s contains a NUL and the server does not offer "
		    "BINARY (RFC 3516): the message stays local", job_file_name(j, file));
	}
	if (got < 0 && e->radius <= ERR_MESSAGE) {
		refuse(j, file, e);
		return 1;
	}
	if (got > 0)
		j->r->postponed = true;
	return got;
}

static void
intend(struct job *j, struct outgoing *o)
{
	const struct intent *old = intent_of(j, j->files.v[o->file].base);
	struct intent in = { 0 };

	if (old) {
		o->intent = old->id;
		state_intent_try(&j->st, old->id, old->tries + 1, os_time());
		return;
	}
	in.uidvalidity = j->box.uidvalidity;
	in.uidnext = imap_status(j->c)->uidnext;
	if (in.uidnext == 0)		/* Courier gives none */
		in.uidnext = j->remote.n > 0 ? j->remote.v[j->remote.n - 1].uid + 1 : 1;
	in.tries = 1;
	in.base = j->files.v[o->file].base;
	in.size = o->src.wire;
	in.msgid = o->src.msgid;
	in.date = o->src.mtime;
	in.sent_at = os_time();
	memcpy(in.hash, o->src.hash, sizeof(in.hash));
	o->intent = state_intent(&j->st, &in);
}

static int
fill(struct upload *w, struct err *e)
{
	uint64_t bytes = 0;

	w->n = 0;
	while (w->next < w->nfiles && w->n < BATCH_FILES && bytes < BATCH_BYTES) {
		struct outgoing *o = &w->v[w->n];
		uint32_t file = w->files[w->next++];
		int got;

		if (w->j->uid[file] != 0)	/* found on the server meanwhile */
			continue;
		got = prepare(w, file, o, e);
		if (got < 0)
			return -1;
		if (got > 0)
			continue;
		intend(w->j, o);
		bytes += o->src.wire;
		w->n++;
	}
	return state_commit(&w->j->st, e);
}

static int
send_body(struct job *j, struct outgoing *o, struct err *e)
{
	char piece[4096];
	ssize_t n;

	while ((n = maildir_source_read(&o->src, piece, sizeof(piece), e)) > 0)
		if (imap_append_data(j->c, piece, (size_t)n, e) < 0)
			return -1;
	if (n < 0) {		/* octets are missing: only hanging up makes the server forget it */
		j->r->connection_spoilt = true;
		e->radius = ERR_CONNECTION;
		e->retry = true;
		return -1;
	}
	return imap_append_end(j->c, e);
}

static int
send_all(struct upload *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct outgoing *o = &w->v[i];
		struct event ev = job_event(w->j, EV_UPLOAD);
		bool go;

		ev.n = ++w->count;
		ev.total = w->nfiles;
		ev.bytes = o->src.wire;
		snprintf(ev.text, sizeof(ev.text), "%s", job_file_name(w->j, o->file));
		event_post(&ev);
		if (imap_append_start(w->j->c, w->j->f->remote,
		    w->j->files.v[o->file].flags & w->j->box.permanent, o->src.mtime, o->src.wire,
		    o->src.has_nul, &go, e) < 0)
			return -1;
		if (go && send_body(w->j, o, e) < 0)
			return -1;
	}
	return 0;
}

static const struct intent *
intent_by_id(const struct job *j, uint32_t id)
{
	size_t i;

	for (i = 0; i < j->st.nintents; i++)
		if (j->st.intents[i].id == id)
			return &j->st.intents[i];
	return NULL;
}

static int
take_result(struct upload *w, struct outgoing *o, bool *unknown, struct err *e)
{
	struct job *j = w->j;
	struct append_result r;
	struct err why = ERR_INIT;

	if (imap_append_result(j->c, &r, e) < 0)
		return -1;
	if (r.refused) {
		err_set(&why, ERR_MESSAGE, "the server refused %s: %s", job_file_name(j, o->file),
		    r.why);
		refuse(j, o->file, &why);
		state_intent_close(&j->st, o->intent);
		w->full |= r.over_quota;
		return 0;
	}
	prof_add(PROF_MESSAGES_UP, 1);
	if (r.uid != 0 && r.uidvalidity == j->box.uidvalidity && !is_owned(j, r.uid)) {
		struct intent in = *intent_by_id(j, o->intent);

		return settle(j, &in, r.uid, j->files.v[o->file].flags & j->box.permanent, e);
	}
	state_intent_try(&j->st, o->intent, TRIES_ACKNOWLEDGED, os_time());
	*unknown = true;
	return 0;
}

static void
report_lost(struct upload *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->j->uid[w->v[i].file] == 0 && intent_by_id(w->j, w->v[i].intent))
			report_unseen(w->j, w->v[i].file);
}

static int
send_batch(struct upload *w, struct err *e)
{
	bool unknown = false;
	size_t i;

	if (send_all(w, e) < 0)
		return -1;
	for (i = 0; i < w->n; i++)
		if (take_result(w, &w->v[i], &unknown, e) < 0) {
			/* Answers to the others may still be on their way. */
			w->j->r->connection_spoilt = true;
			return -1;
		}
	if (unknown) {
		if (look_again(w->j, e) < 0)
			return -1;
		report_lost(w);
	}
	return job_commit(w->j, e);
}

static int
send_everything(struct upload *w, struct err *e)
{
	size_t i;
	int got = 0;

	while (got == 0 && w->next < w->nfiles && !w->full) {
		got = fill(w, e);
		if (got == 0 && w->n > 0)
			got = send_batch(w, e);
		for (i = 0; i < w->n; i++)
			maildir_source_close(&w->v[i].src);
	}
	while (w->next < w->nfiles)	/* no room, or no connection: their originals stay */
		job_withhold(w->j, w->files[w->next++]);
	return got;
}

static void
announce(const struct upload *w)
{
	size_t i;

	for (i = 0; i < w->nfiles; i++) {
		struct event ev = job_event(w->j, EV_UPLOAD);

		ev.n = i + 1;
		ev.total = w->nfiles;
		snprintf(ev.text, sizeof(ev.text), "%s", job_file_name(w->j, w->files[i]));
		event_post(&ev);
	}
}

/* Intents old enough to be sent again get their second look first. */
static int
second_look(struct upload *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->nfiles; i++) {
		const struct intent *in = intent_of(w->j, w->j->files.v[w->files[i]].base);

		if (in && may_send_again(in))
			return look_again(w->j, e);
	}
	return 0;
}

int
upload_new(struct job *j, struct err *e)
{
	struct upload *w = xcalloc(1, sizeof(*w));
	size_t i;
	int got = 0;

	w->j = j;
	w->files = xcalloc(j->plan.n + 1, sizeof(*w->files));
	for (i = 0; i < j->plan.n; i++)
		if (j->plan.v[i].act == ACT_UPLOAD)
			w->files[w->nfiles++] = j->plan.v[i].local;
	if (w->nfiles > 0 && !job_writable(j, "the upload", w->nfiles)) {
		for (i = 0; i < w->nfiles; i++)
			job_withhold(j, w->files[i]);
	} else if (j->dry)
		announce(w);
	else if (w->nfiles > 0) {
		got = second_look(w, e);
		if (got == 0)
			got = send_everything(w, e);
	}
	free(w->files);
	free(w);
	return got;
}
