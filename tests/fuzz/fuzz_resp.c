/*
 * fuzz_resp.c - libFuzzer target: whatever a server sends, the response parser stays inside its text. The input is
 * copied to a block of its own so that the sanitizer sees the first octet read beyond it.
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/imap/resp.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Everything that the client does with a response. */
static void
use(const struct resp *r, struct buf *scratch)
{
	struct uidset set = UIDSET_INIT;
	struct slice tag;
	bool earlier;

	switch (r->data) {
	case DATA_SEARCH:
		resp_search(r->args, &set);
		break;
	case DATA_ESEARCH:
		resp_esearch(r->args, scratch, &tag, &set);
		break;
	case DATA_VANISHED:
		resp_vanished(r->args, &earlier, &set);
		break;
	case DATA_OTHER:
	case DATA_CAPABILITY:
	case DATA_LIST:
	case DATA_EXISTS:
	case DATA_EXPUNGE:
	case DATA_FETCH:
		break;
	}
	uidset_free(&set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf scratch = BUF_INIT, seen = BUF_INIT;
	char *copy = malloc(n ? n : 1);
	struct slice text;
	const char *why;
	struct resp r;
	uint64_t size;
	size_t len;

	if (copy == NULL)
		return 0;
	if (n > 0)
		memcpy(copy, data, n);
	text.p = copy;
	text.len = n;
	if (resp_parse(&r, text, &scratch, &why)) {
		buf_addslice(&seen, r.tag);		/* copying shows where the slices lie */
		buf_addslice(&seen, r.text);
		buf_addslice(&seen, r.code_args);
		buf_addslice(&seen, r.args);
		buf_addslice(&seen, r.list.name);
		buf_addslice(&seen, r.fetch.body);
		buf_addslice(&seen, r.fetch.header);
		use(&r, &scratch);
	}
	if (lex_announces(text, &size, &len) && resp_takes_literals(text))
		resp_body_follows(text, &scratch);
	buf_free(&scratch);
	buf_free(&seen);
	free(copy);
	return 0;
}
