/* t_imap.c - the client against a server with a script: login, mailboxes, changes, uploads. */
#include <signal.h>

#include "../../src/base/event.h"
#include "../../src/base/stop.h"
#include "play.h"

/* ---- logging in ---- */

struct login_case {
	const char *what;
	const char *user, *password;
	int result;
	bool retry;
	const char *script[14];
};

static const struct login_case logins[] = {
	{ "LOGIN, capabilities in the answer", "joe", "pass word\"\\", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1] hi", "CLOGIN \"joe\" \"pass word\\\"\\\\\"",
		"S$ OK [CAPABILITY IMAP4rev1 UIDPLUS] in" } },
	{ "capabilities asked for before and after", "joe", "p", 0, false, {
		"S* OK hi", "CCAPABILITY", "S* CAPABILITY IMAP4rev1 LITERAL+", "S$ OK", "CLOGIN \"joe\" \"p\"",
		"S$ OK in", "CCAPABILITY", "S* CAPABILITY IMAP4rev1 uidplus", "S$ OK" } },
	{ "capabilities untagged before the answer", "joe", "p", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1] hi", "CLOGIN \"joe\" \"p\"", "S* CAPABILITY IMAP4rev1 UIDPLUS",
		"S$ OK in" } },
	{ "LOGIN with synchronizing literals", "jo\xc3\xab", "\x01", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1] hi", "CLOGIN {4}", "S+ go", "Ljo\xc3\xab {1}", "S+", "L\x01",
		"S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "LOGIN with LITERAL+", "joe", "\xff", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 LITERAL+] hi", "CLOGIN \"joe\" {1+}", "L\xff",
		"S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "PLAIN with SASL-IR", "joe", "p", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi", "CAUTHENTICATE PLAIN AGpvZQBw",
		"S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "PLAIN without SASL-IR, + without a blank", "joe", "p", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "CAUTHENTICATE PLAIN", "S+", "LAGpvZQBw",
		"S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "PLAIN, + with words", "joe", "p", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi", "CAUTHENTICATE PLAIN", "S+ go ahead, please",
		"LAGpvZQBw", "S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "CRAM-MD5, the example of RFC 2195", "tim", "tanstaaftanstaaf", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5] hi", "CAUTHENTICATE CRAM-MD5",
		"S+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
		"LdGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", "S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "a mechanism refused before the secret: the next", "joe", "p", 0, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5] hi", "CAUTHENTICATE CRAM-MD5",
		"S$ NO not for you", "CAUTHENTICATE PLAIN", "S+ ", "LAGpvZQBw",
		"S$ OK [CAPABILITY UIDPLUS] in" } },
	{ "wrong password: no second try", "joe", "p", -1, false, {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi", "CAUTHENTICATE PLAIN AGpvZQBw",
		"S$ NO [AUTHENTICATIONFAILED] no" } },
	{ "server busy", "joe", "p", -1, true, {
		"S* OK [CAPABILITY IMAP4rev1] hi", "CLOGIN \"joe\" \"p\"", "S$ NO [UNAVAILABLE] later" } },
	{ "challenge that is not base64 is cancelled", "joe", "p", -1, false, {
		"S* OK [CAPABILITY LOGINDISABLED AUTH=CRAM-MD5] hi", "CAUTHENTICATE CRAM-MD5", "S+ %%%", "L*",
		"S$ BAD cancelled" } },
	{ "LOGINDISABLED and nothing else", "joe", "p", -1, false, {
		"S* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi" } },
	{ "a line end in the password", "joe", "p\r\nA1 LOGOUT", -1, false, {
		"S* OK [CAPABILITY IMAP4rev1] hi" } },
	{ "BYE instead of an answer", "joe", "p", -1, true, {
		"S* OK [CAPABILITY IMAP4rev1] hi", "CLOGIN \"joe\" \"p\"", "S* BYE too many" } },
};

