/* t_resp.c - responses: what each line means, printed as one word a fact. */
#include <stdlib.h>

#include "../../src/imap/flags.h"
#include "../../src/imap/resp.h"
#include "tap.h"

static const struct {
	const char *text, *want;	/* want NULL: malformed */
} rows[] = {
	{ "* OK hi", "status1 text=hi" },
	{ "* ok", "status1 text=" },
	{ "* OK [ALERT] beware", "status1 code=ALERT args= text=beware" },
	{ "* OK [HIGHESTMODSEQ 9]", "status1 code=HIGHESTMODSEQ args=9 text=" },
	{ "* OK [BADCHARSET (\"]\")] x", "status1 code=OTHER args=(\"]\") text=x" },
	{ "* OK [half open", "status1 text=[half open" },
	{ "* NO no {5}", "status2 text=no {5}" },
	{ "* BYE", "status4 text=" },
	{ "* PREAUTH x", "status5 text=x" },
	{ "* [COPYUID 1 2 3] done", "status1 code=OTHER args=1 2 3 text=done" },
	{ "A1 OK done", "tag=A1 status1 text=done" },
	{ "A1  BAD  what", "tag=A1 status3 text=what" },
	{ "A1 NO [unavailable] x", "tag=A1 status2 code=UNAVAILABLE args= text=x" },
	{ "A1 BYE", NULL }, { "A1 PREAUTH", NULL }, { "A1 FOO", NULL }, { "A1", NULL }, { "", NULL },
	{ " * OK", NULL },
	{ "(* OK", NULL }, { "\"A1\" OK", NULL }, { "*", NULL }, { "* ", NULL }, { "* \"x\"", NULL },
	{ "* ()", NULL },
	{ "+", "continue text=" }, { "+ go ", "continue text=go" },
	{ "* 5 EXISTS", "exists=5" }, { "*  5  exists", "exists=5" },
	{ "* 4294967295 EXPUNGE", "expunge=4294967295" },
	{ "* 4294967296 EXISTS", NULL }, { "* 5x EXISTS", NULL }, { "* 5", NULL }, { "* EXISTS", "data0" },
	{ "* 5 RECENT", "data0" }, { "* FLAGS (\\Seen)", "data0" }, { "* 5 SEARCH", "data0" },
	{ "* CAPABILITY A  B", "data1" }, { "* SEARCH", "data3" }, { "* ESEARCH UID", "data4" },
	{ "* LIST (\\HasChildren) \"/\" \"a b\"", "list=a b /" },
	{ "* LIST (\\Noselect \\NoInferiors) NIL x", "list=x noselect noinferiors" },
	{ "* LIST (\\nonexistent \\junk \\Trash) \"\" {1}\r\nx", "list=x noselect trash junk" },
	{ "* LIST () \"\\\\\" \"\\\\\\\"\"", "list=\\\" \\" },
	{ "* LIST () / x", "list=x /" },
	{ "* LIST () \"/\" x (\"CHILDINFO\" (\"S\"))", "list=x /" },
	{ "* LIST () \"/\" two words", "list=two / bad" },
	{ "* LIST () \"/\" NIL", "list=NIL / bad" },
	{ "* LIST () \"/\"", "list= / bad" },
	{ "* LIST \"/\" x", NULL }, { "* LIST (( \"/\" x", NULL }, { "* LIST () () x", NULL },
	{ "* LIST () \"/\" \"x", NULL },
	{ "* 3 FETCH (UID 5 FLAGS (\\Seen $x \\Recent))", "fetch uid=5 flags=8" },
	{ "* 3 FETCH (  flags ( ) uid  5 )", "fetch uid=5 flags=0" },
	{ "* 3 FETCH ()", "fetch" },
	{ "* 3 FETCH (FLAGS NIL)", "fetch flags=0" },
	{ "* 3 FETCH (FLAGS (\"\\\\Seen\"))", "fetch flags=8" },
	{ "* 3 FETCH (RFC822.SIZE 77 INTERNALDATE \"01-Jan-1970 00:01:00 +0000\")", "fetch size=77 date=60" },
	{ "* 3 FETCH (RFC822.SIZE 9.3e+06 INTERNALDATE NIL)", "fetch" },
	{ "* 3 FETCH (RFC822.SIZE NIL INTERNALDATE \"rubbish\")", "fetch" },
	{ "* 3 FETCH (BODY[] \"a\\\"b\")", "fetch body=a\"b" },
	{ "* 3 FETCH (BODY[] {3}\r\na)b UID 1)", "fetch uid=1 body=a)b" },
	{ "* 3 FETCH (BODY[] NIL)", "fetch nil" },
	{ "* 3 FETCH (RFC822 \"x\" BODY[] \"y\")", "fetch body=x" },
	{ "* 3 FETCH (BODY[1] \"x\" BODY[]<0> \"y\")", "fetch body=y header=x" },
	{ "* 3 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {4}\r\na:b\n)", "fetch header=a:b\n" },
	{ "* 3 FETCH (BODY (\"TEXT\" (\"A\" NIL)) BODYSTRUCTURE ((())) X-GM-LABELS (\"\\\\Inbox\" a) MODSEQ (5) UID 2)",
	    "fetch uid=2" },
	{ "* 3 FETCH (UID x)", NULL }, { "* 3 FETCH (UID 4294967296)", NULL }, { "* 3 FETCH (UID)", NULL },
	{ "* 3 FETCH UID 5", NULL }, { "* 3 FETCH (UID 5", NULL }, { "* 3 FETCH (UID 5))", NULL },
	{ "* 3 FETCH (UID 5) x", NULL },
	{ "* 3 FETCH (FLAGS (\\Seen)", NULL }, { "* 3 FETCH (FLAGS ((\\Seen)))", NULL },
	{ "* 3 FETCH (BODY[] {5}\r\nabc)", NULL },
	{ "* 3 FETCH (BODY[] atom)", NULL }, { "* 3 FETCH (FLAGS \\Seen)", NULL }, { "* 3 FETCH", NULL },
};

