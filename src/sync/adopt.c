/*
 * adopt.c - messages that are on both sides without a record: the state was lost, a crash came
 * between the rename and the record, or the Maildir is another program's. Nothing is paired without
 * proof: U= with the right FMD5 counts where the marker fits and the size agrees; else Message-ID
 * and size; else content.
 */
#include <stdlib.h>
#include <string.h>

#include "lookup.h"

struct orphan {				/* a local file nobody knows */
	uint32_t file;
	uint64_t msgid, wire;
	unsigned char hash[16];
	bool paired;
};

struct adoption {
	struct job *j;
	struct orphan *v;
	size_t n;
	struct remote_metas metas;	/* of unknown messages, not yet paired */
	struct uidset adopted;
};

static bool
is_listed(const struct job *j, uint32_t uid)
{
	return job_listed_flags(j, uid, MD_UNKNOWN) != MD_UNKNOWN;
}

static const struct remote_meta *
meta_of(struct adoption *a, uint32_t uid)
{
	size_t lo = 0, hi = a->metas.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (a->metas.v[mid].uid < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < a->metas.n && a->metas.v[lo].uid == uid ? &a->metas.v[lo] : NULL;
}

/* Reads one file's numbers. 1: gone, or no ordinary file; it is nobody's then. */
static int
read_orphan(struct job *j, uint32_t file, struct orphan *o, struct err *e)
{
	struct md_source src;
	int got = maildir_source_open(&j->md, job_file_name(j, file), &src, e);

	if (got < 0 && e->radius <= ERR_MESSAGE && !e->retry) {
		err_clear(e);		/* not a regular file: the upload will report it */
		return 1;
	}
	if (got < 0 && e->radius <= ERR_MESSAGE)
		e->radius = ERR_FOLDER;	/* unpaired it would be doubled once it can be read */
	if (got != 0)
		return got;
	o->file = file;
	o->msgid = src.msgid;
	o->wire = src.wire;
	o->paired = false;
	memcpy(o->hash, src.hash, sizeof(o->hash));
	maildir_source_close(&src);
	return 0;
}

static void
pair(struct adoption *a, struct orphan *o, uint32_t uid)
{
	struct state_rec rec = { 0 };
	const struct md_file *f = &a->j->files.v[o->file];

	o->paired = true;
	a->j->uid[o->file] = uid;
	uidset_add(&a->adopted, uid);
	rec.uid = uid;
	rec.flags = (uint8_t)job_union(f->flags, job_listed_flags(a->j, uid, 0));
	rec.base = f->base;
	rec.size = o->wire;
	state_put(&a->j->st, &rec);
}

/* Believable U= are kept if the size agrees, or the Message-ID: some servers estimate sizes. */
static int
check_hints(struct adoption *a, struct err *e)
{
	struct job *j = a->j;
	uint32_t i;

	for (i = 0; i < j->files.n; i++) {
		const struct remote_meta *m;
		struct orphan o;
		int got;

		if (j->uid[i] == 0 || state_find(&j->st, j->uid[i]) || !is_listed(j, j->uid[i]))
			continue;
		m = meta_of(a, j->uid[i]);
		got = m ? read_orphan(j, i, &o, e) : 1;
		if (got < 0)
			return -1;
		if (got == 0 && (m->size == o.wire || (o.msgid != 0 && o.msgid == m->msgid)))
			pair(a, &o, j->uid[i]);
		else
			j->uid[i] = 0;
	}
	return 0;
}

static void
drop_paired(struct adoption *a)
{
	size_t i, n = 0;

	for (i = 0; i < a->metas.n; i++)
		if (!uidset_has(&a->adopted, a->metas.v[i].uid))
			a->metas.v[n++] = a->metas.v[i];
	a->metas.n = n;
}

static int
by_id_orphan(const void *p, const void *q)
{
	const struct orphan *x = p, *y = q;

	if (x->msgid != y->msgid)
		return x->msgid < y->msgid ? -1 : 1;
	if (x->wire != y->wire)
		return x->wire < y->wire ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static int
by_id_meta(const void *p, const void *q)
{
	const struct remote_meta *x = p, *y = q;

	if (x->msgid != y->msgid)
		return x->msgid < y->msgid ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int
read_orphans(struct adoption *a, struct err *e)
{
	uint32_t i;

	a->v = xcalloc(a->j->files.n + 1, sizeof(*a->v));
	for (i = 0; i < a->j->files.n; i++) {
		int got = a->j->uid[i] != 0 ? 1 : read_orphan(a->j, i, &a->v[a->n], e);

		if (got < 0)
			return -1;
		if (got == 0)
			a->n++;
	}
	return 0;
}

/* Both sorted by Message-ID and size: one merge walk pairs equals one to one. */
static void
pair_by_id(struct adoption *a)
{
	size_t i = 0, k = 0;

	qsort(a->v, a->n, sizeof(*a->v), by_id_orphan);
	qsort(a->metas.v, a->metas.n, sizeof(*a->metas.v), by_id_meta);
	while (i < a->n && k < a->metas.n) {
		const struct orphan *o = &a->v[i];
		const struct remote_meta *m = &a->metas.v[k];

		if (o->msgid == 0 || o->msgid < m->msgid ||
		    (o->msgid == m->msgid && o->wire < m->size))
			i++;
		else if (m->msgid < o->msgid || m->size < o->wire)
			k++;
		else {
			pair(a, &a->v[i++], m->uid);
			k++;
		}
	}
	drop_paired(a);
}

static bool
may_be(const struct orphan *o, const struct remote_meta *m)
{
	return !o->paired && (o->wire == m->size || (o->msgid != 0 && o->msgid == m->msgid));
}

/* What is left and looks alike is read and compared. */
static int
pair_by_content(struct adoption *a, struct err *e)
{
	struct uidset look = UIDSET_INIT;
	struct body_hash *bodies = NULL;
	size_t i, k, n = 0;
	int got;

	for (k = 0; k < a->metas.n; k++)
		for (i = 0; i < a->n; i++)
			if (may_be(&a->v[i], &a->metas.v[k])) {
				uidset_add(&look, a->metas.v[k].uid);
				break;
			}
	got = lookup_bodies(a->j, &look, &bodies, &n, e);
	for (k = 0; got == 0 && k < n; k++)
		for (i = 0; i < a->n; i++)
			if (!a->v[i].paired &&
			    memcmp(a->v[i].hash, bodies[k].hash, sizeof(a->v[i].hash)) == 0) {
				pair(a, &a->v[i], bodies[k].uid);
				break;
			}
	free(bodies);
	uidset_free(&look);
	return got;
}

/* All unknown messages if any file might be one of them, else only those that hints name. */
static void
candidates(const struct job *j, bool pairing, struct uidset *out)
{
	size_t i;

	if (pairing) {
		for (i = 0; i < j->remote.n; i++)
			if (!state_find(&j->st, j->remote.v[i].uid))
				uidset_add(out, j->remote.v[i].uid);
		return;
	}
	for (i = 0; i < j->files.n; i++)
		if (j->uid[i] != 0 && !state_find(&j->st, j->uid[i]) && is_listed(j, j->uid[i]))
			uidset_add(out, j->uid[i]);
}

static bool
has_orphans(const struct job *j)
{
	size_t i;

	for (i = 0; i < j->files.n; i++)
		if (j->uid[i] == 0)
			return true;
	return false;
}

static int
work(struct adoption *a, bool pairing, struct err *e)
{
	struct uidset look = UIDSET_INIT;
	int got = 0;

	candidates(a->j, pairing, &look);
	if (look.n > 0)
		got = imap_fetch_meta(a->j->c, &look, &a->metas, e);
	uidset_free(&look);
	if (got == 0)
		got = check_hints(a, e);
	if (got < 0 || !pairing || a->metas.n == 0)
		return got;
	drop_paired(a);
	if (read_orphans(a, e) < 0)
		return -1;
	pair_by_id(a);
	return pair_by_content(a, e);
}

/* The names get their UIDs, then the batch is recorded. A file gone by now is downloaded again. */
static int
settle(struct adoption *a, struct err *e)
{
	struct job *j = a->j;
	uint32_t i;

	for (i = 0; i < j->files.n && !j->dry; i++) {
		const struct md_file *f = &j->files.v[i];
		int got;

		if (j->uid[i] == 0 || f->uid == j->uid[i] || !uidset_has(&a->adopted, j->uid[i]))
			continue;
		got = job_bind(j, i, j->uid[i], f->flags, f->flags, e);
		if (got < 0)
			return -1;
		if (got > 0)
			state_drop(&j->st, j->uid[i]);
	}
	j->names_changed = true;	/* the rename before a crash may not be durable yet */
	job_event_set(j, EV_ADOPT, "", &a->adopted);
	if (!j->dry)
		return job_commit(j, e);
	state_settle(&j->st);
	return 0;
}

int
adopt(struct job *j, struct err *e)
{
	struct adoption a = { 0 };
	/* With records users may own twins: only a folder without any is paired by likeness. */
	bool pairing = j->st.nrecs == 0 && (!j->st.existed || j->st.rebuilt);
	int got;

	a.j = j;
	pairing = pairing && j->remote.n > 0 && has_orphans(j);
	got = work(&a, pairing, e);
	if (got == 0 && a.adopted.n > 0)
		got = settle(&a, e);
	free(a.v);
	remote_metas_free(&a.metas);
	uidset_free(&a.adopted);
	return got;
}
