/*
 * uidset.c - see uidset.h. Adding in ascending order only touches the last range. Text from a
 * server may come in any order, so it is gathered first and sorted once: a hostile order must not
 * cost the square of its length.
 */
#include "uidset.h"

#include <stdlib.h>
#include <string.h>

#include "../base/num.h"

static void
push(struct uidset *s, uint32_t lo, uint32_t hi)
{
	s->v = xgrow(s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n].lo = lo;
	s->v[s->n].hi = hi;
	s->n++;
}

/* Index of the first range that ends at or after uid. */
static size_t
find(const struct uidset *s, uint32_t uid)
{
	size_t a = 0, b = s->n, m;

	while (a < b) {
		m = a + (b - a) / 2;
		if (s->v[m].hi < uid)
			a = m + 1;
		else
			b = m;
	}
	return a;
}

static void
insert(struct uidset *s, uint32_t lo, uint32_t hi)
{
	size_t i = find(s, lo > 1 ? lo - 1 : lo), j = i;

	while (j < s->n && (hi == UINT32_MAX || s->v[j].lo <= hi + 1))
		j++;
	if (i == j) {
		push(s, lo, hi);
		memmove(&s->v[i + 1], &s->v[i], (s->n - 1 - i) * sizeof(*s->v));
		s->v[i].lo = lo;
		s->v[i].hi = hi;
		return;
	}
	if (s->v[i].lo < lo)
		lo = s->v[i].lo;
	if (s->v[j - 1].hi > hi)
		hi = s->v[j - 1].hi;
	s->v[i].lo = lo;
	s->v[i].hi = hi;
	memmove(&s->v[i + 1], &s->v[j], (s->n - j) * sizeof(*s->v));
	s->n -= j - i - 1;
}

void
uidset_add_range(struct uidset *s, uint32_t lo, uint32_t hi)
{
	struct uidrange *last = s->n ? &s->v[s->n - 1] : NULL;

	if (lo == 0)
		lo = 1;
	if (hi < lo)
		return;
	if (last == NULL || (last->hi < UINT32_MAX && last->hi + 1 < lo))
		push(s, lo, hi);
	else if (last->lo <= lo)
		last->hi = hi > last->hi ? hi : last->hi;
	else
		insert(s, lo, hi);
}

void
uidset_add(struct uidset *s, uint32_t uid)
{
	uidset_add_range(s, uid, uid);
}

bool
uidset_has(const struct uidset *s, uint32_t uid)
{
	size_t i = find(s, uid);

	return uid != 0 && i < s->n && s->v[i].lo <= uid;
}

uint64_t
uidset_count(const struct uidset *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		sum += (uint64_t)s->v[i].hi - s->v[i].lo + 1;
	return sum;
}

void
uidset_reset(struct uidset *s)
{
	s->n = 0;
}

void
uidset_free(struct uidset *s)
{
	static const struct uidset none = UIDSET_INIT;

	free(s->v);
	*s = none;
}

/* "5", "1:5" or "9:1". */
static bool
parse_range(struct slice text, struct uidrange *r)
{
	const char *colon = memchr(text.p, ':', text.len);
	struct slice a = text, b = text;
	uint32_t t;

	if (colon) {
		a.len = (size_t)(colon - text.p);
		b.p = colon + 1;
		b.len = text.len - a.len - 1;
	}
	if (!num_u32(a, &r->lo) || !num_u32(b, &r->hi) || r->lo == 0 || r->hi == 0)
		return false;
	if (r->lo > r->hi) {			/* RFC 9051 9: "9:1" is "1:9" */
		t = r->lo;
		r->lo = r->hi;
		r->hi = t;
	}
	return true;
}

static int
by_lo(const void *a, const void *b)
{
	const struct uidrange *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Splits at every separator; blanks may repeat, commas may not. */
static bool
parse(struct uidset *s, struct slice text, char separator, size_t max)
{
	const char *p = text.p, *end = p + text.len, *q;
	struct uidset raw = UIDSET_INIT;
	struct uidrange r;
	struct slice one;
	bool good = true, sorted = true;
	size_t i;

	while (good && p < end) {
		for (q = p; q < end && *q != separator; q++)
			;
		one.p = p;
		one.len = (size_t)(q - p);
		p = q + 1;
		if (one.len == 0 && separator == ' ')
			continue;
		good = raw.n < max && parse_range(one, &r) && (separator != ',' || p != end);
		if (!good)
			break;
		sorted = sorted && (raw.n == 0 || raw.v[raw.n - 1].lo <= r.lo);
		push(&raw, r.lo, r.hi);
	}
	if (good && !sorted)
		qsort(raw.v, raw.n, sizeof(*raw.v), by_lo);
	for (i = 0; good && i < raw.n; i++)
		uidset_add_range(s, raw.v[i].lo, raw.v[i].hi);
	uidset_free(&raw);
	return good;
}

bool
uidset_parse(struct uidset *s, struct slice text, size_t max_ranges)
{
	return text.len > 0 && parse(s, text, ',', max_ranges);
}

bool
uidset_parse_numbers(struct uidset *s, struct slice text, size_t max)
{
	return text.len == 0 || (memchr(text.p, ':', text.len) == NULL && parse(s, text, ' ', max));
}

void
uidset_format(const struct uidset *s, size_t *at, size_t max, struct buf *out)
{
	size_t start = out->len, before;
	const struct uidrange *r;

	for (; *at < s->n; ++*at) {
		r = &s->v[*at];
		before = out->len;
		if (before != start)
			buf_putc(out, ',');
		buf_printf(out, "%lu", (unsigned long)r->lo);
		if (r->hi != r->lo)
			buf_printf(out, ":%lu", (unsigned long)r->hi);
		if (out->len - start > max && before != start) {
			buf_truncate(out, before);
			return;
		}
	}
}