static const char *const code_names[] = {
	"NONE", "OTHER", "ALERT", "ALREADYEXISTS", "APPENDUID", "AUTHENTICATIONFAILED",
	"AUTHORIZATIONFAILED", "CAPABILITY",
	"CLOSED", "EXPIRED", "HIGHESTMODSEQ", "INUSE", "LIMIT", "NOMODSEQ", "OVERQUOTA", "PERMANENTFLAGS",
	"READ-ONLY",
	"READ-WRITE", "UIDNEXT", "UIDNOTSTICKY", "UIDVALIDITY", "UNAVAILABLE",
};
static_assert_(countof(code_names) == CODE_UNAVAILABLE + 1, a_name_for_each_code);

static void
add(struct buf *b, const char *name, struct slice v)
{
	buf_printf(b, " %s=", name);
	buf_addslice(b, v);
}

static void
show_fetch(const struct resp_fetch *f, struct buf *b)
{
	buf_puts(b, "fetch");
	if (f->has_uid)
		buf_printf(b, " uid=%lu", (unsigned long)f->uid);
	if (f->has_flags)
		buf_printf(b, " flags=%u", f->flags);
	if (f->size)
		buf_printf(b, " size=%lu", (unsigned long)f->size);
	if (f->date)
		buf_printf(b, " date=%ld", (long)f->date);
	if (f->has_body)
		add(b, "body", f->body);
	if (f->body_nil)
		buf_puts(b, " nil");
	if (f->has_header)
		add(b, "header", f->header);
}

static void
show_list(const struct resp_list *l, struct buf *b)
{
	buf_puts(b, "list=");
	buf_addslice(b, l->name);
	if (l->delim)
		buf_printf(b, " %c", l->delim);
	buf_printf(b, "%s%s%s%s%s", l->noselect ? " noselect" : "", l->noinferiors ? " noinferiors" : "",
	    l->trash ? " trash" : "", l->junk ? " junk" : "", l->bad ? " bad" : "");
}

static void
show(const struct resp *r, struct buf *b)
{
	if (r->kind == RESP_TAGGED) {
		buf_puts(b, "tag=");
		buf_addslice(b, r->tag);
		buf_putc(b, ' ');
	}
	if (r->kind == RESP_CONTINUE)
		buf_puts(b, "continue");
	if (r->status)
		buf_printf(b, "status%d", (int)r->status);
	if (r->code) {
		buf_printf(b, " code=%s", code_names[r->code]);
		add(b, "args", r->code_args);
	}
	if (r->status || r->kind == RESP_CONTINUE)
		add(b, "text", r->text);
	else if (r->data == DATA_FETCH)
		show_fetch(&r->fetch, b);
	else if (r->data == DATA_LIST)
		show_list(&r->list, b);
	else if (r->data == DATA_EXISTS || r->data == DATA_EXPUNGE)
		buf_printf(b, "%s=%lu", r->data == DATA_EXISTS ? "exists" : "expunge", (unsigned long)r->num);
	else
		buf_printf(b, "data%d", (int)r->data);
}

static void
test_rows(struct buf *scratch)
{
	struct buf b = BUF_INIT;
	const char *why;
	struct resp r;
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		buf_reset(&b);
		if (!resp_parse(&r, slice_of(rows[i].text), scratch, &why)) {
			ok(rows[i].want == NULL, "%s: %s", rows[i].text, why);
			continue;
		}
		show(&r, &b);
		is_str(buf_str(&b), rows[i].want, rows[i].text);
	}
	buf_free(&b);
}

