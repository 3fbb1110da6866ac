/* conn.c - one connection: bytes into commands, commands to their functions, answers out. RFC 3501 2.2, 7. */
#include "conn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/num.h"
#include "session.h"

/* A client must keep its lines shorter (RFC 7162 4 asks servers for 8192 octets); literals are for messages. */
static const size_t max_line = 65536;
static const uint64_t max_literal = (uint64_t)1 << 30;

enum { IN_ANY = ST_START | ST_AUTH | ST_SELECTED, IN_BOTH = ST_AUTH | ST_SELECTED };

static const struct command commands[] = {
	{ "CAPABILITY", IN_ANY, -1, 0, cmd_capability },
	{ "NOOP", IN_ANY, -1, 0, cmd_noop },
	{ "LOGOUT", IN_ANY, -1, 0, cmd_logout },
	{ "ID", IN_ANY, FAKE_ID, 0, cmd_id },
	{ "LOGIN", ST_START, -1, 0, cmd_login },
	{ "AUTHENTICATE", ST_START, -1, 0, cmd_authenticate },
	{ "ENABLE", ST_AUTH, FAKE_ENABLE, 0, cmd_enable },	/* RFC 5161 3.1: not once a mailbox is selected */
	{ "IDLE", IN_BOTH, FAKE_IDLE, 0, cmd_idle },
	{ "NAMESPACE", IN_BOTH, FAKE_NAMESPACE, 0, cmd_namespace },
	{ "SELECT", IN_BOTH, -1, CMD_BOX, cmd_select },
	{ "EXAMINE", IN_BOTH, -1, CMD_BOX, cmd_examine },
	{ "CREATE", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_create },
	{ "DELETE", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_delete },
	{ "RENAME", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_rename },
	{ "SUBSCRIBE", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_subscribe },
	{ "UNSUBSCRIBE", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_unsubscribe },
	{ "LIST", IN_BOTH, -1, 0, cmd_list },
	{ "LSUB", IN_BOTH, -1, 0, cmd_lsub },
	{ "STATUS", IN_BOTH, -1, CMD_BOX, cmd_status },
	{ "APPEND", IN_BOTH, -1, CMD_BOX | CMD_MUTATES, cmd_append },
	{ "CHECK", ST_SELECTED, -1, 0, cmd_noop },
	{ "CLOSE", ST_SELECTED, -1, 0, cmd_close },
	{ "UNSELECT", ST_SELECTED, FAKE_UNSELECT, 0, cmd_unselect },
	{ "EXPUNGE", ST_SELECTED, -1, CMD_MUTATES | CMD_UID, cmd_expunge },
	{ "SEARCH", ST_SELECTED, -1, CMD_HOLDS | CMD_UID, cmd_search },
	{ "FETCH", ST_SELECTED, -1, CMD_HOLDS | CMD_UID, cmd_fetch },
	{ "STORE", ST_SELECTED, -1, CMD_HOLDS | CMD_UID | CMD_MUTATES, cmd_store },
	{ "COPY", ST_SELECTED, -1, CMD_UID | CMD_MUTATES, cmd_copy },
	{ "MOVE", ST_SELECTED, FAKE_MOVE, CMD_UID | CMD_MUTATES, cmd_move },
};

enum verdict
say(struct fake_conn *c, enum verdict v, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_reset(&c->text);
	buf_puts(&c->text, text);
	return v;
}

enum verdict
say_bad_args(struct fake_conn *c)
{
	return say(c, SAY_BAD, "%s: wrong arguments", c->command ? c->command->name : "command");
}

static const struct command *
find_command(struct slice name)
{
	for (size_t i = 0; i < countof(commands); i++)
		if (slice_is_nocase(name, commands[i].name))
			return &commands[i];
	return NULL;
}

static void
answer(struct fake_conn *c, struct slice tag, enum verdict v)
{
	static const char *const words[] = { "OK", "NO", "BAD" };

	buf_addslice(&c->out, tag);
	buf_printf(&c->out, " %s ", words[v]);
	if (c->text.len == 0)
		buf_printf(&c->out, "%s done", c->command->name);
	buf_addslice(&c->out, buf_slice(&c->text));
	buf_puts(&c->out, "\r\n");
}

static void
finish(struct fake_conn *c, enum verdict v)
{
	if (v == SAY_LATER) {
		c->later_tag = slice_dup(c->tag);
		return;
	}
	if (c->box != NULL && c->state == ST_SELECTED)
		view_news(c, (c->command->flags & CMD_HOLDS) && !c->by_uid);
	answer(c, c->tag, v);
	if (c->state == ST_BYE)
		c->hang_up = true;
}

