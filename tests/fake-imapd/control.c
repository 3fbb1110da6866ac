/* control.c - see control.h. One command a line, words separated by blanks, a word with blanks in "quotes". */
#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/md5.h"
#include "../../src/base/num.h"
#include "../../src/base/os.h"
#include "../../src/base/stop.h"

enum { MAX_WORDS = 12 };

struct control {
	struct fake_server *server;
	char *words[MAX_WORDS];		/* [0]: the command */
	int n;
	struct buf *out;
};

static int
good(struct control *t, const char *fmt, ...)
{
	va_list ap;
	char text[200];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_printf(t->out, "ok%s%s\n", *text ? " " : "", text);
	return 0;
}

static int
bad(struct control *t, const char *text)
{
	buf_printf(t->out, "error %s\n", text);
	return 0;
}

static int
read_file(const char *path, struct buf *out, char *why, size_t cap)
{
	int rc = os_read_file(path, (size_t)1 << 30, out);

	if (rc < 0)
		snprintf(why, cap, "%s: %s", path, strerror(errno));
	return rc;
}

int
control_faults(struct fake_server *s, const char *file, char *why, size_t cap)
{
	struct buf script = BUF_INIT;
	char wrong[200];
	int rc = read_file(file, &script, why, cap);

	if (rc == 0 && (rc = fake_faults(s, buf_str(&script), wrong, sizeof(wrong))) < 0)
		snprintf(why, cap, "%s: %s", file, wrong);
	buf_free(&script);
	return rc;
}

static void
make_message(struct buf *b, const char *box, uint32_t i, uint32_t size)
{
	buf_reset(b);
	buf_printf(b, "From: Sender %lu <s%lu@example.org>\r\nTo: test@example.org\r\n",
	    (unsigned long)(i % 97), (unsigned long)(i % 97));
	buf_printf(b, "Subject: message %lu of %s\r\nDate: Sat, 01 Mar 2003 12:%02lu:00 +0000\r\n",
	    (unsigned long)i, box, (unsigned long)(i % 60));
	buf_printf(b, "Message-ID: <%lu.%s@generated.example.org>\r\n\r\n", (unsigned long)i, box);
	/* Sizes from half to one and a half times what was asked for. */
	size = size / 2 + (uint32_t)((i * (uint64_t)2654435761u >> 8) % (size + 1));
	for (uint32_t line = 0; b->len < size; line++)
		buf_printf(b, "Line %lu of message %lu in %s, which says nothing at all.\r\n",
		    (unsigned long)line, (unsigned long)i, box);
}

int
control_generate(struct fake_server *s, const char *user, const char *size, char *why, size_t cap)
{
	static const char *const flags[] = { "\\Seen", "", "\\Seen \\Answered", "\\Seen \\Flagged" };
	uint32_t n[3] = { 0, 0, 3000 };
	struct buf message = BUF_INIT;
	const char *p = size;
	size_t parts = 0;
	char box[32] = "INBOX";

	for (; parts < 3 && *p != '\0'; parts++) {
		struct slice digits = { p, strcspn(p, "x") };

		if (!num_u32(digits, &n[parts]) || n[parts] > 10000000)
			break;
		p += digits.len;
		p += *p == 'x' && p[1] != '\0';
	}
	if (parts < 2 || *p != '\0') {
		snprintf(why, cap, "FOLDERSxMESSAGES[xBYTES] was expected, not %s", size);
		return -1;
	}
	for (uint32_t f = 1; f <= n[0]; f++) {
		if (f > 1)
			snprintf(box, sizeof(box), "box%04lu", (unsigned long)f);
		if (fake_look(s, user, box, 0, &(struct fake_view){ 0, 0, 0, NULL, NULL, 0 }) ||
		    (f > 1 && !fake_create(s, user, box))) {
			snprintf(
			    why, cap, "user %s is unknown or has a mailbox %s already", user, box);
			return -1;
		}
		for (uint32_t i = 1; i <= n[1]; i++) {
			make_message(&message, box, i, n[2]);
			if (fake_append(s, user, box, flags[i % 4], message.p, message.len) == 0)
				break;
		}
	}
	buf_free(&message);
	return 0;
}

/* The word as a UID with a message in that mailbox. */
static bool
find(struct control *t, const char *user, const char *box, const char *uid, struct fake_view *v)
{
	uint32_t want;

	if (!num_u32(slice_of(uid), &want))
		return false;
	for (size_t i = 0; fake_look(t->server, user, box, i, v); i++)
		if (v->uid == want)
			return true;
	return false;
}

static int
do_append(struct control *t)
{
	char why[300];
	uint32_t uid = fake_append_file(t->server, t->words[1], t->words[2], t->words[3], t->words[4], why,
	    sizeof(why));

	return uid == 0 ? bad(t, why) : good(t, "uid %lu", (unsigned long)uid);
}

