/* base64.h - RFC 4648 4, with padding. Pure. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>

#include "buf.h"

void	base64_encode(struct buf *out, const void *p, size_t n);
/* Strict: no blanks, no missing padding. false: *out holds what was decoded before the error. */
bool	base64_decode(struct buf *out, struct slice s);
int	base64_value(int c);		/* 0..63 of one letter, or -1 */

#endif
