/* t_lex.c - tokens: a(atom) s(string) N ( ) in a row's want, . is the end, ! is malformed. */
#include <stdlib.h>

#include "../../src/imap/lex.h"
#include "../../src/imap/limits.h"
#include "tap.h"

static const struct {
	const char *text, *want;
} rows[] = {
	{ "", "." },
	{ "   ", "." },
	{ "a  b", "a(a)a(b)." },
	{ "(a b) c", "(a(a)a(b))a(c)." },
	{ "( )", "()." },
	{ "nil NIL nils", "NNa(nils)." },
	{ "\\Seen \\* *", "a(\\Seen)a(\\*)a(*)." },
	{ "\"\" \"a b\"", "s()s(a b)." },
	{ "\"a\\\"b\\\\\" \"c\\d\"", "s(a\"b\\)s(cd)." },
	{ "\"NIL\"", "s(NIL)." },
	{ "\xff\xfe \"\xc3\xa4\"", "a(\xff\xfe)s(\xc3\xa4)." },
	{ "\"abc", "!" },
	{ "\"abc\\", "!" },
	{ "\"abc\\\"", "!" },
	{ "\"a\r\nb\"", "!" },
	{ "{3}\r\na b c", "s(a b)a(c)." },
	{ "{0}\r\n)", "s())." },
	{ "{3}\nabc", "s(abc)." },
	{ "{3+}\r\nabc", "s(abc)." },
	{ "~{3}\r\nabc", "s(abc)." },
	{ "~ ~a", "a(~)a(~a)." },
	{ "{2}\r\n)(a", "s()()a(a)." },
	{ "{4}\r\nabc", "!" },
	{ "{3}abc", "!" },
	{ "{3}\r", "!" },
	{ "{}\r\n", "!" },
	{ "{-1}\r\n", "!" },
	{ "{12abc}\r\n", "!" },
	{ "{18446744073709551616}\r\n", "!" },
	{ "{18446744073709551615}\r\nabc", "!" },
	{ "{3", "!" },
	{ "a\rb", "a(a)!" },
	{ "a\nb", "a(a)!" },
};

static const struct {
	const char *text;
	bool good;
	const char *rest;
} skips[] = {
	{ "a b", true, "b" }, { "(a (b \"c)\" {1}\r\n) NIL) ()) d", true, "d" }, { "() x", true, "x" },
	{ "", false, "" },
	{ ")", false, "" }, { "(a", false, "" }, { "(a \"b)", false, "" },
};