static const struct {
	const char *text;
	bool literals, body;
} pending[] = {
	{ "* 1 FETCH (BODY[] {5}", true, true },
	{ "* 1 fetch (UID 5 X (a \"(\") body[]<0> ~{5}", true, true },
	{ "* 1 FETCH (RFC822 {5}", true, true },
	{ "* 1 FETCH (BODY[HEADER.FIELDS (A)] {5}", true, false },
	{ "* 1 FETCH (BODY[TEXT] {5}", true, false },
	{ "* 1 FETCH (X (BODY[] {5}", true, false },
	{ "* 1 FETCH (BODY {5}", true, false },
	{ "* 1 FETCH (RFC822.HEADER {5}", true, false },
	{ "* 1 FETCH (FLAGS (BODY[] {5}", true, false },
	{ "* FETCH (BODY[] {5}", true, false },
	{ "* LIST () \"/\" {5}", true, false },
	{ "* OK {5}", false, false },
	{ "* OK [X] 1 FETCH (BODY[] {5}", false, false },
	{ "* [X] {5}", false, false },
	{ "A1 OK {5}", false, false },
	{ "+ {5}", false, false },
	{ "*", false, false },
};

static void
test_pending(struct buf *scratch)
{
	struct slice text;
	size_t i;

	for (i = 0; i < countof(pending); i++) {
		text = slice_of(pending[i].text);
		is_int(resp_takes_literals(text), pending[i].literals, pending[i].text);
		is_int(pending[i].literals && resp_body_follows(text, scratch), pending[i].body,
		    "its body comes");
	}
}

static const struct {
	const char *args, *tag, *set;	/* set NULL: malformed */
} esearches[] = {
	{ "", "", "" },
	{ "(TAG \"A1\") UID ALL 1:3,5", "A1", "1:3,5" },
	{ "(tag A1) uid all 3:1", "A1", "1:3" },
	{ "UID COUNT 0", "", "" },
	{ "UID MIN 3 X-EXT (a (b)) ALL 9", "", "9" },
	{ "(TAG \"A1\") ALL 1", "", NULL },
	{ "(TAG \"A1\") UID ALL", "", NULL },
	{ "(TAG \"A1\") UID ALL *", "", NULL },
	{ "(TAG \"A1\"", "", NULL },
	{ "(X \"A1\") UID", "", NULL },
	{ "UID COUNT", "", NULL },
	{ "\"UID\"", "", NULL },
};

static const char *
text_of(const struct uidset *s, struct buf *b)
{
	size_t at = 0;

	buf_reset(b);
	uidset_format(s, &at, 1000, b);
	return buf_str(b);
}

static void
test_sets(struct buf *scratch)
{
	struct uidset s = UIDSET_INIT;
	struct buf b = BUF_INIT;
	struct slice tag;
	bool good, earlier;
	size_t i;

	for (i = 0; i < countof(esearches); i++) {
		uidset_reset(&s);
		good = resp_esearch(slice_of(esearches[i].args), scratch, &tag, &s);
		is_int(good, esearches[i].set != NULL, esearches[i].args);
		if (good)
			ok(slice_is(tag, esearches[i].tag)
			    && strcmp(text_of(&s, &b), esearches[i].set) == 0, "its set");
	}
	uidset_reset(&s);
	ok(resp_search(slice_of("5 3 (MODSEQ 4)"), &s) && strcmp(text_of(&s, &b), "3,5") == 0,
	    "SEARCH with MODSEQ");
	ok(!resp_search(slice_of("5 x"), &s), "SEARCH with what is no number");
	uidset_reset(&s);
	ok(resp_vanished(slice_of("(earlier)  1:2,9"), &earlier, &s) && earlier
	    && strcmp(text_of(&s, &b), "1:2,9") == 0,
	    "VANISHED (EARLIER)");
	ok(resp_vanished(slice_of("7"), &earlier, &s) && !earlier, "VANISHED");
	ok(!resp_vanished(slice_of("0:1"), &earlier, &s) && !resp_vanished(slice_of(""), &earlier, &s),
	    "not a set");
	uidset_free(&s);
	buf_free(&b);
}

/* Rows with octets changed and cut at random, each in a block of its own. */
static void
test_random(struct buf *scratch)
{
	static const char alphabet[] = "(){}\"\\ ~+a1[]\r\n*\xff";
	struct slice text;
	const char *why;
	struct resp r;
	unsigned i, k;
	char *p;

	for (i = 0; i < 50000; i++) {
		text = slice_of(rows[(size_t)rand() % countof(rows)].text);
		if (text.len == 0)
			continue;
		text.len = 1 + (size_t)rand() % text.len;
		p = xmalloc(text.len);
		memcpy(p, text.p, text.len);
		for (k = (unsigned)rand() % 4; k > 0; k--)
			p[(size_t)rand() % text.len] = alphabet[(size_t)rand() % sizeof(alphabet)];
		text.p = p;
		resp_parse(&r, text, scratch, &why);
		if (resp_takes_literals(text))
			resp_body_follows(text, scratch);
		free(p);
	}
	ok(true, "50000 broken responses");
}

int
main(void)
{
	struct buf scratch = BUF_INIT;

	test_rows(&scratch);
	test_pending(&scratch);
	test_sets(&scratch);
	test_random(&scratch);
	buf_free(&scratch);
	return done();
}
