/* t_fetch.c - the client against a server with a script: bodies, searches, what identifies messages. */
#include <signal.h>

#include "../../src/base/stop.h"
#include "play.h"

/* ---- bodies ---- */

/* All that a fetch gives, as text: body octets in brackets, then the message. */
static void
run_fetch(struct imap *c, const struct uidset *set, char *out, size_t n)
{
	struct err e = ERR_INIT;
	enum fetch_step step;
	struct slice piece;
	struct fetched f;
	size_t at = 0;

	out[0] = '\0';
	imap_fetch_start(c, set);
	while ((step = imap_fetch_next(c, &f, &e)) > FETCH_DONE && at + 100 < n) {
		if (step == FETCH_MESSAGE) {
			at += (size_t)snprintf(out + at, n - at, "%lu/%s%x/%ld/%d/%lu ", (unsigned long)f.uid,
			    f.has_flags ? "" : "-", f.flags, (long)f.date, f.has_body, (unsigned long)f.size);
			continue;
		}
		at += (size_t)snprintf(out + at, n - at, "[");
		while (imap_body(c, &piece, &e) == 0 && piece.len > 0)
			at += (size_t)snprintf(out + at, n - at, "%.*s", (int)piece.len, piece.p);
		at += (size_t)snprintf(out + at, n - at, "]");
	}
	if (step == FETCH_ERROR)
		snprintf(out + at, n - at, "error %d %d", e.radius, e.retry);
}

struct fetch_case {
	const char *what, *want;
	const char *script[14];
};

#define FETCH13	"CUID FETCH 1:3 (UID FLAGS INTERNALDATE BODY.PEEK[])"

