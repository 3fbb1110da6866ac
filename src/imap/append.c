/*
 * append.c - uploads (RFC 9051 6.3.12). Nothing is flushed at the end of one, so that its data and
 * the next command line leave in one write: with synchronizing literals that saves a round trip for
 * each message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/date.h"
#include "conn.h"

struct append {
	struct answer a;
	struct append *next;
};

static struct append *
push(struct imap *c)
{
	struct append *ap = xcalloc(1, sizeof(*ap));

	if (c->appends_last)
		c->appends_last->next = ap;
	else
		c->appends = ap;
	c->appends_last = ap;
	return ap;
}

static void
drop_first(struct imap *c)
{
	struct append *ap = c->appends;

	c->appends = ap->next;
	if (c->appends == NULL)
		c->appends_last = NULL;
	free(ap);
}

void
append_free(struct imap *c)
{
	while (c->appends)
		drop_first(c);
}

int
imap_append_start(struct imap *c, const char *mailbox, unsigned flags, int64_t date, uint64_t size,
    bool binary, bool *go, struct err *e)
{
	bool plus = conn_literal_plus(c, size);
	struct append *ap;
	struct resp r;
	int result;

	*go = false;
	if (fetch_settle(c, e) < 0)
		return -1;
	ap = push(c);
	buf_puts(conn_begin(c), "APPEND ");
	conn_quoted(&c->cmd, mailbox);
	buf_putc(&c->cmd, ' ');
	flags_format(&c->cmd, flags);
	buf_puts(&c->cmd, " \"");
	date_imap(&c->cmd, date);
	/* RFC 3516 4.4: a literal8 for octets that are NUL; RFC 7888: "+" does not wait */
	buf_printf(&c->cmd, "\" %s{%llu%s}\r\n", binary ? "~" : "", (unsigned long long)size,
	    plus ? "+" : "");
	if (conn_part(c, SENT_OTHER, &ap->a, e) < 0)
		return -1;
	result = plus ? 1 : conn_go(c, &ap->a, &r, e);
	*go = result == 1;
	return result < 0 ? -1 : 0;
}

int
imap_append_data(struct imap *c, const void *p, size_t n, struct err *e)
{
	return conn_raw(c, p, n, e);
}

int
imap_append_end(struct imap *c, struct err *e)
{
	return conn_raw(c, "\r\n", 2, e);
}

int
imap_append_result(struct imap *c, struct append_result *r, struct err *e)
{
	struct append *ap = c->appends;

	memset(r, 0, sizeof(*r));
	if (conn_alive(c, e) < 0)
		return -1;
	if (ap == NULL)
		return err_set(e, ERR_MESSAGE, "%s: no upload is under way", stream_peer(c->s));
	if (conn_wait(c, &ap->a, e) < 0)
		return -1;
	r->ok = ap->a.status == STATUS_OK;
	r->refused = !r->ok;
	r->over_quota = ap->a.code == CODE_OVERQUOTA;
	r->uidvalidity = ap->a.uidvalidity;
	r->uid = ap->a.uid;
	snprintf(r->why, sizeof(r->why), "%s", ap->a.why);
	drop_first(c);
	return 0;
}
