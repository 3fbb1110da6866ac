/* t_base.c - the pure modules of src/base, case by case. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../src/base/base64.h"
#include "../../src/base/crc32.h"
#include "../../src/base/date.h"
#include "../../src/base/err.h"
#include "../../src/base/md5.h"
#include "../../src/base/num.h"
#include "../../src/base/path.h"
#include "tap.h"

static void
test_buf(void)
{
	struct buf b = BUF_INIT;
	struct slice s;
	char *p;

	is_str(buf_str(&b), "", "empty buffer is an empty string");
	buf_puts(&b, "abc");
	buf_putc(&b, 'd');
	buf_printf(&b, "-%d-%s", 42, "x");
	is_str(buf_str(&b), "abcd-42-x", "puts, putc, printf");
	buf_consume(&b, 2);
	is_str(buf_str(&b), "cd-42-x", "consume");
	buf_truncate(&b, 2);
	is_str(buf_str(&b), "cd", "truncate");
	buf_truncate(&b, 9);
	is_int((long long)b.len, 2, "truncate does not grow");
	buf_consume(&b, 9);
	is_int((long long)b.len, 0, "consume stops at the end");
	buf_add(&b, "a\0b", 3);
	p = buf_steal(&b);
	ok(memcmp(p, "a\0b", 4) == 0 && b.p == NULL, "steal");
	free(p);
	while (b.len < 5000)
		buf_printf(&b, "%zu ", b.len);
	ok(b.p[b.len] == '\0' && slice_has_prefix(buf_slice(&b), "0 2 4 6 8 10 "), "grows");
	buf_wipe(&b);
	s = slice_trim(slice_of(" \t a b\r\n"));
	ok(slice_is(s, "a b"), "trim");
	ok(slice_is(slice_trim(slice_of(" \n")), "") && slice_is(slice_of(NULL), ""), "empty slices");
	ok(slice_is_nocase(slice_of("InBoX"), "inbox") && !slice_is_nocase(slice_of("inbo"), "inbox")
	    && !slice_is_nocase(slice_of("inboxx"), "inbox"), "nocase");
	ok(!slice_is(slice_of("a"), "ab") && !slice_has_prefix(slice_of("a"), "ab"), "shorter is not equal");
	ok(ascii_hexval('f') == 15 && ascii_hexval('F') == 15 && ascii_hexval('g') == -1, "hexval");
	ok(!ascii_is_alnum(0xe4) && ascii_lower(0xc4) == 0xc4, "ASCII only");
}

static void
test_printable(void)
{
	static const struct { const char *in; size_t len, max; const char *want; } v[] = {
		{ "plain \\ text", 12, 99, "plain \\ text" },
		{ "a\r\n\tb", 5, 99, "a\\x0d\\x0a\\x09b" },
		{ "\x1b[2J\x7f", 5, 99, "\\x1b[2J\\x7f" },
		{ "nul\0nul", 7, 99, "nul\\x00nul" },
		{ "gr\xc3\xbc\xc3\x9f", 6, 99, "gr\xc3\xbc\xc3\x9f" },
		{ "\xe2\x82\xac \xf0\x9f\x98\x80", 8, 99, "\xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xfc latin1", 8, 99, "\\xfc latin1" },
		{ "\xc2\x9b" "31m", 5, 99, "\\xc2\\x9b31m" },			/* C1 CSI */
		{ "\xe2\x80\xae" "evil", 7, 99, "\\xe2\\x80\\xaeevil" },	/* right-to-left override */
		{ "\xe2\x80\xa8", 3, 99, "\\xe2\\x80\\xa8" },		/* line separator */
		{ "\xc0\xaf", 2, 99, "\\xc0\\xaf" },				/* overlong */
		{ "\xed\xa0\x80", 3, 99, "\\xed\\xa0\\x80" },			/* surrogate */
		{ "\xf4\x90\x80\x80", 4, 99, "\\xf4\\x90\\x80\\x80" },	/* beyond Unicode */
		{ "\xe2\x82", 2, 99, "\\xe2\\x82" },				/* cut short */
		{ "abcdef", 6, 3, "abc..." },
		{ "ab\xc3\xbc", 4, 3, "ab..." },				/* not through a character */
		{ "abc", 3, 3, "abc" },
		{ "abc", 3, 0, "..." },
		{ "", 0, 0, "" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(v); i++) {
		buf_reset(&b);
		buf_add_printable(&b, (struct slice){ v[i].in, v[i].len }, v[i].max);
		is_str(buf_str(&b), v[i].want, "printable");
	}
	buf_free(&b);
}

