/* t_guard.c - when deletions look like an accident (DESIGN rule 8). */
#include "../../src/sync/guard.h"
#include "tap.h"

int
main(void)
{
	static const struct { uint64_t deletions, known; bool trash, folder, account; } rows[] = {
		{ 0, 0, false, false, false },
		{ 5, 5, false, false, false },		/* few: a person tidies up */
		{ 100, 100, false, false, false },
		{ 101, 101, false, true, true },
		{ 101, 202, false, false, true },	/* exactly half */
		{ 101, 201, false, true, true },
		{ 101, 404, false, false, false },	/* exactly a quarter */
		{ 101, 403, false, false, true },
		{ 500, 500, true, false, true },	/* \Trash may be emptied */
		{ 10000, 100000, false, false, false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ok(guard_folder_exceeds(rows[i].deletions, rows[i].known, rows[i].trash) == rows[i].folder,
		    "folder: %d of %d%s", (int)rows[i].deletions, (int)rows[i].known,
		    rows[i].trash ? " in the trash" : "");
		ok(guard_account_exceeds(rows[i].deletions, rows[i].known) == rows[i].account,
		    "account: %d of %d", (int)rows[i].deletions, (int)rows[i].known);
	}
	return done();
}
