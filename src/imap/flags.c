/* flags.c - see flags.h. */
#include "flags.h"

static const struct {
	const char *name;
	unsigned bit;
} names[] = {
	{ "\\Answered", FLAG_ANSWERED },
	{ "\\Deleted", FLAG_DELETED },
	{ "\\Draft", FLAG_DRAFT },
	{ "\\Flagged", FLAG_FLAGGED },
	{ "\\Seen", FLAG_SEEN },
};

unsigned
flag_bit(struct slice name)
{
	size_t i;

	if (name.len == 0 || name.p[0] != '\\')
		return 0;
	for (i = 0; i < countof(names); i++)
		if (slice_is_nocase(name, names[i].name))
			return names[i].bit;
	return 0;
}

void
flags_format(struct buf *out, unsigned flags)
{
	const char *sep = "";
	size_t i;

	buf_putc(out, '(');
	for (i = 0; i < countof(names); i++) {
		if ((flags & names[i].bit) == 0)
			continue;
		buf_puts(out, sep);
		buf_puts(out, names[i].name);
		sep = " ";
	}
	buf_putc(out, ')');
}