static const struct fetch_case fetches[] = {
	{ "usual order", "[abc]1/8/0/1/3 [de]2/0/86400/1/2 ", { FETCH13,
		"S* 1 FETCH (UID 1 FLAGS (\\Seen) INTERNALDATE \" 1-Jan-1970 00:00:00 +0000\" BODY[] {3}",
		"sabc)\r\n",
		"S* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"02-Jan-1970 00:00:00 +0000\" BODY[] {2}",
		"sde)\r\n", "S$ OK" } },
	{ "body first, in single octets", "[a)\r\nb]3/8/0/1/5 ", { FETCH13,
		"B* 1 FETCH (BODY[] {5}", "Ba)\r\nb UID 3 FLAGS (\\Seen))", "B$ OK" } },
	{ "quoted, with escapes", "[a\"\\b]3/-0/0/1/4 ",
	    { FETCH13, "S* 1 FETCH (BODY[] \"a\\\"\\\\b\" UID 3)", "S$ OK" } },
	{ "NIL and nothing", "3/0/0/0/0 ", { FETCH13, "S* 1 FETCH (UID 3 FLAGS () BODY[] NIL)", "S$ OK" } },
	{ "empty literal, empty string", "[]1/-0/0/1/0 []2/-0/0/1/0 ",
	    { FETCH13, "S* 1 FETCH (UID 1 BODY[] {0}",
		"S)", "S* 2 FETCH (BODY[] \"\" UID 2)", "S$ OK" } },
	{ "literal8, the old name of the body, partial origin",
	    "[a]1/-0/0/1/1 [b]2/-0/0/1/1 [c]3/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 BODY[] ~{1}", "Sa)", "S* 2 FETCH (UID 2 RFC822 {1}", "Sb)",
		"S* 3 FETCH (UID 3 BODY[]<0> {1}", "Sc)", "S$ OK" } },
	{ "flags only, foreign UID, no UID", "1/8/0/0/0 [x]0/-0/0/1/1 [y]0/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 FLAGS (\\Seen))", "S* 9 FETCH (UID 9 FLAGS (\\Seen))",
		"S* 9 FETCH (UID 9 BODY[] {1}", "Sx)",
		"S* 2 FETCH (BODY[] {1}", "Sy)", "S* 2 FETCH (FLAGS ())", "S$ OK" } },
	{ "the same body twice, two bodies in one", "[a]1/-0/0/1/1 [b]0/-0/0/1/1 [c]2/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 BODY[] {1}", "Sa)", "S* 1 FETCH (UID 1 BODY[] {1}", "Sb)",
		"S* 2 FETCH (UID 2 BODY[] {1}", "sc RFC822 {2}\r\nde)\r\n", "S$ OK" } },
	{ "other literals on the way", "[a]1/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (X (BODY[] {3}",
		"sxyz) BODY[HEADER.FIELDS (\"A]\")] {2}\r\nhd BODY[] {1}\r\na UID 1)\r\n",
		"S$ OK" } },
	{ "refused: one by one", "[a]1/-0/0/1/1 [c]3/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 BODY[] {1}", "Sa)", "S$ NO broken",
		"CUID FETCH 2 (UID FLAGS INTERNALDATE BODY.PEEK[])",
		"CUID FETCH 3 (UID FLAGS INTERNALDATE BODY.PEEK[])",
		"S$3 NO broken {5}", "S* 3 FETCH (UID 3 BODY[] {1}", "Sc)", "S$4 OK" } },
	{ "refused, but all is told", "1/-0/0/0/0 [b]2/-0/0/1/1 [c]3/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 BODY[] NIL)", "S* 2 FETCH (UID 2 BODY[] \"b\")",
		"S* 3 FETCH (UID 3 BODY[] \"c\")", "S$ NO one is gone" } },
	{ "refused by a busy server: not again", "[a]1/-0/0/1/1 ", { FETCH13,
		"S* 1 FETCH (UID 1 BODY[] {1}", "Sa)", "S$ NO [LIMIT] later" } },
	{ "the literal is longer than said", "[ab]error 3 1",
	    { FETCH13, "S* 1 FETCH (UID 1 BODY[] {2}", "Sabc)", "S$ OK" } },
	{ "the end in the middle", "[ab]error 3 1", { FETCH13, "S* 1 FETCH (UID 1 BODY[] {200}", "sab" } },
	{ "a size that is none", "error 3 1", { FETCH13, "S* 1 FETCH (UID 1 BODY[] {-1}", "Sa)", "S$ OK" } },
	{ "a size beyond 64 bits", "error 3 1",
	    { FETCH13, "S* 1 FETCH (UID 1 BODY[] {18446744073709551616}", "Sa)" } },
	{ "an unknown tag", "error 3 1", { FETCH13, "SZ999999 OK" } },
	{ "a + that is not due", "error 3 1", { FETCH13, "S+ go", "S$ OK" } },
	{ "UIDVALIDITY changes", "error 2 0", { FETCH13, "S* OK [UIDVALIDITY 78] x", "S$ OK" } },
};

static void
test_fetches(void)
{
	const char *script[24] = { IN, OPEN };
	struct uidset set = UIDSET_INIT;
	char got[1000], want[1000];
	struct imap *c;
	size_t i, k;

	uidset_add_range(&set, 1, 3);
	for (i = 0; i < countof(fetches); i++) {
		for (k = 0; k < countof(fetches[i].script); k++)
			script[5 + k] = fetches[i].script[k];
		script[5 + k] = NULL;
		c = start_selected(script, "INBOX");
		run_fetch(c, &set, got, sizeof(got));
		snprintf(want, sizeof(want), "%s", fetches[i].want);
		is_str(got, want, fetches[i].what);
		end(c, fetches[i].what);
	}
	uidset_free(&set);
}

/* A caller that gives up in the middle of a body does not disturb what follows. */
static void
test_fetch_given_up(void)
{
	static const char *const script[] = { IN, OPEN, FETCH13, "S* 1 FETCH (UID 1 BODY[] {6}", "sabc",
		"Sdef)", "S* 2 FETCH (UID 2 BODY[] {1}", "Sx)", "S$ OK", "CNOOP", "S$ OK", NULL };
	struct uidset set = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct slice piece;
	struct fetched f;
	struct imap *c = start_selected(script, "INBOX");

	uidset_add_range(&set, 1, 3);
	imap_fetch_start(c, &set);
	is_int(imap_fetch_next(c, &f, &e), FETCH_BODY, "a body");
	ok(imap_body(c, &piece, &e) == 0 && piece.len > 0, "a piece of it");
	is_int(imap_noop(c, &e), 0, "NOOP");
	is_int(imap_fetch_next(c, &f, &e), FETCH_DONE, "the fetch is over");
	uidset_free(&set);
	end(c, "a fetch given up");
}

