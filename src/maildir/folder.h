/* folder.h - what the files of this directory share; nobody else includes it. */
#ifndef MAILDIR_FOLDER_H
#define MAILDIR_FOLDER_H

#include "maildir.h"

#define MD_TMP_PREFIX	"offlineimap-"	/* of our files in tmp/ */

struct md_place {			/* where a message file is now */
	bool in_new;
	char *name;			/* malloced */
};

/*
 * Calls visit for each entry of the subdirectory until it returns something else than 0, and returns that; 0 at
 * the end; -1 also if the directory cannot be read.
 */
int	md_each(const struct maildir *m, const char *sub, void *arg,
	    int (*visit)(void *arg, const char *name, struct err *e), struct err *e);
/* The path of a file in new/ or cur/; malloced. */
char	*md_path(const struct maildir *m, bool in_new, const char *name);
/*
 * By last known name, else by base (and UID, where both names have one) in a fresh read of both directories:
 * 1: found, *at is filled; 0: gone; -1: could not be read. The answer may be stale by the time it is used:
 * on ENOENT ask again, MD_TRIES times at most.
 */
enum { MD_TRIES = 5 };
int	md_locate(const struct maildir *m, const char *name, struct md_place *at, struct err *e);
int	md_busy(const struct maildir *m, const char *name, struct err *e);	/* the error after that; -1 */

#endif