/* The command's name and whether it may come now. */
static enum verdict
know_command(struct fake_conn *c, struct words *w)
{
	struct slice name;

	c->command = NULL;
	c->by_uid = false;
	if (!words_char(w, ' ') || !words_atom(w, &name))
		return say(c, SAY_BAD, "there is no command");
	if (slice_is_nocase(name, "UID")) {
		c->by_uid = true;
		if (!words_char(w, ' ') || !words_atom(w, &name))
			return say(c, SAY_BAD, "UID: there is no command");
	}
	c->command = find_command(name);
	if (c->command == NULL ||
	    (c->command->cap >= 0 && !conn_cap(c, (enum fake_cap)c->command->cap)))
		return say(c, SAY_BAD, "unknown command");
	if (c->by_uid && !(c->command->flags & CMD_UID))
		return say(c, SAY_BAD, "%s has no UID form", c->command->name);
	/* RFC 4315 2.1: UID EXPUNGE is the extension, EXPUNGE is not. */
	if (c->by_uid && c->command->run == cmd_expunge && !conn_cap(c, FAKE_UIDPLUS))
		return say(c, SAY_BAD, "unknown command");
	if (!(c->command->states & (unsigned)c->state))
		return say(c, SAY_BAD, "%s is not allowed now", c->command->name);
	return SAY_OK;
}

static void
run_command(struct fake_conn *c, char *p, char *end)
{
	struct words w = { p, end };
	struct pending todo;
	enum verdict v;

	buf_reset(&c->text);
	c->server->counters.commands++;
	if (!words_astring(&w, &c->tag) || *p == '"' || *p == '{' ||
	    memchr(c->tag.p, '+', c->tag.len)) {
		buf_puts(&c->out, "* BAD there is no tag\r\n");
		return;
	}
	log_command(c, w.p < end ? w.p + 1 : end, end);
	v = know_command(c, &w);
	if (v != SAY_OK) {
		c->command = c->command ? c->command : &commands[1];
		answer(c, c->tag, v);
		return;
	}
	if (c->box != NULL && c->box->deleted) {
		buf_puts(&c->out, "* BYE the selected mailbox was deleted\r\n");
		c->hang_up = true;
		return;
	}
	todo = meet_faults(c, &w);
	v = todo.instead ? todo.verdict : c->command->run(c, &w);
	if (!todo.instead && v == SAY_OK && (c->command->flags & CMD_MUTATES))
		c->server->counters.mutations++;
	if (todo.untagged != NULL)
		buf_printf(&c->out, "%s\r\n", todo.untagged->text);
	if (todo.drop_after)
		c->hang_up = true;
	if (!c->hang_up)
		finish(c, v);
}

static void
run_line(struct fake_conn *c, char *p, size_t n)
{
	enum verdict (*more)(struct fake_conn *, struct slice) = c->more;
	struct slice line = { p, n };
	char *tag = c->later_tag;

	if (n > 0 && line.p[line.len - 1] == '\n')
		line.len--;
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (more == NULL) {
		run_command(c, p, p + line.len);
		return;
	}
	c->more = NULL;
	c->later_tag = NULL;
	c->tag = slice_of(tag);
	buf_reset(&c->text);
	finish(c, more(c, line));
	free(tag);
}

/* APPEND to a mailbox that is not there: as real servers do, it is refused before the message is sent. */
static bool
append_to_nowhere(const struct fake_conn *c, const char *p, size_t n)
{
	struct buf copy = BUF_INIT;
	struct words w;
	struct slice s;
	bool nowhere;

	buf_add(&copy, p, n < 2048 ? n : 2048);		/* the lexer writes into what it reads */
	w.p = copy.p;
	w.end = copy.p + copy.len;
	nowhere = c->user != NULL && words_astring(&w, &s) && words_char(&w, ' ') && words_is(&w, "APPEND") &&
	    words_char(&w, ' ') && words_astring(&w, &s) && words_char(&w, ' ') && box_find(c->user, s) == NULL;
	buf_free(&copy);
	return nowhere;
}