/* ---- searching ---- */

static void
show_set(const struct uidset *s, char *out, size_t n)
{
	struct buf b = BUF_INIT;
	size_t at = 0;

	uidset_format(s, &at, 10000, &b);
	snprintf(out, n, "%s", buf_str(&b));
	buf_free(&b);
}

struct search_case {
	const char *what, *want;	/* NULL: an error */
	uint32_t lo;			/* 0: DELETED */
	bool esearch;
	const char *script[5];
};

static const struct search_case searches[] = {
	{ "two lines, below lo, MODSEQ", "10:12,20", 10, false,
	    { "CUID SEARCH UID 10:4294967295", "S* SEARCH 12 9 10",
		"S* SEARCH 11 20 (MODSEQ 9)", "S$ OK" } },
	{ "no line is the empty set", "", 10, false, { "CUID SEARCH UID 10:4294967295", "S$ OK" } },
	{ "an empty line", "", 0, false, { "CUID SEARCH DELETED", "S* SEARCH", "S$ OK" } },
	{ "not a number", NULL, 0, false, { "CUID SEARCH DELETED", "S* SEARCH 1 x", "S$ OK" } },
	{ "refused", NULL, 0, false, { "CUID SEARCH DELETED", "S$ NO" } },
	{ "ESEARCH", "3:5,4294967295", 1, true, { "CUID SEARCH RETURN (ALL) UID 1:4294967295",
		"S* ESEARCH (TAG \"$\") UID COUNT 4 ALL 5:3,4294967295", "S$ OK" } },
	{ "ESEARCH, none", "", 1, true,
	    { "CUID SEARCH RETURN (ALL) UID 1:4294967295", "S* ESEARCH (TAG \"$\") UID",
		"S$ OK" } },
	{ "ESEARCH never came", NULL, 1, true, { "CUID SEARCH RETURN (ALL) UID 1:4294967295", "S$ OK" } },
	{ "ESEARCH answered by SEARCH", "7", 1, true,
	    { "CUID SEARCH RETURN (ALL) UID 1:4294967295", "S* SEARCH 7",
		"S$ OK" } },
	{ "ESEARCH with sequence numbers", NULL, 1, true, { "CUID SEARCH RETURN (ALL) UID 1:4294967295",
		"S* ESEARCH (TAG \"$\") ALL 1", "S$ OK" } },
};

static void
test_searches(void)
{
	const char *script[14] = { IN, OPEN };
	struct imap *c;
	char got[200];
	size_t i, k;
	int r;

	for (i = 0; i < countof(searches); i++) {
		const struct search_case *t = &searches[i];
		struct uidset set = UIDSET_INIT;
		struct err e = ERR_INIT;

		script[0] = t->esearch ? "S* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH] hi" : IN;
		for (k = 0; k < countof(t->script); k++)
			script[5 + k] = t->script[k];
		script[5 + k] = NULL;
		c = start_selected(script, "INBOX");
		r = t->lo ? imap_search_from(c, t->lo, &set, &e) : imap_search_deleted(c, &set, &e);
		ok(r == (t->want ? 0 : -1), "search %s: %s", t->what, e.msg);
		show_set(&set, got, sizeof(got));
		if (t->want)
			is_str(got, t->want, t->what);
		uidset_free(&set);
		end(c, t->what);
	}
}

static void
test_present(void)
{
	static const char *const script[] = { IN, OPEN, "CUID SEARCH UID 5,60000:109998",
	    "S* SEARCH 5 60001", "S$ OK",
		"CUID SEARCH UID 109999:120000", "S* SEARCH 110000 120001", "S$ OK", NULL };
	struct uidset set = UIDSET_INIT, out = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct imap *c = start_selected(script, "INBOX");
	char got[100];

	uidset_add(&set, 5);
	uidset_add_range(&set, 60000, 120000);
	is_int(imap_search_present(c, &set, &out, &e), 0, "which are present");
	show_set(&out, got, sizeof(got));
	is_str(got, "5,60001,110000", "those of the ones asked for");
	uidset_free(&set);
	uidset_free(&out);
	end(c, "present");
}

