/* fuzz_name.c - libFuzzer target: whatever a file is called, new flags and a UID leave its base alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/md5.h"
#include "../../src/maildir/name.h"

#define FMD5	"7e33429f656f1e6e9d79b29c3f82c57e"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
require(bool good)
{
	if (!good)
		abort();
}

static void
check_flags(const char *name, const struct md_name *was, unsigned flags)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct md_name n;

	md_name_with_flags(&out, name, flags);
	md_name_parse(buf_str(&out), &n);
	require(n.base == was->base && n.uid == was->uid && n.has_fmd5 == was->has_fmd5);
	require(n.flags == flags || strcmp(buf_str(&out), name) == 0);
	md_name_with_flags(&again, buf_str(&out), flags);
	require(slice_eq(buf_slice(&out), buf_slice(&again)));
	buf_free(&out);
	buf_free(&again);
}

static void
check_uid(const char *name, const struct md_name *was)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct md_name n;

	md_name_with_uid(&out, name, 4294967295U, FMD5);
	md_name_parse(buf_str(&out), &n);
	require(n.base == was->base && n.flags == was->flags && n.uid == 4294967295U && strcmp(n.fmd5, FMD5) == 0);
	md_name_with_uid(&again, buf_str(&out), 4294967295U, FMD5);
	require(slice_eq(buf_slice(&out), buf_slice(&again)));
	buf_free(&out);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *name = xstrndup((const char *)data, n);
	struct buf base = BUF_INIT;
	struct md_name parsed;

	md_name_parse(name, &parsed);
	md_name_base(name, &base);
	require(parsed.base == md5_64(buf_str(&base), base.len) && parsed.flags <= MD_ALL);
	check_flags(name, &parsed, n % (MD_ALL + 1));
	check_uid(name, &parsed);
	buf_free(&base);
	free(name);
	return 0;
}
