/*
 * secret.h - an account's password: from remotepasscmd, remotepass, remotepassfile, or the user;
 * asked for once, wiped at the end. Written by the account's thread before its workers start; they
 * only read.
 */
#ifndef ENGINE_SECRET_H
#define ENGINE_SECRET_H

#include <stdbool.h>

#include "../base/err.h"
#include "../conf/settings.h"

struct secret {
	char *value;			/* NULL: not known yet */
	bool asked;			/* the user typed it: worth asking again if it is wrong */
};

/* Fills s->value if NULL; why: the server's words about the last one, or NULL. ERR_ACCOUNT. */
int	secret_get(struct secret *s, const struct account_conf *a, const char *why, struct err *e);
void	secret_forget(struct secret *s);

#endif
