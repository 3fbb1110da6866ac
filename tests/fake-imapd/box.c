/* box.c - commands about mailboxes as wholes: CREATE, DELETE, RENAME, subscriptions, STATUS, NAMESPACE. */
#include <stdlib.h>
#include <string.h>

#include "conn.h"

void
put_name(struct buf *out, const char *name)
{
	bool atom = *name != '\0', quotable = true;

	for (const char *p = name; *p != '\0'; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch < ' ' || ch >= 127)
			quotable = false;
		if (ch == ' ' || strchr("(){%*\"\\]", ch) != NULL)
			atom = false;
	}
	if (!quotable) {
		buf_printf(out, "{%lu}\r\n%s", (unsigned long)strlen(name), name);
	} else if (atom && !slice_is_nocase(slice_of(name), "NIL")) {
		buf_puts(out, name);
	} else {
		buf_putc(out, '"');
		for (; *name != '\0'; name++) {
			if (*name == '"' || *name == '\\')
				buf_putc(out, '\\');
			buf_putc(out, *name);
		}
		buf_putc(out, '"');
	}
}

struct box *
need_box(struct fake_conn *c, struct slice name, const char *code)
{
	struct box *b = box_find(c->user, name);

	if (b == NULL)
		say(c, SAY_NO, "[%s] there is no such mailbox", code);
	return b;
}

/* A name that a mailbox may get: no control characters, no raw 8-bit, no empty level. */
static bool
good_name(struct fake_conn *c, struct slice *name, bool create)
{
	char delim = c->server->delim;

	/* RFC 3501 6.3.3: a delimiter at the end says that mailboxes will be created below. */
	if (create && delim != '\0' && name->len > 1 && name->p[name->len - 1] == delim)
		name->len--;
	for (size_t i = 0; i < name->len; i++) {
		unsigned char ch = (unsigned char)name->p[i];

		if (ch < ' ' || ch >= 127)
			return false;
		if (delim != '\0' && name->p[i] == delim &&
		    (i == 0 || i + 1 == name->len || name->p[i + 1] == delim))
			return false;
	}
	return name->len > 0;
}

enum verdict
cmd_create(struct fake_conn *c, struct words *w)
{
	struct slice name;

	if (!words_char(w, ' ') || !words_astring(w, &name) || !words_end(w))
		return say_bad_args(c);
	if (!good_name(c, &name, true))
		return say(c, SAY_NO, "[CANNOT] that is no name for a mailbox");
	if (box_find(c->user, name) != NULL)
		return say(c, SAY_NO, "[ALREADYEXISTS] there is such a mailbox");
	box_create(c->user, name, c->server->next_uidvalidity++);
	return SAY_OK;
}

enum verdict
cmd_delete(struct fake_conn *c, struct words *w)
{
	struct slice name;
	struct box *b;

	if (!words_char(w, ' ') || !words_astring(w, &name) || !words_end(w))
		return say_bad_args(c);
	if ((b = need_box(c, name, "NONEXISTENT")) == NULL)
		return SAY_NO;
	if (strcmp(b->name, "INBOX") == 0)
		return say(c, SAY_NO, "[CANNOT] INBOX stays");
	box_delete(c->user, b);
	if (c->box == b)
		view_close(c);
	return SAY_OK;
}

/* RFC 3501 6.3.5: what lies below moves along. */
static void
rename_tree(struct fake_conn *c, struct slice from, struct slice to)
{
	struct user *u = c->user;
	struct box **moving = xcalloc(u->nboxes + 1, sizeof(*moving));
	struct buf name = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < u->nboxes; i++) {
		const char *p = u->boxes[i]->name;

		if (strncmp(p, from.p, from.len) == 0 &&
		    (p[from.len] == '\0' || (c->server->delim != '\0' && p[from.len] == c->server->delim)))
			moving[n++] = u->boxes[i];
	}
	for (size_t i = 0; i < n; i++) {
		buf_reset(&name);
		buf_addslice(&name, to);
		buf_puts(&name, moving[i]->name + from.len);
		box_rename(u, moving[i], buf_slice(&name));
	}
	buf_free(&name);
	free(moving);
}

enum verdict
cmd_rename(struct fake_conn *c, struct words *w)
{
	struct slice from, to;
	struct box *b;

	if (!words_char(w, ' ') || !words_astring(w, &from) || !words_char(w, ' ') ||
	    !words_astring(w, &to) || !words_end(w))
		return say_bad_args(c);
	b = box_find(c->user, from);
	if (b == NULL && !box_has_children(c->user, from, c->server->delim))
		return say(c, SAY_NO, "[NONEXISTENT] there is no such mailbox");
	if (!good_name(c, &to, true))
		return say(c, SAY_NO, "[CANNOT] that is no name for a mailbox");
	if (box_find(c->user, to) != NULL || box_has_children(c->user, to, c->server->delim))
		return say(c, SAY_NO, "[ALREADYEXISTS] there is such a mailbox");
	if (to.len > from.len && memcmp(to.p, from.p, from.len) == 0 &&
	    to.p[from.len] == c->server->delim)
		return say(c, SAY_NO, "[CANNOT] a mailbox cannot move below itself");
	if (b != NULL && strcmp(b->name, "INBOX") == 0)
		/* RFC 3501 6.3.5: its messages go, INBOX stays */
		box_move_all(b, box_create(c->user, to, c->server->next_uidvalidity++), c->serial);
	else
		rename_tree(c, from, to);
	return SAY_OK;
}

