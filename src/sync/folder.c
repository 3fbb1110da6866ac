/*
 * folder.c - one folder's life in a run. Read it top down from folder_sync():
 *   1 read both sides   2 gate: is this still the mailbox we know?   3 settle open intents, adopt
 *   4 plan              5 download, upload, flags                    6 note what is to be deleted
 * and folder_delete(), which reads everything again before it deletes.
 */
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/stop.h"
#include "job.h"

static_assert_((int)MD_DRAFT == (int)FLAG_DRAFT && (int)MD_FLAGGED == (int)FLAG_FLAGGED &&
    (int)MD_REPLIED == (int)FLAG_ANSWERED && (int)MD_SEEN == (int)FLAG_SEEN &&
    (int)MD_TRASHED == (int)FLAG_DELETED, same_flag_bits);

enum {
	SECOND_SCAN_MS = 10000,		/* DESIGN rule 2: network file systems */
	PROOFS = 4			/* attempts at a listing that holds until it is used */
};

static int
job_open(struct job *j, const struct sync_env *env, const struct folder *f, struct imap *c,
    struct folder_result *r, struct err *e)
{
	struct state_id id;

	memset(j, 0, sizeof(*j));
	j->env = env;
	j->f = f;
	j->c = c;
	j->r = r;
	j->dry = env->settings->dry_run;
	id.host = env->account->tunnel ? env->account->tunnel : env->account->host;
	id.user = env->account->user ? env->account->user : "";
	id.remote = f->remote;
	id.local = f->local;
	maildir_init(&j->md, f->path, f->local, env->settings->fsync);
	if (state_open(&j->st, f->state_path, &id, env->settings->fsync, e) < 0) {
		maildir_fini(&j->md);
		return -1;
	}
	return 0;
}

static void
job_forget_files(struct job *j)
{
	plan_free(&j->plan);
	md_list_free(&j->files);
	free(j->uid);
	j->uid = NULL;
}

static void
job_close(struct job *j)
{
	job_forget_files(j);
	remote_list_free(&j->remote);
	state_close(&j->st);
	maildir_fini(&j->md);
}

/* ---- 1: both sides ---- */

static int
make_local(struct job *j, struct err *e)
{
	struct event ev = job_event(j, EV_MAKE_LOCAL);

	event_post(&ev);
	return j->dry ? 0 : maildir_create(&j->md, e);
}

static int
scan(struct job *j, bool clean_tmp, struct err *e)
{
	if (maildir_scan(&j->md, clean_tmp, &j->files, e) < 0)
		return -1;
	/* Its presence also says: the files were read. */
	j->uid = xcalloc(j->files.n + 1, sizeof(*j->uid));
	return 0;
}

static int
read_local(struct job *j, struct err *e)
{
	int there = maildir_exists(&j->md, e);

	if (there < 0)
		return -1;
	if (there == 0) {
		if (make_local(j, e) < 0)
			return -1;
		if (j->dry) {
			j->files.proof = true;
			j->uid = xcalloc(1, sizeof(*j->uid));
			return 0;
		}
	}
	return scan(j, !j->dry, e);
}

static int
read_remote(struct job *j, struct err *e)
{
	if (j->dry && j->f->kind == FOLDER_MAKE_REMOTE) {	/* not there: all files are new */
		j->remote.complete = true;
		j->box.permanent = FLAG_ALL;
		return 0;
	}
	/* SELECT also in a dry run: EXAMINE would hide whether the mailbox may be written. */
	return imap_select(j->c, j->f->remote, false, &j->box, &j->remote, e);
}

/* ---- 2: the gate (DESIGN rules 6 and 8) ---- */

static int
uid_validity_problem(struct job *j, uint32_t ours, struct err *e)
{
	return err_set(e, ERR_FOLDER, "UID validity problem: the server renumbered this mailbox "
	    "(UIDVALIDITY was %lu, is %lu); it is skipped. To download it afresh, losing unsent "
	    "local changes: rm -r '%s' '%s'", (unsigned long)ours,
	    (unsigned long)j->box.uidvalidity, j->f->path, j->f->state_path);
}

static int
check_server(struct job *j, struct err *e)
{
	if (j->box.uidvalidity == 0)
		return err_set(e, ERR_FOLDER, "the server gives no UIDVALIDITY: its UIDs cannot "
		    "be relied on, the folder is not synchronised");
	if (j->box.uid_not_sticky)
		return err_set(e, ERR_FOLDER, "the server says UIDNOTSTICKY: its UIDs do not last, "
		    "the folder is not synchronised");
	return 0;
}

