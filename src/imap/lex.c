/* lex.c - see lex.h. */
#include "lex.h"

#include <string.h>

#include "../base/num.h"
#include "limits.h"

void
lex_init(struct lex *l, struct slice text, struct buf *scratch)
{
	l->p = text.len ? text.p : "";
	l->end = l->p + text.len;
	l->scratch = scratch;
	l->open = false;
	buf_reset(scratch);
}

static void
blanks(struct lex *l)
{
	while (l->p < l->end && *l->p == ' ')
		l->p++;
}

static bool
ends_atom(char c)
{
	return c == ' ' || c == '(' || c == ')' || c == '\r' || c == '\n' || c == '\0';
}

static enum lex_tok
atom(struct lex *l, struct slice *v)
{
	v->p = l->p;
	while (l->p < l->end && !ends_atom(*l->p))
		l->p++;
	v->len = (size_t)(l->p - v->p);
	if (v->len == 0)
		return LEX_BAD;
	return slice_is_nocase(*v, "NIL") ? LEX_NIL : LEX_ATOM;
}

/*
 * From p to before end, without the backslashes. All that one response can ever unescape is not
 * longer than what is left of it, so the first reservation is the last and no earlier slice moves.
 */
static struct slice
unescape(struct lex *l, const char *p, const char *end)
{
	struct slice v;
	size_t start = l->scratch->len;

	if (start == 0)
		buf_reserve(l->scratch, (size_t)(l->end - p) + 1);
	for (; p < end; p++) {
		if (*p == '\\')
			p++;
		buf_putc(l->scratch, *p);
	}
	v.p = l->scratch->p + start;
	v.len = l->scratch->len - start;
	return v;
}

static enum lex_tok
quoted(struct lex *l, struct slice *v)
{
	const char *start = ++l->p;
	bool escapes = false;

	for (; l->p < l->end && *l->p != '"'; l->p++) {
		if (*l->p == '\r' || *l->p == '\n' || *l->p == '\0')
			return LEX_BAD;
		if (*l->p != '\\')
			continue;
		escapes = true;
		if (++l->p == l->end)
			return LEX_BAD;
	}
	if (l->p == l->end)
		return LEX_BAD;
	if (escapes) {
		*v = unescape(l, start, l->p);
	} else {
		v->p = start;
		v->len = (size_t)(l->p - start);
	}
	l->p++;
	return LEX_STRING;
}

/* "{" number ["+"] "}" CRLF and that many octets (RFC 9051 4.3); a "~" has been skipped. */
static enum lex_tok
literal(struct lex *l, struct slice *v)
{
	const char *close = memchr(l->p, '}', (size_t)(l->end - l->p));
	struct slice number;
	uint64_t n;

	if (close == NULL)
		return LEX_BAD;
	number.p = l->p + 1;
	number.len = (size_t)(close - number.p);
	if (number.len > 0 && close[-1] == '+')
		number.len--;
	if (!num_u64(number, &n))
		return LEX_BAD;
	l->p = close + 1;
	if (l->p == l->end)
		l->open = true;
	if (l->p < l->end && *l->p == '\r')
		l->p++;
	if (l->p == l->end || *l->p++ != '\n' || n > (uint64_t)(l->end - l->p))
		return LEX_BAD;
	v->p = l->p;
	v->len = (size_t)n;
	l->p += n;
	return LEX_STRING;
}

enum lex_tok
lex_next(struct lex *l, struct slice *v)
{
	v->p = NULL;
	v->len = 0;
	blanks(l);
	if (l->p == l->end)
		return LEX_END;
	switch (*l->p) {
	case '(':
		l->p++;
		return LEX_OPEN;
	case ')':
		l->p++;
		return LEX_CLOSE;
	case '"':
		return quoted(l, v);
	case '{':
		return literal(l, v);
	case '~':
		if (l->end - l->p > 1 && l->p[1] == '{') {	/* literal8, RFC 3516 4.4 */
			l->p++;
			return literal(l, v);
		}
		break;
	}
	return atom(l, v);
}

bool
lex_skip(struct lex *l)
{
	unsigned depth = 0;
	struct slice v;

	do {
		switch (lex_next(l, &v)) {
		case LEX_BAD:
		case LEX_END:
			return false;
		case LEX_OPEN:
			if (++depth > LIMIT_DEPTH)
				return false;
			break;
		case LEX_CLOSE:
			if (depth-- == 0)
				return false;
			break;
		case LEX_ATOM:
		case LEX_STRING:
		case LEX_NIL:
			break;
		}
	} while (depth > 0);
	return true;
}

/* Up to the "]" that is not inside a quoted header name (Courier quotes them); *p at it. */
static bool
section_end(const char **p, const char *end)
{
	bool in_quotes = false;

	for (; *p < end && (in_quotes || **p != ']'); ++*p) {
		if (**p == '\r' || **p == '\n' || **p == '\0')
			return false;
		if (**p == '"')
			in_quotes = !in_quotes;
	}
	return *p < end;
}

bool
lex_item(struct lex *l, struct lex_item *item)
{
	memset(item, 0, sizeof(*item));
	blanks(l);
	item->name.p = l->p;
	while (l->p < l->end && !ends_atom(*l->p) && *l->p != '[')
		l->p++;
	item->name.len = (size_t)(l->p - item->name.p);
	if (l->p == l->end || *l->p != '[')
		return item->name.len > 0;
	item->has_section = true;
	item->section.p = ++l->p;
	if (!section_end(&l->p, l->end))
		return false;
	item->section.len = (size_t)(l->p++ - item->section.p);
	while (l->p < l->end && !ends_atom(*l->p))	/* "<0>", the origin of a partial body */
		l->p++;
	return item->name.len > 0;
}

struct slice
lex_rest(struct lex *l)
{
	struct slice rest;

	blanks(l);
	rest.p = l->p;
	rest.len = (size_t)(l->end - l->p);
	return rest;
}

bool
lex_announces(struct slice line, uint64_t *size, size_t *len)
{
	struct slice number;
	size_t i, start;

	if (line.len < 3 || line.p[line.len - 1] != '}')
		return false;
	i = line.len - 1;
	if (line.p[i - 1] == '+')
		i--;
	number.len = i;
	while (i > 0 && ascii_is_digit((unsigned char)line.p[i - 1]))
		i--;
	if (i == 0 || line.p[i - 1] != '{')
		return false;
	number.p = line.p + i;
	number.len -= i;
	start = i - 1;
	if (start > 0 && line.p[start - 1] == '~')
		start--;
	*len = line.len - start;
	return start > 0 && (line.p[start - 1] == ' ' || line.p[start - 1] == '(')
	    && num_u64(number, size);
}
