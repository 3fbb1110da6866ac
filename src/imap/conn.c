/* conn.c - see conn.h: octets to responses, commands to octets. What a response means: note.c. */
#include "conn.h"

#include <string.h>

#include "../base/event.h"
#include "../base/os.h"
#include "../base/prof.h"
#include "note.h"

enum { WINDOW_TIMEOUTS = 10, WINDOW_BYTES = 256, TRACE_MAX = 400, LITERALS_MAX = 256 };

static int
fail(struct imap *c, const struct err *e)
{
	if (!c->dead)
		c->fault = *e;
	c->dead = true;
	return -1;
}

int
conn_alive(const struct imap *c, struct err *e)
{
	if (!c->dead)
		return 0;
	*e = c->fault;
	return -1;
}

int
conn_protocol(struct imap *c, const char *why, struct slice text, struct err *e)
{
	struct buf b = BUF_INIT;

	if (c->secret)
		text.len = 0;
	buf_add_printable(&b, text, 100);
	err_retry(e, ERR_CONNECTION, "%s: protocol error: the server sent %s%s%s",
	    stream_peer(c->s), why, b.len ? ": " : "", buf_str(&b));
	buf_free(&b);
	return fail(c, e);
}

bool
conn_busy(const struct answer *a)
{
	return a->code == CODE_UNAVAILABLE || a->code == CODE_INUSE || a->code == CODE_LIMIT;
}

int
conn_refused(const struct imap *c, const struct answer *a, enum err_radius radius, const char *what,
    struct err *e)
{
	err_set(e, radius, "%s: the server refuses %s: %s", stream_peer(c->s), what, a->why);
	e->retry = conn_busy(a);
	return -1;
}

static void
trace(const struct imap *c, const char *who, struct slice text)
{
	struct buf b = BUF_INIT;

	if (!event_debug_on(DEBUG_IMAP))
		return;
	if (c->secret)
		buf_puts(&b, "***");
	else
		buf_add_printable(&b, slice_trim(text), TRACE_MAX);
	event_debug(DEBUG_IMAP, "%s %s %s", stream_peer(c->s), who, buf_str(&b));
	buf_free(&b);
}

/* ---- sending ---- */

struct buf *
conn_begin(struct imap *c)
{
	buf_reset(&c->cmd);
	c->tag++;
	c->registered = false;
	buf_printf(&c->cmd, "%c%lu ", c->prefix, (unsigned long)c->tag);
	return &c->cmd;
}

