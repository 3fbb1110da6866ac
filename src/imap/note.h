/* note.h - what a response means for the connection and its mailbox, whoever reads it (RFC 9051 7). Private. */
#ifndef IMAP_NOTE_H
#define IMAP_NOTE_H

#include "conn.h"

void	note_select(struct selected *m, bool examine);	/* before anything is known of a mailbox */
/* -1: BYE, an answer or a "+" that nobody asked for: the connection is dead. */
int	note_response(struct imap *c, const struct resp *r, struct err *e);

#endif
