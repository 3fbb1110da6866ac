/* t_flags.c - flag names and bits. */
#include "../../src/imap/flags.h"
#include "tap.h"

static const struct {
	const char *name;
	unsigned bit;
} names[] = {
	{ "\\Seen", FLAG_SEEN }, { "\\SEEN", FLAG_SEEN }, { "\\draft", FLAG_DRAFT }, { "\\Flagged", FLAG_FLAGGED },
	{ "\\Answered", FLAG_ANSWERED }, { "\\Deleted", FLAG_DELETED }, { "\\Recent", 0 }, { "\\*", 0 }, { "Seen", 0 },
	{ "\\Seen2", 0 }, { "\\See", 0 }, { "\\", 0 }, { "", 0 }, { "$Junk", 0 },
};

static const struct {
	unsigned flags;
	const char *text;
} lists[] = {
	{ 0, "()" }, { FLAG_SEEN, "(\\Seen)" }, { FLAG_SEEN | FLAG_DELETED, "(\\Deleted \\Seen)" },
	{ FLAG_ALL, "(\\Answered \\Deleted \\Draft \\Flagged \\Seen)" }, { 32, "()" },
};

int
main(void)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(names); i++)
		is_int(flag_bit(slice_of(names[i].name)), names[i].bit, names[i].name);
	for (i = 0; i < countof(lists); i++) {
		buf_reset(&b);
		flags_format(&b, lists[i].flags);
		is_str(buf_str(&b), lists[i].text, lists[i].text);
	}
	buf_free(&b);
	return done();
}
