/*
 * fakeplay.h - plays conversations with the fake server that are written as text. Each is played twice, with whole
 * writes and octet by octet, and must go the same way.
 *
 * A line of a script:  C text   the client sends the line
 *                      2C text  so does a second client (logged in, INBOX selected)
 *                      S text   the next line from the server ("~" stands for anything), 2S likewise
 *                      X what   the other client acts: append BOX FLAGS | flag BOX UID FLAGS | expunge BOX UID | ...
 *                      D        the server has hung up
 * All output must have been expected when the client sends the next line.
 */
#ifndef FAKEPLAY_H
#define FAKEPLAY_H

#include <stdlib.h>

#include "../../src/base/buf.h"
#include "../fake-imapd/fake.h"
#include "tap.h"

enum start { START, LOGIN, SELECTED };

struct row {
	const char *what;
	enum start start;
	const char *setup;		/* "-CAP ..." are off, "+CAP" on, "!" and a fault script up to the end */
	const char *script;
};

struct play {
	struct fake_server *server;
	struct fake_conn *client[2];
	bool bytewise;
	char wrong[400];
};

static inline void
message(struct fake_server *s, const char *flags, const char *text)
{
	fake_append(s, "test", "INBOX", flags, text, strlen(text));
}

static inline struct fake_server *
fixture(void)
{
	struct fake_server *s = fake_new();

	fake_set_time(s, 1046476800);		/* 1 March 2003 */
	fake_add_user(s, "test", "secret");
	fake_create(s, "test", "Work");
	fake_create(s, "test", "a b");
	message(s, "", "From: a@b (A)\r\nSubject: one\r\nBcc: \r\n\r\nbody one\r\n");
	message(s, "\\Seen $Work", "Subject: two\r\nX-Long: folded\r\n again\r\n\r\nbody two\r\n");
	message(s, "", "Date: Tue, 4 Mar 2003 10:00:00 +0100\r\nSubject: three\r\n"
	    "From: \"Smith, A\" <a@b.example>\r\n"
	    "To: x@y, z@y\r\nMessage-ID: <3@x>\r\nContent-Type: multipart/mixed;\r\n"
	    " boundary=\"b 1\"\r\n\r\npreamble\r\n"
	    "--b 1\r\n\r\nA\r\n\r\n--b 1\r\nContent-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b 1--\r\nepilogue\r\n");
	message(s, "", "gone");
	message(s, "", "\r\nno header");
	fake_expunge(s, "test", "INBOX", 4);
	return s;
}

static inline void
send_line(struct play *p, int who, const char *text, size_t n)
{
	struct fake_conn *c = p->client[who];

	if (!p->bytewise) {
		struct buf line = BUF_INIT;

		buf_add(&line, text, n);
		buf_puts(&line, "\r\n");
		fake_input(c, line.p, line.len);
		buf_free(&line);
		return;
	}
	for (size_t i = 0; i < n; i++)
		fake_input(c, text + i, 1);
	fake_input(c, "\r", 1);
	fake_input(c, "\n", 1);
}

/* "~" in the pattern stands for anything. */
static inline bool
matches(const char *p, const char *s)
{
	for (; *p != '\0'; p++, s++) {
		if (*p == '~') {
			while (!matches(p + 1, s))
				if (*s++ == '\0')
					return false;
			return true;
		}
		if (*p != *s)
			return false;
	}
	return *s == '\0';
}

static inline bool
expect(struct play *p, int who, const char *want)
{
	size_t n, len;
	const char *out = fake_output(p->client[who], &n);
	const char *nl = n > 0 ? memchr(out, '\n', n) : NULL;
	char got[1200];

	len = nl ? (size_t)(nl - out) + 1 : n;
	snprintf(got, sizeof(got), "%.*s", (int)len, out);
	got[strcspn(got, "\r\n")] = '\0';
	fake_sent(p->client[who], len);
	if (matches(want, got))
		return true;
	snprintf(p->wrong, sizeof(p->wrong), "got \"%.180s\", want \"%.180s\"", got, want);
	return false;
}

