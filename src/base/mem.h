/*
 * mem.h - allocation that cannot fail: out of memory is the one error nobody can handle (DESIGN 2:
 * crash-only), so these print one line and abort(). Any thread.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#define countof(a)	(sizeof(a) / sizeof((a)[0]))
/* C99 has no _Static_assert: a negative array size is the message. */
#define static_assert_(cond, name)	typedef char static_assert_##name[(cond) ? 1 : -1]

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, args)	__attribute__((format(printf, fmt, args)))
#else
#define PRINTF_LIKE(fmt, args)
#endif

/* All memory is the caller's to free(). n * size is checked for overflow. */
void	*xmalloc(size_t size);
void	*xcalloc(size_t n, size_t size);
void	*xreallocarray(void *p, size_t n, size_t size);
char	*xstrdup(const char *s);
char	*xstrndup(const char *s, size_t max);	/* reads at most max bytes of s */
char	*xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Room for one more element in *v, which holds n of *cap elements of the given size: grows by half. */
void	*xgrow(void *v, size_t n, size_t *cap, size_t size);

/* Overwrites a secret in a way the compiler may not remove. */
void	mem_wipe(void *p, size_t n);

#endif
