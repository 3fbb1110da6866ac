/* md5.c - see md5.h. */
#include "md5.h"

#include <string.h>

/* RFC 1321 3.4: floor(2^32 * abs(sin(i + 1))). */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const unsigned char rotations[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 },
};

static uint32_t
word(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void
digest_block(uint32_t state[4], const unsigned char *p)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], f, x[16];
	unsigned i, k, r;

	for (i = 0; i < 16; i++)
		x[i] = word(p + 4 * i);
	for (i = 0; i < 64; i++) {
		switch (i / 16) {
		case 0:
			f = (b & c) | (~b & d);
			k = i;
			break;
		case 1:
			f = (b & d) | (c & ~d);
			k = 5 * i + 1;
			break;
		case 2:
			f = b ^ c ^ d;
			k = 3 * i + 5;
			break;
		default:
			f = c ^ (b | ~d);
			k = 7 * i;
		}
		f += a + sines[i] + x[k % 16];
		r = rotations[i / 16][i % 4];
		a = d;
		d = c;
		c = b;
		b += f << r | f >> (32 - r);
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void
md5_init(struct md5 *m)
{
	static const uint32_t start[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };

	memcpy(m->state, start, sizeof(start));
	m->len = 0;
}

void
md5_add(struct md5 *m, const void *data, size_t n)
{
	const unsigned char *p = data;
	size_t held = (size_t)(m->len % 64), part;

	m->len += n;
	if (held) {
		part = n < 64 - held ? n : 64 - held;
		if (part)
			memcpy(m->block + held, p, part);
		if (held + part < 64)
			return;
		digest_block(m->state, m->block);
		p += part;
		n -= part;
	}
	for (; n >= 64; p += 64, n -= 64)
		digest_block(m->state, p);
	if (n)
		memcpy(m->block, p, n);
}

void
md5_end(struct md5 *m, unsigned char out[16])
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = m->len * 8;
	unsigned char tail[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		tail[i] = (unsigned char)(bits >> 8 * i);
	md5_add(m, pad, (size_t)(1 + (119 - m->len % 64) % 64));
	md5_add(m, tail, 8);
	for (i = 0; i < 16; i++)
		out[i] = (unsigned char)(m->state[i / 4] >> 8 * (i % 4));
}

static void
md5_all(const void *p, size_t n, unsigned char out[16])
{
	struct md5 m;

	md5_init(&m);
	md5_add(&m, p, n);
	md5_end(&m, out);
}

void
md5_hex(const void *p, size_t n, char out[33])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[16];
	unsigned i;

	md5_all(p, n, sum);
	for (i = 0; i < 16; i++) {
		out[2 * i] = digits[sum[i] >> 4];
		out[2 * i + 1] = digits[sum[i] & 15];
	}
	out[32] = '\0';
}

uint64_t
md5_64(const void *p, size_t n)
{
	unsigned char sum[16];
	uint64_t v = 0;
	unsigned i;

	md5_all(p, n, sum);
	for (i = 0; i < 8; i++)
		v = v << 8 | sum[i];
	return v;
}