static void
test_logins(void)
{
	const struct login_case *t;
	struct imap *c;
	struct err e;
	size_t i;
	int r;

	for (i = 0; i < countof(logins); i++) {
		struct err fresh = ERR_INIT;

		t = &logins[i];
		e = fresh;
		play(t->script);
		conf.user = t->user;
		c = imap_open(&conf, &e);
		r = c ? imap_login(c, t->password, &e) : -1;
		is_int(r, t->result, t->what);
		ok(r < 0 || (imap_is_authenticated(c) && imap_has(c, CAP_UIDPLUS)
		    && !imap_has(c, CAP_LITERALPLUS)),
		    "%s: capabilities of after login", t->what);
		ok(r == 0 || e.retry == t->retry, "%s: retry; %s", t->what, e.msg);
		ok(r == 0 || e.radius == (strncmp(t->what, "BYE", 3) == 0 ? ERR_CONNECTION : ERR_ACCOUNT),
		    "%s: radius", t->what);
		end(c, t->what);
	}
}

/* A server that will not tell its capabilities after login has none. */
static void
test_no_capabilities(void)
{
	static const char *const script[] = { "S* OK [CAPABILITY IMAP4rev1 LITERAL+] hi",
	    "CLOGIN \"joe\" \"p\"",
		"S$ OK in", "CCAPABILITY", "S$ BAD what?", NULL };
	struct err e = ERR_INIT;
	struct imap *c;

	play(script);
	c = imap_open(&conf, &e);
	ok(c && imap_has(c, CAP_LITERALPLUS) && imap_login(c, "p", &e) == 0, "login %s", e.msg);
	ok(c && !imap_has(c, CAP_LITERALPLUS) && !imap_has(c, CAP_IMAP4REV1), "nothing is left of before");
	end(c, "no capabilities");
}

static const struct {
	const char *what;
	const char *script[3];
} greetings[] = {
	{ "BYE", { "S* BYE full" } },
	{ "SMTP", { "S220 smtp" } },
	{ "continuation", { "S+ hello" } },
	{ "tagged", { "SA1 OK hello" } },
	{ "data", { "S* 5 EXISTS" } },
	{ "nothing", { NULL } },
	{ "empty line", { "S" } },
};

static void
test_greetings(void)
{
	struct imap *c;
	size_t i;

	for (i = 0; i < countof(greetings); i++) {
		struct err e = ERR_INIT;

		play(greetings[i].script);
		c = imap_open(&conf, &e);
		ok(c == NULL && e.radius == ERR_CONNECTION, "greeting %s: %s", greetings[i].what, e.msg);
		end(c, greetings[i].what);
	}
}

static void
test_tunnel(void)
{
	struct err e = ERR_INIT;
	struct imap *c;

	memset(&conf, 0, sizeof(conf));
	conf.name = "Test";
	conf.timeout_ms = 3000;
	conf.tunnel = "printf '* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\\r\\n'; cat >/dev/null";
	c = imap_open(&conf, &e);
	ok(c && imap_is_authenticated(c) && imap_has(c, CAP_IDLE), "tunnel with PREAUTH %s", e.msg);
	imap_logout(c);
	conf.tunnel = "printf '* OK hi\\r\\n'; cat >/dev/null";
	c = imap_open(&conf, &e);
	ok(c == NULL && e.radius == ERR_ACCOUNT, "tunnel without PREAUTH: %s", e.msg);
	imap_close(c);
}

/* ---- mailboxes ---- */

static void
test_list(void)
{
	static const char *const script[] = { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"",
		"S* LIST (\\Noselect) \"/\" \"\"", "S$1 OK",
		"S* LIST (\\HasNoChildren) \"/\" inbox", "S* LIST (\\NonExistent) NIL \"a b\"",
		"S* LIST () \"\\\\\" \"q\\\"\\\\\"", "S* list (\\Trash \\Noinferiors) \".\" {5}", "ST\xff{2}",
		"S* LIST () \"/\" \"Lit\" (\"CHILDINFO\" (\"SUBSCRIBED\"))",
		"S* LIST () \"/\" INBOX", "S* LIST () \"/\" two words", "S* LIST () \"/\" {3}", "sa\nb\r\n",
		"S* LIST () \"/\" NIL", "S$2 OK done", NULL };
	static const char *const names[] = { "INBOX", "a b", "q\"\\", "T\xff{2}", "Lit" };
	static const char *const refused[] = { IN, "CLIST \"x\" \"\"", "CLIST \"x\" \"*\"", "S$1 OK",
	    "S$2 NO never",
		NULL };
	struct err e = ERR_INIT;
	struct mailbox_list l;
	struct imap *c = start(script);
	size_t i;

	is_int(imap_list(c, "", &l, &e), 0, "LIST");
	is_int((long long)l.n, countof(names), "as many names");
	for (i = 0; i < l.n && i < countof(names); i++)
		is_str(l.v[i].name, names[i], "name");
	ok(l.delim == '/' && l.v[1].delim == '\0' && l.v[2].delim == '\\' && l.v[3].delim == '.', "delimiters");
	ok(!l.v[0].noselect && l.v[1].noselect && l.v[3].trash && l.v[3].noinferiors && !l.v[3].junk,
	    "attributes");
	mailbox_list_free(&l);
	end(c, "LIST script");
	c = start(refused);
	ok(imap_list(c, "x", &l, &e) < 0 && e.radius == ERR_ACCOUNT && l.n == 0, "LIST NO: %s", e.msg);
	end(c, "LIST NO script");
}