/* The octets as they are: bare LF, CR, NUL. */
static int
do_append_raw(struct control *t)
{
	struct buf body = BUF_INIT;
	char why[300];
	uint32_t uid;

	if (read_file(t->words[4], &body, why, sizeof(why)) < 0) {
		buf_free(&body);
		return bad(t, why);
	}
	uid = fake_append(t->server, t->words[1], t->words[2], t->words[3], buf_str(&body), body.len);
	buf_free(&body);
	return uid == 0 ? bad(t, "no such user or mailbox") : good(t, "uid %lu", (unsigned long)uid);
}

static int
do_flag(struct control *t)
{
	struct fake_view v;
	bool add = strcmp(t->words[0], "flag") == 0;
	const char *flags = t->words[4] + (*t->words[4] == '+' || *t->words[4] == '-');

	if (!find(t, t->words[1], t->words[2], t->words[3], &v))
		return bad(t, "no such message");
	fake_flag(t->server, t->words[1], t->words[2], v.uid, add, flags);
	return good(t, "");
}

static int
do_expunge(struct control *t)
{
	struct fake_view v;

	if (!find(t, t->words[1], t->words[2], t->words[3], &v))
		return bad(t, "no such message");
	fake_expunge(t->server, t->words[1], t->words[2], v.uid);
	return good(t, "");
}

static int
do_create(struct control *t)
{
	if (!fake_create(t->server, t->words[1], t->words[2]))
		return bad(t, "no such user, or there is such a mailbox");
	return good(t, "uidvalidity %lu", (unsigned long)fake_uidvalidity(t->server, t->words[1], t->words[2]));
}

static int
do_delete(struct control *t)
{
	return fake_delete(t->server, t->words[1], t->words[2]) ? good(t, "") : bad(t, "no such mailbox");
}

static int
do_uidvalidity(struct control *t)
{
	uint32_t n;

	if (!num_u32(slice_of(t->words[3]), &n))
		return bad(t, "a number was expected");
	fake_set_uidvalidity(t->server, t->words[1], t->words[2], n);
	return good(t, "");
}

/* An answer of several lines: "ok N", then N lines. */
static int
lines(struct control *t, const char *text)
{
	unsigned long n = 0;

	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	good(t, "%lu", n);
	buf_puts(t->out, text);
	return 0;
}

/* One line a mailbox, one a message: for diff. The dates are left out, as they differ from run to run. */
static int
do_dump(struct control *t)
{
	struct buf text = BUF_INIT;
	struct fake_view v;
	const char *box;
	char md5[33];

	for (size_t i = 0; fake_mailbox(t->server, t->words[1], i, &box); i++) {
		buf_printf(&text, "box %s %lu\n", box,
		    (unsigned long)fake_uidvalidity(t->server, t->words[1], box));
		for (size_t k = 0; fake_look(t->server, t->words[1], box, k, &v); k++) {
			md5_hex(v.body, v.size, md5);
			buf_printf(&text, "  %lu (%s) %lu %s\n", (unsigned long)v.uid, v.flags,
			    (unsigned long)v.size, md5);
		}
	}
	lines(t, buf_str(&text));
	buf_free(&text);
	return 0;
}

static int
do_counters(struct control *t)
{
	const struct fake_counters *c = fake_counters(t->server);
	const struct {
		const char *name;
		uint64_t value;
	} row[] = {
		{ "connections", c->connections }, { "logins", c->logins }, { "commands", c->commands },
		{ "bytes_in", c->bytes_in }, { "bytes_out", c->bytes_out }, { "appends", c->appends },
		{ "stores", c->stores }, { "expunges", c->expunges }, { "fetches", c->fetches },
		{ "selects", c->selects }, { "mutations", c->mutations }, { "simultaneous", c->simultaneous },
		{ "max_simultaneous", c->max_simultaneous }, { "flights", c->flights },
	};

	buf_puts(t->out, "ok");
	for (size_t i = 0; i < countof(row); i++)
		buf_printf(t->out, " %s=%llu", row[i].name, (unsigned long long)row[i].value);
	buf_putc(t->out, '\n');
	return 0;
}

static int
do_reset_counters(struct control *t)
{
	fake_reset_counters(t->server);
	return good(t, "");
}

static int
do_faults(struct control *t)
{
	char why[400];

	return control_faults(t->server, t->words[1], why, sizeof(why)) < 0 ? bad(t, why) : good(t, "");
}

static int
do_log(struct control *t)
{
	return lines(t, fake_log(t->server));
}

static int
do_cap(struct control *t)
{
	enum fake_cap cap;
	bool on = strcmp(t->words[2], "on") == 0;

	if (!fake_cap_by_name(t->words[1], &cap) || (!on && strcmp(t->words[2], "off") != 0))
		return bad(t, "cap NAME on|off was expected");
	fake_set_cap(t->server, cap, on);
	return good(t, "");
}

