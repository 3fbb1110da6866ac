/* tap.h - the unit tests' few words: ok() and is_*() print TAP lines, done() the plan; main returns done(). */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

static inline bool
ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good)
		tap_failed++;
	return good;
}

static inline bool
is_str(const char *got, const char *want, const char *what)
{
	bool good = got && want ? strcmp(got, want) == 0 : got == want;

	ok(good, "%s", what);
	if (!good)
		printf("# got  %s\n# want %s\n", got ? got : "(null)", want ? want : "(null)");
	return good;
}

static inline bool
is_int(long long got, long long want, const char *what)
{
	ok(got == want, "%s", what);
	if (got != want)
		printf("# got  %lld\n# want %lld\n", got, want);
	return got == want;
}

static inline int
done(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed != 0;
}

#endif
