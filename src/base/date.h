/* date.h - calendar arithmetic without the C library's time zones. Pure. All times are seconds since 1970 UTC. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

/* Appends "dd-Mon-yyyy hh:mm:ss +0000" without quotes, day padded with a blank (RFC 3501 9, date-time). */
void	date_imap(struct buf *out, int64_t t);
/* The reverse, any zone. */
bool	date_imap_parse(struct slice s, int64_t *t);

#endif