void
conn_quoted(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (; *s; s++) {
		if (*s == '\r' || *s == '\n')
			continue;
		if (*s == '"' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
	buf_putc(b, '"');
}

int
conn_raw(struct imap *c, const void *p, size_t n, struct err *e)
{
	if (conn_alive(c, e) < 0)
		return -1;
	c->unflushed = true;
	return stream_write(c->s, p, n, e) < 0 ? fail(c, e) : 0;
}

/* Waits for an answer when too many are due: a server's patience with pipelining has an end. */
static int
enlist(struct imap *c, enum sent_kind kind, struct answer *a, struct err *e)
{
	struct sent *s;
	struct resp r;

	while (c->nsent == LIMIT_IN_FLIGHT)
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
	s = &c->sent[c->nsent++];
	s->tag = c->tag;
	s->kind = kind;
	s->a = a;
	if (a)
		memset(a, 0, sizeof(*a));
	if (kind == SENT_CHANGE)
		c->changes++;
	c->registered = true;
	prof_add(PROF_COMMANDS, 1);
	return 0;
}

int
conn_part(struct imap *c, enum sent_kind kind, struct answer *a, struct err *e)
{
	if (conn_alive(c, e) < 0 || (!c->registered && enlist(c, kind, a, e) < 0))
		return -1;
	trace(c, "C", buf_slice(&c->cmd));
	if (conn_raw(c, c->cmd.p, c->cmd.len, e) < 0)
		return -1;
	buf_reset(&c->cmd);
	return 0;
}

int
conn_send(struct imap *c, enum sent_kind kind, struct answer *a, struct err *e)
{
	buf_puts(&c->cmd, "\r\n");
	return conn_part(c, kind, a, e);
}

int
conn_go(struct imap *c, struct answer *a, struct resp *r, struct err *e)
{
	c->go_due = true;
	while (!a->done) {
		if (conn_next(c, r, e) == CONN_ERROR)
			return -1;
		if (!c->go_due)
			return 1;
	}
	c->go_due = false;
	return 0;
}

bool
conn_literal_plus(const struct imap *c, uint64_t n)
{
	return imap_has(c, CAP_LITERALPLUS) || (imap_has(c, CAP_LITERALMINUS) && n <= 4096);
}

/* ---- receiving ---- */

/*
 * Each wait has the stream's time-out; a server that feeds one octet before each time-out would
 * hold us for ever, so in ten of them there must be a few lines. Only time spent waiting counts.
 */
static int
check_pace(struct imap *c, int64_t ms, size_t got, struct err *e)
{
	c->waited += ms;
	c->waited_bytes += got;
	if (c->waited < (int64_t)c->conf->timeout_ms * WINDOW_TIMEOUTS)
		return 0;
	if (c->waited_bytes < WINDOW_BYTES) {
		err_retry(e, ERR_CONNECTION, "%s: the server is too slow: %lu octets in %ld s",
		    stream_peer(c->s), (unsigned long)c->waited_bytes, (long)(c->waited / 1000));
		return fail(c, e);
	}
	c->waited = 0;
	c->waited_bytes = 0;
	return 0;
}

static int
conn_fill(struct imap *c, struct err *e)
{
	size_t before = stream_peek(c->s).len;
	int64_t start = os_mono_ms();

	if (c->unflushed) {
		c->unflushed = false;
		if (stream_flush(c->s, e) < 0)
			return fail(c, e);
		if (stream_peek(c->s).len > before)	/* came in meanwhile */
			return 0;
	}
	if (stream_fill(c->s, e) < 0)
		return fail(c, e);
	return check_pace(c, os_mono_ms() - start, stream_peek(c->s).len - before, e);
}

static struct slice
chomp(struct slice s)
{
	if (s.len > 0 && s.p[s.len - 1] == '\n')
		s.len--;
	if (s.len > 0 && s.p[s.len - 1] == '\r')
		s.len--;
	return s;
}

/*
 * Reads to the next line end. *text is the whole response so far without it: in the stream's buffer
 * where it is in one piece there (nearly always), else in c->in.
 */
static int
read_line(struct imap *c, struct slice *text, struct err *e)
{
	const char *nl;
	struct slice v;

	for (;;) {
		v = stream_peek(c->s);
		nl = v.len ? memchr(v.p, '\n', v.len) : NULL;
		if (nl)
			v.len = (size_t)(nl - v.p) + 1;
		if (c->in.len + v.len > LIMIT_RESPONSE)
			return conn_protocol(c, "a response that is too long", v, e);
		stream_consume(c->s, v.len);
		if (nl && c->in.len == 0) {
			*text = chomp(v);
			return 0;
		}
		buf_addslice(&c->in, v);
		if (nl) {
			buf_truncate(&c->in, chomp(buf_slice(&c->in)).len);
			*text = buf_slice(&c->in);
			return 0;
		}
		if (conn_fill(c, e) < 0)
			return -1;
	}
}

static int
read_literal(struct imap *c, uint64_t n, struct err *e)
{
	struct slice v;

	if (n > LIMIT_LITERAL || c->in.len + n > LIMIT_RESPONSE)
		return conn_protocol(c, "a literal that is too long", buf_slice(&c->in), e);
	buf_puts(&c->in, "\r\n");
	while (n > 0) {
		v = stream_peek(c->s);
		if (v.len == 0) {
			if (conn_fill(c, e) < 0)
				return -1;
			continue;
		}
		if (v.len > n)
			v.len = (size_t)n;
		buf_addslice(&c->in, v);
		stream_consume(c->s, v.len);
		n -= v.len;
	}
	return 0;
}

/*
 * Lines and literals until the response is whole. A literal that is the body of a FETCH is not
 * read: in its place the text keeps an empty one, and the caller gets it from the stream.
 */
static enum conn_event
assemble(struct imap *c, struct slice *text, struct err *e)
{
	unsigned literals;
	uint64_t n;
	size_t len;

	for (literals = 0; literals < LITERALS_MAX; literals++) {
		if (read_line(c, text, e) < 0)
			return CONN_ERROR;
		if (!lex_announces(*text, &n, &len) || !resp_takes_literals(*text))
			return CONN_RESPONSE;
		if (c->in.len == 0)
			buf_addslice(&c->in, *text);
		*text = buf_slice(&c->in);
		if (resp_body_follows(*text, &c->scratch)) {
			buf_truncate(&c->in, c->in.len - len);
			buf_puts(&c->in, "{0}\r\n");
			c->body_left = n;
			c->partial = true;
			return CONN_BODY;
		}
		if (read_literal(c, n, e) < 0)
			return CONN_ERROR;
	}
	conn_protocol(c, "too many literals in one response", *text, e);
	return CONN_ERROR;
}

/* A server may say much, but not without end: a bound far above what any command asks for. */
static int
check_flood(struct imap *c, const struct resp *r, struct err *e)
{
	uint64_t messages = (uint64_t)c->cur.st.exists + c->next.st.exists;
	static const struct slice none = { NULL, 0 };

	if (r->kind != RESP_UNTAGGED)
		c->unasked = 0;
	else if (++c->unasked > 100000 + 4 * messages)
		return conn_protocol(c, "responses without end", none, e);
	return 0;
}

int
conn_body(struct imap *c, struct slice *piece, struct err *e)
{
	piece->p = NULL;
	piece->len = 0;
	if (conn_alive(c, e) < 0)
		return -1;
	while (c->body_left > 0 && piece->len == 0) {
		*piece = stream_peek(c->s);
		if (piece->len == 0 && conn_fill(c, e) < 0)
			return -1;
	}
	if (piece->len > c->body_left)
		piece->len = (size_t)c->body_left;
	stream_consume(c->s, piece->len);
	c->body_left -= piece->len;
	return 0;
}

enum conn_event
conn_next(struct imap *c, struct resp *r, struct err *e)
{
	struct slice text;
	enum conn_event ev;
	const char *why;
	bool parsed;

	memset(r, 0, sizeof(*r));
	if (conn_alive(c, e) < 0)
		return CONN_ERROR;
	while (c->body_left > 0)
		if (conn_body(c, &text, e) < 0)
			return CONN_ERROR;
	if (!c->partial)
		buf_reset(&c->in);
	c->partial = false;
	ev = assemble(c, &text, e);
	if (ev != CONN_RESPONSE)
		return ev;
	trace(c, "S", text);
	prof_begin(PROF_PARSE);
	parsed = resp_parse(r, text, &c->scratch, &why);
	prof_end(PROF_PARSE);
	if (!parsed) {
		conn_protocol(c, why, text, e);
		return CONN_ERROR;
	}
	return check_flood(c, r, e) < 0 || note_response(c, r, e) < 0 ? CONN_ERROR : CONN_RESPONSE;
}

int
conn_wait(struct imap *c, const struct answer *a, struct err *e)
{
	struct resp r;

	while (!a->done)
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
	return 0;
}
