/* names.c - see names.h. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

bool
name_is_reserved(const char *component)
{
	static const char *const reserved[] = { "cur", "new", "tmp", "offlineimap.uidvalidity" };
	size_t i;

	for (i = 0; i < countof(reserved); i++)
		if (strcmp(component, reserved[i]) == 0)
			return true;
	return false;
}

static bool
looks_encoded(const char *p, const char *end)
{
	return end - p >= 3 && ascii_hexval((unsigned char)p[1]) >= 0 &&
	    ascii_hexval((unsigned char)p[2]) >= 0;
}

static void
put_hex(struct buf *out, unsigned char c)
{
	buf_printf(out, "%%%02X", c);
}

/* The directory entry that begins at start must not be empty, a way up, or a part of a Maildir. */
static void
make_safe(struct buf *out, size_t start)
{
	const char *entry = buf_str(out) + start;
	char *rest;

	if (*entry == '\0') {
		buf_puts(out, "%00");	/* NUL cannot be in a name, so this can only mean "empty" */
		return;
	}
	if (!name_is_reserved(entry) && strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0)
		return;
	rest = xstrdup(entry);
	buf_truncate(out, start);
	put_hex(out, (unsigned char)rest[0]);
	buf_puts(out, rest + 1);
	free(rest);
}

/* One level of the hierarchy; nested: it becomes a directory of its own. */
static void
component(struct buf *out, const char *p, const char *end, bool nested)
{
	size_t start = out->len;

	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c == 0x7f || c == '/' || (c == '%' && looks_encoded(p, end)))
			put_hex(out, c);
		else
			buf_putc(out, c);
	}
	if (nested)
		make_safe(out, start);
}

void
name_to_local(struct buf *out, const char *remote, char delim, const char *sep)
{
	bool nested = strcmp(sep, "/") == 0;
	size_t start = out->len;
	const char *p = remote, *q;

	for (;;) {
		q = delim ? strchr(p, delim) : NULL;
		component(out, p, q ? q : p + strlen(p), nested);
		if (!q)
			break;
		buf_puts(out, sep);
		p = q + 1;
	}
	if (!nested)		/* the whole name is one directory entry */
		make_safe(out, start);
}

void
name_to_remote(struct buf *out, const char *local, char delim, const char *sep)
{
	const char *end = local + strlen(local), *p = local;
	size_t nsep = strlen(sep);

	while (p < end) {
		if (delim && strncmp(p, sep, nsep) == 0) {
			buf_putc(out, delim);
			p += nsep;
		} else if (*p == '%' && looks_encoded(p, end)) {
			int c = ascii_hexval((unsigned char)p[1]) * 16 +
			    ascii_hexval((unsigned char)p[2]);

			if (c != 0)
				buf_putc(out, c);
			p += 3;
		} else
			buf_putc(out, *p++);
	}
}

bool
name_maps_back(const char *local, char delim, const char *sep)
{
	struct buf remote = BUF_INIT, back = BUF_INIT;
	bool same;

	name_to_remote(&remote, local, delim, sep);
	name_to_local(&back, buf_str(&remote), delim, sep);
	same = remote.len > 0 && strcmp(buf_str(&back), local) == 0;
	buf_free(&remote);
	buf_free(&back);
	return same;
}
