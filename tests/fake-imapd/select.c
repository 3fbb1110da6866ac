/* select.c - SELECT and EXAMINE with CONDSTORE and QRESYNC, CLOSE, UNSELECT. RFC 3501 6.3.1, RFC 7162 3.2.5. */
#include "conn.h"

struct qresync {
	bool wanted;
	uint32_t uidvalidity;
	uint64_t modseq;
	struct set known;
	bool has_known;
};

/* (uidvalidity modseq [known-uids] [(seqs uids)]); the last is an optimisation for servers that forget. */
static bool
qresync_args(struct words *w, struct qresync *q)
{
	struct set ignored = { NULL, 0, 0 };
	bool good = true;

	if (!words_char(w, ' ') || !words_char(w, '(') || !words_u32(w, &q->uidvalidity) ||
	    !words_char(w, ' ') || !words_u64(w, &q->modseq))
		return false;
	q->wanted = true;
	while (good && words_char(w, ' ')) {
		if (words_char(w, '(')) {
			good = words_set(w, &ignored) && words_char(w, ' ') && words_set(w, &ignored) &&
			    words_char(w, ')');
		} else {
			q->has_known = true;
			good = words_set(w, &q->known);
		}
	}
	set_free(&ignored);
	return good && words_char(w, ')');
}

static bool
params(struct fake_conn *c, struct words *w, struct qresync *q)
{
	if (words_end(w))
		return true;
	if (!words_char(w, ' ') || !words_char(w, '('))
		return false;
	do {
		if (words_is(w, "CONDSTORE") && conn_cap(c, FAKE_CONDSTORE))
			c->enabled_condstore = true;
		else if (!c->enabled_qresync || !words_is(w, "QRESYNC") || !qresync_args(w, q))
			return false;
	} while (words_char(w, ' '));
	return words_char(w, ')') && words_end(w);
}

static void
put_mailbox(struct fake_conn *c)
{
	const struct box *b = c->box;
	uint64_t known = ~(uint64_t)0 >> (MAX_KEYWORDS - b->nkeywords);
	size_t unseen = 0;

	buf_puts(&c->out, "* FLAGS (");
	box_show_flags(&c->out, b, known);
	buf_puts(&c->out, ")\r\n* OK [PERMANENTFLAGS (");
	if (!c->readonly) {
		box_show_flags(&c->out, b, known);
		buf_puts(&c->out, b->nkeywords < MAX_KEYWORDS ? " \\*" : "");
	}
	buf_puts(&c->out, ")] what can be kept\r\n");
	view_counts(c);
	while (unseen < b->n && (b->msgs[unseen].flags & FLAG_SEEN))
		unseen++;
	if (unseen < b->n)
		buf_printf(
		    &c->out, "* OK [UNSEEN %lu] the first unseen\r\n", (unsigned long)unseen + 1);
	if (b->uidvalidity != 0)
		buf_printf(&c->out, "* OK [UIDVALIDITY %lu] UIDs are valid\r\n",
		    (unsigned long)b->uidvalidity);
	buf_printf(&c->out, "* OK [UIDNEXT %lu] the next UID\r\n", (unsigned long)b->uidnext);
	if (conn_cap(c, FAKE_CONDSTORE))
		buf_printf(&c->out, "* OK [HIGHESTMODSEQ %llu] the highest\r\n",
		    (unsigned long long)b->modseq);
}

static void
resynchronize(struct fake_conn *c, struct qresync *q)
{
	const struct box *b = c->box;

	if (!q->wanted || q->uidvalidity != b->uidvalidity)
		return;
	set_resolve(&q->known, b->uidnext - 1);
	put_vanished(c, q->modseq, q->has_known ? &q->known : NULL);
	for (size_t i = 0; i < b->n; i++) {
		const struct msg *m = &b->msgs[i];

		if (m->modseq <= q->modseq || (q->has_known && !set_has(&q->known, m->uid)))
			continue;
		buf_printf(
		    &c->out, "* %lu FETCH (UID %lu ", (unsigned long)i + 1, (unsigned long)m->uid);
		put_flags(c, m);
		buf_printf(&c->out, " MODSEQ (%llu))\r\n", (unsigned long long)m->modseq);
	}
}

static enum verdict
open_box(struct fake_conn *c, struct words *w, bool readonly)
{
	struct qresync q = { false, 0, 0, { NULL, 0, 0 }, false };
	struct slice name;
	struct box *b;

	if (!words_char(w, ' ') || !words_astring(w, &name) || !params(c, w, &q)) {
		set_free(&q.known);
		return say_bad_args(c);
	}
	c->server->counters.selects++;
	if (c->box != NULL) {
		view_close(c);		/* RFC 3501 6.3.1: also if the new one cannot be opened */
		if (conn_cap(c, FAKE_CONDSTORE))
			buf_puts(&c->out, "* OK [CLOSED] the mailbox before\r\n");	/* RFC 7162 3.2.11 */
	}
	b = need_box(c, name, "NONEXISTENT");
	if (b != NULL) {
		c->readonly = readonly || c->force_readonly;
		view_open(c, b);
		put_mailbox(c);
		resynchronize(c, &q);
	}
	set_free(&q.known);
	if (b == NULL)
		return SAY_NO;
	return say(c, SAY_OK, c->readonly ? "[READ-ONLY] opened" : "[READ-WRITE] opened");
}

enum verdict
cmd_select(struct fake_conn *c, struct words *w)
{
	return open_box(c, w, false);
}

enum verdict
cmd_examine(struct fake_conn *c, struct words *w)
{
	return open_box(c, w, true);
}

enum verdict
cmd_close(struct fake_conn *c, struct words *w)
{
	if (!words_end(w))
		return say_bad_args(c);
	if (!c->readonly && expunge_deleted(c, NULL) > 0)
		c->server->counters.mutations++;
	view_close(c);
	return SAY_OK;
}

enum verdict
cmd_unselect(struct fake_conn *c, struct words *w)
{
	if (!words_end(w))
		return say_bad_args(c);
	view_close(c);
	return SAY_OK;
}
