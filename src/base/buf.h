/*
 * buf.h - struct slice: bytes that are borrowed; struct buf: bytes that grow and are owned.
 * No errors: growing aborts when memory is out. One thread at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

struct slice {
	const char *p;			/* not NUL-terminated; may be NULL if len is 0 */
	size_t len;
};

struct buf {
	char *p;			/* NULL until the first byte; always NUL-terminated after it */
	size_t len;			/* without the NUL */
	size_t cap;
};
#define BUF_INIT	{ NULL, 0, 0 }

void	buf_add(struct buf *b, const void *p, size_t n);
void	buf_addslice(struct buf *b, struct slice s);
void	buf_puts(struct buf *b, const char *s);
void	buf_putc(struct buf *b, int c);
void	buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	buf_vprintf(struct buf *b, const char *fmt, va_list ap);
void	buf_reserve(struct buf *b, size_t more);	/* room for more bytes without moving */
void	buf_consume(struct buf *b, size_t n);		/* drops the first n bytes */
void	buf_truncate(struct buf *b, size_t len);
void	buf_reset(struct buf *b);			/* len = 0, keeps the memory */
void	buf_free(struct buf *b);			/* also resets to BUF_INIT */
void	buf_wipe(struct buf *b);			/* overwrites the content first, then frees */
const char *buf_str(const struct buf *b);		/* never NULL; valid until the next change */
char	*buf_steal(struct buf *b);			/* caller frees; b is BUF_INIT afterwards */
struct slice buf_slice(const struct buf *b);

struct slice slice_of(const char *s);			/* of a C string; NULL gives the empty slice */
bool	slice_eq(struct slice a, struct slice b);
bool	slice_is(struct slice a, const char *s);	/* equal to a C string */
bool	slice_is_nocase(struct slice a, const char *s);	/* ASCII case folded, whatever the locale */
bool	slice_has_prefix(struct slice a, const char *s);
struct slice slice_trim(struct slice s);		/* without blanks, tabs, CR and LF at both ends */
char	*slice_dup(struct slice s);			/* NUL-terminated, caller frees */

/* ASCII only: the locale must not decide what an IMAP atom is. */
int	ascii_lower(int c);
bool	ascii_is_alnum(int c);
bool	ascii_is_digit(int c);
int	ascii_hexval(int c);				/* 0..15, or -1 */

/*
 * Appends text that came from a server or a file for a terminal or a log: control characters, DEL, C1,
 * invalid UTF-8 and bidirectional controls become \xNN; at most max source bytes are shown,
 * followed by "..." if there were more.
 */
void	buf_add_printable(struct buf *b, struct slice s, size_t max);

#endif
