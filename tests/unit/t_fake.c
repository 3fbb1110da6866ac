/* t_fake.c - the fake server under test: login, mailboxes, counters, log, fault rules, noise. */
#include "fakeplay.h"

#define MANY	"\
C 1 SELECT INBOX\n\
S * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Work)\n\
S * OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Work \\*)] ~\n\
S * 4 EXISTS\n\
S * 4 RECENT\n\
S * OK [UNSEEN 1] ~\n\
S * OK [UIDVALIDITY 1000] ~\n\
S * OK [UIDNEXT 6] ~\n"

static const struct row rows[] = {
	{ "greeting, CAPABILITY, NOOP, LOGOUT", START, "", "\
S * OK [CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ SASL-IR ~ AUTH=CRAM-MD5 AUTH=PLAIN ~] ~\n\
C 1 capability\n\
S * CAPABILITY IMAP4rev1 UIDPLUS ~\n\
S 1 OK ~\n\
C 2 NOOP\n\
S 2 OK ~\n\
C 3 SELECT INBOX\n\
S 3 BAD ~\n\
C 4 LOGOUT\n\
S * BYE ~\n\
S 4 OK ~\n\
D\n" },
	{ "what is no command", START, "", "\
S * OK ~\n\
C\n\
S * BAD ~\n\
C 1\n\
S 1 BAD ~\n\
C + NOOP\n\
S * BAD ~\n\
C 1 NOOP now\n\
S 1 BAD ~\n\
C 1 UID NOOP\n\
S 1 BAD ~\n\
C 1 FROBNICATE\n\
S 1 BAD unknown command\n" },
	{ "LOGIN: wrong password, quoted, literals of both kinds", START, "", "\
S * OK ~\n\
C 1 LOGIN test wrong\n\
S 1 NO [AUTHENTICATIONFAILED] ~\n\
C 2 LOGIN {4}\n\
S + go ahead\n\
C test {6}\n\
S + go ahead\n\
C secret\n\
S 2 OK [CAPABILITY ~] ~\n" },
	{ "LOGIN with LITERAL+", START, "", "\
S * OK ~\n\
C 2 LOGIN {4+}\n\
C test \"sec\\ret\"\n\
S 2 OK ~\n\
C 3 LOGIN test secret\n\
S 3 BAD ~\n" },
	{ "LITERAL+ off: {n+} is not understood", START, "-LITERAL+", "\
S * OK ~\n\
C 2 LOGIN {4+}\n\
S 2 BAD ~\n\
C test secret\n\
S test BAD ~\n" },
	{ "LOGINDISABLED", START, "+LOGINDISABLED", "\
S * OK [~ LOGINDISABLED ~\n\
C 1 LOGIN test secret\n\
S 1 NO ~\n" },
	{ "PREAUTH", START, "+PREAUTH", "\
S * PREAUTH [CAPABILITY IMAP4rev1 ~] ~\n\
C 1 NAMESPACE\n\
S * NAMESPACE ((\"\" \"/\")) NIL NIL\n\
S 1 OK ~\n" },
	{ "AUTHENTICATE PLAIN", START, "", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN AHRlc3QAc2VjcmV0\n\
S 1 OK [CAPABILITY ~\n" },
	{ "AUTHENTICATE PLAIN in two steps, given up, garbage", START, "-SASL-IR", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN AHRlc3QAc2VjcmV0\n\
S 1 BAD ~\n\
C 2 AUTHENTICATE PLAIN\n\
S + \n\
C *\n\
S 2 BAD ~\n\
C 3 AUTHENTICATE PLAIN\n\
S + \n\
C AHRl??\n\
S 3 BAD ~\n\
C 4 AUTHENTICATE PLAIN\n\
S + \n\
C AHRlc3QAc2VjcmV0\n\
S 4 OK ~\n" },
	/* RFC 2195: the right answer is from "printf CHALLENGE | openssl md5 -hmac secret". */
	{ "AUTHENTICATE CRAM-MD5", START, "-PLAIN", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN\n\
S 1 NO ~\n\
C 2 AUTHENTICATE CRAM-MD5\n\
S + PDEuMjAwMzAzMDFAZmFrZS1pbWFwZC5pbnZhbGlkPg==\n\
C dGVzdCBiYTc0YmQ4OGU0ZTAzNDQ5ZWUyNTlkM2Y3ODk1ZTI0MA==\n\
S 2 NO ~\n\
C 3 AUTHENTICATE CRAM-MD5\n\
S + PDEuMjAwMzAzMDFAZmFrZS1pbWFwZC5pbnZhbGlkPg==\n\
C dGVzdCBhYmI2N2RiNWRjNzlkZjM4OTcyYjkzMzk0NjJjNzUxOQ==\n\
S 3 OK ~\n" },
	{ "SELECT and EXAMINE say what they must", LOGIN, "", MANY "\
S * OK [HIGHESTMODSEQ 7] ~\n\
S 1 OK [READ-WRITE] ~\n\
C 2 EXAMINE Work\n\
S * OK [CLOSED] ~\n\
S * FLAGS (~)\n\
S * OK [PERMANENTFLAGS ()] ~\n\
S * 0 EXISTS\n\
S * 0 RECENT\n\
S * OK [UIDVALIDITY 1001] ~\n\
S * OK [UIDNEXT 1] ~\n\
S * OK [HIGHESTMODSEQ 1] ~\n\
S 2 OK [READ-ONLY] ~\n\
C 3 SELECT nowhere\n\
S * OK [CLOSED] ~\n\
S 3 NO [NONEXISTENT] ~\n\
C 4 CHECK\n\
S 4 BAD ~\n" },
	{ "SELECT without CONDSTORE", LOGIN, "-CONDSTORE", MANY "\
S 1 OK [READ-WRITE] ~\n\
C 2 SELECT INBOX (CONDSTORE)\n\
S 2 BAD ~\n\
C 3 STATUS INBOX (HIGHESTMODSEQ)\n\
S 3 BAD ~\n\
C 4 FETCH 1 MODSEQ\n\
S 4 BAD ~\n\
C 5 STORE 1 (UNCHANGEDSINCE 1) +FLAGS (a)\n\
S 5 BAD ~\n\
C 6 ENABLE CONDSTORE QRESYNC\n\
S 6 BAD ~\n" },
	{ "CREATE, LIST, DELETE, RENAME", LOGIN, "", "\
C 1 CREATE Work/2003/\n\
S 1 OK ~\n\
C 2 CREATE work\n\
S 2 OK ~\n\
C 3 CREATE Work\n\
S 3 NO [ALREADYEXISTS] ~\n\
C 4 CREATE \"q\\\"uote\\\\d %*\"\n\
S 4 OK ~\n\
C 5 LIST \"\" *\n\
S * LIST (\\HasNoChildren) \"/\" INBOX\n\
S * LIST (\\HasChildren) \"/\" Work\n\
S * LIST (\\HasNoChildren) \"/\" Work/2003\n\
S * LIST (\\HasNoChildren) \"/\" \"a b\"\n\
S * LIST (\\HasNoChildren) \"/\" \"q\\\"uote\\\\d %*\"\n\
S * LIST (\\HasNoChildren) \"/\" work\n\
S 5 OK ~\n\
C 6 LIST Work/ %\n\
S * LIST (\\HasNoChildren) \"/\" Work/2003\n\
S 6 OK ~\n\
C 7 RENAME Work Job\n\
S 7 OK ~\n\
C 8 DELETE Job\n\
S 8 OK ~\n\
C 9 LIST \"\" J%\n\
S * LIST (\\Noselect \\NonExistent \\HasChildren) \"/\" Job\n\
S 9 OK ~\n\
C 10 LIST \"\" Job*\n\
S * LIST (\\HasNoChildren) \"/\" Job/2003\n\
S 10 OK ~\n\
C 11 DELETE nowhere\n\
S 11 NO [NONEXISTENT] ~\n\
C 12 DELETE inbox\n\
S 12 NO ~\n\
C 13 LIST \"\" \"\"\n\
S * LIST (\\Noselect) \"/\" \"\"\n\
S 13 OK ~\n\
C 14 CREATE /x\n\
S 14 NO ~\n" },
	{ "RENAME INBOX moves its messages only", LOGIN, "", "\
C 1 RENAME INBOX old\n\
S 1 OK ~\n\
C 2 STATUS old (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)\n\
S * STATUS old (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 1003 UNSEEN 3)\n\
S 2 OK ~\n\
C 3 STATUS inbox (MESSAGES UIDNEXT)\n\
S * STATUS INBOX (MESSAGES 0 UIDNEXT 6)\n\
S 3 OK ~\n" },
	{ "subscriptions", LOGIN, "", "\
C 1 UNSUBSCRIBE Work\n\
S 1 OK ~\n\
C 2 SUBSCRIBE gone/away\n\
S 2 OK ~\n\
C 3 LSUB \"\" *\n\
S * LSUB () \"/\" INBOX\n\
S * LSUB () \"/\" \"a b\"\n\
S * LSUB () \"/\" gone/away\n\
S 3 OK ~\n\
C 4 LSUB \"\" g%\n\
S * LSUB (\\Noselect) \"/\" gone\n\
S 4 OK ~\n\
C 5 LIST (SUBSCRIBED) \"\" (\"I*\" \"g*\") RETURN (CHILDREN)\n\
S * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\n\
S * LIST (\\Noselect \\NonExistent \\HasNoChildren \\Subscribed) \"/\" gone/away\n\
S 5 OK ~\n" },
	{ "LIST-STATUS", LOGIN, "", "\
C 1 LIST \"\" I* RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))\n\
S * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\n\
S * STATUS INBOX (MESSAGES 4 UIDNEXT 6 UIDVALIDITY 1000 HIGHESTMODSEQ 7)\n\
S 1 OK ~\n" },
	{ "LIST-STATUS off", LOGIN, "-LIST-STATUS", "\
C 1 LIST \"\" I* RETURN (STATUS (MESSAGES))\n\
S 1 BAD ~\n\
C 2 LIST \"\" I* RETURN (CHILDREN)\n\
S * LIST (\\HasNoChildren) \"/\" INBOX\n\
S 2 OK ~\n" },
	{ "LIST-EXTENDED off", LOGIN, "-LIST-EXTENDED", "\
C 1 LIST \"\" I* RETURN (CHILDREN)\n\
S 1 BAD ~\n\
C 2 LIST \"\" (I* W*)\n\
S 2 BAD ~\n\
C 3 LIST \"\" inbo%\n\
S * LIST () \"/\" INBOX\n\
S 3 OK ~\n" },
};

/* ---- what a script cannot say ---- */

static void
feed(struct fake_conn *c, const char *s)
{
	fake_input(c, s, strlen(s));
}

static bool
answer_has(struct fake_conn *c, const char *want)
{
	size_t n;
	const char *out = fake_output(c, &n);
	bool has = n > 0 && strstr(out, want) != NULL;

	swallow(c);
	return has;
}

static void
binary(void)
{
	static const char with_nul[] = "3 APPEND INBOX ~{3+}\r\na\0b\r\n";
	static const char plain_nul[] = "4 APPEND INBOX {3+}\r\na\0b\r\n";
	struct fake_server *s = fixture();
	struct fake_conn *c = fake_connect(s, false);
	struct fake_view v;

	feed(c, "1 LOGIN test secret\r\n");
	fake_input(c, with_nul, sizeof(with_nul) - 1);
	ok(answer_has(c, "3 OK [APPENDUID 1000 6]"), "NUL in a literal8 is stored");
	ok(fake_look(s, "test", "INBOX", 4, &v) && v.size == 3 && memcmp(v.body, "a\0b", 3) == 0, "and kept");
	fake_input(c, plain_nul, sizeof(plain_nul) - 1);
	ok(answer_has(c, "4 BAD"), "NUL in a literal is refused");
	fake_set_cap(s, FAKE_BINARY, false);
	fake_input(c, with_nul, sizeof(with_nul) - 1);
	ok(answer_has(c, "3 BAD"), "BINARY off: no literal8");
	fake_disconnect(c);
	fake_free(s);
}

static void
counters(void)
{
	struct fake_server *s = fixture();
	const struct fake_counters *n = fake_counters(s);
	struct fake_conn *c = fake_connect(s, false), *d = fake_connect(s, false);

	swallow(c);
	feed(c, "1 LOGIN test secret\r\n2 SELECT ");
	feed(c, "INBOX\r\n");
	is_int((long long)n->flights, 1, "what is sent without waiting is one flight");
	swallow(c);
	feed(c, "3 STORE 1 +FLAGS (\\Deleted)\r\n4 EXPUNGE\r\n5 NOOP\r\n6 UID FETCH 1:* UID\r\n");
	swallow(c);
	feed(c, "7 STORE 99 +FLAGS (\\Seen)\r\n");
	swallow(c);
	feed(d, "1 LOGIN test secret\r\n");
	is_int((long long)n->flights, 4, "flights");
	is_int((long long)n->commands, 8, "commands");
	is_int((long long)n->mutations, 2, "mutations: those carried out");
	is_int((long long)n->expunges, 1, "expunges");
	is_int((long long)n->stores, 1, "stores");
	is_int((long long)n->fetches, 1, "fetches");
	is_int((long long)n->max_simultaneous, 2, "two at a time");
	fake_disconnect(d);
	is_int((long long)n->simultaneous, 1, "one is left");
	fake_reset_counters(s);
	ok(n->commands == 0 && n->simultaneous == 1, "reset");
	fake_disconnect(c);
	fake_free(s);
}

static void
secrets(void)
{
	static const char *const lines[] = {
		"1 LOGIN test wr0ngpass\r\n", "2 login {4+}\r\ntest {6+}\r\nwr0ng2\r\n",
		"3 AUTHENTICATE PLAIN AHRlc3QAwr0ng\r\n",
		"4 AUTHENTICATE PLAIN\r\n", "AHRlwr0ng\r\n", "5 LOGIN test secret\r\n", "6 SELECT {5+}\r\nINBOX\r\n",
	};
	struct fake_server *s = fixture();
	struct fake_conn *c = fake_connect(s, false);

	for (size_t i = 0; i < countof(lines); i++)
		feed(c, lines[i]);
	is_str(fake_log(s), "- 1 LOGIN test ***\n- 2 login ***\n- 3 AUTHENTICATE PLAIN ***\n- 4 AUTHENTICATE PLAIN\n"
	    "- 5 LOGIN test ***\ntest 6 SELECT {5+}INBOX\n", "the log names commands, not passwords");
	fake_disconnect(c);
	fake_free(s);
}

static void
bad_faults(void)
{
	static const char *const scripts[] = {
		"nonsense", "on", "on FETCH", "on FETCH explode", "on FETCH#0 no", "on FETCH#x no", "on FETCH delay",
		"on FETCH delay soon", "on FETCH untagged", "on bytes drop", "on bytes 5 stop", "on FETCH no \"a\" b",
		"# fine\n\non FETCH no \"open", "box= on FETCH",
	};
	struct fake_server *s = fake_new();
	char why[200];

	for (size_t i = 0; i < countof(scripts); i++) {
		why[0] = '\0';
		ok(fake_faults(s, scripts[i], why, sizeof(why)) == -1 && strncmp(why, "line ", 5) == 0,
		    "bad rule: %s", scripts[i][0] == '#' ? "third line" : scripts[i]);
	}
	why[0] = '\0';
	fake_faults(s, "\n# x\n user=u box=\"b c\"  on *#3  delay 5 \n", why, sizeof(why));
	is_str(why, "", "a good script");
	fake_free(s);
}

/* Whatever comes, the server stays whole. ASan is the judge. */
static void
noise(void)
{
	static const char *const pieces[] = {
		"1 ", "a ", "FETCH ", "UID ", "SEARCH ", "STORE ", "1:*", "*", "4294967295", "0",
		",", ":", " (", ")", " ", "\r\n", "{3}\r\n", "{3+}\r\n", "~{2+}\r\n", "\"", "\\",
		"FLAGS", "BODY[", "]", "<0.5>", "HEADER.FIELDS", "SELECT INBOX\r\n",
		"LOGIN test secret\r\n", "CLOSE\r\n", "LIST ", "APPEND INBOX ", "\0", "\377", "x",
		"NOT ", "OR ", "COPY ", "EXPUNGE\r\n", "STATUS ", "QRESYNC", "ENABLE QRESYNC\r\n",
		"IDLE\r\n", "DONE\r\n", "RETURN", "+FLAGS (\\Deleted)", "MOVE 1 Work\r\n",
		"RENAME ", "ENVELOPE", "BODYSTRUCTURE", "INBOX", "AUTHENTICATE ",
	};
	uint32_t x = 1;

	for (int round = 0; round < 300; round++) {
		struct fake_server *s = fixture();
		struct fake_conn *c = fake_connect(s, false);

		feed(c, round % 3 == 0 ? "" : "1 LOGIN test secret\r\n2 SELECT INBOX\r\n");
		for (int i = 0; i < 120; i++) {
			const char *piece;

			x = x * 1664525u + 1013904223u;
			piece = pieces[(x >> 8) % countof(pieces)];
			fake_input(c, piece, *piece == '\0' ? 1 : strlen(piece));
			if (x >> 30 == 0)
				swallow(c);
		}
		fake_disconnect(c);
		fake_free(s);
	}
	ok(true, "noise does no harm");
}

/* A mailbox of 20,000 messages must not be felt. */
static void
many(void)
{
	struct fake_server *s = fake_new();
	struct fake_conn *c;
	size_t n;

	fake_set_time(s, 1);
	fake_add_user(s, "test", "secret");
	for (int i = 0; i < 20000; i++)
		fake_append(s, "test", "INBOX", i % 2 ? "\\Seen" : "", "x", 1);
	c = fake_connect(s, false);
	feed(c, "1 LOGIN test secret\r\n2 SELECT INBOX\r\n3 UID FETCH 1:* (UID FLAGS)\r\n");
	feed(c, "4 UID STORE 1:15000 +FLAGS.SILENT (\\Deleted)\r\n5 EXPUNGE\r\n6 UID SEARCH ALL\r\n");
	fake_output(c, &n);
	ok(n > 800000, "20,000 messages listed");
	ok(answer_has(c, "6 OK"), "15,000 expunged");
	fake_disconnect(c);
	fake_free(s);
}

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++)
		play(&rows[i]);
	binary();
	counters();
	secrets();
	bad_faults();
	noise();
	many();
	return done();
}
