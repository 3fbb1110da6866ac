/* resp.c - see resp.h. */
#include "resp.h"

#include <string.h>

#include "../base/date.h"
#include "../base/num.h"
#include "flags.h"
#include "limits.h"

static const struct {
	const char *name;
	enum resp_code code;
} codes[] = {
	{ "ALERT", CODE_ALERT },
	{ "ALREADYEXISTS", CODE_ALREADYEXISTS },
	{ "APPENDUID", CODE_APPENDUID },
	{ "AUTHENTICATIONFAILED", CODE_AUTHENTICATIONFAILED },
	{ "AUTHORIZATIONFAILED", CODE_AUTHORIZATIONFAILED },
	{ "CAPABILITY", CODE_CAPABILITY },
	{ "CLOSED", CODE_CLOSED },
	{ "EXPIRED", CODE_EXPIRED },
	{ "HIGHESTMODSEQ", CODE_HIGHESTMODSEQ },
	{ "INUSE", CODE_INUSE },
	{ "LIMIT", CODE_LIMIT },
	{ "NOMODSEQ", CODE_NOMODSEQ },
	{ "OVERQUOTA", CODE_OVERQUOTA },
	{ "PERMANENTFLAGS", CODE_PERMANENTFLAGS },
	{ "READ-ONLY", CODE_READ_ONLY },
	{ "READ-WRITE", CODE_READ_WRITE },
	{ "UIDNEXT", CODE_UIDNEXT },
	{ "UIDNOTSTICKY", CODE_UIDNOTSTICKY },
	{ "UIDVALIDITY", CODE_UIDVALIDITY },
	{ "UNAVAILABLE", CODE_UNAVAILABLE },
};

static const struct {
	const char *name;
	enum resp_status status;
} statuses[] = {
	{ "OK", STATUS_OK },
	{ "NO", STATUS_NO },
	{ "BAD", STATUS_BAD },
	{ "BYE", STATUS_BYE },
	{ "PREAUTH", STATUS_PREAUTH },
};

static enum resp_status
status_of(struct slice word)
{
	size_t i;

	for (i = 0; i < countof(statuses); i++)
		if (slice_is_nocase(word, statuses[i].name))
			return statuses[i].status;
	return STATUS_NONE;
}

static struct slice
span(const char *p, const char *end)
{
	struct slice s;

	s.p = p;
	s.len = (size_t)(end - p);
	return s;
}

/* "[" code [SP arguments] "]"; text that merely starts with a bracket it does not close is text. */
static void
parse_code(struct resp *r, struct slice *text)
{
	const char *p = text->p + 1, *end = text->p + text->len, *q, *close;
	bool in_quotes = false;
	size_t i;

	for (close = p; close < end && (in_quotes || *close != ']'); close++)
		if (*close == '"')
			in_quotes = !in_quotes;
	if (close == end)
		return;
	for (q = p; q < close && *q != ' '; q++)
		;
	r->code = CODE_OTHER;
	for (i = 0; i < countof(codes); i++)
		if (slice_is_nocase(span(p, q), codes[i].name))
			r->code = codes[i].code;
	r->code_args = slice_trim(span(q, close));
	*text = span(close + 1, end);
}

static void
parse_text(struct resp *r, struct slice text)
{
	if (text.len > 0 && text.p[0] == '[')
		parse_code(r, &text);
	r->text = slice_trim(text);
}

bool
resp_flags(struct lex *l, unsigned *flags)
{
	struct slice v;
	enum lex_tok t = lex_next(l, &v);

	*flags = 0;
	if (t == LEX_NIL)
		return true;
	if (t != LEX_OPEN)
		return false;
	while ((t = lex_next(l, &v)) == LEX_ATOM || t == LEX_STRING || t == LEX_NIL)
		*flags |= flag_bit(v);
	return t == LEX_CLOSE;
}

