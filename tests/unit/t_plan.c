/*
 * t_plan.c - the decision table against a specification written without looking at plan.c, and a small model in
 * which plans are carried out, cut short at every step, and made again until nothing is left to do.
 */
#include "../../src/sync/plan.h"

#include <stdlib.h>

#include "../../src/base/mem.h"
#include "tap.h"

enum { T = 16 };			/* \Deleted */

/* One row for each situation; what it needs: l, r: proof of the absence there; s: a run that has state. */
static const struct {
	const char *bits;		/* of L R S D */
	enum act act;
	const char *needs;
} spec[] = {
	{ "....", ACT_NONE, "" },
	{ "L...", ACT_UPLOAD, "r" },
	{ ".R..", ACT_DOWNLOAD, "" },
	{ "LR..", ACT_ADOPT, "" },
	{ "..S.", ACT_FORGET, "lr" },
	{ "L.S.", ACT_DELETE_LOCAL, "rs" },
	{ ".RS.", ACT_DELETE_REMOTE, "ls" },
	{ "LRS.", ACT_FLAGS, "" },
	{ "..SD", ACT_FORGET, "lr" },
	{ "L.SD", ACT_UPLOAD, "r" },
	{ ".RSD", ACT_UNMARK, "" },
	{ "LRSD", ACT_FLAGS, "" },
};

static const struct plan_side *
side_if(bool there, const struct plan_side *s)
{
	return there ? s : NULL;
}

/* The act planned for one message with UID 7, ACT_NONE for no step. */
static enum act
one(const struct plan_side *l, const struct plan_side *r, const struct plan_side *s, struct plan_input *in,
    struct plan_step *step)
{
	struct plan p;
	enum act act;

	in->local = l;
	in->remote = r;
	in->state = s;
	in->nlocal = l != NULL;
	in->nremote = r != NULL;
	in->nstate = s != NULL;
	plan_make(in, &p);
	if (p.n > 1)
		abort();
	act = p.n == 1 ? (enum act)p.v[0].act : ACT_NONE;
	if (p.n == 1)
		*step = p.v[0];
	plan_free(&p);
	return act;
}

/* All combinations of presence, proofs and state; flags chosen so that known messages differ. */
static void
test_table(size_t row)
{
	const char *bits = spec[row].bits;
	struct plan_side l = { 7, 11, 1, false, false }, r = { 7, 12, 2, false, false };
	struct plan_side s = { 7, 13, 4, bits[3] == 'D', false };
	struct plan_input in;
	struct plan_step step;
	enum act want, got;
	unsigned k, wrong = 0;

	for (k = 0; k < 8; k++) {
		memset(&in, 0, sizeof in);
		in.local_proof = k & 1;
		in.remote_proof = k & 2;
		in.no_state = k & 4;
		in.storable = 31;
		want = spec[row].act;
		if ((strchr(spec[row].needs, 'l') && !in.local_proof) ||
		    (strchr(spec[row].needs, 'r') && !in.remote_proof) ||
		    (strchr(spec[row].needs, 's') && in.no_state))
			want = ACT_NONE;
		if (want == ACT_UPLOAD && in.no_state)
			want = ACT_HOLD;
		got = one(side_if(bits[0] == 'L', &l), side_if(bits[1] == 'R', &r), side_if(bits[2] == 'S', &s), &in,
		    &step);
		wrong += got != want;
		if (got != ACT_NONE)
			wrong += step.local != (bits[0] == 'L' ? 11 : PLAN_NO_INDEX) ||
			    step.remote != (bits[1] == 'R' ? 12 : PLAN_NO_INDEX) ||
			    step.state != (bits[2] == 'S' ? 13 : PLAN_NO_INDEX) ||
			    step.uid != (got == ACT_UPLOAD ? 0 : 7);
	}
	ok(wrong == 0, "%s under all proofs, with and without state", bits);
	k = (bits[0] == 'L' ? PLAN_L : 0U) | (bits[1] == 'R' ? PLAN_R : 0U) | (bits[2] == 'S' ? PLAN_S : 0U) |
	    (bits[3] == 'D' ? PLAN_D : 0U);
	ok(plan_decide(k) == spec[row].act, "%s decided", bits);
	if (bits[2] == '.')
		ok(plan_decide(k | PLAN_D) == spec[row].act, "%s: a mark without a record is none", bits);
}

