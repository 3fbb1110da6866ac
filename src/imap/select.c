/*
 * select.c - SELECT and the listing of every UID with its flags, in one flight. The listing is a
 * proof of absence only if it adds up (DESIGN rule 2); whatever does not fit makes it incomplete,
 * never an error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "note.h"

/* ---- the listing ---- */

/* While gathering, the bits above the flags hold the order of arrival: the later line counts. */
enum { ORDER_SHIFT = 5 };
static_assert_(FLAG_ALL < 1 << ORDER_SHIFT, flags_leave_room_for_the_order);

static void
list_add(struct remote_list *l, const struct resp_fetch *f)
{
	struct remote_msg *m;

	if (!f->has_uid || !f->has_flags) /* perhaps an unasked update; the count tells if not */
		return;
	l->v = xgrow(l->v, l->n, &l->cap, sizeof(*l->v));
	m = &l->v[l->n];
	m->uid = f->uid;
	m->flags = f->flags | (uint32_t)l->n << ORDER_SHIFT;
	l->n++;
}

static int
by_uid(const void *a, const void *b)
{
	const struct remote_msg *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return x->flags >> ORDER_SHIFT < y->flags >> ORDER_SHIFT ? -1 : 1;
}

/* Ascending by UID, each once, its last flags. */
static void
list_settle(struct remote_list *l)
{
	size_t i, n = 0;

	for (i = 1; i < l->n && l->v[i - 1].uid < l->v[i].uid; i++)
		;
	if (i < l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_uid);
	for (i = 0; i < l->n; i++) {
		if (n > 0 && l->v[n - 1].uid == l->v[i].uid)
			n--;
		l->v[n] = l->v[i];
		l->v[n++].flags &= FLAG_ALL;
	}
	l->n = n;
}

static void
list_judge(const struct imap *c, struct remote_list *l, const struct answer *a)
{
	const struct selected *m = &c->cur;
	/* Some servers refuse "1:*" of an empty mailbox, after having said that it is empty. */
	bool empty = m->exists_known && m->st.exists == 0 && l->n == 0;
	struct buf why = BUF_INIT;

	if (!m->exists_known)
		buf_puts(&why, "the server did not say how many messages there are");
	else if (m->unsound)
		buf_puts(&why, "the server's message counts contradict each other");
	else if (a->status != STATUS_OK && !empty)
		buf_printf(&why, "the server refused the listing: %s", a->why);
	else if (l->n > 0 && l->v[0].uid == 0)
		buf_puts(&why, "the server listed a message with UID 0");
	else if (l->n != m->st.exists)
		buf_printf(&why, "the server listed %lu messages but counts %lu",
		    (unsigned long)l->n, (unsigned long)m->st.exists);
	snprintf(l->why, sizeof(l->why), "%s", buf_str(&why));
	l->complete = why.len == 0;
	buf_free(&why);
}

void
remote_list_free(struct remote_list *l)
{
	free(l->v);
	memset(l, 0, sizeof(*l));
}

/* ---- SELECT ---- */

static int
send_select(struct imap *c, const char *mailbox, bool examine, struct answer *a, struct err *e)
{
	note_select(&c->next, examine);
	buf_puts(conn_begin(c), examine ? "EXAMINE " : "SELECT ");
	conn_quoted(&c->cmd, mailbox);
	return conn_send(c, SENT_SELECT, a, e);
}

/*
 * Both commands go out before the first is answered: harmless, because a UID FETCH without a
 * selected mailbox is refused, and nothing that came before SELECT's answer is taken for this
 * listing.
 */
static int
select_and_list(struct imap *c, const char *mailbox, bool examine, struct answer *sel,
    struct remote_list *l, struct err *e)
{
	struct answer listed;
	struct resp r;

	if (send_select(c, mailbox, examine, sel, e) < 0)
		return -1;
	buf_puts(conn_begin(c), "UID FETCH 1:* (UID FLAGS)");
	if (conn_send(c, SENT_OTHER, &listed, e) < 0)
		return -1;
	while (!sel->done || !listed.done) {
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
		if (r.data == DATA_FETCH && sel->done && c->cur.open)
			list_add(l, &r.fetch);
	}
	list_settle(l);
	list_judge(c, l, &listed);
	return 0;
}

static int
select_only(struct imap *c, const char *mailbox, bool examine, struct answer *sel, struct err *e)
{
	return send_select(c, mailbox, examine, sel, e) < 0 ? -1 : conn_wait(c, sel, e);
}

int
imap_select(struct imap *c, const char *mailbox, bool examine, struct mailbox_status *st,
    struct remote_list *list, struct err *e)
{
	struct buf what = BUF_INIT;
	struct answer a;
	int result;

	memset(st, 0, sizeof(*st));
	if (list)
		memset(list, 0, sizeof(*list));
	if (fetch_settle(c, e) < 0)
		return -1;
	result = list ? select_and_list(c, mailbox, examine, &a, list, e)
	    : select_only(c, mailbox, examine, &a, e);
	if (result == 0 && a.status != STATUS_OK) {
		buf_puts(&what, examine ? "EXAMINE " : "SELECT ");
		buf_add_printable(&what, slice_of(mailbox), 150);
		result = conn_refused(c, &a, ERR_FOLDER, buf_str(&what), e);
		buf_free(&what);
	}
	if (result == 0)
		result = conn_check_mailbox(c, e);
	if (result == 0)
		*st = c->cur.st;
	else if (list)
		remote_list_free(list);
	return result;
}

const struct mailbox_status *
imap_status(const struct imap *c)
{
	return c->cur.open ? &c->cur.st : NULL;
}
