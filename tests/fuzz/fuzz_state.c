/*
 * fuzz_state.c - libFuzzer target: any file as a state log. The first octet chooses: the rest is the file, or it is
 * the lines' text, to which the right checksums are added (else hardly an input would get past them). What is read
 * must survive a commit and come back the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/os.h"
#include "../../src/sync/statelog.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct state_id id = { "h", "u", "r", "l" };

static void
require(bool good)
{
	if (!good)
		abort();
}

static void
add_lines(struct buf *out, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	struct slice line;
	char *text;

	log_text(out, 0, "H offlineimap-state 1 host=h user=u remote=r local=l");
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		lf = lf != NULL ? lf : end;
		line.p = p;
		line.len = (size_t)(lf - p);
		text = slice_dup(line);
		log_text(out, 0, text);
		free(text);
	}
	log_text(out, 0, "E");
}

static bool
same(const struct state *a, const struct state *b)
{
	size_t i;

	for (i = 0; i < a->nrecs && a->nrecs == b->nrecs; i++)
		if (a->recs[i].uid != b->recs[i].uid || a->recs[i].flags != b->recs[i].flags ||
		    a->recs[i].marked != b->recs[i].marked || a->recs[i].held != b->recs[i].held ||
		    a->recs[i].base != b->recs[i].base || a->recs[i].size != b->recs[i].size)
			return false;
	return a->nrecs == b->nrecs && a->nintents == b->nintents && a->uidvalidity == b->uidvalidity &&
	    a->has_point == b->has_point;
}

static void
check(const char *path)
{
	struct err e = ERR_INIT;
	struct state a, b;
	size_t i;

	if (state_open(&a, path, &id, false, &e) == -1) {
		require(e.msg[0] != '\0');
		return;
	}
	for (i = 1; i < a.nrecs; i++)
		require(a.recs[i - 1].uid < a.recs[i].uid);
	state_set_uidvalidity(&a, a.uidvalidity ^ 1);
	require(state_commit(&a, &e) == 0);
	require(state_open(&b, path, &id, false, &e) == 0 && !b.rebuilt && same(&a, &b));
	state_close(&a);
	state_close(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf file = BUF_INIT;
	char path[64];
	int fd;

	if (n == 0)
		return 0;
	if (data[0] & 1)
		add_lines(&file, (const char *)data + 1, n - 1);
	else
		buf_add(&file, data + 1, n - 1);
	snprintf(path, sizeof path, "/tmp/fuzz_state.%ld", os_pid());
	fd = os_open(path, OS_TRUNCATE);
	require(fd != -1 && os_write_all(fd, buf_str(&file), file.len) == 0 && os_close(fd) == 0);
	check(path);
	os_unlink(path);
	buf_free(&file);
	return 0;
}
