/*
 * store.h - what the server keeps: users, their mailboxes, the messages, and per mailbox a journal of changes, from
 * which every connection learns at its own pace what the others did (and QRESYNC what vanished).
 */
#ifndef FAKE_STORE_H
#define FAKE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/base/buf.h"

/* System flags are the low bits, in the order in which they are shown; the mailbox's keywords follow. */
enum { FLAG_SEEN = 1, FLAG_ANSWERED = 2, FLAG_FLAGGED = 4, FLAG_DELETED = 8, FLAG_DRAFT = 16 };
enum { SYSTEM_FLAGS = 5, MAX_KEYWORDS = 64 - SYSTEM_FLAGS };

struct body {
	size_t refs;			/* a COPY shares it */
	size_t len;
	char p[];
};

struct msg {
	uint32_t uid;
	uint32_t recent_in;		/* the session for which it is \Recent; 0: nobody was told yet */
	uint64_t flags, modseq;
	int64_t date;
	struct body *body;
};

struct change {
	uint64_t modseq;
	uint32_t uid;
	uint32_t by;			/* serial of the connection that did it; 0: done from outside */
	bool gone;			/* expunged; else: flags changed */
};

struct box {
	char *name;			/* modified UTF-7, as on the wire */
	uint32_t uidvalidity;		/* 0: the server keeps it to itself */
	uint32_t uidnext;
	uint32_t claimed;		/* messages from this UID on have not been \Recent anywhere */
	uint64_t modseq;		/* the highest */
	struct msg *msgs;		/* by UID */
	size_t n, cap;
	struct change *journal;
	size_t nchanges, changes_cap;
	char *keywords[MAX_KEYWORDS];
	unsigned nkeywords;
	unsigned selected;		/* by so many connections */
	bool deleted;			/* freed when the last connection has left it */
};

struct user {
	char *name, *password;
	struct box **boxes;		/* by name */
	size_t nboxes, boxes_cap;
	char **subs;			/* subscribed names, by name */
	size_t nsubs, subs_cap;
};

struct body *body_new(const void *p, size_t n);		/* one reference, the caller's */
struct body *body_ref(struct body *b);
void	body_unref(struct body *b);

struct user *user_new(const char *name, const char *password);
void	user_free(struct user *u);

struct box *box_find(const struct user *u, struct slice name);	/* INBOX in any case; NULL: there is none */
struct box *box_create(struct user *u, struct slice name, uint32_t uidvalidity);	/* name must be free */
void	box_delete(struct user *u, struct box *b);
void	box_leave(struct box *b);		/* a connection that had it selected is done with it */
void	box_rename(struct user *u, struct box *b, struct slice name);
/* Is there a mailbox below name? */
bool	box_has_children(const struct user *u, struct slice name, char delim);

bool	sub_find(const struct user *u, struct slice name, size_t *at);	/* else *at: where it would go */
void	sub_set(struct user *u, struct slice name, bool on);

size_t	box_at(const struct box *b, uint32_t uid);	/* index of the first message with this UID or a higher one */
struct msg *box_msg(const struct box *b, uint32_t uid);
/* Takes over the reference to the body. The result is borrowed until the next change of the mailbox. */
struct msg *box_add(struct box *b, uint64_t flags, int64_t date, struct body *body);
void	box_flag(struct box *b, struct msg *m, uint64_t flags, uint32_t by);
void	box_expunge(struct box *b, const uint32_t *uids, size_t n, uint32_t by);	/* uids: ascending, all there */
void	box_move_all(struct box *from, struct box *to, uint32_t by);

/* The bit of a flag name; 0: not known (or, with make, no room for one more keyword; or \Recent and the like). */
uint64_t box_flag_bit(struct box *b, struct slice name, bool make);
uint64_t box_flag_bits(struct box *b, const char *names);	/* separated by blanks; makes keywords */
uint64_t box_translate(struct box *to, const struct box *from, uint64_t flags);
void	box_show_flags(struct buf *out, const struct box *b, uint64_t flags);

#endif
