/* num.c - see num.h. */
#include "num.h"

bool
num_u64(struct slice s, uint64_t *out)
{
	uint64_t v = 0;
	unsigned d;
	size_t i;

	if (s.len == 0)
		return false;
	for (i = 0; i < s.len; i++) {
		if (!ascii_is_digit((unsigned char)s.p[i]))
			return false;
		d = (unsigned)(s.p[i] - '0');
		if (v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool
num_u32(struct slice s, uint32_t *out)
{
	uint64_t v;

	if (!num_u64(s, &v) || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

bool
num_hex64(struct slice s, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;
	int d;

	if (s.len == 0 || s.len > 16)
		return false;
	for (i = 0; i < s.len; i++) {
		d = ascii_hexval((unsigned char)s.p[i]);
		if (d < 0)
			return false;
		v = v << 4 | (unsigned)d;
	}
	*out = v;
	return true;
}

bool
num_i64(struct slice s, int64_t *out)
{
	bool minus = s.len && s.p[0] == '-';
	uint64_t v;

	if (s.len && (s.p[0] == '-' || s.p[0] == '+')) {
		s.p++;
		s.len--;
	}
	if (!num_u64(s, &v) || v > (uint64_t)INT64_MAX + minus)
		return false;
	/* -v - 1 + 1 keeps INT64_MIN out of signed overflow */
	*out = minus && v ? -(int64_t)(v - 1) - 1 : (int64_t)v;
	return true;
}
