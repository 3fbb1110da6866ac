/*
 * conn.h - the wire of one IMAP connection: commands go out (queued, pipelined), responses come in one at a time,
 * and what every response means for the connection and the selected mailbox is noted here, whoever reads it.
 * Private to src/imap.
 */
#ifndef IMAP_CONN_H
#define IMAP_CONN_H

#include "../net/stream.h"
#include "imap.h"
#include "limits.h"
#include "resp.h"

/* What became of one command. It must live until done. */
struct answer {
	bool done;
	enum resp_status status;
	enum resp_code code;
	uint32_t uidvalidity, uid;	/* of APPENDUID */
	char why[200];			/* "NO ..." in the server's words, printable */
};

enum sent_kind {
	SENT_OTHER,
	SENT_SELECT,
	SENT_CHANGE			/* nobody waits for it alone: the first refusal is kept for imap_finish */
};

struct sent {
	uint32_t tag;
	enum sent_kind kind;
	struct answer *a;		/* NULL for SENT_CHANGE */
};

struct selected {
	struct mailbox_status st;
	bool open;
	bool examine;			/* it was opened by EXAMINE */
	bool exists_known;
	bool unsound;			/* EXPUNGE and EXISTS do not fit together */
	bool validity_moved;		/* a second UIDVALIDITY came */
};

struct fetch;
struct append;

struct imap {
	const struct account_conf *conf;
	struct stream *s;
	bool dead;
	struct err fault;		/* why, if dead */
	bool authenticated;
	bool secret;			/* what passes now is not traced */

	/* sending */
	char prefix;			/* of our tags: random, so that nobody can answer in advance */
	uint32_t tag;			/* of the command being written */
	bool registered;		/* its first octet has been written */
	bool unflushed;
	struct buf cmd;
	struct sent sent[LIMIT_IN_FLIGHT];	/* unanswered, oldest first */
	size_t nsent;
	bool go_due;			/* "+" is expected */

	/* receiving */
	struct buf in;			/* a response that is not in one piece in the stream's buffer */
	struct buf scratch;
	bool partial;			/* in holds the first part; its body is being or has been read */
	uint64_t body_left;
	uint64_t unasked;		/* responses since the last tagged one */
	int64_t waited;			/* for so many milliseconds, getting so many octets: see check_pace */
	size_t waited_bytes;
	unsigned alerts;

	/* what is known */
	uint32_t caps;
	bool caps_known;
	struct buf caps_text;
	struct selected cur, next;	/* next: while SELECT is the oldest unanswered command */

	/* the other files' own */
	unsigned changes;		/* unanswered SENT_CHANGE */
	struct answer change_refused;	/* done if one was */
	bool change_lost;		/* one was not sent: no mailbox, or another one by now */
	struct fetch *fetch;
	struct append *appends, *appends_last;
};

/* ---- sending ---- */

/* Starts a command: the buffer holds its tag. Errors wait until it is sent. */
struct buf *conn_begin(struct imap *c);
void	conn_quoted(struct buf *b, const char *s);	/* without CR and LF, which would start another command */
/* Writes what is in the buffer (not yet to the network) and empties it; first call of a command: registers it. */
int	conn_part(struct imap *c, enum sent_kind kind, struct answer *a, struct err *e);
int	conn_send(struct imap *c, enum sent_kind kind, struct answer *a, struct err *e);	/* with the line end */
int	conn_raw(struct imap *c, const void *p, size_t n, struct err *e);
/* Waits for "+": 1, or 0 if the command was answered instead. */
int	conn_go(struct imap *c, struct answer *a, struct resp *r, struct err *e);
/* May a literal of n octets go out without waiting (RFC 7888)? */
bool	conn_literal_plus(const struct imap *c, uint64_t n);

/* ---- receiving ---- */

enum conn_event { CONN_ERROR = -1, CONN_RESPONSE, CONN_BODY };

/*
 * The next response, already noted; its slices are valid until the next call of anything here. CONN_BODY: a
 * FETCH has begun whose body comes now: conn_body until it is empty; then conn_next gives the whole
 * FETCH, with an empty fetch.body. A body nobody reads is skipped.
 */
enum conn_event conn_next(struct imap *c, struct resp *r, struct err *e);
int	conn_body(struct imap *c, struct slice *piece, struct err *e);
int	conn_wait(struct imap *c, const struct answer *a, struct err *e);
int	conn_alive(const struct imap *c, struct err *e);	/* -1 with the old error if dead */

/* Ends the connection with a protocol error; the server's text may be empty. */
int	conn_protocol(struct imap *c, const char *why, struct slice text, struct err *e);
/* Fills e for a NO or BAD: "PEER: the server refuses WHAT: WORDS". */
int	conn_refused(const struct imap *c, const struct answer *a, enum err_radius radius, const char *what,
	    struct err *e);
bool	conn_busy(const struct answer *a);	/* refused for now only: UNAVAILABLE, INUSE, LIMIT */
int	conn_check_mailbox(const struct imap *c, struct err *e);	/* none selected, or UIDVALIDITY changed */

/* ---- between the files of src/imap ---- */

/* Reads away a fetch that its caller gave up; before any other command. */
int	fetch_settle(struct imap *c, struct err *e);
void	fetch_free(struct imap *c);
void	append_free(struct imap *c);

#endif