/* Bit by bit: whoever changed it since the record wins. */
static unsigned
merged(unsigned l, unsigned r, unsigned s)
{
	unsigned bit, out = 0;

	for (bit = 1; bit < 32; bit <<= 1)
		if ((l & bit) != (s & bit) ? (l & bit) : (r & bit))
			out |= bit;
	return out;
}

static void
test_flags(unsigned storable)
{
	struct plan_side l = { 7, 0, 0, false, false }, r = l, s = l;
	struct plan_input in;
	struct plan_step step;
	unsigned k, want, wrong = 0;
	bool step_wanted, got;

	memset(&in, 0, sizeof in);
	in.storable = storable;
	for (k = 0; k < 1U << 15; k++) {
		l.flags = k & 31;
		r.flags = k >> 5 & 31;
		s.flags = k >> 10 & 31;
		wrong += plan_merge(l.flags, r.flags, s.flags) != merged(l.flags, r.flags, s.flags);
		want = (merged(l.flags, r.flags, s.flags) & storable) | (l.flags & ~storable);
		step_wanted = l.flags != want || s.flags != want || ((r.flags ^ want) & storable) != 0;
		got = one(&l, &r, &s, &in, &step) == ACT_FLAGS;
		wrong += got != step_wanted || (got && step.flags != want);
	}
	is_int(wrong, 0, "all flags of three sides merged");
	printf("# storable %u\n", storable);
}

static void
test_adopted_flags(void)
{
	struct plan_side l = { 7, 0, 0, false, false }, r = l;
	struct plan_input in;
	struct plan_step step;
	unsigned k, wrong = 0;

	memset(&in, 0, sizeof in);
	in.storable = 31;
	for (k = 0; k < 1U << 10; k++) {
		l.flags = k & 31;
		r.flags = k >> 5;
		if (one(&l, &r, NULL, &in, &step) != ACT_ADOPT)
			wrong++;
		wrong += step.flags != (l.flags & r.flags & T ? 31U & (l.flags | r.flags) :
		    15U & (l.flags | r.flags));
	}
	is_int(wrong, 0, "adopted: the union, but T needs both");
}

static void
test_marked(void)
{
	struct plan_side l = { 7, 0, 8, false, false }, r = { 7, 0, 8 | T, false, false }, s = { 7, 0, 8, true, false };
	struct plan_input in;
	struct plan_step step;

	memset(&in, 0, sizeof in);
	in.storable = 31;
	ok(one(NULL, &r, &s, &in, &step) == ACT_NONE, "marked and still \\Deleted: nothing");
	ok(one(&l, &r, &s, &in, &step) == ACT_FLAGS && step.flags == 8, "the file is back: the mark comes off");
	r.flags = 8;
	ok(one(NULL, &r, &s, &in, &step) == ACT_UNMARK, "someone undeleted it");
	ok(one(&l, &r, &s, &in, &step) == ACT_FLAGS && step.flags == 8, "both: the record changes");
}

/* A reminder is no message: all goes as without it, but the file is held in later runs too. */
static void
test_held(void)
{
	struct plan_side l = { 7, 0, 8, false, false }, r = { 7, 0, 0, false, false }, s = { 7, 0, 8, false, true };
	struct plan_input in;
	struct plan_step step;

	memset(&in, 0, sizeof in);
	in.local_proof = in.remote_proof = true;
	in.storable = 31;
	ok(one(&l, NULL, &s, &in, &step) == ACT_HOLD && step.state == 0, "held again");
	ok(one(NULL, &r, &s, &in, &step) == ACT_DOWNLOAD, "the server has that UID, the file is gone");
	ok(one(&l, &r, &s, &in, &step) == ACT_ADOPT, "the server has it after all");
	ok(one(NULL, NULL, &s, &in, &step) == ACT_FORGET, "the file is gone");
	in.remote_proof = false;
	ok(one(&l, NULL, &s, &in, &step) == ACT_NONE, "not known whether the server has it");
}

