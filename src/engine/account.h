/*
 * account.h - one account: its locks, its connections, one pass over its folders. The thread that
 * calls is the account's; it works itself and starts maxconnections - 1 workers beside it.
 */
#ifndef ENGINE_ACCOUNT_H
#define ENGINE_ACCOUNT_H

#include "../base/err.h"
#include "engine.h"

struct account;			/* run state; its own thread's, but for what account.c guards */

struct account *account_new(const struct settings *s, const struct account_conf *a);
void	account_free(struct account *a);		/* logs out, gives the locks back */
/* Takes both locks; ERR_ACCOUNT and o->locked if another instance has one (e names it). */
int	account_lock(struct account *a, struct outcome *o, struct err *e);
/*
 * One pass: folder structure, additions, flags, deletions, mbnames. Failures of messages and
 * folders are reported inside and counted in o; -1: the account could not go on, e is the caller's
 * to report.
 */
int	account_sync(struct account *a, struct outcome *o, struct err *e);
/* NOOP on held connections; one that fails is closed quietly and opened again at the next pass. */
void	account_keepalive(struct account *a);

/* new, lock, sync, free: a whole run on the calling thread. tests/sim drives the engine by it. */
int	account_sync_once(const struct settings *s, const struct account_conf *a, struct outcome *o,
	    struct err *e);

#endif