static enum verdict
subscription(struct fake_conn *c, struct words *w, bool on)
{
	struct slice name;

	if (!words_char(w, ' ') || !words_astring(w, &name) || !words_end(w) ||
	    !good_name(c, &name, false))
		return say_bad_args(c);
	sub_set(c->user, name, on);
	return SAY_OK;
}

enum verdict
cmd_subscribe(struct fake_conn *c, struct words *w)
{
	return subscription(c, w, true);
}

enum verdict
cmd_unsubscribe(struct fake_conn *c, struct words *w)
{
	return subscription(c, w, false);
}

bool
status_items(struct fake_conn *c, struct words *w, unsigned *items)
{
	static const struct {
		const char *name;
		unsigned item;
	} known[] = {
		{ "MESSAGES", STATUS_MESSAGES }, { "RECENT", STATUS_RECENT }, { "UIDNEXT", STATUS_UIDNEXT },
		{ "UIDVALIDITY", STATUS_UIDVALIDITY }, { "UNSEEN", STATUS_UNSEEN },
		{ "HIGHESTMODSEQ", STATUS_HIGHESTMODSEQ },
	};
	struct slice name;

	*items = 0;
	if (!words_char(w, '('))
		return false;
	do {
		size_t i = 0;

		if (!words_atom(w, &name))
			return false;
		while (i < countof(known) && !slice_is_nocase(name, known[i].name))
			i++;
		if (i == countof(known))
			return false;
		*items |= known[i].item;
	} while (words_char(w, ' '));
	if (*items & STATUS_HIGHESTMODSEQ) {
		if (!conn_cap(c, FAKE_CONDSTORE))
			return false;
		c->enabled_condstore = true;		/* RFC 7162 3.1.8 */
	}
	return words_char(w, ')');
}

void
put_status(struct fake_conn *c, const struct box *b, unsigned items)
{
	unsigned long recent = 0, unseen = 0;
	size_t start;

	if (items & (STATUS_RECENT | STATUS_UNSEEN)) {
		for (size_t i = 0; i < b->n; i++) {
			recent += b->msgs[i].recent_in == 0;
			unseen += (b->msgs[i].flags & FLAG_SEEN) == 0;
		}
	}
	buf_puts(&c->out, "* STATUS ");
	put_name(&c->out, b->name);
	buf_puts(&c->out, " (");
	start = c->out.len;
	if (items & STATUS_MESSAGES)
		buf_printf(&c->out, "MESSAGES %lu ", (unsigned long)b->n);
	if (items & STATUS_RECENT)
		buf_printf(&c->out, "RECENT %lu ", recent);
	if (items & STATUS_UIDNEXT)
		buf_printf(&c->out, "UIDNEXT %lu ", (unsigned long)b->uidnext);
	if ((items & STATUS_UIDVALIDITY) && b->uidvalidity != 0)
		buf_printf(&c->out, "UIDVALIDITY %lu ", (unsigned long)b->uidvalidity);
	if (items & STATUS_UNSEEN)
		buf_printf(&c->out, "UNSEEN %lu ", unseen);
	if (items & STATUS_HIGHESTMODSEQ)
		buf_printf(&c->out, "HIGHESTMODSEQ %llu ", (unsigned long long)b->modseq);
	if (c->out.len > start)
		buf_truncate(&c->out, c->out.len - 1);
	buf_puts(&c->out, ")\r\n");
}

enum verdict
cmd_status(struct fake_conn *c, struct words *w)
{
	struct slice name;
	struct box *b;
	unsigned items;

	if (!words_char(w, ' ') || !words_astring(w, &name) || !words_char(w, ' ') ||
	    !status_items(c, w, &items) || !words_end(w))
		return say_bad_args(c);
	if ((b = need_box(c, name, "NONEXISTENT")) == NULL)
		return SAY_NO;
	put_status(c, b, items);
	return SAY_OK;
}

enum verdict
cmd_namespace(struct fake_conn *c, struct words *w)
{
	char delim = c->server->delim;

	if (!words_end(w))
		return say_bad_args(c);
	if (delim == '\0')
		buf_puts(&c->out, "* NAMESPACE ((\"\" NIL)) NIL NIL\r\n");
	else
		buf_printf(&c->out, "* NAMESPACE ((\"\" \"%s%c\")) NIL NIL\r\n", delim == '\\' ? "\\" : "", delim);
	return SAY_OK;
}
