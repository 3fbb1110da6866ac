/* fuzz_mutf7.c - libFuzzer target: what decodes must encode to the same octets again, both ways. */
#include <stdint.h>
#include <stdlib.h>

#include "../../src/imap/mutf7.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
there_and_back(struct slice in, bool (*there)(struct buf *, struct slice), bool (*back)(struct buf *, struct slice))
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	if (there(&a, in) && (!back(&b, buf_slice(&a)) || !slice_eq(buf_slice(&b), in)))
		abort();
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in;

	in.p = (const char *)data;
	in.len = n;
	there_and_back(in, mutf7_to_utf8, utf8_to_mutf7);
	there_and_back(in, utf8_to_mutf7, mutf7_to_utf8);
	return 0;
}