static int
gate(struct job *j, struct err *e)
{
	uint32_t marker = 0, ours;
	int has = maildir_marker_read(&j->md, &marker, e);

	if (has < 0 || check_server(j, e) < 0)
		return -1;
	if (!has && j->st.nrecs > 0) {
		event_warn(j->env->account->name, "%s: the local folder was removed; it is "
		    "downloaded again", j->f->local);
		state_reset(&j->st);
		j->st.existed = false;
	}
	ours = has && marker != j->box.uidvalidity ? marker : j->st.uidvalidity;
	if (ours != 0 && ours != j->box.uidvalidity) {
		if (j->files.n > 0 || j->st.nrecs > 0)
			return uid_validity_problem(j, ours, e);
		state_reset(&j->st);
	}
	j->marker_fits = has && marker == j->box.uidvalidity;
	j->r->uidvalidity = j->box.uidvalidity;
	if (j->dry)
		return 0;
	/* Before the state: marker without state is adopted, state without marker an accident. */
	if (!j->marker_fits && maildir_marker_write(&j->md, j->box.uidvalidity, e) < 0)
		return -1;
	state_set_uidvalidity(&j->st, j->box.uidvalidity);
	return 0;
}

/* ---- 4: the plan ---- */

static int
by_uid_new_last(const void *p, const void *q)
{
	const struct plan_side *x = p, *y = q;

	if (x->uid != y->uid)
		return x->uid == 0 ? 1 : y->uid == 0 ? -1 : x->uid < y->uid ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static struct plan_side *
local_side(const struct job *j)
{
	struct plan_side *v = xcalloc(j->files.n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < j->files.n; i++) {
		v[i].uid = j->uid[i];
		v[i].index = (uint32_t)i;
		v[i].flags = j->files.v[i].flags;
	}
	qsort(v, j->files.n, sizeof(*v), by_uid_new_last);
	return v;
}

static struct plan_side *
remote_side(const struct job *j)
{
	struct plan_side *v = xcalloc(j->remote.n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < j->remote.n; i++) {
		v[i].uid = j->remote.v[i].uid;
		v[i].index = (uint32_t)i;
		v[i].flags = (uint8_t)j->remote.v[i].flags;
	}
	return v;
}

static struct plan_side *
state_side(const struct job *j)
{
	struct plan_side *v = xcalloc(j->st.nrecs + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < j->st.nrecs; i++) {
		v[i].uid = j->st.recs[i].uid;
		v[i].index = (uint32_t)i;
		v[i].flags = j->st.recs[i].flags;
		v[i].marked = j->st.recs[i].marked;
		v[i].held = j->st.recs[i].held;
	}
	return v;
}

/* A file that is uploaded although its name has a UID is new: the UID means nothing any more. */
static void
forget_stale_uids(struct job *j)
{
	size_t i;

	for (i = 0; i < j->plan.n; i++)
		if (j->plan.v[i].act == ACT_UPLOAD)
			j->uid[j->plan.v[i].local] = 0;
}

static void
make_plan(struct job *j)
{
	struct plan_side *local = local_side(j), *remote = remote_side(j), *state = state_side(j);
	struct plan_input in = { 0 };

	in.local = local;
	in.nlocal = j->files.n;
	in.remote = remote;
	in.nremote = j->remote.n;
	in.state = state;
	in.nstate = j->st.nrecs;
	in.local_proof = j->files.proof;
	in.remote_proof = j->remote.complete;
	in.no_state = !j->st.existed || j->st.rebuilt;
	in.storable = j->box.permanent;
	plan_make(&in, &j->plan);
	forget_stale_uids(j);
	free(local);
	free(remote);
	free(state);
}

/* ---- 5 and 6: carrying it out ---- */

static int
forget(struct job *j, struct err *e)
{
	size_t i;

	if (j->dry)
		return 0;
	for (i = 0; i < j->plan.n; i++)
		if (j->plan.v[i].act == ACT_FORGET) {
			state_drop(&j->st, j->plan.v[i].uid);
			j->names_changed = true;	/* whoever removed the file did not sync */
		}
	return job_commit(j, e);
}

/* The state remembers them, so that the next run, which has one, does not take them for new. */
static int
hold(struct job *j, struct err *e)
{
	struct uidset held = UIDSET_INIT;
	struct buf text = BUF_INIT;
	size_t at = 0, i;

	for (i = 0; i < j->plan.n; i++) {
		struct state_rec rec = { 0 };

		if (j->plan.v[i].act != ACT_HOLD)
			continue;
		rec.uid = j->plan.v[i].uid;
		rec.base = j->files.v[j->plan.v[i].local].base;
		rec.held = true;
		state_put(&j->st, &rec);
	}
	job_uids(j, ACT_HOLD, &held);
	if (held.n > 0) {
		uidset_format(&held, &at, 200, &text);
		event_warn(j->env->account->name, "%s: files with U=%s are not on the server any "
		    "more; they are kept and not uploaded. Delete them, or take \",U=...\" out "
		    "of their names to upload them", j->f->local, buf_str(&text));
		j->r->postponed = true;
	}
	uidset_free(&held);
	buf_free(&text);
	return j->dry ? 0 : state_commit(&j->st, e);
}

static int
carry_out(struct job *j, struct err *e)
{
	if (forget(j, e) < 0 || download_new(j, e) < 0 || upload_new(j, e) < 0 ||
	    flags_sync(j, e) < 0 || hold(j, e) < 0)
		return -1;
	job_uids(j, ACT_DELETE_REMOTE, &j->r->delete_remote);
	job_uids(j, ACT_DELETE_LOCAL, &j->r->delete_local);
	return 0;
}

/* The numbers to compare with next time, if all that followed from them was done (DESIGN 3). */
static int
remember_point(struct job *j, struct err *e)
{
	struct state_point p = { 0 };

	if (j->dry || j->r->postponed || j->r->delete_remote.n > 0 || j->r->delete_local.n > 0 ||
	    !j->remote.complete)
		return 0;
	p.uidnext = j->box.uidnext;
	p.messages = j->box.exists;
	p.modseq = j->box.highestmodseq;
	if (j->files.settled) {
		p.new_stamp = j->files.new_stamp;
		p.cur_stamp = j->files.cur_stamp;
	}
	state_set_point(&j->st, &p);
	return state_commit(&j->st, e);
}

static void
report_incomplete(struct job *j)
{
	if (!j->remote.complete) {
		event_warn(j->env->account->name, "%s: the server's listing does not add up "
		    "(%s): nothing is deleted in this run", j->f->remote, j->remote.why);
		j->r->postponed = true;
	}
	if (j->st.rebuilt)
		event_warn(j->env->account->name, "%s: the state file is damaged and was set "
		    "aside; messages are matched anew, nothing is deleted in this run",
		    j->f->remote);
}

static int
sync_job(struct job *j, struct err *e)
{
	if (j->f->kind == FOLDER_MAKE_REMOTE) {
		struct event ev = job_event(j, EV_MAKE_REMOTE);

		event_post(&ev);
		if (!j->dry && imap_create(j->c, j->f->remote, e) < 0)
			return -1;
	}
	if (read_local(j, e) < 0 || read_remote(j, e) < 0)
		return -1;
	j->r->second_scan_ms = j->files.network ? j->files.at_ms + SECOND_SCAN_MS : 0;
	if (!(j->dry && j->f->kind == FOLDER_MAKE_REMOTE) && gate(j, e) < 0)
		return -1;
	j->r->known = j->st.nrecs;
	report_incomplete(j);
	match_files(&j->files, &j->st, j->marker_fits, j->uid);
	if (upload_resolve(j, e) < 0 || adopt(j, e) < 0)
		return -1;
	make_plan(j);
	if (carry_out(j, e) < 0)
		return -1;
	return remember_point(j, e);
}

/* The folder failed: what it has not uploaded may be the only copy of what is deleted elsewhere. */
static void
withhold_unsent(struct job *j)
{
	uint32_t i;

	if (!j->uid) {
		j->r->failed_unknown = true;
		return;
	}
	match_files(&j->files, &j->st, false, j->uid);
	for (i = 0; i < j->files.n; i++)
		if (j->uid[i] == 0 && j->files.v[i].uid == 0)
			job_withhold(j, i);
}

static void
announce(const struct sync_env *env, const struct folder *f, enum event_kind kind)
{
	struct event ev = { 0 };

	ev.kind = kind;
	snprintf(ev.account, sizeof(ev.account), "%s", env->account->name);
	snprintf(ev.folder, sizeof(ev.folder), "%s", f->remote);
	event_post(&ev);
}

int
folder_sync(const struct sync_env *env, const struct folder *f, struct imap *c,
    struct folder_result *r, struct err *e)
{
	struct job j;
	int got;

	announce(env, f, EV_FOLDER_START);
	if (job_open(&j, env, f, c, r, e) < 0) {
		r->failed_unknown = true;
		return -1;
	}
	got = sync_job(&j, e);
	if (got < 0)
		withhold_unsent(&j);
	job_close(&j);
	announce(env, f, EV_FOLDER_END);
	return got;
}

/* ---- the second pass ---- */

static void
intersect(const struct job *j, enum act act, const struct uidset *before, struct uidset *out)
{
	size_t i;

	for (i = 0; i < j->plan.n; i++)
		if (j->plan.v[i].act == act && uidset_has(before, j->plan.v[i].uid))
			uidset_add(out, j->plan.v[i].uid);
}

/* Deletions of messages whose copy elsewhere failed to be uploaded wait (rule 3). */
static void
withhold(const struct job *j, const uint64_t *keep, size_t nkeep, struct uidset *uids)
{
	struct uidset rest = UIDSET_INIT;
	size_t i, k;

	for (i = 0; i < j->plan.n; i++) {
		const struct state_rec *rec = state_find(&j->st, j->plan.v[i].uid);

		if (!rec || !uidset_has(uids, rec->uid))
			continue;
		for (k = 0; k < nkeep && keep[k] != rec->base; k++)
			;
		if (k == nkeep)
			uidset_add(&rest, rec->uid);
	}
	uidset_free(uids);
	*uids = rest;
}

/* Network file systems may serve an old directory: two scans, 10 s apart. */
static int
wait_for_second_scan(const struct job *j, struct err *e)
{
	int64_t left;

	while ((left = j->r->second_scan_ms - os_mono_ms()) > 0) {
		struct pollfd p = { 0 };

		p.fd = stop_fd();
		p.events = POLLIN;
		if (os_poll(&p, 1, (int)left) > 0)
			return err_stop(e);
	}
	return 0;
}

/* Reads the Maildir again and plans afresh: what is still to be deleted. */
static int
prove(struct job *j, struct uidset *local, struct uidset *remote, struct err *e)
{
	int there = maildir_exists(&j->md, e);

	if (there == 0)
		err_set(e, ERR_FOLDER, "%s has gone during the run", j->f->path);
	job_forget_files(j);
	if (there != 1 || scan(j, false, e) < 0)
		return -1;
	match_files(&j->files, &j->st, true, j->uid);
	make_plan(j);
	uidset_reset(local);
	uidset_reset(remote);
	intersect(j, ACT_DELETE_LOCAL, &j->r->delete_local, local);
	intersect(j, ACT_DELETE_REMOTE, &j->r->delete_remote, remote);
	return 0;
}

/* A file may come back while we look and plan: what counts is the Maildir as it is now (rule 2). */
static int
prove_now(struct job *j, struct uidset *local, struct uidset *remote, struct err *e)
{
	int tries, moved = 1;

	for (tries = 0; moved > 0 && tries < PROOFS; tries++)
		if (prove(j, local, remote, e) < 0 ||
		    (moved = maildir_changed(&j->md, &j->files, e)) < 0)
			return -1;
	if (moved && remote->n > 0) {
		event_warn(j->env->account->name, "%s: another program keeps changing it: what was "
		    "deleted there is deleted on the server in the next run", j->f->path);
		uidset_reset(remote);
	}
	return 0;
}

static int
delete_job(struct job *j, const uint64_t *keep, size_t nkeep, struct err *e)
{
	struct uidset local = UIDSET_INIT, remote = UIDSET_INIT;
	int got;

	if (wait_for_second_scan(j, e) < 0 || read_remote(j, e) < 0)
		return -1;
	if (j->box.uidvalidity != j->r->uidvalidity)
		return err_set(e, ERR_FOLDER, "the server gave two UIDVALIDITY values in one run "
		    "(%lu, then %lu): nothing was deleted", (unsigned long)j->r->uidvalidity,
		    (unsigned long)j->box.uidvalidity);
	got = prove_now(j, &local, &remote, e);
	if (got == 0) {
		withhold(j, keep, nkeep, &remote);
		got = remove_remote(j, &remote, e);
	}
	if (got == 0)
		got = remove_local(j, &local, e);
	uidset_free(&local);
	uidset_free(&remote);
	return got;
}

int
folder_delete(const struct sync_env *env, const struct folder *f, struct imap *c,
    struct folder_result *r, const uint64_t *keep, size_t nkeep, struct err *e)
{
	struct job j;
	int got;

	if (job_open(&j, env, f, c, r, e) < 0)
		return -1;
	got = delete_job(&j, keep, nkeep, e);
	job_close(&j);
	return got;
}

void
folder_plan_delete(const struct sync_env *env, const struct folder *f,
    const struct folder_result *r)
{
	struct job j = { 0 };

	j.env = env;
	j.f = f;
	j.dry = true;
	if (r->delete_remote.n > 0)
		job_event_set(&j, EV_DEL_REMOTE, "", &r->delete_remote);
	if (r->delete_local.n > 0)
		job_event_set(&j, EV_DEL_LOCAL, "", &r->delete_local);
}

void
folder_result_free(struct folder_result *r)
{
	uidset_free(&r->delete_remote);
	uidset_free(&r->delete_local);
	free(r->failed_base);
	memset(r, 0, sizeof(*r));
}