static int
do_body(struct control *t)
{
	struct fake_view v;
	int fd, rc;

	if (!find(t, t->words[1], t->words[2], t->words[3], &v))
		return bad(t, "no such message");
	fd = os_open(t->words[4], OS_TRUNCATE);
	rc = fd < 0 ? -1 : os_write_all(fd, v.body, v.size);
	if (fd >= 0)
		os_close(fd);
	return rc < 0 ? bad(t, strerror(errno)) : good(t, "size %lu", (unsigned long)v.size);
}

static int
do_generate(struct control *t)
{
	char why[300];

	return control_generate(t->server, t->words[1], t->words[2], why, sizeof(why)) < 0 ? bad(t, why) : good(t, "");
}

static int
do_quit(struct control *t)
{
	good(t, "");
	return -1;
}

static const struct {
	const char *name;
	int words;
	int (*run)(struct control *t);	/* -1: the end */
	const char *usage;
} commands[] = {
	{ "append", 5, do_append, "append USER BOX FLAGS FILE" },
	{ "append-raw", 5, do_append_raw, "append-raw USER BOX FLAGS FILE" },
	{ "flag", 5, do_flag, "flag USER BOX UID +FLAGS" },
	{ "unflag", 5, do_flag, "unflag USER BOX UID FLAGS" },
	{ "expunge", 4, do_expunge, "expunge USER BOX UID" },
	{ "create", 3, do_create, "create USER BOX" },
	{ "delete", 3, do_delete, "delete USER BOX" },
	{ "uidvalidity", 4, do_uidvalidity, "uidvalidity USER BOX N" },
	{ "dump", 2, do_dump, "dump USER" },
	{ "counters", 1, do_counters, "counters" },
	{ "reset-counters", 1, do_reset_counters, "reset-counters" },
	{ "faults", 2, do_faults, "faults FILE" },
	{ "log", 1, do_log, "log" },
	{ "cap", 3, do_cap, "cap NAME on|off" },
	{ "body", 5, do_body, "body USER BOX UID FILE" },
	{ "generate", 3, do_generate, "generate USER FxM" },
	{ "quit", 1, do_quit, "quit" },
};

/* Cuts the line into words in place. false: a quote is not closed or there are too many. */
static bool
split(struct control *t, char *p)
{
	for (t->n = 0; *(p += strspn(p, " \t\r")) != '\0';) {
		char stop = *p == '"' ? '"' : ' ';

		if (t->n == MAX_WORDS)
			return false;
		p += stop == '"';
		t->words[t->n++] = p;
		p += stop == '"' ? strcspn(p, "\"") : strcspn(p, " \t\r");
		if (*p == '\0')
			return stop != '"';
		*p++ = '\0';
	}
	return true;
}

static int
obey(struct fake_server *s, char *line, struct buf *out)
{
	struct control t = { s, { NULL }, 0, out };

	if (!split(&t, line))
		return bad(&t, "too many words, or a quote is not closed");
	if (t.n == 0 || *t.words[0] == '#')
		return 0;
	for (size_t i = 0; i < countof(commands); i++) {
		if (strcmp(t.words[0], commands[i].name) == 0)
			return t.n == commands[i].words ? commands[i].run(&t) : bad(&t, commands[i].usage);
	}
	return bad(&t, "unknown command");
}

/* Carries out the whole lines of in. -1: the end. */
static int
obey_lines(struct fake_server *s, struct serve *sv, struct buf *in)
{
	char *nl;
	int rc = 0;

	while (rc == 0 && in->len > 0 && (nl = memchr(in->p, '\n', in->len)) != NULL) {
		struct buf out = BUF_INIT;

		*nl = '\0';
		serve_lock(sv);
		rc = obey(s, in->p, &out);
		serve_unlock(sv);
		fwrite(buf_str(&out), 1, out.len, stdout);
		fflush(stdout);
		buf_free(&out);
		buf_consume(in, (size_t)(nl - in->p) + 1);
	}
	return rc;
}

void
control_run(struct fake_server *s, struct serve *sv)
{
	struct pollfd p[2] = { { 0, POLLIN, 0 }, { stop_fd(), POLLIN, 0 } };
	struct buf in = BUF_INIT;
	char chunk[1024];

	while (!stop_requested()) {
		ssize_t got;

		if (os_poll(p, 2, -1) <= 0 || p[0].revents == 0)
			continue;
		got = os_read(0, chunk, sizeof(chunk));
		if (got <= 0)
			break;
		buf_add(&in, chunk, (size_t)got);
		if (obey_lines(s, sv, &in) < 0)
			break;
	}
	buf_free(&in);
}
