/*
 * name.c - Maildir file names taken apart and put together. The unique part may hold commas (",S=123" of other
 * programs, which stays); the info part starts at the last colon that is followed by a digit and a comma or the
 * end, so that a host name with a port in it ("1.2.host:8080") does not lose its tail.
 */
#include "name.h"

#include <string.h>

#include "../base/md5.h"
#include "../base/num.h"

static const char letters[] = "DFRST";	/* bit 0 first */

struct parts {
	struct slice unique;		/* before the info part */
	struct slice info;		/* with its colon; may be empty */
};

static struct parts
split(const char *name)
{
	struct parts parts = { slice_of(name), { NULL, 0 } };
	size_t i = parts.unique.len;

	while (i-- > 0) {
		if (name[i] != ':' || !ascii_is_digit((unsigned char)name[i + 1]) ||
		    (name[i + 2] != ',' && name[i + 2] != '\0'))
			continue;
		parts.info.p = name + i;
		parts.info.len = parts.unique.len - i;
		parts.unique.len = i;
		break;
	}
	return parts;
}

static bool
all(struct slice s, bool (*test)(int))
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!test((unsigned char)s.p[i]))
			return false;
	return s.len > 0;
}

static bool
is_lower_hex(int c)
{
	return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

static struct slice
after(struct slice s, size_t n)
{
	struct slice rest = { s.p + n, s.len - n };

	return rest;
}

/* field starts with its comma. */
static bool
is_uid(struct slice field)
{
	return slice_has_prefix(field, ",U=") && all(after(field, 3), ascii_is_digit);
}

static bool
is_fmd5(struct slice field)
{
	return slice_has_prefix(field, ",FMD5=") && field.len == 6 + 32 && all(after(field, 6), is_lower_hex);
}

/* Cuts the next comma-led field (the first: what stands before the first comma) off the unique part. */
static bool
next_field(struct slice *rest, struct slice *field)
{
	const char *comma;

	if (rest->len == 0)
		return false;
	comma = memchr(rest->p + 1, ',', rest->len - 1);
	field->p = rest->p;
	field->len = comma ? (size_t)(comma - rest->p) : rest->len;
	*rest = after(*rest, field->len);
	return true;
}

static bool
has_letters(struct slice info)
{
	return slice_has_prefix(info, ":2,");
}

static bool
is_letter(int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static unsigned
parse_flags(struct slice info)
{
	unsigned flags = 0;
	const char *l;
	size_t i;

	if (!has_letters(info))
		return 0;
	for (i = 3; i < info.len && is_letter((unsigned char)info.p[i]); i++)
		if ((l = strchr(letters, info.p[i])) != NULL)
			flags |= 1U << (l - letters);
	return flags;
}

void
md_name_parse(const char *name, struct md_name *n)
{
	struct parts parts = split(name);
	struct slice field;
	struct md5 md5;
	unsigned char sum[16];
	size_t i;

	memset(n, 0, sizeof *n);
	md5_init(&md5);
	while (next_field(&parts.unique, &field)) {
		if (is_uid(field)) {
			if (n->uid == 0)
				num_u32(after(field, 3), &n->uid);
		} else if (is_fmd5(field)) {
			if (!n->has_fmd5)
				memcpy(n->fmd5, field.p + 6, 32);
			n->has_fmd5 = true;
		} else {
			md5_add(&md5, field.p, field.len);
		}
	}
	md5_end(&md5, sum);
	for (i = 0; i < 8; i++)		/* as md5_64, without building the text for every file of a scan */
		n->base = n->base << 8 | sum[i];
	n->flags = parse_flags(parts.info);
}

void
md_name_base(const char *name, struct buf *out)
{
	struct parts parts = split(name);
	struct slice field;

	while (next_field(&parts.unique, &field))
		if (!is_uid(field) && !is_fmd5(field))
			buf_addslice(out, field);
}

static void
add_uid(struct buf *out, uint32_t uid, const char *fmd5)
{
	if (uid != 0)
		buf_printf(out, ",U=%lu,FMD5=%s", (unsigned long)uid, fmd5);
}

void
md_name_build(struct buf *out, const char *base, uint32_t uid, const char *fmd5, unsigned flags)
{
	char set[8];

	md_flags_letters(flags, set);
	buf_puts(out, base);
	add_uid(out, uid, fmd5);
	buf_printf(out, ":2,%s", set);
}

/* Flags and the other letters of info (":2,..."), in ASCII order and each once; what follows the letters stays. */
static void
merge_letters(struct buf *out, struct slice info, unsigned flags)
{
	bool have[128] = { false };
	char set[8];
	size_t i;
	int c;

	for (i = 3; i < info.len && is_letter((unsigned char)info.p[i]); i++)
		if (strchr(letters, info.p[i]) == NULL)
			have[(unsigned char)info.p[i]] = true;
	info = after(info, i);
	md_flags_letters(flags, set);
	for (i = 0; set[i] != '\0'; i++)
		have[(unsigned char)set[i]] = true;
	for (c = 0; c < 128; c++)
		if (have[c])
			buf_putc(out, c);
	buf_addslice(out, info);
}

void
md_name_with_flags(struct buf *out, const char *name, unsigned flags)
{
	struct parts parts = split(name);

	buf_addslice(out, parts.unique);
	if (parts.info.len > 0 && !has_letters(parts.info)) {
		buf_addslice(out, parts.info);
		return;
	}
	buf_puts(out, ":2,");
	if (parts.info.len == 0)
		parts.info = slice_of(":2,");
	merge_letters(out, parts.info, flags);
}

void
md_name_with_uid(struct buf *out, const char *name, uint32_t uid, const char *fmd5)
{
	md_name_base(name, out);
	add_uid(out, uid, fmd5);
	buf_addslice(out, split(name).info);
}

void
md_flags_letters(unsigned flags, char out[8])
{
	size_t i;

	for (i = 0; letters[i] != '\0'; i++)
		if (flags & 1U << i)
			*out++ = letters[i];
	*out = '\0';
}