static void
test_err(void)
{
	struct err e = ERR_INIT;
	char longer[600];

	is_int(err_set(&e, ERR_FOLDER, "x %d", 7), -1, "returns -1");
	ok(e.radius == ERR_FOLDER && !e.retry && strcmp(e.msg, "x 7") == 0, "set");
	err_wrap(&e, "folder %s", "INBOX");
	is_str(e.msg, "folder INBOX: x 7", "wrap");
	ok(err_retry(&e, ERR_CONNECTION, "y") < 0 && e.retry && e.radius == ERR_CONNECTION, "retry");
	errno = ENOENT;
	err_sys(&e, ERR_MESSAGE, "open %s", "f");
	ok(e.radius == ERR_MESSAGE && !e.retry && strcmp(e.msg, "open f: No such file or directory") == 0,
	    "sys: %s", e.msg);
	errno = ENOSPC;
	err_sys(&e, ERR_MESSAGE, "write");
	ok(e.radius == ERR_ACCOUNT, "a full disk is the account's");
	errno = ENOSPC;
	err_sys(&e, ERR_RUN, "write");
	ok(e.radius == ERR_RUN, "but a radius never shrinks");
	ok(err_stop(&e) < 0 && e.stopped && e.radius == ERR_RUN, "stop");
	memset(longer, 'a', sizeof(longer));
	memcpy(longer + sizeof(e.msg) - 3, "\xe2\x82\xac", 3);
	longer[sizeof(longer) - 1] = '\0';
	err_set(&e, ERR_RUN, "%s", longer);
	ok(strlen(e.msg) == sizeof(e.msg) - 3, "cut between characters");
	err_clear(&e);
	ok(e.radius == ERR_NONE && !e.stopped && !e.msg[0], "clear");
}

static void
test_num(void)
{
	static const struct { const char *in; bool u32, u64, i64; uint64_t value; } v[] = {
		{ "0", true, true, true, 0 },
		{ "007", true, true, true, 7 },
		{ "4294967295", true, true, true, 4294967295u },
		{ "4294967296", false, true, true, 4294967296u },
		{ "9223372036854775807", false, true, true, INT64_MAX },
		{ "9223372036854775808", false, true, false, (uint64_t)INT64_MAX + 1 },
		{ "18446744073709551615", false, true, false, UINT64_MAX },
		{ "18446744073709551616", false, false, false, 0 },
		{ "99999999999999999999999", false, false, false, 0 },
		{ "+5", false, false, true, 5 },
		{ "-5", false, false, true, (uint64_t)-5 },
		{ "-9223372036854775808", false, false, true, (uint64_t)INT64_MIN },
		{ "-9223372036854775809", false, false, false, 0 },
		{ "", false, false, false, 0 }, { "-", false, false, false, 0 }, { "--1", false, false, false, 0 },
		{ " 1", false, false, false, 0 }, { "1 ", false, false, false, 0 }, { "1a", false, false, false, 0 },
		{ "0x1", false, false, false, 0 }, { "1.0", false, false, false, 0 },
	};
	static const struct { const char *in; bool good; uint64_t value; } hex[] = {
		{ "0", true, 0 }, { "fF", true, 255 }, { "ffffffffffffffff", true, UINT64_MAX },
		{ "10000000000000000", false, 0 }, { "", false, 0 }, { "0x1", false, 0 }, { "g", false, 0 },
	};
	uint32_t u32;
	uint64_t u64;
	int64_t i64;
	size_t i;

	for (i = 0; i < countof(v); i++) {
		struct slice s = slice_of(v[i].in);

		ok(num_u32(s, &u32) == v[i].u32 && (!v[i].u32 || u32 == v[i].value)
		    && num_u64(s, &u64) == v[i].u64 && (!v[i].u64 || u64 == v[i].value)
		    && num_i64(s, &i64) == v[i].i64 && (!v[i].i64 || i64 == (int64_t)v[i].value),
		    "num \"%s\"", v[i].in);
	}
	for (i = 0; i < countof(hex); i++)
		ok(num_hex64(slice_of(hex[i].in), &u64) == hex[i].good && (!hex[i].good || u64 == hex[i].value),
		    "hex \"%s\"", hex[i].in);
}

