/*
 * plan.c - DESIGN's decision table and the merge walk over the three arrays. What needs an absence asks for the
 * proof of that side first; without it there is no step at all, and the next run decides.
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "../base/mem.h"

enum { TRASHED = 16 };			/* \Deleted, T: the bit of maildir/name.h */
enum { PROOF_L = 1, PROOF_R = 2, NEEDS_STATE = 4 };

/*
 * L with D and without R: the mark is only recorded once the file is durably gone, so somebody has put it
 * back. The server has dropped its copy meanwhile: this may be the last one, so it is uploaded, never deleted.
 * L R with D likewise: known again, and our mark comes off.
 */
static const unsigned char table[16] = {
	[0] = ACT_NONE,
	[PLAN_L] = ACT_UPLOAD,
	[PLAN_R] = ACT_DOWNLOAD,
	[PLAN_L | PLAN_R] = ACT_ADOPT,
	[PLAN_S] = ACT_FORGET,
	[PLAN_L | PLAN_S] = ACT_DELETE_LOCAL,
	[PLAN_R | PLAN_S] = ACT_DELETE_REMOTE,
	[PLAN_L | PLAN_R | PLAN_S] = ACT_FLAGS,
	[PLAN_S | PLAN_D] = ACT_FORGET,
	[PLAN_L | PLAN_S | PLAN_D] = ACT_UPLOAD,
	[PLAN_R | PLAN_S | PLAN_D] = ACT_UNMARK,
	[PLAN_L | PLAN_R | PLAN_S | PLAN_D] = ACT_FLAGS
};

/* What must be sure before the act is planned. Uploads with a UID: else the server may have it all along. */
static const unsigned char needs[ACTS] = {
	[ACT_FORGET] = PROOF_L | PROOF_R,
	[ACT_UPLOAD] = PROOF_R,
	[ACT_DELETE_REMOTE] = PROOF_L | NEEDS_STATE,
	[ACT_DELETE_LOCAL] = PROOF_R | NEEDS_STATE,
	[ACT_HOLD] = PROOF_R
};

struct cell {				/* one UID with what is known of it; NULL: not there */
	uint32_t uid;
	const struct plan_side *local, *remote, *state;
};

enum act
plan_decide(unsigned lrs)
{
	if (!(lrs & PLAN_S))		/* a mark is a property of the record */
		lrs &= ~(unsigned)PLAN_D;
	return (enum act)table[lrs & 15];
}

unsigned
plan_merge(unsigned local, unsigned remote, unsigned old)
{
	return old ^ ((local ^ old) | (remote ^ old));
}

static unsigned
cell_bits(const struct cell *c)
{
	return (c->local ? PLAN_L : 0U) | (c->remote ? PLAN_R : 0U) | (c->state && !c->state->held ? PLAN_S : 0U) |
	    (c->state && c->state->marked ? PLAN_D : 0U);
}

/*
 * Flags that the server does not store keep the local value, are never sent and are recorded as local: so
 * the server's own value of such a flag can neither undo the user's nor make a step on every run. Of a marked record
 * the \Deleted on the server is ours: as "old" it lets the restored file's missing T win.
 */
static bool
known_flags(const struct plan_input *in, const struct cell *c, uint8_t *flags)
{
	unsigned old = c->state->flags | (c->state->marked ? TRASHED : 0U);
	unsigned local = c->local->flags, remote = c->remote->flags;
	unsigned want = plan_merge(local, remote, old);

	want = (want & in->storable) | (local & ~in->storable);
	*flags = (uint8_t)want;
	return want != local || ((want ^ remote) & in->storable) != 0 || want != c->state->flags ||
	    c->state->marked;
}

static uint8_t
adopted_flags(const struct cell *c)
{
	unsigned all = c->local->flags | c->remote->flags, both = c->local->flags & c->remote->flags;

	return (uint8_t)((all & ~(unsigned)TRASHED) | (both & TRASHED));
}

static bool
allowed(const struct plan_input *in, enum act act)
{
	unsigned have = (in->local_proof ? PROOF_L : 0U) | (in->remote_proof ? PROOF_R : 0U) |
	    (in->no_state ? 0U : NEEDS_STATE);

	return (needs[act] & ~have) == 0;
}

static void
add(struct plan *p, const struct cell *c, enum act act, uint8_t flags)
{
	struct plan_step *s;

	p->v = xgrow(p->v, p->n, &p->cap, sizeof *p->v);
	s = &p->v[p->n++];
	s->uid = act == ACT_UPLOAD ? 0 : c->uid;
	s->local = c->local ? c->local->index : PLAN_NO_INDEX;
	s->remote = c->remote ? c->remote->index : PLAN_NO_INDEX;
	s->state = c->state ? c->state->index : PLAN_NO_INDEX;
	s->act = (uint8_t)act;
	s->flags = flags;
}

static void
plan_cell(const struct plan_input *in, const struct cell *c, struct plan *p, struct plan *uploads)
{
	bool held = c->state && c->state->held;
	enum act act = plan_decide(cell_bits(c));
	uint8_t flags = 0;

	if (act == ACT_UPLOAD && (in->no_state || held))
		act = ACT_HOLD;
	if (held && !c->local && !c->remote)
		act = ACT_FORGET;
	if (act == ACT_NONE || !allowed(in, act))
		return;
	if (act == ACT_UNMARK && (c->remote->flags & TRASHED))
		return;
	if (act == ACT_FLAGS && !known_flags(in, c, &flags))
		return;
	if (act == ACT_ADOPT)
		flags = adopted_flags(c);
	add(act == ACT_UPLOAD ? uploads : p, c, act, flags);
}

/* The next one of a side if it has this UID; steps over it. */
static const struct plan_side *
take(const struct plan_side *v, size_t n, size_t *i, uint32_t uid)
{
	return *i < n && v[*i].uid == uid ? &v[(*i)++] : NULL;
}

static uint32_t
lower(uint32_t least, const struct plan_side *v, size_t n, size_t i)
{
	return i < n && v[i].uid < least ? v[i].uid : least;
}

void
plan_make(const struct plan_input *in, struct plan *p)
{
	struct plan uploads = { NULL, 0, 0 };
	size_t l = 0, r = 0, s = 0, numbered = in->nlocal, i;
	struct cell c;

	memset(p, 0, sizeof *p);
	while (numbered > 0 && in->local[numbered - 1].uid == 0)
		numbered--;
	while (l < numbered || r < in->nremote || s < in->nstate) {
		c.uid = lower(UINT32_MAX, in->local, numbered, l);
		c.uid = lower(c.uid, in->remote, in->nremote, r);
		c.uid = lower(c.uid, in->state, in->nstate, s);
		c.local = take(in->local, numbered, &l, c.uid);
		c.remote = take(in->remote, in->nremote, &r, c.uid);
		c.state = take(in->state, in->nstate, &s, c.uid);
		plan_cell(in, &c, p, &uploads);
	}
	for (i = 0; i < uploads.n; i++) {
		p->v = xgrow(p->v, p->n, &p->cap, sizeof *p->v);
		p->v[p->n++] = uploads.v[i];
	}
	plan_free(&uploads);
	c.uid = 0;
	c.remote = c.state = NULL;
	for (i = numbered; i < in->nlocal; i++) {	/* new here whatever the server's listing says */
		c.local = &in->local[i];
		add(p, &c, ACT_UPLOAD, 0);
	}
}

void
plan_free(struct plan *p)
{
	free(p->v);
	memset(p, 0, sizeof *p);
}