/* Gaps, ends and order of the walk; the highest UID; uploads last. */
static void
test_walk(void)
{
	static const struct plan_side local[] = {
		{ 2, 0, 0, false, false }, { 4, 1, 0, false, false }, { 6, 2, 0, false, false },
		{ UINT32_MAX, 3, 0, false, false }, { 0, 4, 0, false, false }, { 0, 5, 0, false, false }
	};
	static const struct plan_side remote[] = {
		{ 1, 0, 0, false, false }, { 4, 1, 0, false, false }, { 5, 2, 0, false, false }
	};
	static const struct plan_side state[] = {
		{ 3, 0, 0, false, false }, { 4, 1, 0, false, false }, { 5, 2, 0, false, false },
		{ UINT32_MAX, 3, 0, false, false }
	};
	static const struct plan_step want[] = {
		{ 1, PLAN_NO_INDEX, 0, PLAN_NO_INDEX, ACT_DOWNLOAD, 0 },
		{ 3, PLAN_NO_INDEX, PLAN_NO_INDEX, 0, ACT_FORGET, 0 },
		{ 5, PLAN_NO_INDEX, 2, 2, ACT_DELETE_REMOTE, 0 },
		{ UINT32_MAX, 3, PLAN_NO_INDEX, 3, ACT_DELETE_LOCAL, 0 },
		{ 0, 0, PLAN_NO_INDEX, PLAN_NO_INDEX, ACT_UPLOAD, 0 },
		{ 0, 2, PLAN_NO_INDEX, PLAN_NO_INDEX, ACT_UPLOAD, 0 },
		{ 0, 4, PLAN_NO_INDEX, PLAN_NO_INDEX, ACT_UPLOAD, 0 },
		{ 0, 5, PLAN_NO_INDEX, PLAN_NO_INDEX, ACT_UPLOAD, 0 },
	};
	struct plan_input in = { local, remote, state, 6, 3, 4, true, true, false, 31 };
	struct plan p;
	size_t i;

	plan_make(&in, &p);
	is_int((long long)p.n, (long long)countof(want), "steps");
	for (i = 0; i < p.n && i < countof(want); i++)
		ok(p.v[i].uid == want[i].uid && p.v[i].local == want[i].local && p.v[i].remote == want[i].remote &&
		    p.v[i].state == want[i].state && p.v[i].act == want[i].act, "step %u", (unsigned)i);
	plan_free(&p);
	memset(&in, 0, sizeof in);
	plan_make(&in, &p);
	ok(p.n == 0, "three empty sides");
	plan_free(&p);
	in.local = local + 4;
	in.nlocal = 2;
	in.no_state = true;
	plan_make(&in, &p);
	ok(p.n == 2 && p.v[0].act == ACT_UPLOAD, "new files go up without any proof or state");
	plan_free(&p);
}

/* ---- the model: one message, two flags (\Seen 8 and T), carried out piece by piece ---- */

struct place { bool there; unsigned flags; bool marked; };
struct world { struct place l, r, s; };
struct rules { unsigned storable; bool expunge; };

static void
set_place(struct place *p, unsigned flags)
{
	p->there = true;
	p->flags = flags;
	p->marked = false;
}

static void
send_flags(struct world *w, const struct rules *rules, unsigned flags)
{
	w->r.flags = (w->r.flags & ~rules->storable) | (flags & rules->storable);
}

static void
delete_remote(struct world *w, const struct rules *rules, int piece)
{
	if (rules->expunge && piece == 0)
		w->r.there = false;
	else if (rules->expunge)
		w->s.there = false;
	else if (piece == 0)
		w->r.flags |= T;
	else
		w->s.marked = true;
}

/* Piece 0, 1 or 2 of a step; the record always comes last. false: there is no such piece. */
static bool
carry_out(struct world *w, const struct rules *rules, enum act act, unsigned flags, int piece)
{
	static const int pieces[ACTS] = { [ACT_FORGET] = 1, [ACT_DOWNLOAD] = 2, [ACT_UPLOAD] = 2, [ACT_ADOPT] = 3,
	    [ACT_DELETE_REMOTE] = 2, [ACT_DELETE_LOCAL] = 2, [ACT_FLAGS] = 3, [ACT_UNMARK] = 2 };

	if (piece >= pieces[act])
		return false;
	switch (act) {
	case ACT_NONE: case ACT_HOLD: case ACTS:
		break;
	case ACT_FORGET:
		w->s.there = false;
		break;
	case ACT_DOWNLOAD: case ACT_UNMARK:
		set_place(piece == 0 ? &w->l : &w->s, w->r.flags);
		break;
	case ACT_UPLOAD:
		if (piece == 0)
			set_place(&w->r, w->l.flags & rules->storable);
		else
			set_place(&w->s, w->l.flags);
		break;
	case ACT_DELETE_LOCAL:
		*(piece == 0 ? &w->l.there : &w->s.there) = false;
		break;
	case ACT_DELETE_REMOTE:
		delete_remote(w, rules, piece);
		break;
	case ACT_ADOPT: case ACT_FLAGS:
		if (piece == 0)
			send_flags(w, rules, flags);
		else
			set_place(piece == 1 ? &w->l : &w->s, flags);
		break;
	}
	return true;
}

