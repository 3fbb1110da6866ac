/*
 * lock.h - one program at a time on an account's metadata and on its Maildir root. The kernel holds
 * the locks: they die with their owner. The files stay empty (an idle run writes nothing) and are
 * never removed.
 */
#ifndef ENGINE_LOCK_H
#define ENGINE_LOCK_H

#include <stdbool.h>

#include "../base/err.h"

/*
 * Locks the file, made if it is not there; with look_only nothing is made, and a missing file is no
 * obstacle. Returns a descriptor to close, -2 if there is nothing to lock (look_only), or -1:
 * *taken says whether another program has it (e names it) or something failed. ERR_ACCOUNT.
 */
int	lock_take(const char *path, bool look_only, bool *taken, struct err *e);

#endif
