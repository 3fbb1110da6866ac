/* err.c - see err.h. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* snprintf may have cut the text inside a UTF-8 sequence: drop the broken rest. */
static void
trim_utf8(char *s, size_t cap)
{
	size_t n = strlen(s), back = 0;
	unsigned char c;

	if (n + 1 < cap)
		return;
	while (back < 4 && back < n) {
		c = (unsigned char)s[n - ++back];
		if (c < 0x80)
			return;
		if (c >= 0xc0) {
			if (back < (c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u))
				s[n - back] = '\0';
			return;
		}
	}
}

static void
fill(struct err *e, enum err_radius r, bool retry, const char *fmt, va_list ap)
{
	err_clear(e);
	e->radius = r;
	e->retry = retry;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	trim_utf8(e->msg, sizeof(e->msg));
}

int
err_set(struct err *e, enum err_radius r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, r, false, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_retry(struct err *e, enum err_radius r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, r, true, fmt, ap);
	va_end(ap);
	return -1;
}

/* A full or read-only disk spoils every folder of the account, not the one that met it first. */
static bool
disk_is_unusable(int code)
{
	switch (code) {
	case ENOSPC:
	case EROFS:
#ifdef EDQUOT
	case EDQUOT:
#endif
		return true;
	}
	return false;
}

int
err_sys(struct err *e, enum err_radius r, const char *fmt, ...)
{
	int code = errno;
	va_list ap;
	size_t n;

	if (disk_is_unusable(code) && r < ERR_ACCOUNT)
		r = ERR_ACCOUNT;
	va_start(ap, fmt);
	fill(e, r, false, fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(code));
	trim_utf8(e->msg, sizeof(e->msg));
	return -1;
}

int
err_stop(struct err *e)
{
	err_set(e, ERR_RUN, "stopped");
	e->stopped = true;
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->msg)];
	va_list ap;
	size_t n;

	memcpy(old, e->msg, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", old);
	trim_utf8(e->msg, sizeof(e->msg));
	return -1;
}

void
err_clear(struct err *e)
{
	*e = (struct err)ERR_INIT;
}