static void
test_meta(void)
{
	static const char *const script[] = { IN, OPEN,
		"CUID FETCH 4:6 (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
		"S* 2 FETCH (UID 6 FLAGS (\\Deleted) RFC822.SIZE 9.3e+06 INTERNALDATE NIL "
		    "BODY[HEADER.FIELDS (\"MESSAGE-ID\")] {2}", "s\r\n)\r\n",
		"S* 2 FETCH (UID 5 FLAGS (\\Seen))",
		"S* 1 FETCH (UID 4 BODY[HEADER.FIELDS (MESSAGE-ID)] {27}",
		"sMessage-id: <a\r\n b@c> \t\r\n\r\n RFC822.SIZE 42 "
		    "INTERNALDATE \"01-Jan-1970 00:00:05 +0000\" FLAGS ())\r\n",
		"S* 1 FETCH (UID 9 BODY[HEADER.FIELDS (MESSAGE-ID)] \"\")", "S$ OK", NULL };
	struct uidset set = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct remote_metas m;
	struct imap *c = start_selected(script, "INBOX");

	uidset_add_range(&set, 4, 6);
	is_int(imap_fetch_meta(c, &set, &m, &e), 0, "meta data");
	is_int((long long)m.n, 2, "two of three");
	ok(m.n == 2 && m.v[0].uid == 4 && m.v[0].size == 42 && m.v[0].date == 5 && !m.v[0].deleted, "of UID 4");
	ok(m.n == 2 && m.v[0].msgid == imap_msgid_hash(slice_of("<a b@c>")) && m.v[0].msgid != 0,
	    "its Message-ID");
	ok(m.n == 2 && m.v[1].uid == 6 && m.v[1].size == 0 && m.v[1].date == 0 && m.v[1].msgid == 0
	    && m.v[1].deleted,
	    "of UID 6");
	remote_metas_free(&m);
	uidset_free(&set);
	end(c, "meta data script");
}

/* The server hangs up after every octet: an error or everything, never a crash, never half a message. */
static void
test_cut(void)
{
	static const char *const script[] = { IN, OPEN, FETCH13,
		"s* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {5}\r\nab\r\nc)\r\n",
		"s* 2 FETCH (BODY[] \"x\" X {2}\r\nzz UID 2)\r\n", "S$ OK done", NULL };
	static const char all[] = "[ab\r\nc]1/8/0/1/5 [x]2/-0/0/1/1 ";
	struct uidset set = UIDSET_INIT;
	struct mailbox_status st;
	struct imap *c;
	bool good = true, complete = false;
	char got[200];

	uidset_add_range(&set, 1, 3);
	for (play_limit = 1; good && !complete; play_limit++) {
		struct err e = ERR_INIT;

		play(script);
		c = imap_open(&conf, &e);
		snprintf(got, sizeof(got), "error 3 1");
		if (c && imap_select(c, "INBOX", false, &st, NULL, &e) == 0)
			run_fetch(c, &set, got, sizeof(got));
		complete = strcmp(got, all) == 0;
		good = complete || (strstr(got, "error 3 1") && play_limit < 400);
		if (!good)
			printf("# after %d octets: %s %s\n", (int)play_limit, got, e.msg);
		imap_close(c);
		close(srv.listener);
		pthread_join(srv.thread, NULL);
	}
	ok(good && complete, "cut after every octet");
	play_limit = SIZE_MAX;
	uidset_free(&set);
}

int
main(void)
{
	struct err e = ERR_INIT;

	signal(SIGPIPE, SIG_IGN);
	if (stop_init(&e) < 0)
		return 1;
	test_fetches();
	test_fetch_given_up();
	test_searches();
	test_present();
	test_meta();
	test_cut();
	return done();
}
