/* change.c - commands that change messages: APPEND, STORE, COPY, MOVE, EXPUNGE. */
#include <stdlib.h>
#include <string.h>

#include "../../src/base/date.h"
#include "conn.h"

bool
flag_list(struct fake_conn *c, struct words *w, struct box *b, uint64_t *flags)
{
	bool paren = words_char(w, '(');
	struct slice name;

	(void)c;
	*flags = 0;
	if (paren && words_char(w, ')'))
		return true;
	do {
		uint64_t bit;

		if (!words_flag(w, &name))
			return false;
		bit = box_flag_bit(b, name, true);
		if (bit == 0 && name.p[0] == '\\' && !slice_is_nocase(name, "\\Recent"))
			return false;
		*flags |= bit;
	} while (words_char(w, ' '));
	return !paren || words_char(w, ')');
}

static void
say_code(struct fake_conn *c, const char *code, const struct box *b)
{
	buf_reset(&c->text);
	buf_printf(&c->text, "[%s %lu ", code, (unsigned long)b->uidvalidity);
}

/* [SP flags] [SP date-time] SP literal */
static bool
append_args(struct fake_conn *c, struct words *w, struct box *b, uint64_t *flags, int64_t *date)
{
	struct slice s;

	*flags = 0;
	*date = server_now(c->server);
	if (!words_char(w, ' '))
		return false;
	if (words_peek(w, '(') && (!flag_list(c, w, b, flags) || !words_char(w, ' ')))
		return false;
	if (words_peek(w, '"') &&
	    (!words_string(w, &s) || !date_imap_parse(s, date) || !words_char(w, ' ')))
		return false;
	return true;
}

enum verdict
cmd_append(struct fake_conn *c, struct words *w)
{
	struct slice name, body;
	uint64_t flags;
	int64_t date;
	struct box *b;
	const struct msg *m;

	if (!words_char(w, ' ') || !words_astring(w, &name))
		return say_bad_args(c);
	if ((b = need_box(c, name, "TRYCREATE")) == NULL)
		return SAY_NO;
	if (!append_args(c, w, b, &flags, &date))
		return say_bad_args(c);
	if (words_peek(w, '~') && conn_cap(c, FAKE_BINARY)) {
		if (!words_binary(w, &body))
			return say_bad_args(c);
	} else if (!words_peek(w, '{') || !words_string(w, &body)) {
		return say(c, SAY_BAD, "APPEND: no literal, or a NUL in it (RFC 3501 4.3.1)");
	}
	if (!words_end(w))
		return say_bad_args(c);
	m = box_add(b, flags, date, body_new(body.p, body.len));
	c->server->counters.appends++;
	if (conn_cap(c, FAKE_UIDPLUS) && b->uidvalidity != 0) {
		say_code(c, "APPENDUID", b);
		buf_printf(&c->text, "%lu] stored", (unsigned long)m->uid);
	}
	return SAY_OK;
}

size_t
expunge_deleted(struct fake_conn *c, const struct set *only)
{
	struct box *b = c->box;
	uint32_t *uids = xcalloc(b->n + 1, sizeof(*uids));
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if ((b->msgs[i].flags & FLAG_DELETED) &&
		    (only == NULL || set_has(only, b->msgs[i].uid)))
			uids[n++] = b->msgs[i].uid;
	box_expunge(b, uids, n, c->serial);
	c->server->counters.expunges += n;
	free(uids);
	return n;
}

enum verdict
cmd_expunge(struct fake_conn *c, struct words *w)
{
	struct set only = { NULL, 0, 0 };
	size_t n;

	if ((c->by_uid && (!words_char(w, ' ') || !words_set(w, &only))) || !words_end(w)) {
		set_free(&only);
		return say_bad_args(c);
	}
	if (c->readonly) {
		set_free(&only);
		return say(c, SAY_NO, "[READ-ONLY] the mailbox is open for reading");
	}
	view_resolve(c, &only);
	n = expunge_deleted(c, c->by_uid ? &only : NULL);
	set_free(&only);
	if (n > 0 && c->enabled_qresync)		/* RFC 7162 3.2.7, 3.2.8 */
		return say(c, SAY_OK, "[HIGHESTMODSEQ %llu] expunged", (unsigned long long)c->box->modseq);
	return SAY_OK;
}

struct store {
	struct set set;
	char sign;			/* '+', '-' or 0: replace */
	bool silent, conditional;
	uint64_t unchanged_since, flags;
};

static bool
store_args(struct fake_conn *c, struct words *w, struct store *s)
{
	struct slice item;

	if (!words_char(w, ' ') || !words_set(w, &s->set) || !words_char(w, ' '))
		return false;
	if (conn_cap(c, FAKE_CONDSTORE) && words_char(w, '(')) {
		if (!words_is(w, "UNCHANGEDSINCE") || !words_char(w, ' ') ||
		    !words_u64(w, &s->unchanged_since) || !words_char(w, ')') ||
		    !words_char(w, ' '))
			return false;
		s->conditional = c->enabled_condstore = true;
	}
	if (words_char(w, '+'))
		s->sign = '+';
	else if (words_char(w, '-'))
		s->sign = '-';
	if (!words_atom(w, &item) || !words_char(w, ' '))
		return false;
	s->silent = slice_is_nocase(item, "FLAGS.SILENT");
	if (!s->silent && !slice_is_nocase(item, "FLAGS"))
		return false;
	return flag_list(c, w, c->box, &s->flags) && words_end(w);
}

