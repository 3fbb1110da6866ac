/*
 * fuzz_imap.c - libFuzzer target: the whole client against a server that says whatever the input is, in pieces of
 * any size. The first octet is the size of a piece; octets 1 to 4 stand for the tag of the last, the last but one
 * ... command, so that answers fit. This file is the stream, instead of src/net/stream.c, and takes the events,
 * which nobody would read.
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/base/event.h"
#include "../../src/imap/imap.h"
#include "../../src/net/stream.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TAGS = 4 };

struct stream {
	struct buf in;
	size_t head;
	struct buf line;		/* of the client, until its end */
	char tag[TAGS][16];		/* newest first */
};

static const uint8_t *input;
static size_t input_left, piece;

struct stream *
stream_dial(const char *host, unsigned port, const struct stream_tls *tls, int timeout_ms, struct err *e)
{
	(void)host, (void)port, (void)tls, (void)timeout_ms, (void)e;
	return xcalloc(1, sizeof(struct stream));
}

struct stream *
stream_tunnel(const char *command, int timeout_ms, struct err *e)
{
	(void)command;
	return stream_dial(NULL, 0, NULL, timeout_ms, e);
}

void
stream_close(struct stream *s)
{
	buf_free(&s->in);
	buf_free(&s->line);
	free(s);
}

struct slice
stream_peek(const struct stream *s)
{
	struct slice v;

	v.p = s->in.p ? s->in.p + s->head : NULL;
	v.len = s->in.len - s->head;
	return v;
}

void
stream_consume(struct stream *s, size_t n)
{
	s->head += n;
}

/* What was consumed is freed, not moved over: a view that is used too long is found. */
int
stream_fill(struct stream *s, struct err *e)
{
	struct buf more = BUF_INIT;
	size_t i;

	if (input_left == 0)
		return err_retry(e, ERR_CONNECTION, "the end");
	buf_addslice(&more, stream_peek(s));
	for (i = 0; i < piece && input_left > 0; i++, input++, input_left--) {
		if (*input >= 1 && *input <= TAGS)
			buf_puts(&more, s->tag[*input - 1]);
		else
			buf_putc(&more, *input);
	}
	buf_free(&s->in);
	s->in = more;
	s->head = 0;
	return 0;
}

static void
note_tag(struct stream *s)
{
	const char *blank = memchr(s->line.p, ' ', s->line.len);
	size_t n = blank ? (size_t)(blank - s->line.p) : 0;

	if (n == 0 || n >= sizeof(s->tag[0]))
		return;
	memmove(s->tag[1], s->tag[0], sizeof(s->tag) - sizeof(s->tag[0]));
	memcpy(s->tag[0], s->line.p, n);
	s->tag[0][n] = '\0';
}

int
stream_write(struct stream *s, const void *p, size_t n, struct err *e)
{
	const char *from = p;

	(void)e;
	for (; n > 0; n--, from++) {
		buf_putc(&s->line, *from);
		if (*from != '\n')
			continue;
		note_tag(s);
		buf_reset(&s->line);
	}
	return 0;
}

int
stream_flush(struct stream *s, struct err *e)
{
	(void)s, (void)e;
	return 0;
}

bool
stream_is_tls(const struct stream *s)
{
	(void)s;
	return true;
}

bool
stream_is_tunnel(const struct stream *s)
{
	(void)s;
	return false;
}

bool
stream_is_loopback(const struct stream *s)
{
	(void)s;
	return false;
}

const char *
stream_peer(const struct stream *s)
{
	(void)s;
	return "fuzz";
}

void
event_warn(const char *account, const char *fmt, ...)
{
	(void)account, (void)fmt;
}

bool
event_debug_on(enum debug_kind k)
{
	(void)k;
	return true;
}

void
event_debug(enum debug_kind k, const char *fmt, ...)
{
	(void)k, (void)fmt;
}

static int
fetch_all(struct imap *c, const struct uidset *uids, struct err *e)
{
	enum fetch_step step;
	struct slice body;
	struct fetched f;
	volatile char last = 0;

	imap_fetch_start(c, uids);
	while ((step = imap_fetch_next(c, &f, e)) > FETCH_DONE) {
		if (step == FETCH_MESSAGE || (f.size & 1))	/* some bodies are not read */
			continue;
		while (imap_body(c, &body, e) == 0 && body.len > 0)
			last = body.p[body.len - 1];
	}
	(void)last;
	return step == FETCH_DONE ? 0 : -1;
}

static int
upload(struct imap *c, struct err *e)
{
	struct append_result r;
	bool go;

	if (imap_append_start(c, "x", FLAG_SEEN, 0, 3, false, &go, e) < 0)
		return -1;
	if (go && (imap_append_data(c, "abc", 3, e) < 0 || imap_append_end(c, e) < 0))
		return -1;
	return imap_append_result(c, &r, e);
}

static void
use(struct imap *c)
{
	struct uidset uids = UIDSET_INIT, found = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct mailbox_status st;
	struct mailbox_list boxes;
	struct remote_metas metas;
	struct remote_list list;

	memset(&boxes, 0, sizeof(boxes));
	memset(&list, 0, sizeof(list));
	memset(&metas, 0, sizeof(metas));
	uidset_add_range(&uids, 1, 70);
	if ((imap_is_authenticated(c) || imap_login(c, "p", &e) == 0)
	    && imap_list(c, "", &boxes, &e) == 0 && imap_select(c, "x", false, &st, &list, &e) == 0
	    && fetch_all(c, &uids, &e) == 0 && imap_fetch_meta(c, &uids, &metas, &e) == 0
	    && imap_search_present(c, &uids, &found, &e) == 0) {
		imap_store(c, &uids, true, FLAG_DELETED);
		imap_expunge(c);
		imap_finish(c, &e);
		upload(c, &e);
	}
	mailbox_list_free(&boxes);
	remote_list_free(&list);
	remote_metas_free(&metas);
	uidset_free(&uids);
	uidset_free(&found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct account_conf conf = { .name = "f", .host = "f", .user = "u", .timeout_ms = 1000000 };
	struct err e = ERR_INIT;
	struct imap *c;

	if (n == 0)
		return 0;
	piece = data[0] ? data[0] : 1000000;
	input = data + 1;
	input_left = n - 1;
	c = imap_open(&conf, &e);
	if (c)
		use(c);
	imap_close(c);
	return 0;
}