static inline bool
silent(struct play *p, int who)
{
	size_t n;
	const char *out = fake_output(p->client[who], &n);

	if (n == 0)
		return true;
	snprintf(p->wrong, sizeof(p->wrong), "not expected: \"%.*s\"", (int)(n < 200 ? n : 200), out);
	return false;
}

static inline bool
act(struct play *p, const char *text)
{
	char verb[20], box[20], arg[20] = "", rest[40] = "";
	struct fake_view v;

	sscanf(text, "%19s %19s %19s %39s", verb, box, arg, rest);
	if (strcmp(verb, "append") == 0)
		return fake_append(p->server, "test", box, arg, "x\r\n", 3) != 0;
	if (strcmp(verb, "flag") == 0)
		return fake_flag(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10), true, rest);
	if (strcmp(verb, "expunge") == 0)
		return fake_expunge(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10));
	if (strcmp(verb, "delete") == 0)
		return fake_delete(p->server, "test", box);
	if (strcmp(verb, "delim") == 0)
		fake_set_delim(p->server, (char)(strcmp(box, "NIL") == 0 ? '\0' : *box));
	if (strcmp(verb, "uidvalidity") == 0)
		fake_set_uidvalidity(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10));
	if (strcmp(verb, "look") == 0) {
		fake_look(p->server, "test", box, strtoul(arg, NULL, 10) - 1, &v);
		rest[strlen(rest) - 1] = '\0';
		return strcmp(v.flags, rest + 1) == 0;
	}
	return true;
}

static inline bool
play_line(struct play *p, const char *line)
{
	int who = *line == '2';
	const char *text;

	line += who;
	text = line + 1 + (line[1] == ' ');
	switch (*line) {
	case 'C':
		if (!silent(p, who))
			return false;
		send_line(p, who, text, strlen(text));
		return true;
	case 'S':
		return expect(p, who, text);
	case 'X':
		return act(p, text);
	case 'D':
		if (!silent(p, 0))
			return false;
		snprintf(p->wrong, sizeof(p->wrong), "not hung up");
		return fake_closed(p->client[0]);
	}
	snprintf(p->wrong, sizeof(p->wrong), "no script line: %s", line);
	return false;
}

static inline void
swallow(struct fake_conn *c)
{
	size_t n;

	fake_output(c, &n);
	fake_sent(c, n);
}

static inline void
set_up(struct play *p, const struct row *r)
{
	const char *words = r->setup;
	char why[200], name[40];
	enum fake_cap cap;

	while (*words == '-' || *words == '+') {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(words + 1, " "), words + 1);
		if (fake_cap_by_name(name, &cap))
			fake_set_cap(p->server, cap, *words == '+');
		words += 1 + strlen(name);
		words += *words == ' ';
	}
	if (*words == '!' && fake_faults(p->server, words + 1, why, sizeof(why)) < 0)
		printf("# %s\n", why);
	for (int i = 0; i < 2; i++) {
		p->client[i] = fake_connect(p->server, false);
		if (i == 0 && r->start == START)
			continue;
		swallow(p->client[i]);
		if (i == 1 && r->start != SELECTED)
			continue;
		send_line(p, i, "0 LOGIN test secret", 19);
		if (r->start == SELECTED)
			send_line(p, i, "0 SELECT INBOX", 14);
		swallow(p->client[i]);
	}
}

static inline void
play_once(const struct row *r, bool bytewise)
{
	struct play p = { fixture(), { NULL, NULL }, bytewise, "" };
	const char *s = r->script;
	char line[1200] = "";
	bool good = true;

	set_up(&p, r);
	while (good && *s != '\0') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(s, "\n"), s);
		s += strcspn(s, "\n") + 1;
		good = play_line(&p, line);
	}
	good = good && silent(&p, 0);
	ok(good, "%s%s", r->what, bytewise ? ", octet by octet" : "");
	if (!good)
		printf("# at: %s\n# %s\n", line, p.wrong);
	fake_disconnect(p.client[0]);
	fake_disconnect(p.client[1]);
	fake_free(p.server);
}

static inline void
play(const struct row *r)
{
	play_once(r, false);
	play_once(r, true);
}

#endif
