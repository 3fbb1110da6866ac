/* change.c - flags and removals, queued and answered by imap_finish. Only deltas, only by UID. */
#include <string.h>

#include "conn.h"

enum { SET_MAX = LIMIT_COMMAND - 200 };

/* "UID STORE set +FLAGS.SILENT (..)" and the like, as many lines as the set needs. */
static void
send_set(struct imap *c, const char *verb, const struct uidset *uids, const char *tail)
{
	struct err e = ERR_INIT;
	size_t at = 0;

	/* What goes wrong is told by imap_finish: the connection or the mailbox remembers it. */
	if (fetch_settle(c, &e) < 0 || conn_check_mailbox(c, &e) < 0) {
		c->change_lost = true;
		return;
	}
	while (at < uids->n) {
		buf_puts(conn_begin(c), verb);
		buf_putc(&c->cmd, ' ');
		uidset_format(uids, &at, SET_MAX, &c->cmd);
		buf_puts(&c->cmd, tail);
		if (conn_send(c, SENT_CHANGE, NULL, &e) < 0)
			return;
	}
}

void
imap_store(struct imap *c, const struct uidset *uids, bool add, unsigned flags)
{
	struct buf tail = BUF_INIT;

	if ((flags & FLAG_ALL) == 0)		/* Cyrus refuses an empty list */
		return;
	buf_puts(&tail, add ? " +FLAGS.SILENT " : " -FLAGS.SILENT ");
	flags_format(&tail, flags);
	send_set(c, "UID STORE", uids, buf_str(&tail));
	buf_free(&tail);
}

void
imap_uid_expunge(struct imap *c, const struct uidset *uids)
{
	send_set(c, "UID EXPUNGE", uids, "");	/* RFC 4315 2.1 */
}

void
imap_expunge(struct imap *c)
{
	struct err e = ERR_INIT;

	if (fetch_settle(c, &e) < 0 || conn_check_mailbox(c, &e) < 0) {
		c->change_lost = true;
		return;
	}
	buf_puts(conn_begin(c), "EXPUNGE");
	conn_send(c, SENT_CHANGE, NULL, &e);
}

int
imap_finish(struct imap *c, struct err *e)
{
	struct answer refused;
	bool lost = c->change_lost;
	struct resp r;

	while (c->changes > 0)
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
	refused = c->change_refused;
	memset(&c->change_refused, 0, sizeof(c->change_refused));
	c->change_lost = false;
	if (conn_alive(c, e) < 0
	    || ((lost || c->cur.validity_moved) && conn_check_mailbox(c, e) < 0))
		return -1;
	if (lost)
		return err_set(e, ERR_FOLDER, "%s: a change was not sent", stream_peer(c->s));
	return refused.done ? conn_refused(c, &refused, ERR_MESSAGE, "a change", e) : 0;
}
