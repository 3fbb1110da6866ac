/* mutf7.h - modified UTF-7, mailbox names on the wire (RFC 3501 5.1.3). Pure. */
#ifndef IMAP_MUTF7_H
#define IMAP_MUTF7_H

#include <stdbool.h>

#include "../base/buf.h"

/* Strict both ways; false: not valid (out holds garbage). */
bool	mutf7_to_utf8(struct buf *out, struct slice name);
bool	utf8_to_mutf7(struct buf *out, struct slice name);
/* May this name be sent as it is: printable ASCII with valid &...- sequences. */
bool	mutf7_valid(struct slice name);

#endif
