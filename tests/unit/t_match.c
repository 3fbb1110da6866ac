/* t_match.c - which file is which UID: the state's base hash first, U= as a hint, never two files for one UID. */
#include <stdlib.h>

#include "../../src/sync/job.h"
#include "tap.h"

struct row {
	const char *what;
	struct { uint64_t base; uint32_t hint; uint32_t want; } files[4];	/* sorted by base */
	struct { uint32_t uid; uint64_t base; bool marked; } recs[3];
	bool hints;
};

static const struct row rows[] = {
	{ "known by base", { { 10, 1, 1 }, { 20, 2, 2 } }, { { 1, 10, 0 }, { 2, 20, 0 } }, true },
	{ "a reader took the hint away", { { 10, 0, 1 } }, { { 1, 10, 0 } }, true },
	{ "base beats a wrong hint", { { 10, 7, 1 } }, { { 1, 10, 0 } }, true },
	{ "unknown base, hint believed", { { 30, 3, 3 } }, { { 1, 10, 0 } }, true },
	{ "unknown base, hints not to be believed", { { 30, 3, 0 } }, { { 1, 10, 0 } }, false },
	{ "a hint the state knows under another base", { { 30, 1, 1 } }, { { 1, 10, 0 } }, true },
	{ "a hint whose owner is there", { { 10, 1, 1 }, { 30, 1, 0 } }, { { 1, 10, 0 } }, true },
	{ "two files with one hint: one owner", { { 30, 5, 5 }, { 40, 5, 0 } }, { { 1, 10, 0 } }, true },
	{ "two files with one base: one owner", { { 10, 0, 1 }, { 10, 0, 0 } }, { { 1, 10, 0 } }, true },
	{ "of two files with one base the one with the UID", { { 10, 0, 0 }, { 10, 1, 1 } }, { { 1, 10, 0 } }, true },
	{ "that also without belief in hints", { { 10, 0, 0 }, { 10, 1, 1 } }, { { 1, 10, 0 } }, false },
	{ "two files, two records, one base", { { 10, 2, 2 }, { 10, 1, 1 } }, { { 1, 10, 0 }, { 2, 10, 0 } }, true },
	{ "one of them without its hint", { { 10, 0, 1 }, { 10, 2, 2 } }, { { 1, 10, 0 }, { 2, 10, 0 } }, true },
	{ "a marked record owns no file", { { 10, 0, 0 } }, { { 1, 10, 1 } }, true },
	{ "nothing known", { { 10, 0, 0 }, { 20, 0, 0 } }, { { 0, 0, 0 } }, true },
};

static void
check(const struct row *r)
{
	struct md_file files[4] = { { 0 } };
	struct state_rec recs[3];
	struct md_list list = { 0 };
	struct state st;
	uint32_t uid[4];
	size_t i;
	bool good = true;

	memset(&st, 0, sizeof(st));
	memset(recs, 0, sizeof(recs));
	for (i = 0; i < 4 && r->files[i].base; i++) {
		files[i].base = r->files[i].base;
		files[i].uid = r->files[i].hint;
	}
	list.v = files;
	list.n = i;
	for (i = 0; i < 3 && r->recs[i].uid; i++) {
		recs[i].uid = r->recs[i].uid;
		recs[i].base = r->recs[i].base;
		recs[i].marked = r->recs[i].marked;
	}
	st.recs = recs;
	st.nrecs = i;
	match_files(&list, &st, r->hints, uid);
	for (i = 0; i < list.n; i++)
		good = good && uid[i] == r->files[i].want;
	ok(good, "%s", r->what);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < countof(rows); i++)
		check(&rows[i]);
	return done();
}
