/* flags.h - the five system flags that Maildir knows, as bits, and their names on the wire. Pure. */
#ifndef IMAP_FLAGS_H
#define IMAP_FLAGS_H

#include <stdint.h>

#include "../base/buf.h"

/* The same bits as maildir/name.h (sync asserts it): alphabetical by Maildir letter. */
enum {
	FLAG_DRAFT = 1,			/* D \Draft */
	FLAG_FLAGGED = 2,		/* F \Flagged */
	FLAG_ANSWERED = 4,		/* R \Answered */
	FLAG_SEEN = 8,			/* S \Seen */
	FLAG_DELETED = 16,		/* T \Deleted */
	FLAG_ALL = 31
};

/* The bit of one flag name, any case ("\\Seen"); 0 for any other flag or keyword. */
unsigned flag_bit(struct slice name);
/* Appends "(\Flagged \Seen)"; "()" for none. */
void	flags_format(struct buf *out, unsigned flags);

#endif
