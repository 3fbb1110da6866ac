/*
 * fetch.c - message bodies, pulled piece by piece. The UIDs are asked for in chunks with some on
 * their way all the time. A chunk that is refused is asked for again one by one, once: usually one
 * broken message spoils the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"

enum { CHUNK_UIDS = 256, CHUNKS = 4 };

struct chunk {
	struct uidset uids;
	struct answer a;
};

struct fetch {
	struct uidset asked;		/* all of them */
	struct uidset todo;		/* not yet sent: from lo on */
	uint32_t lo;			/* 0: all sent */
	struct uidset again;		/* of refused chunks */
	bool single;			/* the second round */
	struct uidset got;		/* their bodies came */
	struct chunk chunk[CHUNKS];	/* a ring, because the answers must stay where they are */
	unsigned first, n;

	bool streamed;			/* a body came through the stream, its FETCH goes on */
	uint64_t size;
	bool ready;			/* message is complete, its body has been offered */
	struct resp_fetch message;
	struct slice inside;		/* a body that came within the response, not yet taken */
	char refusal[200];
};

static void
fetch_reset(struct fetch *f)
{
	unsigned i;

	uidset_free(&f->asked);
	uidset_free(&f->todo);
	uidset_free(&f->again);
	uidset_free(&f->got);
	for (i = 0; i < CHUNKS; i++)
		uidset_free(&f->chunk[i].uids);
	memset(f, 0, sizeof(*f));
}

void
fetch_free(struct imap *c)
{
	if (c->fetch)
		fetch_reset(c->fetch);
	free(c->fetch);
	c->fetch = NULL;
}

static void
copy_set(struct uidset *to, const struct uidset *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		uidset_add_range(to, from->v[i].lo, from->v[i].hi);
}

/* Moves the next few UIDs from todo into part. */
static void
take(struct fetch *f, struct uidset *part)
{
	uint32_t room = f->single ? 1 : CHUNK_UIDS, from, to;
	size_t i;

	uidset_reset(part);
	for (i = 0; i < f->todo.n && room > 0; i++) {
		if (f->todo.v[i].hi < f->lo)
			continue;
		from = f->todo.v[i].lo > f->lo ? f->todo.v[i].lo : f->lo;
		to = f->todo.v[i].hi - from >= room ? from + room - 1 : f->todo.v[i].hi;
		uidset_add_range(part, from, to);
		room -= to - from + 1;
		f->lo = to == UINT32_MAX ? 0 : to + 1;
		if (f->lo == 0)
			return;
	}
	if (room > 0)
		f->lo = 0;
}

static int
send_chunk(struct imap *c, struct err *e)
{
	struct fetch *f = c->fetch;
	struct chunk *k = &f->chunk[(f->first + f->n) % CHUNKS];
	size_t at = 0;

	take(f, &k->uids);
	if (k->uids.n == 0)
		return 0;
	f->n++;
	buf_puts(conn_begin(c), "UID FETCH ");
	uidset_format(&k->uids, &at, LIMIT_COMMAND, &c->cmd);
	buf_puts(&c->cmd, " (UID FLAGS INTERNALDATE BODY.PEEK[])");
	return conn_send(c, SENT_OTHER, &k->a, e);
}

static int
top_up(struct imap *c, struct err *e)
{
	struct fetch *f = c->fetch;

	if (f->lo == 0 && f->n == 0 && !f->single && f->again.n > 0) {
		uidset_free(&f->todo);
		copy_set(&f->todo, &f->again);
		f->lo = 1;
		f->single = true;
	}
	while (f->lo != 0 && f->n < CHUNKS)
		if (send_chunk(c, e) < 0)
			return -1;
	return 0;
}

static void
chunk_refused(struct fetch *f, const struct chunk *k)
{
	/* one that is alone is the broken one; a busy server would not like it one by one */
	bool final = uidset_count(&k->uids) == 1 || conn_busy(&k->a);
	uint64_t uid;
	size_t i;

	snprintf(f->refusal, sizeof(f->refusal), "%s", k->a.why);
	for (i = 0; !final && i < k->uids.n; i++)
		for (uid = k->uids.v[i].lo; uid <= k->uids.v[i].hi; uid++)
			if (!uidset_has(&f->got, (uint32_t)uid))
				uidset_add(&f->again, (uint32_t)uid);
}