static bool
fetch_uid(struct lex *l, struct resp_fetch *f)
{
	struct slice v;

	f->has_uid = lex_next(l, &v) == LEX_ATOM && num_u32(v, &f->uid);
	return f->has_uid;
}

static bool
fetch_flags(struct lex *l, struct resp_fetch *f)
{
	f->has_flags = resp_flags(l, &f->flags);
	return f->has_flags;
}

/* Only a hint, and some servers write 9.3736e+06 or NIL: what is no number is as good as absent. */
static bool
fetch_size(struct lex *l, struct resp_fetch *f)
{
	struct slice v;
	enum lex_tok t = lex_next(l, &v);

	if (t == LEX_ATOM && !num_u64(v, &f->size))
		f->size = 0;
	return t == LEX_ATOM || t == LEX_NIL || t == LEX_STRING;
}

static bool
fetch_date(struct lex *l, struct resp_fetch *f)
{
	struct slice v;
	enum lex_tok t = lex_next(l, &v);

	if (t == LEX_STRING && !date_imap_parse(v, &f->date))
		f->date = 0;
	return t == LEX_STRING || t == LEX_NIL;
}

static bool
fetch_body(struct lex *l, struct resp_fetch *f)
{
	struct slice v;
	enum lex_tok t = lex_next(l, &v);

	if (t == LEX_STRING && !f->has_body) {	/* of two bodies the first counts */
		f->has_body = true;
		f->body = v;
	}
	f->body_nil = t == LEX_NIL;
	return t == LEX_STRING || t == LEX_NIL;
}

static bool
fetch_header(struct lex *l, struct resp_fetch *f)
{
	enum lex_tok t = lex_next(l, &f->header);

	f->has_header = t == LEX_STRING;
	return t == LEX_STRING || t == LEX_NIL;
}

enum section { SECTION_NONE, SECTION_EMPTY, SECTION_FIELDS };

static const struct {
	const char *name;
	enum section section;
	bool (*take)(struct lex *l, struct resp_fetch *f);
} items[] = {
	{ "UID", SECTION_NONE, fetch_uid },
	{ "FLAGS", SECTION_NONE, fetch_flags },
	{ "RFC822.SIZE", SECTION_NONE, fetch_size },
	{ "INTERNALDATE", SECTION_NONE, fetch_date },
	{ "BODY", SECTION_EMPTY, fetch_body },
	{ "RFC822", SECTION_NONE, fetch_body },
	{ "BODY", SECTION_FIELDS, fetch_header },
};

static bool
take_item(struct lex *l, const struct lex_item *item, struct resp_fetch *f)
{
	enum section s = !item->has_section ? SECTION_NONE : item->section.len == 0 ? SECTION_EMPTY
	    : SECTION_FIELDS;
	size_t i;

	for (i = 0; i < countof(items); i++)
		if (items[i].section == s && slice_is_nocase(item->name, items[i].name))
			return items[i].take(l, f);
	return lex_skip(l);
}

static bool
is_body(const struct lex_item *item)
{
	return slice_is_nocase(item->name, item->has_section ? "BODY" : "RFC822")
	    && item->section.len == 0;
}

/* *body: the text ended where the body's literal is to come. */
static bool
parse_fetch(struct lex *l, struct resp_fetch *f, bool *body)
{
	struct lex_item item;
	struct slice v;

	*body = false;
	if (lex_next(l, &v) != LEX_OPEN)
		return false;
	for (;;) {
		if (lex_rest(l).len > 0 && *l->p == ')')
			break;
		if (!lex_item(l, &item))
			return false;
		if (!take_item(l, &item, f)) {
			*body = l->open && is_body(&item);
			return false;
		}
	}
	l->p++;
	return lex_next(l, &v) == LEX_END;
}

