/* t_uidset.c - UID sets; the last part against a bitmap. */
#include <stdlib.h>

#include "../../src/imap/uidset.h"
#include "tap.h"

static const struct {
	const char *in, *out;		/* out NULL: malformed */
} texts[] = {
	{ "1", "1" }, { "1,2,3", "1:3" }, { "3,2,1", "1:3" }, { "9:1", "1:9" }, { "5,1:3,4", "1:5" },
	{ "1:4294967295", "1:4294967295" }, { "4294967295,4294967294", "4294967294:4294967295" },
	{ "10,20,15,5", "5,10,15,20" }, { "1:10,5:15,3", "1:15" }, { "7,7,7", "7" },
	{ "", NULL }, { "0", NULL }, { "0:1", NULL }, { "1:*", NULL }, { "*", NULL }, { "1,", NULL },
	{ ",1", NULL },
	{ "1,,2", NULL }, { "4294967296", NULL }, { "-1", NULL }, { "1:2:3", NULL }, { "1 ", NULL },
	{ "a", NULL },
	{ "1:", NULL }, { ":1", NULL }, { "+1", NULL },
};

static const struct {
	const char *in, *out;
} numbers[] = {
	{ "", "" }, { "1 2 3", "1:3" }, { " 9  4 ", "4,9" }, { "1,2", NULL }, { "1:2", NULL },
	{ "0", NULL }, { "x", NULL },
};

static const struct {
	size_t max;
	const char *parts;
} splits[] = {
	{ 100, "1:3,5,100000:200000|" }, { 5, "1:3,5|100000:200000|" }, { 4, "1:3|5|100000:200000|" },
	{ 0, "1:3|5|100000:200000|" }, { 18, "1:3,5|100000:200000|" }, { 19, "1:3,5,100000:200000|" },
};

static const char *
text_of(const struct uidset *s, struct buf *b)
{
	size_t at = 0;

	buf_reset(b);
	uidset_format(s, &at, 1000000, b);
	return buf_str(b);
}

static void
test_texts(struct buf *b)
{
	struct uidset s = UIDSET_INIT;
	size_t i;
	bool good;

	for (i = 0; i < countof(texts); i++) {
		uidset_reset(&s);
		good = uidset_parse(&s, slice_of(texts[i].in), 100);
		ok(good == (texts[i].out != NULL), "\"%s\" is %s", texts[i].in, texts[i].out ? "good" : "bad");
		if (texts[i].out)
			is_str(text_of(&s, b), texts[i].out, texts[i].in);
	}
	for (i = 0; i < countof(numbers); i++) {
		uidset_reset(&s);
		good = uidset_parse_numbers(&s, slice_of(numbers[i].in), 100);
		ok(good == (numbers[i].out != NULL), "numbers \"%s\"", numbers[i].in);
		if (numbers[i].out)
			is_str(text_of(&s, b), numbers[i].out, numbers[i].in);
	}
	uidset_reset(&s);
	ok(uidset_parse(&s, slice_of("1,3,5"), 3) && !uidset_parse(&s, slice_of("1,3,5"), 2),
	    "too many ranges");
	uidset_free(&s);
}

static void
test_splits(void)
{
	struct uidset s = UIDSET_INIT;
	struct buf b = BUF_INIT;
	size_t i, at;

	uidset_add_range(&s, 1, 3);
	uidset_add(&s, 5);
	uidset_add_range(&s, 100000, 200000);
	for (i = 0; i < countof(splits); i++) {
		buf_reset(&b);
		for (at = 0; at < s.n; buf_putc(&b, '|'))
			uidset_format(&s, &at, splits[i].max, &b);
		is_str(buf_str(&b), splits[i].parts, "split");
	}
	is_int((long long)uidset_count(&s), 100005, "count");
	uidset_add_range(&s, 1, UINT32_MAX);
	is_int((long long)uidset_count(&s), 4294967295LL, "all of them");
	ok(s.n == 1 && uidset_has(&s, UINT32_MAX) && uidset_has(&s, 1) && !uidset_has(&s, 0), "has");
	uidset_reset(&s);
	uidset_add_range(&s, 0, 2);
	uidset_add_range(&s, 9, 3);
	ok(s.n == 1 && s.v[0].lo == 1 && s.v[0].hi == 2, "0 is no UID, a reversed range is none");
	uidset_free(&s);
	buf_free(&b);
}

static void
test_against_bitmap(void)
{
	bool in[64], good = true;
	struct uidset s = UIDSET_INIT;
	unsigned round, k, lo, hi;
	size_t i, n;

	for (round = 0; round < 2000 && good; round++) {
		memset(in, 0, sizeof(in));
		uidset_reset(&s);
		for (k = 0; k < 12; k++) {
			lo = 1 + (unsigned)rand() % 60;
			hi = lo + (unsigned)rand() % 3;
			uidset_add_range(&s, lo, hi);
			for (; lo <= hi; lo++)
				in[lo] = true;
		}
		for (n = 0, k = 0; k < 64; k++) {
			n += in[k];
			good = good && uidset_has(&s, k) == in[k];
		}
		good = good && uidset_count(&s) == n;
		for (i = 1; i < s.n; i++)
			good = good && s.v[i - 1].hi + 1 < s.v[i].lo;
	}
	ok(good, "2000 random sets agree with a bitmap");
	uidset_free(&s);
}

int
main(void)
{
	struct buf b = BUF_INIT;

	test_texts(&b);
	test_splits();
	test_against_bitmap();
	buf_free(&b);
	return done();
}
