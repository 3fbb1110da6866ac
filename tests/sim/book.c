/*
 * book.c - what ought to be where. The users' deeds are written in as they are done, each with its plain meaning; the
 * program's deeds are not: they are only compared with the book.
 *
 * Doubt: where users act while the program has been interrupted half-way, a removal may meet a copy that is not on
 * record yet, and the message may come back once (reliability.md 2.6, I3); it must never be lost.
 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

struct count {				/* of one letter in one folder */
	unsigned n[2], marked;		/* marked: with \Deleted on the server */
	unsigned flags[2];		/* of one copy */
	uint64_t sum[2];		/* over all copies' flags: equal for equal ones */
};

/* Before the first sync nothing tells a message that was deleted from one that was never there. */
static void
pair_up(const struct world *w, unsigned folder, struct slot *s)
{
	if (w->virgin[folder] && !w->doubt)
		s->min = s->max = s->base[LOCAL] > s->base[REMOTE] ? s->base[LOCAL] : s->base[REMOTE];
}

void
book_add(struct world *w, enum side side, unsigned folder, unsigned letter, unsigned flags)
{
	struct slot *s = &w->slot[folder][letter];

	sim_trace("book: + %s %s letter %u flags %u", side == LOCAL ? "local" : "remote", world_folder(folder, side),
	    letter, flags);
	s->flags_known = s->max == 0 && !s->touched && !w->doubt;
	s->flags[0] = s->flags[1] = s->flags[2] = flags;
	s->trashed |= (flags & MD_TRASHED) != 0;
	s->touched = true;
	s->base[side]++;
	/* In doubt it may be taken for an equal one whose upload was cut short. */
	if (s->base[side] > s->min || !(w->virgin[folder] || (w->doubt && s->min)))
		s->min++;
	s->max++;
	s->peak++;
	pair_up(w, folder, s);
}

bool
book_may_remove(const struct world *w, enum side side, unsigned folder, unsigned letter)
{
	const struct slot *s = &w->slot[folder][letter];

	/* Of two copies, one removed here and one there: nobody knows whether they were the same. */
	return s->peak <= 1 || !s->removed[!side];
}

void
book_remove(struct world *w, enum side side, unsigned folder, unsigned letter)
{
	struct slot *s = &w->slot[folder][letter];

	sim_trace("book: - %s %s letter %u%s", side == LOCAL ? "local" : "remote", world_folder(folder, side), letter,
	    w->doubt ? " in doubt" : "");
	if (s->min)
		s->min--;
	if (s->max && !w->doubt)
		s->max--;
	if (s->base[side])
		s->base[side]--;
	s->removed[side] = true;
	s->licence[!side]++;
	if (side == LOCAL)
		s->marked++;
	s->flags_known = false;
	s->touched = true;
	pair_up(w, folder, s);
}

void
book_flag(struct world *w, enum side side, unsigned folder, unsigned letter, unsigned bits)
{
	struct slot *s = &w->slot[folder][letter];

	sim_trace("book: ^ %s %s letter %u flags %u", side == LOCAL ? "local" : "remote", world_folder(folder, side),
	    letter, bits);
	s->flags[side] ^= bits;
	s->trashed |= (bits & MD_TRASHED) != 0;
	s->touched = true;
	if (w->doubt || s->max != 1)
		s->flags_known = false;
}

/* ---- comparing ---- */

typedef struct count counts[FOLDERS][LETTERS];

static void
count(struct world *w, struct view *v, counts c, const char *when)
{
	struct item *it;
	struct count *k;

	memset(c, 0, sizeof(counts));
	for (it = v->v; it < v->v + v->n; it++) {
		if (it->letter == LETTERS) {
			world_complain(w, BAD_OTHER, "%s: nobody wrote what is in %s %s, uid %lu", when,
			    it->side == LOCAL ? it->path : "mailbox", world_folder(it->folder, it->side),
			    (unsigned long)it->uid);
			continue;
		}
		k = &c[it->folder][it->letter];
		k->n[it->side]++;
		k->flags[it->side] = it->flags;
		k->sum[it->side] += sim_seed(it->flags, 3);
		if (it->side == REMOTE && (it->flags & MD_TRASHED))
			k->marked++;
	}
}

void
book_users_left(struct world *w)
{
	static counts c;
	struct view v;
	unsigned f, l, s;

	world_look(w, &v);
	count(w, &v, c, "before the run");
	for (f = 0; f < FOLDERS; f++)
		for (l = 0; l < w->nletters; l++)
			for (s = 0; s < 2; s++)
				w->slot[f][l].base[s] = c[f][l].n[s];
	view_free(&v);
}