static void
test_md5(void)
{
	/* RFC 1321 A.5 */
	static const struct { const char *in, *want; } v[] = {
		{ "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "a", "0cc175b9c0f1b6a831c399e269772661" },
		{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
		{ "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		    "d174ab98d277d9f5a5611c2c9f419d9f" },
		{ "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
		    "57edf4a22be3c955ac49da2e2107b67a" },
	};
	unsigned char once[16], parts[16];
	char hex[33], text[200];
	struct md5 m;
	size_t i, k;
	bool same = true;

	for (i = 0; i < countof(v); i++) {
		md5_hex(v[i].in, strlen(v[i].in), hex);
		is_str(hex, v[i].want, "md5");
	}
	ok(md5_64("abc", 3) == 0x900150983cd24fb0u, "md5_64 is big-endian");
	memset(text, 'x', sizeof(text));
	for (i = 0; i <= sizeof(text); i++) {
		md5_init(&m);
		md5_add(&m, text, i);
		md5_end(&m, once);
		md5_init(&m);
		for (k = 0; k < i; k += 7)
			md5_add(&m, text + k, i - k < 7 ? i - k : 7);
		md5_end(&m, parts);
		same = same && memcmp(once, parts, 16) == 0;
	}
	ok(same, "in pieces as in one, for every length up to 200");
}

static void
test_crc32(void)
{
	is_int(crc32_add(0, "123456789", 9), 0xcbf43926, "crc32 check value");
	is_int(crc32_add(crc32_add(0, "1234", 4), "56789", 5), 0xcbf43926, "in two pieces");
	is_int(crc32_add(0, "", 0), 0, "of nothing");
}

static void
test_base64(void)
{
	/* RFC 4648 10 */
	static const struct { const char *plain, *coded; } v[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfb", "//77" },
	};
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zg==Zg==", "Zm 9v", "Zm9v\n", "Zm9-", "Z=g=",
	};
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(v); i++) {
		buf_reset(&b);
		base64_encode(&b, v[i].plain, strlen(v[i].plain));
		is_str(buf_str(&b), v[i].coded, "base64 encode");
		buf_reset(&b);
		ok(base64_decode(&b, slice_of(v[i].coded)) && slice_is(buf_slice(&b), v[i].plain), "and decode");
	}
	for (i = 0; i < countof(bad); i++) {
		buf_reset(&b);
		ok(!base64_decode(&b, slice_of(bad[i])), "not base64: %s", bad[i]);
	}
	buf_free(&b);
}

static void
test_date(void)
{
	static const struct { int64_t t; const char *text; } v[] = {
		{ 0, " 1-Jan-1970 00:00:00 +0000" },
		{ -1, "31-Dec-1969 23:59:59 +0000" },
		{ 951782400, "29-Feb-2000 00:00:00 +0000" },
		{ 1000000000, " 9-Sep-2001 01:46:40 +0000" },
		{ 2147483648, "19-Jan-2038 03:14:08 +0000" },
		{ 4107542400, " 1-Mar-2100 00:00:00 +0000" },
		{ -2203891200, " 1-Mar-1900 00:00:00 +0000" },
		{ -62167219200, " 1-Jan-0000 00:00:00 +0000" },
		{ 253402300799, "31-Dec-9999 23:59:59 +0000" },
	};
	static const struct { const char *text; int64_t t; } zones[] = {
		{ "17-Jul-1996 02:44:25 -0700", 837596665 },	/* RFC 3501 7.4.2 */
		{ "01-jan-1970 05:30:00 +0530", 0 }, { "1-JAN-1970 00:00:00 +0000", 0 },
		{ "31-Dec-2016 23:59:60 +0000", 1483228800 },
	};
	static const char *const bad[] = {
		"", "1-Jan-1970", "32-Jan-1970 00:00:00 +0000", " 0-Jan-1970 00:00:00 +0000",
		" 1-Foo-1970 00:00:00 +0000", " 1-Jan-70 00:00:00 +0000", " 1-Jan-1970 24:00:00 +0000",
		" 1-Jan-1970 00:60:00 +0000", " 1-Jan-1970 00:00:61 +0000", " 1-Jan-1970 00:00:00 0000",
		" 1-Jan-1970 00:00:00 +0060", " 1-Jan-1970 00:00:00 +000", " 1-Jan-1970 00:00:00 +0000 x",
		" 1-Ja", " 1-Jan-1970 0a:00:00 +0000",
	};
	struct buf b = BUF_INIT;
	int64_t t, back;
	size_t i;
	bool same = true;

	for (i = 0; i < countof(v); i++) {
		buf_reset(&b);
		date_imap(&b, v[i].t);
		is_str(buf_str(&b), v[i].text, "date");
		ok(date_imap_parse(slice_of(v[i].text), &t) && t == v[i].t, "and back");
	}
	for (i = 0; i < countof(zones); i++)
		ok(date_imap_parse(slice_of(zones[i].text), &t) && t == zones[i].t, "%s", zones[i].text);
	for (i = 0; i < countof(bad); i++)
		ok(!date_imap_parse(slice_of(bad[i]), &t), "no date: \"%s\"", bad[i]);
	for (t = -3000000000; t < 8000000000 && same; t += 86400 * 5 + 3607) {
		buf_reset(&b);
		date_imap(&b, t);
		same = date_imap_parse(buf_slice(&b), &back) && back == t;
	}
	ok(same, "every fifth day of 350 years");
	buf_reset(&b);
	date_imap(&b, INT64_MAX);
	date_imap(&b, INT64_MIN);
	is_str(buf_str(&b), "31-Dec-9999 23:59:59 +0000 1-Jan-0000 00:00:00 +0000", "beyond the grammar");
	buf_free(&b);
}

static void
test_path(void)
{
	static const struct { const char *name, *want; } v[] = {
		{ "INBOX", "INBOX" }, { "a.b-c_d", "a.b-c_d" }, { ".hidden", "%2Ehidden" }, { "..", "%2E." },
		{ "a/b", "a%2Fb" }, { "a%2Fb", "a%252Fb" }, { "", "%00" }, { "a b:c", "a%20b%3Ac" },
		{ "\xc3\xbc", "%C3%BC" },
	};
	char a[400], *p, *q;
	size_t i;

	for (i = 0; i < countof(v); i++) {
		p = path_encode(v[i].name);
		is_str(p, v[i].want, "path_encode");
		free(p);
	}
	memset(a, '/', sizeof(a));
	a[sizeof(a) - 1] = '\0';
	p = path_encode(a);
	a[sizeof(a) - 2] = 'x';
	q = path_encode(a);
	ok(strlen(p) <= 200 && strlen(q) <= 200 && strcmp(p, q) != 0, "long names stay apart");
	ok(strncmp(p + strlen(p) - 36, "2F%-", 4) == 0, "no %%XX is cut");
	free(p);
	free(q);
	a[66] = '\0';
	p = path_encode(a);
	is_int((long long)strlen(p), 198, "just short enough");
	free(p);
	p = path_join("/a", "b");
	q = path_join3("/a/", "b", "c");
	ok(strcmp(p, "/a/b") == 0 && strcmp(q, "/a/b/c") == 0, "join");
	free(p);
	free(q);
}

int
main(void)
{
	test_buf();
	test_printable();
	test_err();
	test_num();
	test_md5();
	test_crc32();
	test_base64();
	test_date();
	test_path();
	return done();
}
