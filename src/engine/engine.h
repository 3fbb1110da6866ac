/*
 * engine.h - runs the accounts: threads, connection pools, refresh loops, signals' effects.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/err.h"
#include "../conf/settings.h"

/* What the run came to, worst first; main turns it into the exit status. */
struct outcome {
	bool locked;			/* another instance holds an account's lock */
	bool not_mounted;		/* an account's local side is not the one the state knows */
	bool network;			/* a connection or a login failed */
	bool held;			/* deletions were held back */
	bool failed;			/* a message, folder or account was not synchronised */
};

/*
 * Syncs all accounts (once, or for ever with autorefresh) and returns when all have ended or stop
 * was requested. Main thread.
 */
int	engine_run(const struct settings *s, struct outcome *o, struct err *e);
/* Ends the sleep of every account: sync now (SIGUSR1). Any thread. */
void	engine_wake(void);
/* --info: prints each account's capabilities and its folder table on stdout. Main thread. */
int	engine_info(const struct settings *s, struct outcome *o);

#endif