static void
judge(struct world *w, const char *when, unsigned f, unsigned l, const struct count *k)
{
	const struct slot *s = &w->slot[f][l];
	unsigned side, licence;

	if (k->n[LOCAL] + k->n[REMOTE] < s->min)
		world_complain(w, BAD_LOST, "%s: letter %u of %s is lost", when, l, world_folder(f, LOCAL));
	for (side = 0; side < 2; side++) {
		licence = s->licence[side] + (side == REMOTE && w->keeps_marked ? s->marked : 0);
		if (k->n[side] + licence < s->base[side])
			world_complain(w, BAD_LOST, "%s: letter %u of %s was removed %s, which no user wanted", when, l,
			    world_folder(f, LOCAL), side == LOCAL ? "locally" : "on the server");
	}
	if (k->marked > s->marked && !s->trashed)
		world_complain(w, BAD_OTHER, "%s: letter %u of %s was marked \\Deleted, which no user wanted", when, l,
		    world_folder(f, LOCAL));
}

void
book_judge(struct world *w, const char *when)
{
	static counts c;
	struct view v;
	unsigned f, l;

	world_look(w, &v);
	count(w, &v, c, when);
	for (f = 0; f < FOLDERS; f++)
		for (l = 0; l < w->nletters; l++)
			judge(w, when, f, l, &c[f][l]);
	view_free(&v);
}

/* What is deleted locally and may only be marked on the server counts as gone. */
static void
forget_marked(const struct world *w, const struct slot *s, struct count *k)
{
	unsigned extra = k->n[REMOTE] > k->n[LOCAL] ? k->n[REMOTE] - k->n[LOCAL] : 0;

	if (!w->keeps_marked || !extra || extra > s->marked || extra > k->marked)
		return;
	k->n[REMOTE] -= extra;
	k->sum[REMOTE] = k->sum[LOCAL];
	k->flags[REMOTE] = k->flags[LOCAL];
}

/*
 * The server took a message, does not say under which UID, and does not show it: somebody else was quick to delete it.
 * The program cannot know; it keeps the file and does not send it again, and deletes nothing on the server meanwhile.
 */
static bool
is_stuck(const struct world *w, const struct slot *s, const struct count *k)
{
	return w->doubt && w->keeps_marked && s->removed[REMOTE] && k->n[LOCAL] == k->n[REMOTE] + 1;
}

static void
check(struct world *w, unsigned f, unsigned l, struct count *k)
{
	struct slot *s = &w->slot[f][l];
	const char *name = world_folder(f, LOCAL);
	unsigned low, high, want;

	forget_marked(w, s, k);
	if (w->stuck && k->n[LOCAL] + k->n[REMOTE] >= s->min)
		return;
	low = k->n[LOCAL] < k->n[REMOTE] ? k->n[LOCAL] : k->n[REMOTE];
	high = k->n[LOCAL] + k->n[REMOTE] - low;
	if (low < s->min)
		world_complain(w, BAD_LOST, "letter %u of %s: %u local, %u on the server, but users keep %u", l, name,
		    k->n[LOCAL], k->n[REMOTE], s->min);
	else if (high > s->max)
		world_complain(w, BAD_DUPLICATED, "letter %u of %s: %u local, %u on the server, but users made %u", l,
		    name, k->n[LOCAL], k->n[REMOTE], s->max);
	else if (low != high)
		world_complain(w, BAD_OTHER, "letter %u of %s: %u local, but %u on the server", l, name, k->n[LOCAL],
		    k->n[REMOTE]);
	else if (k->sum[LOCAL] != k->sum[REMOTE])
		world_complain(w, BAD_OTHER, "letter %u of %s: flags %u local, %u on the server", l, name,
		    k->flags[LOCAL], k->flags[REMOTE]);
	want = s->flags[2] ^ ((s->flags[LOCAL] ^ s->flags[2]) | (s->flags[REMOTE] ^ s->flags[2]));
	if (low == 1 && high == 1 && s->flags_known && k->flags[LOCAL] != want)
		world_complain(w, BAD_OTHER, "letter %u of %s: flags %u, but users want %u", l, name, k->flags[LOCAL],
		    want);
}

static void
in_step(struct slot *s, const struct count *k)
{
	unsigned marked = s->marked;
	bool trashed = s->trashed;

	memset(s, 0, sizeof(*s));
	s->min = s->max = s->peak = s->base[LOCAL] = s->base[REMOTE] = k->n[LOCAL];
	s->flags[0] = s->flags[1] = s->flags[2] = k->flags[LOCAL];
	s->flags_known = s->max == 1;
	s->marked = marked;
	s->trashed = trashed;
}

void
book_check(struct world *w)
{
	static counts c;
	struct view v;
	unsigned f, l;

	world_look(w, &v);
	count(w, &v, c, "at the end");
	w->stuck = false;
	for (f = 0; f < FOLDERS; f++)
		for (l = 0; l < w->nletters; l++)
			w->stuck |= is_stuck(w, &w->slot[f][l], &c[f][l]);
	for (f = 0; f < FOLDERS; f++) {
		w->virgin[f] = w->virgin[f] && !w->there[f];
		for (l = 0; l < w->nletters; l++) {
			check(w, f, l, &c[f][l]);
			in_step(&w->slot[f][l], &c[f][l]);
		}
	}
	view_free(&v);
}
