/* session.c - see session.h; also what is advertised, and fake_set_cap(). */
#include "session.h"

#include <stdlib.h>

static const char *const cap_names[FAKE_CAPS] = {
	[FAKE_UIDPLUS] = "UIDPLUS", [FAKE_LITERALPLUS] = "LITERAL+", [FAKE_SASL_IR] = "SASL-IR",
	[FAKE_NAMESPACE] = "NAMESPACE", [FAKE_BINARY] = "BINARY", [FAKE_ENABLE] = "ENABLE",
	[FAKE_CONDSTORE] = "CONDSTORE", [FAKE_QRESYNC] = "QRESYNC", [FAKE_LIST_STATUS] = "LIST-STATUS",
	[FAKE_ESEARCH] = "ESEARCH", [FAKE_MOVE] = "MOVE", [FAKE_UNSELECT] = "UNSELECT", [FAKE_ID] = "ID",
	[FAKE_CRAM_MD5] = "AUTH=CRAM-MD5", [FAKE_PLAIN] = "AUTH=PLAIN", [FAKE_LIST_EXTENDED] = "LIST-EXTENDED",
	[FAKE_IDLE] = "IDLE", [FAKE_LOGINDISABLED] = "LOGINDISABLED", [FAKE_PREAUTH] = "PREAUTH",
};

bool
fake_cap_by_name(const char *name, enum fake_cap *c)
{
	struct slice s = slice_of(name);

	for (unsigned i = 0; i < FAKE_CAPS; i++) {
		struct slice known = slice_of(cap_names[i]);

		if (slice_has_prefix(known, "AUTH=") && !slice_has_prefix(s, "AUTH=")) {
			known.p += 5;
			known.len -= 5;
		}
		if (slice_is_nocase(s, known.p)) {
			*c = (enum fake_cap)i;
			return true;
		}
	}
	return false;
}

bool
conn_cap(const struct fake_conn *c, enum fake_cap cap)
{
	const bool *on = c->server->caps;

	if (cap == FAKE_QRESYNC)		/* RFC 7162 3.2: it includes CONDSTORE and needs ENABLE */
		return on[cap] && on[FAKE_CONDSTORE] && on[FAKE_ENABLE];
	if (cap == FAKE_LIST_STATUS)		/* RFC 5819 1: an option of the extended LIST */
		return on[cap] && on[FAKE_LIST_EXTENDED];
	return on[cap];
}

void
conn_add_caps(struct fake_conn *c, struct buf *out)
{
	buf_puts(out, "IMAP4rev1");
	for (unsigned i = 0; i < FAKE_CAPS; i++) {
		bool login = i == FAKE_SASL_IR || i == FAKE_CRAM_MD5 || i == FAKE_PLAIN || i == FAKE_LOGINDISABLED;

		if (i == FAKE_PREAUTH || !conn_cap(c, (enum fake_cap)i) ||
		    (login && c->user != NULL))
			continue;
		buf_putc(out, ' ');
		buf_puts(out, cap_names[i]);
	}
	if (conn_cap(c, FAKE_LIST_EXTENDED))
		buf_puts(out, " CHILDREN");	/* RFC 5258 4 */
}

enum verdict
cmd_capability(struct fake_conn *c, struct words *w)
{
	if (!words_end(w))
		return say_bad_args(c);
	buf_puts(&c->out, "* CAPABILITY ");
	conn_add_caps(c, &c->out);
	buf_puts(&c->out, "\r\n");
	return SAY_OK;
}

enum verdict
cmd_noop(struct fake_conn *c, struct words *w)
{
	return words_end(w) ? SAY_OK : say_bad_args(c);
}

enum verdict
cmd_logout(struct fake_conn *c, struct words *w)
{
	if (!words_end(w))
		return say_bad_args(c);
	if (c->box != NULL)
		view_close(c);
	buf_puts(&c->out, "* BYE until next time\r\n");
	c->state = ST_BYE;
	return SAY_OK;
}

enum verdict
cmd_id(struct fake_conn *c, struct words *w)
{
	struct slice s;

	/* RFC 2971 3.1: NIL, or pairs of strings whose value may be NIL. */
	if (!words_char(w, ' '))
		return say_bad_args(c);
	if (words_char(w, '(')) {
		while (!words_char(w, ')')) {
			words_char(w, ' ');
			if (!words_string(w, &s) || !words_char(w, ' ') ||
			    !(words_is(w, "NIL") || words_string(w, &s)))
				return say_bad_args(c);
		}
	} else if (!words_is(w, "NIL")) {
		return say_bad_args(c);
	}
	buf_puts(&c->out, "* ID (\"name\" \"fake-imapd\")\r\n");
	return words_end(w) ? SAY_OK : say_bad_args(c);
}

enum verdict
cmd_enable(struct fake_conn *c, struct words *w)
{
	struct buf done = BUF_INIT;
	struct slice name;

	while (words_char(w, ' ') && words_atom(w, &name)) {
		if (slice_is_nocase(name, "CONDSTORE") && conn_cap(c, FAKE_CONDSTORE)) {
			c->enabled_condstore = true;
			buf_puts(&done, " CONDSTORE");
		} else if (slice_is_nocase(name, "QRESYNC") && conn_cap(c, FAKE_QRESYNC)) {
			c->enabled_condstore = c->enabled_qresync = true;
			buf_puts(&done, " QRESYNC");
		}
	}
	buf_printf(&c->out, "* ENABLED%s\r\n", buf_str(&done));
	buf_free(&done);
	return words_end(w) ? SAY_OK : say_bad_args(c);
}

static enum verdict
idle_done(struct fake_conn *c, struct slice line)
{
	/* RFC 2177 3: nothing but DONE ends it. */
	return slice_is_nocase(line, "DONE") ? SAY_OK : say(c, SAY_BAD, "DONE was expected");
}

enum verdict
cmd_idle(struct fake_conn *c, struct words *w)
{
	if (!words_end(w))
		return say_bad_args(c);
	buf_puts(&c->out, "+ idling\r\n");
	c->more = idle_done;
	return SAY_LATER;
}

bool
fake_idling(const struct fake_conn *c)
{
	return c->more == idle_done;
}

void
conn_login(struct fake_conn *c, struct user *u)
{
	struct fake_counters *n = &c->server->counters;

	c->user = u;
	c->state = ST_AUTH;
	n->logins++;
	if (++n->simultaneous > n->max_simultaneous)
		n->max_simultaneous = n->simultaneous;
}
