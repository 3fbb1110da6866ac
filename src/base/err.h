/*
 * err.h - the one error scheme. A fallible function returns 0 (or a value) on success and -1 (or NULL)
 * on failure, after filling the caller's struct err. Whoever can go on reports it, once
 * (event_error); everybody between returns it. The struct lives on the handling thread's stack.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "mem.h"

/* How much is unusable now. Ordered: a bigger one includes the smaller. */
enum err_radius {
	ERR_NONE,
	ERR_MESSAGE,
	ERR_FOLDER,
	ERR_CONNECTION,
	ERR_ACCOUNT,
	ERR_RUN
};

struct err {
	enum err_radius radius;
	bool retry;		/* the same may work later (network down, server busy) */
	bool stopped;		/* not a failure: the user asked the program to stop; never reported */
	char msg[400];		/* one line, printable, names what, where and what to do */
};
#define ERR_INIT	{ ERR_NONE, false, false, "" }

/* All return -1, so that "return err_set(...)" is the whole idiom. */
int	err_set(struct err *e, enum err_radius r, const char *fmt, ...) PRINTF_LIKE(3, 4);
int	err_retry(struct err *e, enum err_radius r, const char *fmt, ...) PRINTF_LIKE(3, 4); /* retry = true */
/* Appends ": strerror(errno)". ENOSPC, EDQUOT and EROFS widen the radius to ERR_ACCOUNT. Reads errno first. */
int	err_sys(struct err *e, enum err_radius r, const char *fmt, ...) PRINTF_LIKE(3, 4);
int	err_stop(struct err *e);		/* stopped by request, radius ERR_RUN */
/* Puts "text: " in front of the message; at most once on the way up. */
int	err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	err_clear(struct err *e);

#endif
