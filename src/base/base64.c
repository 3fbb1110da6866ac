/* base64.c - see base64.h. */
#include "base64.h"

#include <stdint.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(struct buf *out, const void *data, size_t n)
{
	const unsigned char *p = data;
	char four[4];
	uint32_t v;

	for (; n > 0; p += 3, n -= n < 3 ? n : 3) {
		v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0u);
		four[0] = letters[v >> 18];
		four[1] = letters[v >> 12 & 63];
		four[2] = n > 1 ? letters[v >> 6 & 63] : '=';
		four[3] = n > 2 ? letters[v & 63] : '=';
		buf_add(out, four, 4);
	}
}

int
base64_value(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ascii_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
base64_decode(struct buf *out, struct slice s)
{
	size_t i, k, pad;
	uint32_t v;
	int d;

	if (s.len % 4)
		return false;
	for (i = 0; i < s.len; i += 4) {
		/* padding only where the text ends: RFC 4648 3.3 */
		pad = i + 4 < s.len || s.p[i + 3] != '=' ? 0 : s.p[i + 2] != '=' ? 1 : 2;
		for (v = 0, k = 0; k < 4 - pad; k++) {
			d = base64_value((unsigned char)s.p[i + k]);
			if (d < 0)
				return false;
			v |= (uint32_t)d << (18 - 6 * k);
		}
		for (k = 0; k < 3 - pad; k++)
			buf_putc(out, (int)(v >> (16 - 8 * k) & 255));
	}
	return true;
}