static void
list_attribute(struct resp_list *m, struct slice v)
{
	if (slice_is_nocase(v, "\\Noselect") || slice_is_nocase(v, "\\NonExistent"))
		m->noselect = true;
	else if (slice_is_nocase(v, "\\Noinferiors"))
		m->noinferiors = true;
	else if (slice_is_nocase(v, "\\Trash"))
		m->trash = true;
	else if (slice_is_nocase(v, "\\Junk"))
		m->junk = true;
}

/* RFC 9051 7.3.1: (attributes) delimiter name, then perhaps extended data in parentheses. */
static bool
parse_list(struct lex *l, struct resp_list *m)
{
	struct slice v;
	enum lex_tok t;

	if (lex_next(l, &v) != LEX_OPEN)
		return false;
	while ((t = lex_next(l, &v)) == LEX_ATOM || t == LEX_STRING || t == LEX_NIL)
		list_attribute(m, v);
	if (t != LEX_CLOSE)
		return false;
	t = lex_next(l, &v);
	if (t != LEX_ATOM && t != LEX_STRING && t != LEX_NIL)
		return false;
	if (t != LEX_NIL && v.len == 1)
		m->delim = v.p[0];
	t = lex_next(l, &m->name);
	m->bad = t != LEX_ATOM && t != LEX_STRING;
	if (t == LEX_BAD)
		return false;
	t = lex_next(l, &v);
	m->bad = m->bad || (t != LEX_END && t != LEX_OPEN);
	return true;
}

static const struct {
	const char *name;
	enum resp_data data;
	bool numbered;
} words[] = {
	{ "FETCH", DATA_FETCH, true },
	{ "EXISTS", DATA_EXISTS, true },
	{ "EXPUNGE", DATA_EXPUNGE, true },
	{ "CAPABILITY", DATA_CAPABILITY, false },
	{ "LIST", DATA_LIST, false },
	{ "SEARCH", DATA_SEARCH, false },
	{ "ESEARCH", DATA_ESEARCH, false },
	{ "VANISHED", DATA_VANISHED, false },
};

static enum resp_data
data_of(struct slice word, bool numbered)
{
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (words[i].numbered == numbered && slice_is_nocase(word, words[i].name))
			return words[i].data;
	return DATA_OTHER;
}

static bool
parse_data(struct resp *r, struct lex *l, const char **why)
{
	bool body;

	r->args = lex_rest(l);
	switch (r->data) {
	case DATA_FETCH:
		*why = "a FETCH response that cannot be read";
		return parse_fetch(l, &r->fetch, &body);
	case DATA_LIST:
		*why = "a LIST response that cannot be read";
		return parse_list(l, &r->list);
	case DATA_OTHER:
	case DATA_CAPABILITY:
	case DATA_SEARCH:
	case DATA_ESEARCH:
	case DATA_EXISTS:
	case DATA_EXPUNGE:
	case DATA_VANISHED:
		break;
	}
	return true;
}

static bool
parse_untagged(struct resp *r, struct lex *l, const char **why)
{
	struct slice v = lex_rest(l);
	bool numbered;

	if (v.len > 0 && v.p[0] == '[') {	/* Exchange 2013, home.pl: "* [COPYUID ...]" */
		r->status = STATUS_OK;
		parse_text(r, v);
		return true;
	}
	*why = "an untagged response without a keyword";
	if (lex_next(l, &v) != LEX_ATOM)
		return false;
	r->status = status_of(v);
	if (r->status != STATUS_NONE) {
		parse_text(r, lex_rest(l));
		return true;
	}
	numbered = ascii_is_digit((unsigned char)v.p[0]);
	if (numbered) {
		*why = "an untagged response with a wrong number";
		if (!num_u32(v, &r->num) || lex_next(l, &v) != LEX_ATOM)
			return false;
	}
	r->data = data_of(v, numbered);
	return parse_data(r, l, why);
}