/* Does the line end with {n}? Then its octets belong to the command, and "+" is due if the client waits for it. */
static bool
literal_follows(struct fake_conn *c, size_t start, const char *line, size_t n)
{
	struct slice digits = { NULL, 0 };
	bool sync = true;
	uint64_t len;

	if (n < 3 || line[n - 1] != '}' || c->more != NULL)
		return false;
	n--;
	if (line[n - 1] == '+' && conn_cap(c, FAKE_LITERALPLUS)) {
		sync = false;			/* RFC 7888 3 */
		n--;
	}
	while (n > 0 && ascii_is_digit((unsigned char)line[n - 1])) {
		n--;
		digits.len++;
	}
	digits.p = line + n;
	if (n == 0 || line[n - 1] != '{' || !num_u64(digits, &len))
		return false;
	if (len > max_literal) {
		buf_puts(&c->out, "* BYE [TOOBIG] that literal is too long\r\n");
		c->hang_up = true;
		return false;
	}
	if (sync && append_to_nowhere(c, c->in.p + start, (size_t)(digits.p - c->in.p) - start))
		return false;
	c->literal = (size_t)len;
	if (sync)
		buf_puts(&c->out, "+ go ahead\r\n");
	return true;
}

/* Moves c->scan on. True: the command from start ends there. */
static bool
whole_command(struct fake_conn *c, size_t start)
{
	while (!c->hang_up) {
		const char *from, *nl;
		size_t left, n;

		if (c->in.len - c->scan < c->literal)
			return false;
		c->scan += c->literal;
		c->literal = 0;
		from = c->in.p + c->scan;
		left = c->in.len - c->scan;
		nl = left > 0 ? memchr(from, '\n', left) : NULL;
		if (nl == NULL || (size_t)(nl - from) > max_line) {
			if (left > max_line) {
				buf_puts(&c->out, "* BYE that line is too long\r\n");
				c->hang_up = true;
			}
			return false;
		}
		n = (size_t)(nl - from);
		c->scan += n + 1;
		if (n > 0 && from[n - 1] == '\r')
			n--;
		if (!literal_follows(c, start, from, n))
			return !c->hang_up;
	}
	return false;
}

void
fake_input(struct fake_conn *c, const void *p, size_t n)
{
	size_t start = 0;

	if (c->hang_up || n == 0)
		return;
	c->server->counters.bytes_in += n;
	if (!c->asked)
		c->server->counters.flights++;
	c->asked = true;
	buf_add(&c->in, p, n);
	while (whole_command(c, start)) {
		run_line(c, c->in.p + start, c->scan - start);
		start = c->scan;
	}
	buf_consume(&c->in, start);
	c->scan -= start;
	cut_output(c);
}

struct fake_conn *
fake_connect(struct fake_server *s, bool tls)
{
	struct fake_conn *c = xcalloc(1, sizeof(*c));

	c->server = s;
	c->serial = ++s->next_serial;
	c->tls = tls;
	c->next = s->conns;
	s->conns = c;
	c->state = ST_START;
	s->counters.connections++;
	if (s->caps[FAKE_PREAUTH] && s->nusers > 0)
		conn_login(c, s->users[0]);
	buf_puts(&c->out, c->state == ST_AUTH ? "* PREAUTH [CAPABILITY " : "* OK [CAPABILITY ");
	conn_add_caps(c, &c->out);
	buf_puts(&c->out, "] fake-imapd is ready\r\n");
	cut_output(c);
	return c;
}

void
fake_disconnect(struct fake_conn *c)
{
	struct fake_conn **at = &c->server->conns;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->box != NULL)
		view_close(c);
	if (c->user != NULL)
		c->server->counters.simultaneous--;
	buf_wipe(&c->in);
	buf_free(&c->out);
	buf_free(&c->text);
	free(c->later_tag);
	free(c->view);
	free(c);
}

const char *
fake_output(struct fake_conn *c, size_t *n)
{
	if (fake_idling(c) && c->box != NULL && !c->box->deleted && !c->hang_up) {
		view_news(c, false);
		cut_output(c);
	}
	*n = c->out.len - c->sent;
	return buf_str(&c->out) + c->sent;
}

void
fake_sent(struct fake_conn *c, size_t n)
{
	if (n == 0)
		return;
	c->sent += n;
	c->out_total += n;
	c->server->counters.bytes_out += n;
	c->delay = 0;
	if (c->sent == c->out.len) {
		buf_reset(&c->out);
		c->sent = 0;
		c->asked = false;
	}
}

bool
fake_closed(const struct fake_conn *c)
{
	return c->hang_up;
}

int64_t
fake_delay_ms(struct fake_conn *c)
{
	return c->sent < c->out.len || c->hang_up ? c->delay : 0;
}
