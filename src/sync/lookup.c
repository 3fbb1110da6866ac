/* lookup.c - see lookup.h. */
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

#include "../base/md5.h"

/* A lone LF counts as CRLF: that is what the message becomes on its way through a Maildir. */
static void
add_canonical(struct md5 *m, struct slice s, char *last)
{
	size_t i, start = 0;

	for (i = 0; i < s.len; i++) {
		if (s.p[i] == '\n' && *last != '\r') {
			md5_add(m, s.p + start, i - start);
			md5_add(m, "\r", 1);
			start = i;
		}
		*last = s.p[i];
	}
	md5_add(m, s.p + start, s.len - start);
}

static int
hash_body(struct job *j, unsigned char out[16], struct err *e)
{
	struct md5 m;
	struct slice piece;
	char last = 0;

	md5_init(&m);
	do {
		if (imap_body(j->c, &piece, e) < 0)
			return -1;
		add_canonical(&m, piece, &last);
	} while (piece.len > 0);
	md5_end(&m, out);
	return 0;
}

int
lookup_bodies(struct job *j, const struct uidset *uids, struct body_hash **v, size_t *n,
    struct err *e)
{
	struct fetched f = { 0 };
	unsigned char hash[16] = { 0 };
	bool have = false;
	size_t cap = 0;

	*v = NULL;
	*n = 0;
	if (uids->n == 0)
		return 0;
	imap_fetch_start(j->c, uids);
	for (;;)
		switch (imap_fetch_next(j->c, &f, e)) {
		case FETCH_ERROR:
			free(*v);
			*v = NULL;
			return -1;
		case FETCH_DONE:
			return 0;
		case FETCH_BODY:
			if (hash_body(j, hash, e) < 0) {
				free(*v);
				*v = NULL;
				return -1;
			}
			have = true;
			break;
		case FETCH_MESSAGE:
			if (have && f.has_body) {
				*v = xgrow(*v, *n, &cap, sizeof(**v));
				(*v)[*n].uid = f.uid;
				memcpy((*v)[(*n)++].hash, hash, sizeof(hash));
			}
			have = false;
		}
}