bool
resp_parse(struct resp *r, struct slice text, struct buf *scratch, const char **why)
{
	struct lex l;
	struct slice v;

	memset(r, 0, sizeof(*r));
	lex_init(&l, text, scratch);
	*why = "a line that is not an IMAP response";
	if (text.len == 0 || lex_next(&l, &r->tag) != LEX_ATOM || text.p[0] == ' ')
		return false;
	if (slice_is(r->tag, "*")) {
		r->kind = RESP_UNTAGGED;
		return parse_untagged(r, &l, why);
	}
	if (slice_is(r->tag, "+")) {		/* Exchange sends it bare */
		r->kind = RESP_CONTINUE;
		parse_text(r, lex_rest(&l));
		return true;
	}
	r->kind = RESP_TAGGED;
	if (lex_next(&l, &v) != LEX_ATOM)
		return false;
	r->status = status_of(v);
	parse_text(r, lex_rest(&l));
	return r->status == STATUS_OK || r->status == STATUS_NO || r->status == STATUS_BAD;
}

bool
resp_takes_literals(struct slice text)
{
	size_t i = 2, start;
	struct slice word;

	if (text.len < 2 || text.p[0] != '*' || text.p[1] != ' ')
		return false;
	while (i < text.len && text.p[i] == ' ')
		i++;
	for (start = i; i < text.len && text.p[i] != ' '; i++)
		;
	word.p = text.p + start;
	word.len = i - start;
	return word.len > 0 && word.p[0] != '[' && status_of(word) == STATUS_NONE;
}

bool
resp_body_follows(struct slice text, struct buf *scratch)
{
	struct resp_fetch f;
	struct slice v;
	struct lex l;
	bool body;

	lex_init(&l, text, scratch);
	if (lex_next(&l, &v) != LEX_ATOM || lex_next(&l, &v) != LEX_ATOM
	    || lex_next(&l, &v) != LEX_ATOM || data_of(v, true) != DATA_FETCH)
		return false;
	memset(&f, 0, sizeof(f));
	return !parse_fetch(&l, &f, &body) && body;
}

bool
resp_search(struct slice args, struct uidset *out)
{
	const char *paren = args.len ? memchr(args.p, '(', args.len) : NULL;

	if (paren)				/* "(MODSEQ 917162500)", RFC 7162 3.1.5 */
		args.len = (size_t)(paren - args.p);
	return uidset_parse_numbers(out, args, LIMIT_RANGES);
}

bool
resp_esearch(struct slice args, struct buf *scratch, struct slice *tag, struct uidset *out)
{
	struct slice name, v;
	enum lex_tok t;
	bool uid = false;
	struct lex l;

	lex_init(&l, args, scratch);
	t = lex_next(&l, &name);
	tag->p = NULL;
	tag->len = 0;
	if (t == LEX_OPEN) {			/* RFC 4466 2.6.2: ("TAG" string) */
		if (lex_next(&l, &v) != LEX_ATOM || !slice_is_nocase(v, "TAG")
		    || (t = lex_next(&l, tag), t != LEX_STRING && t != LEX_ATOM)
		    || lex_next(&l, &v) != LEX_CLOSE)
			return false;
		t = lex_next(&l, &name);
	}
	for (; t == LEX_ATOM; t = lex_next(&l, &name)) {
		if (slice_is_nocase(name, "UID")) {
			uid = true;
		} else if (!slice_is_nocase(name, "ALL")) {
			if (!lex_skip(&l))
				return false;
		} else if (!uid || lex_next(&l, &v) != LEX_ATOM
		    || !uidset_parse(out, v, LIMIT_RANGES)) {
			return false;
		}
	}
	return t == LEX_END;
}

bool
resp_vanished(struct slice args, bool *earlier, struct uidset *out)
{
	static const char word[] = "(EARLIER)";
	struct slice head = args;

	head.len = args.len < sizeof(word) - 1 ? args.len : sizeof(word) - 1;
	*earlier = slice_is_nocase(head, word);
	if (*earlier) {
		args.p += head.len;
		args.len -= head.len;
	}
	return uidset_parse(out, slice_trim(args), LIMIT_RANGES);
}
