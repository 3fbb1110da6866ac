/*
 * state.c - one folder's records in memory. Each change is one record of the log: it is written to the pending
 * batch and applied by the very code that applies what is read from the file. The file is statefile.c's.
 */
#include "statelog.h"

#include <stdlib.h>
#include <string.h>

enum { LATE_MAX = 512 };		/* late arrivals wait together: n of them cost n / 512 moves of recs */

/* ---- records in memory ---- */

static size_t
position(const struct state_rec *v, size_t n, uint32_t uid)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v[mid].uid < uid)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Dead ones too. */
static struct state_rec *
slot(const struct state *s, uint32_t uid)
{
	size_t i;

	i = s->nrecs > 0 && uid > s->recs[s->nrecs - 1].uid ? s->nrecs : position(s->recs, s->nrecs, uid);
	if (i < s->nrecs && s->recs[i].uid == uid)
		return &s->recs[i];
	i = position(s->late, s->nlate, uid);
	return i < s->nlate && s->late[i].uid == uid ? &s->late[i] : NULL;
}

static void
merge_late(struct state *s)
{
	size_t to = s->nrecs + s->nlate, a = s->nrecs, b = s->nlate;

	if (b == 0)
		return;
	if (to > s->caprecs) {
		s->recs = xreallocarray(s->recs, to, sizeof *s->recs);
		s->caprecs = to;
	}
	s->nrecs = to;
	while (b > 0) {
		if (a > 0 && s->recs[a - 1].uid > s->late[b - 1].uid)
			s->recs[--to] = s->recs[--a];
		else
			s->recs[--to] = s->late[--b];
	}
	s->nlate = 0;
}

void
state_settle(struct state *s)
{
	size_t i, n = 0;

	merge_late(s);
	if (s->ndead == 0)
		return;
	for (i = 0; i < s->nrecs; i++)
		if (!s->recs[i].dead)
			s->recs[n++] = s->recs[i];
	s->nrecs = n;
	s->ndead = 0;
}

static void
put_rec(struct state *s, const struct state_rec *r)
{
	struct state_rec *old = slot(s, r->uid);
	size_t i;

	if (old != NULL) {
		s->ndead -= old->dead;
		*old = *r;
	} else if (s->nrecs == 0 || r->uid > s->recs[s->nrecs - 1].uid) {
		s->recs = xgrow(s->recs, s->nrecs, &s->caprecs, sizeof *s->recs);
		s->recs[s->nrecs++] = *r;
	} else {
		s->late = xgrow(s->late, s->nlate, &s->caplate, sizeof *s->late);
		i = position(s->late, s->nlate, r->uid);
		memmove(&s->late[i + 1], &s->late[i], (s->nlate - i) * sizeof *s->late);
		s->late[i] = *r;
		if (++s->nlate == LATE_MAX)
			merge_late(s);
	}
}

static void
drop_rec(struct state *s, uint32_t uid)
{
	struct state_rec *r = slot(s, uid);

	if (r == NULL || r->dead)
		return;
	r->dead = true;
	s->ndead++;
}

static struct intent *
intent_of(const struct state *s, uint32_t id)
{
	size_t i;

	for (i = 0; i < s->nintents; i++)
		if (s->intents[i].id == id)
			return &s->intents[i];
	return NULL;
}

static void
open_intent(struct state *s, const struct intent *i)
{
	s->intents = xgrow(s->intents, s->nintents, &s->capintents, sizeof *s->intents);
	s->intents[s->nintents++] = *i;
	if (i->id >= s->next_id)
		s->next_id = i->id + 1;
}

static void
try_intent(struct state *s, const struct intent *i)
{
	struct intent *old = intent_of(s, i->id);

	if (old != NULL) {
		old->tries = i->tries;
		old->sent_at = i->sent_at;
	}
}

static void
close_intent(struct state *s, uint32_t id)
{
	struct intent *i = intent_of(s, id);

	if (i != NULL)
		*i = s->intents[--s->nintents];
}

void
state_forget(struct state *s)
{
	s->nrecs = s->nlate = s->ndead = s->nintents = 0;
	s->uidvalidity = 0;
	s->has_point = false;
	memset(&s->point, 0, sizeof s->point);
}

void
state_apply(struct state *s, const struct log_record *r)
{
	switch (r->type) {
	case 'A':
	case 'M':
	case 'K':
		put_rec(s, &r->rec);
		break;
	case 'X':
		drop_rec(s, r->number);
		break;
	case 'V':
		s->uidvalidity = r->number;
		break;
	case 'I':
		open_intent(s, &r->intent);
		break;
	case 'T':
		try_intent(s, &r->intent);
		break;
	case 'C':
		close_intent(s, r->number);
		break;
	case 'P':
		s->point = r->point;
		s->has_point = true;
		break;
	case 'R':
		state_forget(s);
		break;
	}
}

static void
record(struct state *s, const struct log_record *r)
{
	log_write(&s->pending, s->good, r);
	state_apply(s, r);
}

/* ---- looking and changing ---- */

const struct state_rec *
state_find(const struct state *s, uint32_t uid)
{
	const struct state_rec *r = slot(s, uid);

	return r != NULL && !r->dead ? r : NULL;
}

struct log_record
log_record_of(char type, uint32_t number)
{
	struct log_record r;

	memset(&r, 0, sizeof r);
	r.type = type;
	r.number = number;
	return r;
}

void
state_set_uidvalidity(struct state *s, uint32_t uidvalidity)
{
	struct log_record r = log_record_of('V', uidvalidity);

	if (uidvalidity != s->uidvalidity)
		record(s, &r);
}

void
state_put(struct state *s, const struct state_rec *rec)
{
	const struct state_rec *old = state_find(s, rec->uid);
	struct log_record r = log_record_of(log_type_of(rec), 0);

	if (old != NULL && old->flags == rec->flags && old->marked == rec->marked && old->held == rec->held &&
	    old->base == rec->base && old->size == rec->size)
		return;
	r.rec = *rec;
	r.rec.dead = false;
	record(s, &r);
}

void
state_drop(struct state *s, uint32_t uid)
{
	struct log_record r = log_record_of('X', uid);

	if (state_find(s, uid) != NULL)
		record(s, &r);
}

uint32_t
state_intent(struct state *s, const struct intent *i)
{
	struct log_record r = log_record_of('I', 0);

	r.intent = *i;
	r.intent.id = s->next_id;
	record(s, &r);
	return r.intent.id;
}

void
state_intent_try(struct state *s, uint32_t id, unsigned tries, int64_t sent_at)
{
	struct log_record r = log_record_of('T', 0);

	r.intent.id = id;
	r.intent.tries = tries;
	r.intent.sent_at = sent_at;
	record(s, &r);
}

void
state_intent_close(struct state *s, uint32_t id)
{
	struct log_record r = log_record_of('C', id);

	record(s, &r);
}

void
state_set_point(struct state *s, const struct state_point *p)
{
	struct log_record r = log_record_of('P', 0);

	if (s->has_point && s->point.uidnext == p->uidnext && s->point.messages == p->messages &&
	    s->point.modseq == p->modseq && md_stamp_same(&s->point.new_stamp, &p->new_stamp) &&
	    md_stamp_same(&s->point.cur_stamp, &p->cur_stamp))
		return;
	r.point = *p;
	record(s, &r);
}

void
state_reset(struct state *s)
{
	struct log_record r = log_record_of('R', 0);

	record(s, &r);
}
