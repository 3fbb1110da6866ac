/*
 * remove.c - deletions that have been proved twice and allowed: on the server by UID, never more
 * than what a user deleted (DESIGN rule 5); locally by unlink. Records go when both sides durably
 * lack the message.
 */
#include <stdlib.h>

#include "job.h"

static uint64_t
each(const struct uidset *s, size_t *range, uint32_t *uid)
{
	if (*range == s->n)
		return 0;
	if (*uid < s->v[*range].lo || *uid > s->v[*range].hi)
		*uid = s->v[*range].lo;
	else if (*uid == s->v[*range].hi) {
		if (++*range == s->n)
			return 0;
		*uid = s->v[*range].lo;
	} else
		++*uid;
	return *uid;
}

static void
drop_all(struct job *j, const struct uidset *uids)
{
	size_t range = 0;
	uint32_t uid = 0;

	while (each(uids, &range, &uid))
		state_drop(&j->st, uid);
}

/* They stay on the server with \Deleted: in step as they are. */
static void
mark_all(struct job *j, const struct uidset *uids)
{
	size_t range = 0;
	uint32_t uid = 0;

	while (each(uids, &range, &uid)) {
		const struct state_rec *old = state_find(&j->st, uid);

		if (old) {
			struct state_rec rec = *old;

			rec.marked = true;
			state_put(&j->st, &rec);
		}
	}
}

/* Without UIDPLUS: is every \Deleted message one that a user deleted locally and we marked? */
static int
all_marks_ours(struct job *j, const struct uidset *uids, bool *ours, struct err *e)
{
	struct uidset deleted = UIDSET_INIT;
	size_t range = 0;
	uint32_t uid = 0;

	if (imap_search_deleted(j->c, &deleted, e) < 0)
		return -1;
	*ours = uidset_count(&deleted) <= j->st.nrecs;
	while (*ours && each(&deleted, &range, &uid)) {
		const struct state_rec *rec = state_find(&j->st, uid);

		*ours = uidset_has(uids, uid) || (rec && rec->marked);
	}
	uidset_free(&deleted);
	return 0;
}

/* true in *gone: expunged; else the marks stay. */
static int
expunge(struct job *j, const struct uidset *uids, bool *gone, struct err *e)
{
	bool ours;

	imap_store(j->c, uids, true, FLAG_DELETED);
	*gone = j->env->account->expunge;
	if (*gone && imap_has(j->c, CAP_UIDPLUS)) {
		imap_uid_expunge(j->c, uids);
		return imap_finish(j->c, e);
	}
	if (imap_finish(j->c, e) < 0)
		return -1;
	if (!*gone)
		return 0;
	if (all_marks_ours(j, uids, &ours, e) < 0)
		return -1;
	*gone = ours;
	if (!ours)
		return 0;
	imap_expunge(j->c);
	return imap_finish(j->c, e);
}

int
remove_remote(struct job *j, const struct uidset *uids, struct err *e)
{
	bool gone;

	if (uids->n == 0 || !job_writable(j, "the deletion", uidset_count(uids)))
		return 0;
	job_event_set(j, EV_DEL_REMOTE, "", uids);
	if (expunge(j, uids, &gone, e) < 0) {
		if (e->radius > ERR_MESSAGE)
			return -1;
		job_failed(j, e);
		return 0;
	}
	if (gone)
		drop_all(j, uids);
	else
		mark_all(j, uids);
	j->names_changed = true;	/* the user's unlink is durable before the records go */
	return job_commit(j, e);
}

int
remove_local(struct job *j, const struct uidset *uids, struct err *e)
{
	uint32_t i;

	if (uids->n == 0)
		return 0;
	job_event_set(j, EV_DEL_LOCAL, "", uids);
	for (i = 0; i < j->files.n; i++)
		if (j->uid[i] != 0 && uidset_has(uids, j->uid[i])) {
			if (maildir_remove(&j->md, job_file_name(j, i), e) < 0)
				return -1;
			j->names_changed = true;
		}
	drop_all(j, uids);
	return job_commit(j, e);	/* the unlinks are durable before the records go */
}
