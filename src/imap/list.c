/* list.c - the names of the mailboxes (RFC 9051 6.3.9), and new ones. */
#include <stdlib.h>
#include <string.h>

#include "../base/event.h"
#include "conn.h"

static bool
has_control(struct slice name)
{
	size_t i;

	for (i = 0; i < name.len; i++)
		if (name.p[i] == '\0' || name.p[i] == '\r' || name.p[i] == '\n')
			return true;
	return false;
}

static void
skipped(const struct imap *c, struct slice name, const char *why)
{
	struct buf b = BUF_INIT;

	buf_add_printable(&b, name, 200);
	event_warn(c->conf->name, "%s: mailbox \"%s\" is left out: %s", stream_peer(c->s),
	    buf_str(&b), why);
	buf_free(&b);
}

static void
add(const struct imap *c, struct mailbox_list *l, const struct resp_list *m)
{
	struct mailbox *box;

	if (l->delim == '\0')
		l->delim = m->delim;
	if (m->bad) {
		skipped(c, m->name, "the server's LIST response makes no sense");
		return;
	}
	if (m->name.len == 0)
		return;
	if (m->name.len > LIMIT_NAME || has_control(m->name)) {
		skipped(c, m->name, "its name is too long or has line ends in it");
		return;
	}
	l->v = xgrow(l->v, l->n, &l->cap, sizeof(*l->v));
	box = &l->v[l->n++];
	/* RFC 9051 5.1: INBOX in any case is one mailbox; other names are compared as they are. */
	box->name = slice_is_nocase(m->name, "INBOX") ? xstrdup("INBOX") : slice_dup(m->name);
	box->delim = m->delim;
	box->noselect = m->noselect;
	box->noinferiors = m->noinferiors;
	box->trash = m->trash;
	box->junk = m->junk;
}

static int
by_name(const void *a, const void *b)
{
	const struct mailbox *x = *(struct mailbox *const *)a, *y = *(struct mailbox *const *)b;
	int d = strcmp(x->name, y->name);

	return d != 0 ? d : x < y ? -1 : x > y;
}

/* Of equal names the first stays. */
static void
drop_duplicates(struct mailbox_list *l)
{
	struct mailbox **sorted = xcalloc(l->n + 1, sizeof(*sorted));
	size_t i, n = 0;
	const char *kept = NULL;

	for (i = 0; i < l->n; i++)
		sorted[i] = &l->v[i];
	qsort(sorted, l->n, sizeof(*sorted), by_name);
	for (i = 0; i < l->n; i++) {
		if (kept == NULL || strcmp(kept, sorted[i]->name) != 0) {
			kept = sorted[i]->name;
			continue;
		}
		free(sorted[i]->name);
		sorted[i]->name = NULL;
	}
	free(sorted);
	for (i = 0; i < l->n; i++)
		if (l->v[i].name)
			l->v[n++] = l->v[i];
	l->n = n;
}

static int
collect(struct imap *c, const struct answer *root, const struct answer *all,
    struct mailbox_list *l, struct err *e)
{
	struct resp r;

	while (!root->done || !all->done) {
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
		if (r.data != DATA_LIST)
			continue;
		if (!root->done)
			l->delim = r.list.delim;
		else
			add(c, l, &r.list);
		if (l->n > LIMIT_MAILBOXES)
			return conn_protocol(c, "too many mailboxes", r.list.name, e);
	}
	return 0;
}

int
imap_list(struct imap *c, const char *reference, struct mailbox_list *l, struct err *e)
{
	struct answer root, all;

	memset(l, 0, sizeof(*l));
	if (fetch_settle(c, e) < 0)
		return -1;
	buf_puts(conn_begin(c), "LIST ");
	conn_quoted(&c->cmd, reference);
	buf_puts(&c->cmd, " \"\"");
	if (conn_send(c, SENT_OTHER, &root, e) < 0)
		return -1;
	buf_puts(conn_begin(c), "LIST ");
	conn_quoted(&c->cmd, reference);
	buf_puts(&c->cmd, " \"*\"");
	if (conn_send(c, SENT_OTHER, &all, e) < 0 || collect(c, &root, &all, l, e) < 0) {
		mailbox_list_free(l);
		return -1;
	}
	if (all.status != STATUS_OK) {
		mailbox_list_free(l);
		return conn_refused(c, &all, ERR_ACCOUNT, "LIST", e);
	}
	drop_duplicates(l);
	return 0;
}

void
mailbox_list_free(struct mailbox_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i].name);
	free(l->v);
	memset(l, 0, sizeof(*l));
}

int
imap_create(struct imap *c, const char *mailbox, struct err *e)
{
	struct answer a;
	struct buf what = BUF_INIT;

	if (fetch_settle(c, e) < 0)
		return -1;
	buf_puts(conn_begin(c), "CREATE ");
	conn_quoted(&c->cmd, mailbox);
	if (conn_send(c, SENT_OTHER, &a, e) < 0 || conn_wait(c, &a, e) < 0)
		return -1;
	if (a.status == STATUS_OK || a.code == CODE_ALREADYEXISTS)
		return 0;
	buf_puts(&what, "CREATE ");
	buf_add_printable(&what, slice_of(mailbox), 150);
	conn_refused(c, &a, ERR_FOLDER, buf_str(&what), e);
	buf_free(&what);
	return -1;
}
