/*
 * mutf7.c - see mutf7.h. Printable ASCII stands for itself, "&-" for "&", and "&" BASE64 "-" for
 * UTF-16 text in base64 with "," for "/" and no padding. Strict: what an encoder would never write
 * is refused, so that there is one spelling of every name.
 */
#include "mutf7.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool
printable(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e;
}

static void
put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (int)c);
	} else if (c < 0x800) {
		buf_putc(out, (int)(0xc0 | c >> 6));
		buf_putc(out, (int)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(out, (int)(0xe0 | c >> 12));
		buf_putc(out, (int)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (int)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(out, (int)(0xf0 | c >> 18));
		buf_putc(out, (int)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(out, (int)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(out, (int)(0x80 | (c & 0x3f)));
	}
}

/* One UTF-16 unit; *high holds a first surrogate that waits for its second. */
static bool
put_utf16(struct buf *out, uint32_t unit, uint32_t *high)
{
	bool second = unit >= 0xdc00 && unit <= 0xdfff;

	if ((*high != 0) != second)
		return false;
	if (second) {
		put_utf8(out, 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
		*high = 0;
	} else if (unit >= 0xd800 && unit <= 0xdbff) {
		*high = unit;
	} else if (unit == 0 || (unit < 0x80 && printable((unsigned char)unit))) {
		return false;	/* RFC 3501 5.1.3: what can be written directly must be; NUL never */
	} else {
		put_utf8(out, unit);
	}
	return true;
}

/* The base64 run that starts at *p, behind "&"; *p ends behind its "-". */
static bool
decode_run(struct buf *out, const char **p, const char *end)
{
	uint32_t bits = 0, high = 0;
	unsigned have = 0;
	const char *d;

	for (; *p < end && **p != '-'; ++*p) {
		if (**p == '\0' || (d = strchr(digits, **p)) == NULL)
			return false;
		bits = (bits << 6 | (uint32_t)(d - digits)) & 0xffffff;
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		if (!put_utf16(out, bits >> have & 0xffff, &high))
			return false;
	}
	if (*p == end || high != 0 || have >= 6 || (bits & ((1u << have) - 1)) != 0)
		return false;
	++*p;
	return true;
}

bool
mutf7_to_utf8(struct buf *out, struct slice name)
{
	const char *p = name.len ? name.p : "", *end = p + name.len;
	bool after_run = false;

	while (p < end) {
		if (!printable((unsigned char)*p))
			return false;
		if (*p != '&') {
			buf_putc(out, *p++);
			after_run = false;
			continue;
		}
		p++;
		if (p < end && *p == '-') {
			buf_putc(out, '&');
			p++;
			after_run = false;
			continue;
		}
		if (after_run || !decode_run(out, &p, end))	/* two runs would have been one */
			return false;
		after_run = true;
	}
	return true;
}

/* The next character of UTF-8 text, shortest form only; 0 at anything else (NUL included). */
static uint32_t
get_utf8(const char **p, const char *end)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*(*p)++;
	unsigned more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3, i;
	uint32_t c = first;

	if (first >= 0x80) {
		if (first < 0xc2 || first > 0xf4 || (size_t)(end - *p) < more)
			return 0;
		c = first & (0x3fu >> more);
	}
	for (i = 0; i < more; i++, ++*p) {
		if (((unsigned char)**p & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)**p & 0x3f);
	}
	return c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : c;
}

struct run {
	struct buf *out;
	uint32_t bits;
	unsigned have;
	bool open;
};

static void
run_unit(struct run *r, uint32_t unit)
{
	if (!r->open)
		buf_putc(r->out, '&');
	r->open = true;
	r->bits = (r->bits << 16 | unit) & 0x3fffff;
	for (r->have += 16; r->have >= 6; r->have -= 6)
		buf_putc(r->out, digits[r->bits >> (r->have - 6) & 0x3f]);
}

static void
run_close(struct run *r)
{
	if (!r->open)
		return;
	if (r->have > 0)
		buf_putc(r->out, digits[r->bits << (6 - r->have) & 0x3f]);
	buf_putc(r->out, '-');
	r->open = false;
	r->bits = 0;
	r->have = 0;
}

bool
utf8_to_mutf7(struct buf *out, struct slice name)
{
	const char *p = name.len ? name.p : "", *end = p + name.len;
	struct run r = { NULL, 0, 0, false };
	uint32_t c;

	r.out = out;
	while (p < end) {
		c = get_utf8(&p, end);
		if (c == 0)
			return false;
		if (c < 0x80 && printable((unsigned char)c)) {
			run_close(&r);
			buf_putc(out, (int)c);
			if (c == '&')
				buf_putc(out, '-');
		} else if (c < 0x10000) {
			run_unit(&r, c);
		} else {
			run_unit(&r, 0xd800 + ((c - 0x10000) >> 10));
			run_unit(&r, 0xdc00 + ((c - 0x10000) & 0x3ff));
		}
	}
	run_close(&r);
	return true;
}

bool
mutf7_valid(struct slice name)
{
	struct buf scratch = BUF_INIT;
	bool good = mutf7_to_utf8(&scratch, name);

	buf_free(&scratch);
	return good;
}