static void
reap(struct fetch *f)
{
	struct chunk *k;

	while (f->n > 0 && (k = &f->chunk[f->first])->a.done) {
		if (k->a.status != STATUS_OK)
			chunk_refused(f, k);
		f->first = (f->first + 1) % CHUNKS;
		f->n--;
	}
}

void
imap_fetch_start(struct imap *c, const struct uidset *uids)
{
	struct err e = ERR_INIT;

	if (fetch_settle(c, &e) < 0)	/* the connection remembers why, as after every failure here */
		return;
	if (c->fetch == NULL)
		c->fetch = xcalloc(1, sizeof(*c->fetch));
	fetch_reset(c->fetch);
	copy_set(&c->fetch->asked, uids);
	copy_set(&c->fetch->todo, uids);
	c->fetch->lo = 1;
	if (conn_check_mailbox(c, &e) == 0)
		top_up(c, &e);
}

/* What the caller is to know of f->message; false: nothing. */
static bool
describe(struct fetch *f, struct fetched *out)
{
	const struct resp_fetch *m = &f->message;
	bool wanted = m->has_uid && uidset_has(&f->asked, m->uid);
	bool again = m->has_body && wanted && uidset_has(&f->got, m->uid);

	memset(out, 0, sizeof(*out));
	out->has_body = m->has_body;
	out->size = m->has_body ? f->size : 0;
	if (!wanted || again)	/* only if a body has been handed out must the caller hear of it */
		return m->has_body;
	out->uid = m->uid;
	out->flags = m->flags;
	out->has_flags = m->has_flags;
	out->date = m->date;
	if (m->has_body || m->body_nil)
		uidset_add(&f->got, m->uid);
	return true;
}

static enum fetch_step
body_starts(struct fetch *f, uint64_t size, struct fetched *out)
{
	memset(out, 0, sizeof(*out));
	f->size = size;
	out->size = size;
	return FETCH_BODY;
}

/* One response of the server; FETCH_DONE: nothing for the caller in it. */
static enum fetch_step
one_response(struct imap *c, struct fetched *out, struct err *e)
{
	struct fetch *f = c->fetch;
	enum conn_event ev;
	struct resp r;

	ev = conn_next(c, &r, e);
	if (ev == CONN_ERROR)
		return FETCH_ERROR;
	if (ev == CONN_BODY) {
		if (f->streamed)	/* a second body in one FETCH: skipped by conn_next */
			return FETCH_DONE;
		f->streamed = true;
		return body_starts(f, c->body_left, out);
	}
	if (r.data != DATA_FETCH)
		return FETCH_DONE;
	f->message = r.fetch;
	f->inside = r.fetch.body;
	if (r.fetch.has_body && !f->streamed) {
		f->ready = true;
		return body_starts(f, f->inside.len, out);
	}
	f->streamed = false;
	return describe(f, out) ? FETCH_MESSAGE : FETCH_DONE;
}

enum fetch_step
imap_fetch_next(struct imap *c, struct fetched *out, struct err *e)
{
	struct fetch *f = c->fetch;
	enum fetch_step step;

	memset(out, 0, sizeof(*out));
	if (conn_check_mailbox(c, e) < 0)
		return FETCH_ERROR;
	if (f == NULL)
		return FETCH_DONE;
	if (f->ready) {
		f->ready = false;
		f->inside.len = 0;
		if (describe(f, out))
			return FETCH_MESSAGE;
	}
	for (;;) {
		reap(f);
		if (top_up(c, e) < 0)
			return FETCH_ERROR;
		if (f->n == 0)
			return conn_check_mailbox(c, e) < 0 ? FETCH_ERROR : FETCH_DONE;
		step = one_response(c, out, e);
		if (step != FETCH_DONE)
			return step;
	}
}

int
imap_body(struct imap *c, struct slice *piece, struct err *e)
{
	struct fetch *f = c->fetch;

	if (f && f->ready) {
		*piece = f->inside;
		f->inside.len = 0;
		return 0;
	}
	return conn_body(c, piece, e);
}

const char *
imap_fetch_refusal(const struct imap *c)
{
	return c->fetch && c->fetch->refusal[0] ? c->fetch->refusal : NULL;
}

int
fetch_settle(struct imap *c, struct err *e)
{
	struct fetch *f = c->fetch;
	struct resp r;

	while (f && f->n > 0) {
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
		reap(f);
	}
	if (f) {
		f->lo = 0;
		f->ready = false;
		f->streamed = false;
		uidset_reset(&f->again);
	}
	return conn_alive(c, e);
}