static void
test_create(void)
{
	static const char *const script[] = { IN, "CCREATE \"a\\\"b\"", "S$ OK", "CCREATE \"c\"",
		"S$ NO [ALREADYEXISTS] there", "CCREATE \"dA9 LOGOUT\"", "S$ NO {5}", NULL };
	struct err e = ERR_INIT;
	struct imap *c = start(script);

	is_int(imap_create(c, "a\"b", &e), 0, "CREATE");
	is_int(imap_create(c, "c", &e), 0, "CREATE of what is there");
	ok(imap_create(c, "d\r\nA9 LOGOUT", &e) < 0 && e.radius == ERR_FOLDER, "CREATE NO: %s", e.msg);
	end(c, "CREATE script");
}

#define SEL	"CSELECT \"INBOX\""
#define LISTING	"CUID FETCH 1:* (UID FLAGS)"

struct select_case {
	const char *what;
	int result;
	bool complete;
	const char *uids;		/* with flags in hexadecimal */
	const char *script[14];
};

static const struct select_case selects[] = {
	{ "plain", 0, true, "5/8 9/0 ", {
		"S* FLAGS (\\Seen)", "S* 2 EXISTS", "S* 0 RECENT", "S* OK [UIDVALIDITY 77] x",
		"S* OK [UIDNEXT 10]",
		"S* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] x", "S* OK [HIGHESTMODSEQ 99]",
		"S$1 OK [READ-WRITE] done", "S* 1 FETCH (UID 5 FLAGS (\\Seen))",
		"S* 2 FETCH (FLAGS () UID 9)", "S$2 OK" } },
	{ "any order, unknown items, duplicates, updates", 0, true, "5/10 9/2 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK done",
		"S*  2 fetch  ( uid  9  X-GM (1 (NIL \"a)\" {3}",
		"sab))) flags (\\Flagged \\Recent $Junk ) )\r\n",
		"S* 1 FETCH (FLAGS (\\Seen))", "S* 1 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (3))",
		"S* 1 FETCH (UID 5 FLAGS (\\deleted))", "S* OK still here", "S$2 OK" } },
	{ "one missing", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK", "S* 1 FETCH (UID 5 FLAGS ())",
		"S$2 OK" } },
	{ "one without UID", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK", "S* 1 FETCH (UID 5 FLAGS ())",
		"S* 2 FETCH (FLAGS ())",
		"S$2 OK" } },
	{ "the same UID twice", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK", "S* 1 FETCH (UID 5 FLAGS ())",
		"S* 2 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "UID 0", 0, false, "0/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS", "S$1 OK", "S* 1 FETCH (UID 0 FLAGS ())",
		"S$2 OK" } },
	{ "listing refused", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS", "S$1 OK", "S* 1 FETCH (UID 5 FLAGS ())",
		"S$2 NO broken" } },
	{ "empty, listing refused", 0, true, "", {
		"S* OK [UIDVALIDITY 77] x", "S* 0 EXISTS", "S$1 OK", "S$2 BAD no messages" } },
	{ "no EXISTS", 0, false, "", {
		"S* OK [UIDVALIDITY 77] x", "S$1 OK", "S$2 OK" } },
	{ "EXPUNGE while listing", 0, true, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK", "S* 1 EXPUNGE",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "VANISHED while listing", 0, true, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 3 EXISTS", "S$1 OK", "S* VANISHED 6:7",
		"S* VANISHED (EARLIER) 1:3",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "EXPUNGE of what is not there", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS", "S$1 OK", "S* 2 EXPUNGE",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "EXISTS shrinks", 0, false, "5/0 ", {
		"S* OK [UIDVALIDITY 77] x", "S* 2 EXISTS", "S$1 OK", "S* 1 EXISTS",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "EXPUNGE of the mailbox before", 0, true, "5/0 ", {
		"S* 3 EXPUNGE", "S* VANISHED 7", "S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS", "S$1 OK",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$2 OK" } },
	{ "all news of the mailbox before", 0, true, "5/0 ", {
		"S* 3 EXISTS", "S* 4 EXPUNGE", "S* OK [UIDVALIDITY 7] x", "S* OK [CLOSED] x",
		"S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS", "S$1 OK", "S* 1 FETCH (UID 5 FLAGS ())",
		"S$2 OK" } },
	{ "CLOSED, listing before SELECT is not ours", 0, false, "", {
		"S* OK [CLOSED] x", "S* OK [UIDVALIDITY 77] x", "S* 1 EXISTS",
		"S* 1 FETCH (UID 5 FLAGS ())", "S$1 OK",
		"S$2 OK" } },
	{ "SELECT refused", -1, false, NULL, { "S$1 NO [NONEXISTENT] gone", "S$2 BAD no mailbox" } },
	{ "two values of UIDVALIDITY", -1, false, NULL, {
		"S* OK [UIDVALIDITY 77] x", "S* 0 EXISTS", "S$1 OK", "S* OK [UIDVALIDITY 78] x", "S$2 OK" } },
};

static void
show_list(const struct remote_list *l, char *out, size_t n)
{
	size_t i, at = 0;

	out[0] = '\0';
	for (i = 0; i < l->n && at < n; i++)
		at += (size_t)snprintf(out + at, n - at, "%lu/%x ", (unsigned long)l->v[i].uid,
		    (unsigned)l->v[i].flags);
}

static void
test_selects(void)
{
	const char *script[20];
	struct mailbox_status st;
	struct remote_list l;
	struct imap *c;
	char got[200];
	size_t i, k;

	for (i = 0; i < countof(selects); i++) {
		const struct select_case *t = &selects[i];
		struct err e = ERR_INIT;

		script[0] = IN;
		script[1] = SEL;
		script[2] = LISTING;
		for (k = 0; k < countof(t->script); k++)
			script[3 + k] = t->script[k];
		script[3 + k] = NULL;
		c = start(script);
		is_int(imap_select(c, "INBOX", false, &st, &l, &e), t->result, t->what);
		if (t->result < 0) {
			ok(e.radius == ERR_FOLDER && l.v == NULL, "%s: %s", t->what, e.msg);
		} else {
			show_list(&l, got, sizeof(got));
			is_str(got, t->uids, t->what);
			ok(l.complete == t->complete, "%s: complete %d, %s", t->what, l.complete, l.why);
			ok(l.complete == (l.why[0] == '\0') && st.uidvalidity == 77, "%s: why", t->what);
		}
		if (i == 0)
			ok(st.uidnext == 10 && st.exists == 2 && st.highestmodseq == 99 && !st.read_only
			    && st.permanent == (FLAG_SEEN | FLAG_DELETED), "everything SELECT says");
		remote_list_free(&l);
		end(c, t->what);
	}
}

static void
test_reselect(void)
{
	static const char *const script[] = { IN, "CEXAMINE \"A\"", "S* 3 EXISTS", "S* OK [UIDVALIDITY 1] x",
		"S$1 OK [READ-ONLY] x", "CUID STORE 1:2 +FLAGS.SILENT (\\Seen)", "CSELECT \"B\"",
		"S* 1 EXPUNGE", "S* OK [UIDVALIDITY 1] again", "S$2 OK stored", "S* OK [CLOSED] x",
		"S* 7 EXISTS",
		"S* OK [UIDVALIDITY 2] x", "S* OK [NOMODSEQ] x", "S* NO [UIDNOTSTICKY] x",
		"S$3 OK [READ-ONLY] B",
		"S* 8 EXISTS", "CNOOP", "S* 2 EXPUNGE", "S$ OK", "CSELECT \"C\"", "S$ NO no",
		"CSELECT \"D\"", "S$ OK", NULL };
	struct uidset set = UIDSET_INIT;
	struct mailbox_status st;
	struct err e = ERR_INIT;
	struct imap *c = start(script);

	ok(imap_status(c) == NULL, "nothing selected");
	is_int(imap_select(c, "A", true, &st, NULL, &e), 0, "EXAMINE");
	ok(st.read_only && st.exists == 3 && st.permanent == FLAG_ALL, "status of A");
	uidset_add_range(&set, 1, 2);
	imap_store(c, &set, true, FLAG_SEEN);
	is_int(imap_select(c, "B", false, &st, NULL, &e), 0, "SELECT behind a STORE");
	ok(st.exists == 7 && st.uidvalidity == 2 && st.uid_not_sticky && st.read_only, "status of B");
	is_int(imap_finish(c, &e), 0, "the STORE was answered");
	is_int(imap_noop(c, &e), 0, "NOOP");
	is_int(imap_status(c)->exists, 7, "EXISTS and EXPUNGE count");
	ok(imap_select(c, "C", false, &st, NULL, &e) < 0, "SELECT refused");
	ok(imap_status(c) == NULL, "then nothing is selected");
	imap_store(c, &set, true, FLAG_SEEN);
	ok(imap_finish(c, &e) < 0 && e.radius == ERR_FOLDER, "a STORE then is told: %s", e.msg);
	imap_store(c, &set, true, FLAG_SEEN);
	is_int(imap_select(c, "D", false, &st, NULL, &e), 0, "SELECT");
	ok(imap_finish(c, &e) < 0 && e.radius == ERR_FOLDER, "a STORE of before is told too: %s", e.msg);
	is_int(imap_finish(c, &e), 0, "once");
	uidset_free(&set);
	end(c, "selecting again");
}

/* ---- changes ---- */

static void
test_changes(void)
{
	static const char *const script[] = { IN, OPEN, "CUID STORE 1:3,5 +FLAGS.SILENT (\\Flagged \\Seen)",
		"CUID STORE 1:3,5 -FLAGS.SILENT (\\Deleted)", "CUID EXPUNGE 1:3,5", "CEXPUNGE",
		"S* 1 FETCH (FLAGS (\\Seen))",
		"S$2 OK", "S$3 NO not allowed", "S$4 NO [EXPUNGEISSUED] neither", "S* 1 EXPUNGE", "S$5 OK",
		"CUID EXPUNGE 1:3,5", "S$ OK", NULL };
	struct uidset set = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct imap *c = start_selected(script, "INBOX");

	uidset_add_range(&set, 1, 3);
	uidset_add(&set, 5);
	imap_store(c, &set, true, FLAG_SEEN | FLAG_FLAGGED);
	imap_store(c, &set, false, FLAG_DELETED);
	imap_store(c, &set, false, 0);
	imap_uid_expunge(c, &set);
	imap_expunge(c);
	ok(imap_finish(c, &e) < 0 && e.radius == ERR_MESSAGE && strstr(e.msg, "not allowed"),
	    "first refusal: %s", e.msg);
	is_int(imap_status(c)->exists, 2, "all answers were read");
	imap_uid_expunge(c, &set);
	is_int(imap_finish(c, &e), 0, "the refusal is forgotten");
	is_int(imap_finish(c, &e), 0, "nothing to finish");
	uidset_free(&set);
	end(c, "changes script");
}

/* Many short ranges: more than one line, more lines than may be under way. */
static void
test_many_changes(void)
{
	static const char *const script[] = { IN, OPEN, NULL };
	struct uidset set = UIDSET_INIT;
	struct err e = ERR_INIT;
	struct imap *c = start_selected(script, "INBOX");
	uint32_t i;

	for (i = 0; i < 200000; i++)
		uidset_add(&set, 2000000000 + 2 * i);
	imap_store(c, &set, true, FLAG_SEEN);	/* the server only ends: this must not hang */
	ok(imap_finish(c, &e) < 0 && e.radius == ERR_CONNECTION, "the end comes through: %s", e.msg);
	uidset_free(&set);
	end(c, "many changes");
}

/* ---- uploads ---- */

static void
test_append(void)
{
	static const char *const script[] = { "S* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ BINARY] hi",
		"CAPPEND \"a \\\"b\" (\\Answered \\Seen) \" 1-Jan-1970 00:00:01 +0000\" {5+}", "Lab", "Lc",
		"CAPPEND \"x\" () \" 1-Jan-1970 00:00:00 +0000\" ~{3+}", "Lxyz", "S* 4 EXISTS",
		"S$1 OK [APPENDUID 38505 3955] done", "S$2 NO [OVERQUOTA] full", NULL };
	struct err e = ERR_INIT;
	struct append_result r;
	struct imap *c = start(script);
	bool go;

	ok(imap_append_start(c, "a \"b", FLAG_SEEN | FLAG_ANSWERED, 1, 5, false, &go, &e) == 0 && go, "first");
	ok(imap_append_data(c, "ab\r\nc", 5, &e) == 0 && imap_append_end(c, &e) == 0, "its data");
	ok(imap_append_start(c, "x", 0, 0, 3, true, &go, &e) == 0 && go, "second");
	ok(imap_append_data(c, "xyz", 3, &e) == 0 && imap_append_end(c, &e) == 0, "its data");
	ok(imap_append_result(c, &r, &e) == 0 && r.ok && !r.refused && r.uidvalidity == 38505 && r.uid == 3955,
	    "APPENDUID");
	ok(imap_append_result(c, &r, &e) == 0 && !r.ok && r.refused && r.over_quota && r.uid == 0,
	    "quota: %s", r.why);
	ok(imap_append_result(c, &r, &e) < 0, "no more results");
	end(c, "LITERAL+");
}

static void
test_append_sync(void)
{
	static const char *const script[] = { "S* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hi",
		"CAPPEND \"x\" () \" 1-Jan-1970 00:00:00 +0000\" {5000}", "S* 1 EXISTS", "S+ go", "Lshort",
		"CAPPEND \"x\" () \" 1-Jan-1970 00:00:00 +0000\" {5000}", "S$1 OK [APPENDUID 1 5:7] many",
		"S$2 NO [TRYCREATE] no {5}", "CAPPEND \"x\" () \" 1-Jan-1970 00:00:00 +0000\" {3+}", "Labc",
		"S$3 OK [APPENDUID 0 5] zero", NULL };
	struct err e = ERR_INIT;
	struct append_result r;
	struct imap *c = start(script);
	bool go;

	ok(imap_append_start(c, "x", 0, 0, 5000, false, &go, &e) == 0 && go, "first, waits for +");
	ok(imap_append_data(c, "short", 5, &e) == 0 && imap_append_end(c, &e) == 0, "its data");
	ok(imap_append_start(c, "x", 0, 0, 5000, false, &go, &e) == 0 && !go, "refused instead of +");
	ok(imap_append_result(c, &r, &e) == 0 && r.ok && r.uid == 0, "a set is no APPENDUID of ours");
	ok(imap_append_result(c, &r, &e) == 0 && r.refused && !r.over_quota, "second: %s", r.why);
	ok(imap_append_start(c, "x", 0, 0, 3, false, &go, &e) == 0 && go, "a short one does not wait");
	ok(imap_append_data(c, "abc", 3, &e) == 0 && imap_append_end(c, &e) == 0, "its data");
	ok(imap_append_result(c, &r, &e) == 0 && r.ok && r.uid == 0 && r.uidvalidity == 0,
	    "UIDVALIDITY 0 is none");
	end(c, "LITERAL-");
}

/* ---- what a server may not do ---- */

static const struct {
	const char *what, *says;
	const char *script[6];
} floods[] = {
	{ "a line without end", "too long", { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"", "s* LIST () \"/\" ",
		"r120000 0123456789" } },
	{ "a literal that is too long", "too long", { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"",
		"S* LIST () \"/\" {65537}" } },
	{ "literals without end", "too many literals", { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"",
		"s* LIST (", "R300  {0}" } },
	{ "mailboxes without end", "too many mailboxes", { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"", "S$1 OK",
		"R20001 * LIST () \"/\" x" } },
	{ "lines without end", "without end", { IN, "CLIST \"\" \"\"", "CLIST \"\" \"*\"", "R100001 * OK x" } },
};

static void
test_floods(void)
{
	struct mailbox_list l;
	struct imap *c;
	size_t i;

	for (i = 0; i < countof(floods); i++) {
		struct err e = ERR_INIT;

		c = start(floods[i].script);
		ok(imap_list(c, "", &l, &e) < 0 && e.radius == ERR_CONNECTION && strstr(e.msg, floods[i].says),
		    "%s: %s", floods[i].what, e.msg);
		end(c, floods[i].what);
	}
}

/* Each octet comes within the time-out, the whole would take hours. */
static void
test_slow_server(void)
{
	static const char *const script[] = { IN, "CNOOP",
	    "D* OK this is a server that never comes to an end", NULL };
	struct err e = ERR_INIT;
	struct imap *c = start(script);

	conf.timeout_ms = 30;
	ok(imap_noop(c, &e) < 0 && e.retry && strstr(e.msg, "too slow"), "a slow server: %s", e.msg);
	end(c, "slow server");
}

/* Everything after the end fails with the error that ended it. */
static void
test_dead(void)
{
	static const char *const script[] = { IN, "CNOOP", "S* BYE see you", NULL };
	struct err e = ERR_INIT, later = ERR_INIT;
	struct mailbox_list l;
	struct imap *c = start(script);

	ok(imap_noop(c, &e) < 0 && e.radius == ERR_CONNECTION && e.retry && strstr(e.msg, "see you"),
	    "BYE: %s", e.msg);
	ok(imap_list(c, "", &l, &later) < 0, "dead");
	is_str(later.msg, e.msg, "the same error");
	imap_logout(c);
	end(NULL, "BYE script");
}

/* With -d imap neither the password, nor what tells it, nor a message is shown. Runs last. */
static void
test_secrets(void)
{
	static const char *const secrets[] = { "s3cret", "AGpvZQBzM2NyZXQ=", "PDE4OTY", "am9lIGU2", "Subject" };
	static const char *const script[] = {
		"S* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR] hi", "CAUTHENTICATE CRAM-MD5",
		"S+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
		"Lam9lIGU2YzI0ZGVlYzFhYWQyOWM0YzUyM2MxMDNjMDI3YzU2", "S$ NO s3cret is not it",
		"CAUTHENTICATE PLAIN AGpvZQBzM2NyZXQ=", "S$ OK [CAPABILITY IMAP4rev1 LITERAL+] in",
		"CAPPEND \"x\" () \" 1-Jan-1970 00:00:00 +0000\" {8+}", "LSubject:", "S$ OK", "CNOOP", "S$ OK",
		NULL };
	struct err e = ERR_INIT;
	struct append_result r;
	struct event ev;
	unsigned lines = 0, shown = 0;
	struct imap *c;
	bool go, ask;
	size_t i;

	event_debug_enable(DEBUG_IMAP);
	play(script);
	c = imap_open(&conf, &e);
	ok(c && imap_login(c, "s3cret", &e) == 0, "login while traced %s", e.msg);
	ok(imap_append_start(c, "x", 0, 0, 8, false, &go, &e) == 0
	    && imap_append_data(c, "Subject:", 8, &e) == 0
	    && imap_append_end(c, &e) == 0 && imap_append_result(c, &r, &e) == 0 && r.ok,
	        "upload while traced");
	ok(imap_noop(c, &e) == 0, "NOOP while traced");
	end(c, "traced script");
	event_close();
	while (event_take(&ev, &ask)) {
		lines += ev.kind == EV_DEBUG;
		for (i = 0; i < countof(secrets); i++)
			shown += strstr(ev.text, secrets[i]) != NULL;
	}
	ok(lines >= 10, "%u lines of trace", lines);
	is_int(shown, 0, "no secret in any event");
}

int
main(void)
{
	struct err e = ERR_INIT;

	signal(SIGPIPE, SIG_IGN);
	if (stop_init(&e) < 0)
		return 1;
	test_logins();
	test_no_capabilities();
	test_greetings();
	test_tunnel();
	test_list();
	test_create();
	test_selects();
	test_reselect();
	test_changes();
	test_many_changes();
	test_append();
	test_append_sync();
	test_floods();
	test_slow_server();
	test_dead();
	test_secrets();
	return done();
}