static void
store_one(struct fake_conn *c, const struct store *s, const struct walk *at, struct msg *m)
{
	uint64_t flags = s->sign == '+' ? m->flags | s->flags : s->sign == '-' ? m->flags & ~s->flags : s->flags;

	if (flags != m->flags)
		box_flag(c->box, m, flags, c->serial);
	if (s->silent && !c->enabled_condstore)
		return;
	buf_printf(&c->out, "* %lu FETCH (", (unsigned long)at->seq);
	if (c->by_uid || c->enabled_qresync)
		buf_printf(&c->out, "UID %lu%s", (unsigned long)m->uid, s->silent ? "" : " ");
	if (!s->silent)
		put_flags(c, m);
	if (c->enabled_condstore) {		/* RFC 7162 3.1.3: even if silent */
		if (c->out.p[c->out.len - 1] != '(')
			buf_putc(&c->out, ' ');
		buf_printf(&c->out, "MODSEQ (%llu)", (unsigned long long)m->modseq);
	}
	buf_puts(&c->out, ")\r\n");
}

static enum verdict
store_all(struct fake_conn *c, const struct store *s)
{
	struct walk at = { 0, 0, false, false, 0, 0 };
	struct buf modified = BUF_INIT;
	struct set_out out = { &modified, 0, 0, false };
	enum verdict v = SAY_OK;
	struct msg *m;

	while ((m = walk_next(c, &s->set, &at)) != NULL) {
		if (s->conditional && m->modseq > s->unchanged_since)
			set_put(&out, c->by_uid ? at.uid : at.seq);
		else
			store_one(c, s, &at, m);
	}
	set_put_end(&out);
	if (at.missed && !c->by_uid)
		v = say(c, SAY_NO, "[EXPUNGEISSUED] some of these messages are gone");
	else if (modified.len > 0) {
		say(c, SAY_OK, "[MODIFIED ");		/* RFC 7162 3.1.3 */
		buf_addslice(&c->text, buf_slice(&modified));
		buf_puts(&c->text, "] the others were stored");
	}
	buf_free(&modified);
	return v;
}

enum verdict
cmd_store(struct fake_conn *c, struct words *w)
{
	struct store s;
	enum verdict v;

	memset(&s, 0, sizeof(s));
	if (!store_args(c, w, &s) || !view_resolve(c, &s.set))
		v = say_bad_args(c);
	else if (c->readonly)
		v = say(c, SAY_NO, "[READ-ONLY] the mailbox is open for reading");
	else {
		c->server->counters.stores++;
		v = store_all(c, &s);
	}
	set_free(&s.set);
	return v;
}

/* Copies in UID order; the code's text goes to out, the UIDs to *uids (caller frees). */
static size_t
copy_all(struct fake_conn *c, const struct set *set, struct box *to, struct buf *code, uint32_t **uids)
{
	struct walk at = { 0, 0, false, false, 0, 0 };
	struct set_out from_set = { code, 0, 0, false };
	uint32_t first = to->uidnext;
	size_t n = 0, cap = 0;

	*uids = NULL;
	while (walk_next(c, set, &at) != NULL) {
		*uids = xgrow(*uids, n, &cap, sizeof(**uids));
		(*uids)[n++] = at.uid;
	}
	for (size_t i = 0; i < n; i++) {
		const struct msg *m = box_msg(c->box, (*uids)[i]);

		set_put(&from_set, m->uid);
		box_add(to, box_translate(to, c->box, m->flags), m->date, body_ref(m->body));
	}
	set_put_end(&from_set);
	if (n > 0)
		buf_printf(code, n > 1 ? " %lu:%lu" : " %lu", (unsigned long)first, (unsigned long)(first + n - 1));
	return n;
}

static enum verdict
copy(struct fake_conn *c, struct words *w, bool move)
{
	struct set set = { NULL, 0, 0 };
	struct buf code = BUF_INIT;
	struct slice name;
	struct box *to = NULL;
	uint32_t *uids = NULL;
	enum verdict v = SAY_OK;
	size_t n;

	if (!words_char(w, ' ') || !words_set(w, &set) || !words_char(w, ' ') ||
	    !words_astring(w, &name) || !words_end(w) || !view_resolve(c, &set))
		v = say_bad_args(c);
	else if (move && c->readonly)
		v = say(c, SAY_NO, "[READ-ONLY] the mailbox is open for reading");
	else if ((to = need_box(c, name, "TRYCREATE")) == NULL)
		v = SAY_NO;
	if (v == SAY_OK) {
		n = copy_all(c, &set, to, &code, &uids);
		if (n > 0 && to->uidvalidity != 0 && conn_cap(c, FAKE_UIDPLUS)) {
			say_code(c, "COPYUID", to);
			buf_addslice(&c->text, buf_slice(&code));
			buf_puts(&c->text, "] copied");
		}
		if (move && n > 0) {
			/* RFC 6851 4.3: COPYUID comes before the EXPUNGEs, so untagged. */
			if (c->text.len > 0)
				buf_printf(&c->out, "* OK %s\r\n", buf_str(&c->text));
			buf_reset(&c->text);
			box_expunge(c->box, uids, n, c->serial);
			c->server->counters.expunges += n;
		}
	}
	free(uids);
	buf_free(&code);
	set_free(&set);
	return v;
}

enum verdict
cmd_copy(struct fake_conn *c, struct words *w)
{
	return copy(c, w, false);
}

enum verdict
cmd_move(struct fake_conn *c, struct words *w)
{
	return copy(c, w, true);
}
