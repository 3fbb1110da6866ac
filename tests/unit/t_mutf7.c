/* t_mutf7.c - modified UTF-7, both ways, and what no encoder would write. */
#include "../../src/imap/mutf7.h"
#include "tap.h"

static const struct {
	const char *mutf7, *utf8;
} pairs[] = {
	{ "", "" },
	{ "INBOX", "INBOX" },
	{ "a&-b", "a&b" },
	{ "&-&-", "&&" },
	{ "Entw&APw-rfe", "Entw\xc3\xbcrfe" },
	{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
	    "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	{ "&2D3eAA-", "\xf0\x9f\x98\x80" },		/* a surrogate pair */
	{ "&2D3eANg93gA-", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80" },
	{ "&AAE-", "\x01" },
	{ "&AH8-", "\x7f" },
	{ "&-&AOQ-&-", "&\xc3\xa4&" },
	{ "&AOQA9g-", "\xc3\xa4\xc3\xb6" },
	{ "&AOQA9gD8-", "\xc3\xa4\xc3\xb6\xc3\xbc" },
	{ "&,,8-", "\xef\xbf\xbf" },
};

static const char *const bad_mutf7[] = {
	"&", "a&", "&AOQ", "&AOR-",		/* bits left over */ "&A-", "&AO-", "&AOQAA-",
	"&AEE-",	/* "A" */
	"&AOQ-&APY-",				/* two runs */ "&2D0-", "&3gA-",
	"&2D3YPQ-",	/* surrogates alone */
	"\xc3\xa4", "a\tb", "&AO/-", "&AOQ=-", "&A OQ-", "\x7f", "&AAA-",
};

static const char *const bad_utf8[] = {
	"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
	"\xf4\x90\x80\x80",
	"\xf5\x80\x80\x80", "\xe5\x8f", "a\xff", "\xc3(",
};

int
main(void)
{
	struct buf b = BUF_INIT;
	struct slice nul = { "a\0b", 3 };
	size_t i;

	for (i = 0; i < countof(pairs); i++) {
		buf_reset(&b);
		ok(mutf7_to_utf8(&b, slice_of(pairs[i].mutf7)), "%s is valid", pairs[i].mutf7);
		is_str(buf_str(&b), pairs[i].utf8, "to UTF-8");
		buf_reset(&b);
		ok(utf8_to_mutf7(&b, slice_of(pairs[i].utf8)), "the way back");
		is_str(buf_str(&b), pairs[i].mutf7, "to modified UTF-7");
		ok(mutf7_valid(slice_of(pairs[i].mutf7)), "may be sent");
	}
	for (i = 0; i < countof(bad_mutf7); i++)
		ok(!mutf7_valid(slice_of(bad_mutf7[i])), "row %u is not modified UTF-7", (unsigned)i);
	for (i = 0; i < countof(bad_utf8); i++)
		ok(!utf8_to_mutf7(&b, slice_of(bad_utf8[i])), "row %u is not UTF-8", (unsigned)i);
	ok(!utf8_to_mutf7(&b, nul) && !mutf7_valid(nul), "NUL has no place in a name");
	buf_free(&b);
	return done();
}
