/*
 * flags.c - flag changes both ways: one delta STORE per flag and direction on the server, renames
 * in the Maildir. The server first: the state is written when both sides have them.
 */
#include <stdio.h>

#include "job.h"

static const char *
letter(unsigned bit)
{
	static const char *const letters[] = { "D", "F", "R", "S", "T" };
	unsigned i = 0;

	while (bit >>= 1)
		i++;
	return letters[i];
}

static unsigned
local_flags(const struct job *j, const struct plan_step *s)
{
	return j->files.v[s->local].flags;
}

static unsigned
remote_flags(const struct job *j, const struct plan_step *s)
{
	return j->remote.v[s->remote].flags;
}

/* UIDs whose flag `bit` is to be set (or cleared) on one side to reach what the plan wants. */
static void
collect(const struct job *j, unsigned bit, bool add, bool remote, struct uidset *out)
{
	size_t i;

	for (i = 0; i < j->plan.n; i++) {
		const struct plan_step *s = &j->plan.v[i];
		unsigned has;

		if (s->act != ACT_FLAGS)
			continue;
		has = remote ? remote_flags(j, s) : local_flags(j, s);
		if (add ? (s->flags & ~has & bit) != 0 : (has & ~s->flags & bit) != 0)
			uidset_add(out, s->uid);
	}
}

/* One row per flag, direction and side: says what happens and, on the server, queues it. */
static uint64_t
change_side(struct job *j, bool remote)
{
	struct uidset set = UIDSET_INIT;
	uint64_t changes = 0;
	unsigned bit;
	int add;

	for (add = 1; add >= 0; add--)
		for (bit = 1; bit <= MD_ALL; bit <<= 1) {
			char what[64];

			if (remote && !(j->box.permanent & bit))
				continue;
			uidset_reset(&set);
			collect(j, bit, add, remote, &set);
			if (set.n == 0)
				continue;
			changes += uidset_count(&set);
			snprintf(what, sizeof(what), "%s in %s ", letter(bit),
			    remote ? "IMAP" : "Maildir");
			job_event_set(j, add ? EV_ADD_FLAGS : EV_DEL_FLAGS, what, &set);
			if (remote && !j->dry)
				imap_store(j->c, &set, add, bit);
		}
	uidset_free(&set);
	return changes;
}

static uint64_t
remote_changes(const struct job *j)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < j->plan.n; i++) {
		const struct plan_step *s = &j->plan.v[i];

		if (s->act == ACT_FLAGS)
			n += ((s->flags ^ remote_flags(j, s)) & j->box.permanent) != 0;
	}
	return n;
}

/* The rename and the record of one message. */
static int
settle(struct job *j, const struct plan_step *s, struct err *e)
{
	struct state_rec rec = { 0 };
	const struct state_rec *old = state_find(&j->st, s->uid);
	unsigned was = local_flags(j, s);
	int got;

	got = was != s->flags ? job_bind(j, s->local, 0, was, s->flags, e) : 0;
	if (got != 0)
		return got;
	if (old)
		rec = *old;
	rec.uid = s->uid;
	rec.flags = s->flags;
	rec.marked = false;
	rec.base = j->files.v[s->local].base;
	state_put(&j->st, &rec);
	return 0;
}

int
flags_sync(struct job *j, struct err *e)
{
	bool stored = true;
	size_t i;

	if (remote_changes(j) > 0) {
		if (!job_writable(j, "the flags", remote_changes(j)))
			stored = false;
		else if (change_side(j, true) > 0 && !j->dry && imap_finish(j->c, e) < 0) {
			if (e->radius > ERR_MESSAGE)
				return -1;
			job_failed(j, e);
			stored = false;
		}
	}
	change_side(j, false);
	if (j->dry)
		return 0;
	for (i = 0; i < j->plan.n; i++) {
		const struct plan_step *s = &j->plan.v[i];

		if (s->act != ACT_FLAGS)
			continue;
		if (!stored && ((s->flags ^ remote_flags(j, s)) & j->box.permanent) != 0)
			continue;	/* the server does not have it: neither may the state */
		switch (settle(j, s, e)) {
		case 1:
			j->r->postponed = true;		/* a reader took the file away: next run */
			break;
		case -1:
			if (e->radius > ERR_MESSAGE)
				return -1;
			job_failed(j, e);
		}
	}
	return job_commit(j, e);
}
