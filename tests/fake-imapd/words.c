/* words.c - see words.h. RFC 3501 9 is the grammar. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/base/num.h"

bool
words_char(struct words *w, char c)
{
	if (!words_peek(w, c))
		return false;
	w->p++;
	return true;
}

bool
words_peek(const struct words *w, char c)
{
	return w->p < w->end && *w->p == c;
}

bool
words_end(const struct words *w)
{
	return w->p == w->end;
}

/* ATOM-CHAR and whatever stands in extra. */
static bool
run(struct words *w, const char *extra, struct slice *out)
{
	char *p = w->p;

	for (; p < w->end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c <= ' ' || c >= 127 ||
		    (strchr("(){%*\"\\]", c) != NULL && strchr(extra, c) == NULL))
			break;
	}
	out->p = w->p;
	out->len = (size_t)(p - w->p);
	w->p = p;
	return out->len > 0;
}

bool
words_atom(struct words *w, struct slice *out)
{
	return run(w, "", out);
}

bool
words_is(struct words *w, const char *word)
{
	struct words ahead = *w;
	struct slice s;

	if (!words_atom(&ahead, &s) || !slice_is_nocase(s, word))
		return false;
	*w = ahead;
	return true;
}

static bool
quoted(struct words *w, struct slice *out)
{
	char *from = w->p + 1, *to = from;

	out->p = to;
	for (; from < w->end && *from != '"'; from++) {
		if (*from == '\\' && ++from == w->end)
			return false;
		if (*from == '\r' || *from == '\n' || *from == '\0')
			return false;
		*to++ = *from;
	}
	if (from == w->end)
		return false;
	out->len = (size_t)(to - out->p);
	w->p = from + 1;
	return true;
}

/* The position is on "{". The input code has made sure that the octets are there. */
static bool
literal(struct words *w, struct slice *out)
{
	char *close = memchr(w->p, '}', (size_t)(w->end - w->p));
	struct slice digits = { w->p + 1, 0 };
	uint64_t n;

	if (close == NULL)
		return false;
	digits.len = (size_t)(close - digits.p);
	if (digits.len > 0 && digits.p[digits.len - 1] == '+')
		digits.len--;
	w->p = close + 1;
	words_char(w, '\r');
	if (!num_u64(digits, &n) || !words_char(w, '\n') || n > (size_t)(w->end - w->p))
		return false;
	out->p = w->p;
	out->len = (size_t)n;
	w->p += n;
	return true;
}

bool
words_string(struct words *w, struct slice *out)
{
	if (words_peek(w, '"'))
		return quoted(w, out);
	/* RFC 3501 9: CHAR8 is any octet but NUL. */
	return words_peek(w, '{') && literal(w, out) &&
	    (out->len == 0 || memchr(out->p, '\0', out->len) == NULL);
}

bool
words_binary(struct words *w, struct slice *out)
{
	return words_char(w, '~') && words_peek(w, '{') && literal(w, out);
}

bool
words_astring(struct words *w, struct slice *out)
{
	if (words_peek(w, '"') || words_peek(w, '{'))
		return words_string(w, out);
	return run(w, "]", out);
}

bool
words_pattern(struct words *w, struct slice *out)
{
	if (words_peek(w, '"') || words_peek(w, '{'))
		return words_string(w, out);
	return run(w, "]%*", out);
}

bool
words_flag(struct words *w, struct slice *out)
{
	char *start = w->p;
	struct slice rest;

	if (words_peek(w, '\\'))
		w->p++;
	if (!run(w, "", &rest))
		return false;
	out->p = start;
	out->len = (size_t)(w->p - start);
	return true;
}

static bool
digits(struct words *w, struct slice *out)
{
	out->p = w->p;
	while (w->p < w->end && ascii_is_digit((unsigned char)*w->p))
		w->p++;
	out->len = (size_t)(w->p - out->p);
	return out->len > 0;
}

bool
words_u32(struct words *w, uint32_t *out)
{
	struct slice s;

	return digits(w, &s) && num_u32(s, out);
}

bool
words_u64(struct words *w, uint64_t *out)
{
	struct slice s;

	return digits(w, &s) && num_u64(s, out);
}

static bool
seq_number(struct words *w, uint32_t *out)
{
	if (words_char(w, '*')) {
		*out = 0;
		return true;
	}
	return words_u32(w, out) && *out != 0;
}

bool
words_set(struct words *w, struct set *out)
{
	do {
		struct range r;

		if (!seq_number(w, &r.lo))
			return false;
		r.hi = r.lo;
		if (words_char(w, ':') && !seq_number(w, &r.hi))
			return false;
		out->r = xgrow(out->r, out->n, &out->cap, sizeof(*out->r));
		out->r[out->n++] = r;
	} while (words_char(w, ','));
	return true;
}

bool
words_at_set(const struct words *w)
{
	return w->p < w->end && (*w->p == '*' || ascii_is_digit((unsigned char)*w->p));
}

static int
by_lo(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

void
set_resolve(struct set *s, uint32_t last)
{
	size_t to = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct range *r = &s->r[i];
		uint32_t hi = r->hi == 0 ? last : r->hi, lo = r->lo == 0 ? last : r->lo;

		r->lo = lo < hi ? lo : hi;	/* RFC 3501 9: 2:4 and 4:2 are the same */
		r->hi = lo < hi ? hi : lo;
	}
	if (s->n > 1)
		qsort(s->r, s->n, sizeof(*s->r), by_lo);
	for (size_t i = 1; i < s->n; i++) {
		if (s->r[i].lo <= s->r[to].hi) {
			if (s->r[i].hi > s->r[to].hi)
				s->r[to].hi = s->r[i].hi;
		} else {
			s->r[++to] = s->r[i];
		}
	}
	if (s->n > 0)
		s->n = to + 1;
}

bool
set_has(const struct set *s, uint32_t v)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v < s->r[mid].lo)
			hi = mid;
		else if (v > s->r[mid].hi)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

void
set_free(struct set *s)
{
	free(s->r);
	s->r = NULL;
	s->n = s->cap = 0;
}

static void
put_range(struct set_out *o)
{
	if (o->lo == 0)
		return;
	buf_printf(o->out, "%s%lu", o->any ? "," : "", (unsigned long)o->lo);
	if (o->hi != o->lo)
		buf_printf(o->out, ":%lu", (unsigned long)o->hi);
	o->any = true;
}

void
set_put(struct set_out *o, uint32_t v)
{
	if (o->lo != 0 && v == o->hi + 1) {
		o->hi = v;
		return;
	}
	put_range(o);
	o->lo = o->hi = v;
}

void
set_put_end(struct set_out *o)
{
	put_range(o);
	o->lo = 0;
}
