/*
 * literal.c - constant Python strings. It knows nothing of names, operators or calls: what is more than
 * a constant is left to the interpreter.
 */
#include "literal.h"

#include <string.h>

struct scan {
	const char *p, *end;
	struct buf *out;
	const char *why;
};

/* Escapes that stand for one byte; \xNN, octal and the line end are spelt out in escape(). */
static const struct {
	char letter, byte;
} escapes[] = {
	{ '\\', '\\' }, { '\'', '\'' }, { '"', '"' }, { 'a', 7 }, { 'b', 8 }, { 'f', 12 }, { 'n', 10 },
	{ 'r', 13 }, { 't', 9 }, { 'v', 11 },
};

static void
skip_space(struct scan *s)
{
	while (s->p < s->end) {
		if (*s->p == '#')
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		else if (strchr(" \t\r\n\f", *s->p) && *s->p)
			s->p++;
		else if (*s->p == '\\' && s->end - s->p > 1 && s->p[1] == '\n')
			s->p += 2;
		else
			break;
	}
}

static bool
prefix(struct scan *s, bool *raw)
{
	*raw = false;
	while (s->p < s->end && *s->p != '\'' && *s->p != '"') {
		int c = ascii_lower((unsigned char)*s->p);

		if (c != 'r' && c != 'u' && c != 'b')
			return false;
		*raw |= c == 'r';
		s->p++;
	}
	return s->p < s->end;
}

static bool
hex_escape(struct scan *s)
{
	int high, low;

	if (s->end - s->p < 2 || (high = ascii_hexval((unsigned char)s->p[0])) < 0 ||
	    (low = ascii_hexval((unsigned char)s->p[1])) < 0) {
		s->why = "\\x without two hexadecimal digits";
		return false;
	}
	s->p += 2;
	buf_putc(s->out, high * 16 + low);
	return true;
}

/* s->p stands behind the backslash. */
static bool
escape(struct scan *s)
{
	unsigned octal = 0;
	int digits;
	size_t i;
	char c;

	if (s->p == s->end)
		return true;
	for (digits = 0; digits < 3 && s->p < s->end && *s->p >= '0' && *s->p <= '7'; digits++)
		octal = octal * 8 + (unsigned)(*s->p++ - '0');
	if (digits) {
		buf_putc(s->out, (int)(octal & 0xff));
		return true;
	}
	c = *s->p++;
	if (c == 'x')
		return hex_escape(s);
	if (c == '\n')
		return true;
	for (i = 0; i < countof(escapes); i++)
		if (escapes[i].letter == c) {
			buf_putc(s->out, (unsigned char)escapes[i].byte);
			return true;
		}
	buf_putc(s->out, '\\');		/* an unknown escape stands for itself, backslash included */
	buf_putc(s->out, (unsigned char)c);
	return true;
}

static bool
quote_here(const struct scan *s, char quote, size_t len)
{
	size_t i;

	if ((size_t)(s->end - s->p) < len)
		return false;
	for (i = 0; i < len; i++)
		if (s->p[i] != quote)
			return false;
	return true;
}

static bool
literal(struct scan *s)
{
	bool raw;
	char quote;
	size_t len;

	if (!prefix(s, &raw)) {
		s->why = "not a string in quotes";
		return false;
	}
	quote = *s->p;
	len = quote_here(s, quote, 3) ? 3 : 1;
	s->p += len;
	for (;;) {
		if (s->p == s->end || (len == 1 && *s->p == '\n')) {
			s->why = "the closing quote is missing";
			return false;
		}
		if (quote_here(s, quote, len)) {
			s->p += len;
			return true;
		}
		if (*s->p == '\\' && raw) {
			buf_putc(s->out, (unsigned char)*s->p++);
			if (s->p < s->end)	/* r'\'' keeps both characters and goes on */
				buf_putc(s->out, (unsigned char)*s->p++);
		} else if (*s->p == '\\') {
			s->p++;
			if (!escape(s))
				return false;
		} else {
			buf_putc(s->out, (unsigned char)*s->p++);
		}
	}
}

bool
py_literal(struct slice expr, struct buf *out, const char **why)
{
	struct scan s = { expr.p, NULL, out, NULL };
	size_t before = out->len;

	if (expr.len == 0) {
		*why = "nothing there";
		return false;
	}
	s.end = expr.p + expr.len;
	skip_space(&s);
	while (literal(&s)) {
		skip_space(&s);
		if (s.p == s.end)
			return true;
		if (*s.p == '+') {
			s.p++;
			skip_space(&s);
		}
	}
	buf_truncate(out, before);
	*why = s.why;
	return false;
}
