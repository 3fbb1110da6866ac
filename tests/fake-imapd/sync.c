/*
 * sync.c - what a client knows of its mailbox. Sequence numbers belong to the client's view, which changes only when
 * the client is told (RFC 3501 7.4.1); the mailbox itself may be ahead.
 */
#include <stdlib.h>

#include "conn.h"

static void
learn(struct fake_conn *c)
{
	struct box *b = c->box;

	for (size_t i = box_at(b, c->top + 1); i < b->n; i++) {
		struct msg *m = &b->msgs[i];

		c->view = xgrow(c->view, c->nview, &c->view_cap, sizeof(*c->view));
		c->view[c->nview++] = m->uid;
		if (!c->readonly && m->uid >= b->claimed)
			m->recent_in = c->session;
	}
	if (!c->readonly)
		b->claimed = b->uidnext;
	c->top = b->uidnext - 1;
}

bool
view_recent(const struct fake_conn *c, const struct msg *m)
{
	return m->recent_in == c->session || (c->readonly && m->recent_in == 0);
}

void
view_counts(struct fake_conn *c)
{
	unsigned long recent = 0;

	for (size_t i = 0; i < c->box->n; i++)
		recent += view_recent(c, &c->box->msgs[i]);
	buf_printf(&c->out, "* %lu EXISTS\r\n* %lu RECENT\r\n", (unsigned long)c->nview, recent);
}

void
view_open(struct fake_conn *c, struct box *b)
{
	c->box = b;
	b->selected++;
	c->nview = 0;
	c->top = 0;
	c->told = b->nchanges;
	c->session = ++c->server->next_serial;
	c->state = ST_SELECTED;
	learn(c);
}

void
view_close(struct fake_conn *c)
{
	box_leave(c->box);
	c->box = NULL;
	c->nview = 0;
	c->state = ST_AUTH;
}

size_t
view_at(const struct fake_conn *c, uint32_t uid)
{
	size_t lo = 0, hi = c->nview;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c->view[mid] < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
view_seq(const struct fake_conn *c, uint32_t uid, uint32_t *seq)
{
	size_t at = view_at(c, uid);

	*seq = (uint32_t)at + 1;
	return at < c->nview && c->view[at] == uid;
}

void
put_flags(struct fake_conn *c, const struct msg *m)
{
	buf_puts(&c->out, "FLAGS (");
	box_show_flags(&c->out, c->box, m->flags);
	if (view_recent(c, m))
		buf_puts(&c->out, m->flags != 0 ? " \\Recent" : "\\Recent");
	buf_putc(&c->out, ')');
}

/* The expunged messages of journal entries [from, to), whose UIDs ascend: one pass over the view. */
static void
forget(struct fake_conn *c, size_t from, size_t to)
{
	const struct change *j = c->box->journal;
	struct set_out vanished = { &c->out, 0, 0, false };
	size_t read = view_at(c, j[from].uid), write = read;

	for (; read < c->nview; read++) {
		while (from < to && j[from].uid < c->view[read])
			from++;
		if (from == to || j[from].uid != c->view[read]) {
			c->view[write++] = c->view[read];
		} else if (!c->enabled_qresync) {
			buf_printf(&c->out, "* %lu EXPUNGE\r\n", (unsigned long)write + 1);
		} else {
			if (vanished.lo == 0)
				buf_puts(&c->out, "* VANISHED ");	/* RFC 7162 3.2.10 */
			set_put(&vanished, c->view[read]);
		}
	}
	c->nview = write;
	if (vanished.lo != 0) {
		set_put_end(&vanished);
		buf_puts(&c->out, "\r\n");
	}
}

static void
tell_flags(struct fake_conn *c, const struct change *change)
{
	const struct msg *m = box_msg(c->box, change->uid);
	uint32_t seq;

	if (change->by == c->serial || m == NULL || !view_seq(c, m->uid, &seq))
		return;
	buf_printf(&c->out, "* %lu FETCH (", (unsigned long)seq);
	if (c->by_uid || c->enabled_qresync)		/* RFC 3501 6.4.8, RFC 7162 3.2.4 */
		buf_printf(&c->out, "UID %lu ", (unsigned long)m->uid);
	put_flags(c, m);
	if (c->enabled_condstore)
		buf_printf(&c->out, " MODSEQ (%llu)", (unsigned long long)m->modseq);
	buf_puts(&c->out, ")\r\n");
}

void
view_news(struct fake_conn *c, bool hold_expunges)
{
	const struct box *b = c->box;

	while (c->told < b->nchanges) {
		const struct change *j = b->journal;
		size_t end = c->told + 1;

		if (!j[c->told].gone) {
			if (end == b->nchanges || j[end].gone || j[end].uid != j[c->told].uid)
				tell_flags(c, &j[c->told]);
		} else if (hold_expunges) {
			break;
		} else {
			while (end < b->nchanges && j[end].gone && j[end].uid > j[end - 1].uid)
				end++;
			forget(c, c->told, end);
		}
		c->told = end;
	}
	if (b->uidnext - 1 > c->top) {
		size_t known = c->nview;

		learn(c);
		if (c->nview > known)
			view_counts(c);
	}
}

bool
view_resolve(const struct fake_conn *c, struct set *s)
{
	uint32_t last = c->nview == 0 ? 0 : c->by_uid ? c->view[c->nview - 1] : (uint32_t)c->nview;

	set_resolve(s, last);
	return c->by_uid || (s->n > 0 && s->r[0].lo > 0 && s->r[s->n - 1].hi <= c->nview);
}

/* The next index of the view that is in the set, or false. */
static bool
step(const struct fake_conn *c, const struct set *s, struct walk *w)
{
	for (; w->range < s->n; w->range++, w->inside = false) {
		const struct range *r = &s->r[w->range];

		if (w->inside)
			w->at++;
		else
			w->at = c->by_uid ? view_at(c, r->lo) : (size_t)r->lo - 1;
		w->inside = true;
		if (w->at < c->nview && (c->by_uid ? c->view[w->at] : w->at + 1) <= r->hi)
			return true;
	}
	return false;
}

struct msg *
walk_next(const struct fake_conn *c, const struct set *s, struct walk *w)
{
	while (step(c, s, w)) {
		struct msg *m = NULL;

		w->uid = c->view[w->at];
		w->seq = (uint32_t)w->at + 1;
		if (w->at < c->box->n && c->box->msgs[w->at].uid == w->uid)
			m = &c->box->msgs[w->at];	/* nearly always: nothing is expunged but untold */
		else
			m = box_msg(c->box, w->uid);
		if (m != NULL)
			return m;
		w->missed = true;
	}
	return NULL;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void
put_vanished(struct fake_conn *c, uint64_t since, const struct set *within)
{
	const struct box *b = c->box;
	uint32_t *uids = xcalloc(b->nchanges + 1, sizeof(*uids));
	struct set_out out = { &c->out, 0, 0, false };
	size_t n = 0;

	for (size_t i = 0; i < b->nchanges; i++) {
		const struct change *j = &b->journal[i];

		if (j->gone && j->modseq > since && (within == NULL || set_has(within, j->uid)))
			uids[n++] = j->uid;
	}
	if (n > 0) {
		qsort(uids, n, sizeof(*uids), by_uid);
		buf_puts(&c->out, "* VANISHED (EARLIER) ");
		for (size_t i = 0; i < n; i++)
			set_put(&out, uids[i]);
		set_put_end(&out);
		buf_puts(&c->out, "\r\n");
	}
	free(uids);
}
