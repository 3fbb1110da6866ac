/* path.c - see path.h. */
#include "path.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "md5.h"

#define ENCODED_MAX	200		/* leaves room for suffixes under the usual limit of 255 */
#define ENCODED_CUT	160

char *
path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	return xasprintf("%s%s%s", dir, n && dir[n - 1] == '/' ? "" : "/", name);
}

char *
path_join3(const char *dir, const char *sub, const char *name)
{
	size_t n = strlen(dir);

	return xasprintf("%s%s%s/%s", dir, n && dir[n - 1] == '/' ? "" : "/", sub, name);
}

static bool
stays(unsigned char c, bool first)
{
	return ascii_is_alnum(c) || c == '-' || c == '_' || (c == '.' && !first);
}

char *
path_encode(const char *name)
{
	struct buf b = BUF_INIT;
	char sum[33];
	size_t i, cut = 0;

	for (i = 0; name[i]; i++) {
		if (b.len <= ENCODED_CUT)
			cut = b.len;
		if (stays((unsigned char)name[i], i == 0))
			buf_putc(&b, name[i]);
		else
			buf_printf(&b, "%%%02X", (unsigned char)name[i]);
	}
	if (i == 0)
		buf_puts(&b, "%00");	/* no C string contains it */
	if (b.len > ENCODED_MAX) {
		md5_hex(name, i, sum);
		buf_truncate(&b, cut);
		buf_printf(&b, "%%-%s", sum);	/* "%-" cannot come from above */
	}
	return buf_steal(&b);
}
