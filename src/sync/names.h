/*
 * names.h - mailbox names of the server made into local folder names and back. Pure.
 *
 * The server's hierarchy delimiter becomes the local separator; what could lead out of the Maildir
 * root or collide with a Maildir's own parts is written as %XX ("%" itself only where it would read
 * as one), so that the way back is exact. Names stay in modified UTF-7, as in 2003.
 */
#ifndef SYNC_NAMES_H
#define SYNC_NAMES_H

#include <stdbool.h>

#include "../base/buf.h"

/* delim 0: the name has no hierarchy. Appends to out. */
void	name_to_local(struct buf *out, const char *remote, char delim, const char *sep);
void	name_to_remote(struct buf *out, const char *local, char delim, const char *sep);
/* Would the local name, made into a remote one, come back as itself (DESIGN rule 11)? */
bool	name_maps_back(const char *local, char delim, const char *sep);
/* May a directory of this name be (part of) a folder: not "cur", "new", "tmp" nor the marker. */
bool	name_is_reserved(const char *component);

#endif
