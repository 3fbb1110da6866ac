/*
 * mbnames.h - the mailbox list for mail readers: header, items, separator, footer, rewritten as a
 * whole after each account's pass once every account has reported. Any thread.
 */
#ifndef ENGINE_MBNAMES_H
#define ENGINE_MBNAMES_H

#include "../base/err.h"
#include "../conf/settings.h"
#include "../sync/tree.h"

/* Remembers the account's folders; writes the file when all accounts are known. ERR_ACCOUNT. */
int	mbnames_update(const struct settings *s, const struct account_conf *a, const struct tree *t,
	    struct err *e);

#endif