/* One run that ends after the given number of pieces (-1: never). Returns whether there was anything to do. */
static bool
run(struct world *w, const struct rules *rules, int pieces)
{
	struct plan_side l = { 7, 0, 0, false, false }, r = l, s = l;
	struct plan_input in;
	struct plan_step step;
	enum act act;
	int piece;

	memset(&in, 0, sizeof in);
	memset(&step, 0, sizeof step);
	in.local_proof = in.remote_proof = true;
	in.storable = rules->storable;
	l.flags = (uint8_t)w->l.flags;
	r.flags = (uint8_t)w->r.flags;
	s.flags = (uint8_t)w->s.flags;
	s.marked = w->s.marked;
	act = one(side_if(w->l.there, &l), side_if(w->r.there, &r), side_if(w->s.there, &s), &in, &step);
	for (piece = 0; piece != pieces; piece++)
		if (!carry_out(w, rules, act, step.flags, piece))
			break;
	return act != ACT_NONE;
}

static struct place
place_of(unsigned k)			/* 0: not there; 1..4: flags; 5..8: marked */
{
	struct place p = { k > 0, ((k - 1) & 1 ? 8U : 0) | ((k - 1) & 2 ? T : 0U), k > 4 };

	return p;
}

/* Deleted by a user means: recorded once, and missing on a side now. */
static bool
right_end(const struct world *from, const struct world *w, const struct rules *rules)
{
	bool kept = from->l.there && from->r.there;
	bool is_new = !from->s.there && (from->l.there || from->r.there);
	bool back = from->s.there && from->s.marked && from->l.there;
	bool undeleted = from->s.there && from->s.marked && from->r.there && !(from->r.flags & T);

	if (kept || is_new || back || undeleted)
		return w->l.there && w->r.there && w->s.there && !w->s.marked && w->l.flags == w->s.flags &&
		    ((w->l.flags ^ w->r.flags) & rules->storable) == 0;
	if (w->r.there)
		return w->s.there && w->s.marked && (w->r.flags & T) && !w->l.there;
	return !w->l.there && !w->s.there;
}

/* Every start, two cuts anywhere, then whole runs: the end is the right one and nothing is left to do. */
static void
test_model(const struct rules *rules)
{
	struct world from, w;
	unsigned k, cuts, runs, wrong = 0;

	for (k = 0; k < 5 * 5 * 9; k++) {
		for (cuts = 0; cuts < 16; cuts++) {
			from.l = place_of(k % 5);
			from.r = place_of(k / 5 % 5);
			from.s = place_of(k / 25);
			w = from;
			run(&w, rules, (int)(cuts & 3));
			run(&w, rules, (int)(cuts >> 2));
			for (runs = 0; runs < 3 && run(&w, rules, -1); runs++)
				;
			if (run(&w, rules, -1) || !right_end(&from, &w, rules)) {
				printf("# start %u cuts %u\n", k, cuts);
				wrong++;
			}
		}
	}
	ok(wrong == 0, "cut short twice, all runs end right: storable %u, expunge %d", rules->storable,
	    rules->expunge);
}

int
main(void)
{
	static const unsigned storable[] = { 31, 15, 0, 10 };
	struct rules rules;
	size_t i;

	for (i = 0; i < countof(spec); i++)
		test_table(i);
	for (i = 0; i < countof(storable); i++)
		test_flags(storable[i]);
	test_adopted_flags();
	test_marked();
	test_held();
	test_walk();
	for (i = 0; i < countof(storable); i++) {
		rules.storable = storable[i];
		rules.expunge = true;
		test_model(&rules);
		rules.expunge = false;
		if (rules.storable & T)		/* a server without lasting \Deleted cannot be marked */
			test_model(&rules);
	}
	return done();
}
