/* lookup.h - what a message contains, where its numbers do not tell. Private to src/sync. */
#ifndef SYNC_LOOKUP_H
#define SYNC_LOOKUP_H

#include "job.h"

struct body_hash {
	uint32_t uid;
	unsigned char hash[16];		/* MD5 of the body with every line end made CRLF */
};

/*
 * Reads the bodies of uids. *v is malloced, ascending as they came; those that did not come are
 * missing in it.
 */
int	lookup_bodies(struct job *j, const struct uidset *uids, struct body_hash **v, size_t *n,
	    struct err *e);

#endif
