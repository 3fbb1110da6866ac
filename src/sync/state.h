/*
 * state.h - what both sides agreed on when they last met: one append-only text log per folder (DESIGN 6; the
 * format is specified at the top of state.c). It trails reality: a record is written only after both
 * sides durably have (or lack) the message. One thread works on a folder's state at a time.
 */
#ifndef SYNC_STATE_H
#define SYNC_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../maildir/maildir.h"

struct state_id {			/* a mismatch in any of these refuses the folder */
	const char *host, *user;	/* of the server; a tunnel's command and "" */
	const char *remote, *local;	/* folder names on both sides */
};

struct state_rec {
	uint32_t uid;
	uint8_t flags;			/* MD_ bits both sides agreed on */
	bool marked;			/* "D" of rule 5: deleted locally, \Deleted on the server */
	bool held;			/* a reminder, no message: the server lacks this file's UID, do not upload it */
	bool dead;			/* private to state.c; false in state_put */
	uint64_t base;			/* hash of the local base name */
	uint64_t size;			/* octets with CRLF line ends; 0: unknown */
};

struct intent {				/* an APPEND that may or may not have reached the server (rule 4) */
	uint32_t id;			/* unique in this folder's log */
	uint32_t uidvalidity, uidnext;	/* of the mailbox before the APPEND */
	unsigned tries;			/* 1, then 2: sent again after the first outcome stayed unknown */
	uint64_t base;			/* hash of the local base name */
	uint64_t size;			/* octets with CRLF */
	uint64_t msgid;			/* 0: none */
	int64_t date;			/* INTERNALDATE sent */
	int64_t sent_at;		/* wall clock, seconds */
	unsigned char hash[16];		/* MD5 of the wire form */
};

struct state_point {			/* the mailbox and the directories when everything was in step */
	uint32_t uidnext, messages;
	uint64_t modseq;
	struct md_stamp new_stamp, cur_stamp;	/* zero: not to be trusted */
};

struct state {
	char *path;
	bool fsync;
	bool existed;			/* a log of this folder was there and readable */
	bool rebuilt;			/* damaged in the middle: starts without records, delete nothing */
	uint32_t uidvalidity;		/* 0: not known yet */
	/*
	 * Ascending by uid; exact after state_open and state_commit. Between a change and the commit late arrivals
	 * (not ascending) may be missing here and dropped ones present: state_find knows.
	 */
	struct state_rec *recs;
	size_t nrecs, caprecs;
	struct intent *intents;
	size_t nintents, capintents;
	struct state_point point;
	bool has_point;
	/* private to state.c */
	struct state_rec *late;		/* ascending; not in recs yet */
	size_t nlate, caplate, ndead;
	uint32_t next_id;
	char *header;			/* text of the first line */
	struct buf pending;		/* lines that follow the octet good, without their end record */
	uint64_t good;			/* length of the log up to its last closed batch */
	int fd;				/* for appending; -1 until it is needed */
	bool on_disk;			/* there is a log to append to */
	bool broken;			/* an fsync failed: nothing may be built on this file in this run */
};

/*
 * Reads the log if it is there (nothing is created or changed on disk; a torn tail is cut only before the next append).
 * 0: ok, also when there is none; -1: unreadable, newer version, or another folder's (ERR_FOLDER; says which field).
 */
int	state_open(struct state *s, const char *path, const struct state_id *id, bool fsync, struct err *e);
void	state_close(struct state *s);		/* forgets what was not committed */

const struct state_rec *state_find(const struct state *s, uint32_t uid);

/* Changes in memory and in the pending batch; durable after state_commit. */
void	state_set_uidvalidity(struct state *s, uint32_t uidvalidity);
void	state_put(struct state *s, const struct state_rec *r);	/* adds or replaces by uid */
void	state_drop(struct state *s, uint32_t uid);
uint32_t state_intent(struct state *s, const struct intent *i);	/* adds (i->id ignored); returns its id */
void	state_intent_try(struct state *s, uint32_t id, unsigned tries, int64_t sent_at);
void	state_intent_close(struct state *s, uint32_t id);
void	state_set_point(struct state *s, const struct state_point *p);	/* nothing is written if equal */
void	state_reset(struct state *s);		/* forgets records, intents, point and UIDVALIDITY */

/* recs and nrecs are exact after state_open, state_commit and this; in between state_find knows. Writes nothing. */
void	state_settle(struct state *s);

/*
 * Appends the pending batch with its end record and fsyncs; rewrites the log when it is three times its live
 * content. Nothing pending: nothing is written. -1: ERR_FOLDER, the log keeps its last good batch.
 */
int	state_commit(struct state *s, struct err *e);

#endif