static const struct {
	const char *text, *name, *section, *rest;	/* section NULL: none; name NULL: malformed */
} items[] = {
	{ "UID 5", "UID", NULL, "5" }, { "  FLAGS ()", "FLAGS", NULL, "()" },
	{ "BODY[] {1}", "BODY", "", "{1}" },
	{ "BODY[]<0> x", "BODY", "", "x" },
	{ "BODY[HEADER.FIELDS (A B)] x", "BODY", "HEADER.FIELDS (A B)", "x" },
	{ "BODY[HEADER.FIELDS (\"A]\")]<5> x", "BODY", "HEADER.FIELDS (\"A]\")", "x" },
	{ "BODY (x)", "BODY", NULL, "(x)" },
	{ "BODY[", NULL, NULL, NULL }, { "[]", NULL, NULL, NULL }, { "(", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
	{ "BODY[a\r\n]", NULL, NULL, NULL },
};

static const struct {
	const char *line;
	bool is;
	unsigned long size;
	size_t len;
} announcements[] = {
	{ "* LIST () {5}", true, 5, 3 }, { "* X ({5+}", true, 5, 4 }, { "* X ~{5}", true, 5, 4 },
	{ "* LIST () a{5}", false, 0, 0 }, { "{5}", false, 0, 0 }, { "* X {}", false, 0, 0 },
	{ "* X {-5}", false, 0, 0 },
	{ "* X {5} ", false, 0, 0 }, { "* X {99999999999999999999}", false, 0, 0 },
	{ "* X 5}", false, 0, 0 }, { "", false, 0, 0 },
	{ "* X {0}", true, 0, 3 },
};

static void
show(struct buf *b, char kind, struct slice v)
{
	buf_putc(b, kind);
	buf_putc(b, '(');
	buf_addslice(b, v);
	buf_putc(b, ')');
}

static const char *
tokens(const char *text, struct buf *b, struct buf *scratch)
{
	enum lex_tok t;
	struct slice v;
	struct lex l;

	buf_reset(b);
	lex_init(&l, slice_of(text), scratch);
	do {
		t = lex_next(&l, &v);
		switch (t) {
		case LEX_BAD: buf_putc(b, '!'); break;
		case LEX_END: buf_putc(b, '.'); break;
		case LEX_ATOM: show(b, 'a', v); break;
		case LEX_STRING: show(b, 's', v); break;
		case LEX_NIL: buf_putc(b, 'N'); break;
		case LEX_OPEN: buf_putc(b, '('); break;
		case LEX_CLOSE: buf_putc(b, ')'); break;
		}
	} while (t != LEX_BAD && t != LEX_END);
	return buf_str(b);
}

static void
test_items(struct buf *scratch)
{
	struct lex_item item;
	struct lex l;
	size_t i;
	bool good;

	for (i = 0; i < countof(items); i++) {
		lex_init(&l, slice_of(items[i].text), scratch);
		good = lex_item(&l, &item);
		ok(good == (items[i].name != NULL), "item %s", items[i].text);
		if (items[i].name)
			ok(slice_is(item.name, items[i].name) && item.has_section == (items[i].section != NULL)
			    && slice_eq(item.section, slice_of(items[i].section))
			        && slice_is(lex_rest(&l), items[i].rest),
			    "its parts");
	}
}

static void
test_depth(struct buf *scratch)
{
	struct buf b = BUF_INIT;
	struct lex l;
	unsigned n, k;

	for (n = LIMIT_DEPTH; n <= LIMIT_DEPTH + 1; n++) {
		buf_reset(&b);
		for (k = 0; k < n; k++)
			buf_putc(&b, '(');
		for (k = 0; k < n; k++)
			buf_putc(&b, ')');
		lex_init(&l, buf_slice(&b), scratch);
		ok(lex_skip(&l) == (n == LIMIT_DEPTH), "%u parentheses", n);
	}
	buf_free(&b);
}

/* Random text over the characters that matter, in a block of its own: the sanitizer watches its ends. */
static void
test_random(struct buf *scratch)
{
	static const char alphabet[] = "(){}\"\\ ~+a1]\r\n[\xff";
	struct slice text, v;
	unsigned round;
	struct lex l;
	size_t i;
	char *p;

	for (round = 0; round < 50000; round++) {
		text.len = (size_t)rand() % 24 + 1;
		p = xmalloc(text.len);
		for (i = 0; i < text.len; i++)
			p[i] = alphabet[(size_t)rand() % sizeof(alphabet)];
		text.p = p;
		lex_init(&l, text, scratch);
		for (i = 0; i <= text.len; i++)
			if (lex_next(&l, &v) <= LEX_END)
				break;
		if (i > text.len || l.p > l.end || l.p < text.p)
			break;
		lex_init(&l, text, scratch);
		lex_skip(&l);
		free(p);
	}
	is_int(round, 50000, "random text ends in the end or is malformed");
}

int
main(void)
{
	struct buf b = BUF_INIT, scratch = BUF_INIT;
	struct slice nul = { "a\0b", 3 }, line;
	uint64_t size;
	struct lex l;
	size_t i, len;
	bool good;

	for (i = 0; i < countof(rows); i++)
		is_str(tokens(rows[i].text, &b, &scratch), rows[i].want, rows[i].text);
	for (i = 0; i < countof(skips); i++) {
		lex_init(&l, slice_of(skips[i].text), &scratch);
		good = lex_skip(&l);
		ok(good == skips[i].good && (!good || slice_is(lex_rest(&l), skips[i].rest)), "skip %s",
		    skips[i].text);
	}
	for (i = 0; i < countof(announcements); i++) {
		line = slice_of(announcements[i].line);
		size = 0;
		good = lex_announces(line, &size, &len);
		ok(good == announcements[i].is
		    && (!good || (size == announcements[i].size && len == announcements[i].len)),
		    "announces %s", announcements[i].line);
	}
	lex_init(&l, nul, &scratch);
	ok(lex_next(&l, &line) == LEX_ATOM && lex_next(&l, &line) == LEX_BAD, "NUL is malformed");
	lex_init(&l, slice_of("{3}"), &scratch);
	ok(lex_next(&l, &line) == LEX_BAD && l.open, "a literal that is still to come");
	test_items(&scratch);
	test_depth(&scratch);
	test_random(&scratch);
	buf_free(&b);
	buf_free(&scratch);
	return done();
}
