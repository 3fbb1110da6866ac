/*
 * guard.h - deletions that look like an accident are held until a person allows them (DESIGN rule
 * 8). The thresholds are pure; the permission is a file beside the state: FOLDER.held lists what is
 * held, and --allow-delete makes it FOLDER.allow, good for one run and at most that many deletions.
 */
#ifndef SYNC_GUARD_H
#define SYNC_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/err.h"
#include "folder.h"

/* More than 100 and more than half of what the folder had. */
bool	guard_folder_exceeds(uint64_t deletions, uint64_t known, bool trash);
/* More than 100 and more than a quarter of what the account had. */
bool	guard_account_exceeds(uint64_t deletions, uint64_t known);

/*
 * Decides for all folders of the account: held folders get an event with how to allow it, their
 * .held file (not in a dry run) and empty candidate sets. true: something is held.
 */
bool	guard_check(const struct sync_env *env, const struct folder *f, struct folder_result *r,
	    size_t n);
/*
 * --allow-delete: turns what is held for the folder (either side's name) into a permission. 1 done,
 * 0 nothing held, -1.
 */
int	guard_allow(const struct account_conf *a, const char *metadata, const char *folder,
	    struct err *e);

#endif
