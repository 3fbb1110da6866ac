/*
 * imap.h - one IMAP connection as a client (RFC 3501, 9051). Owned by one thread. Commands are queued and
 * pipelined; only UID commands are used, never a sequence number. Every limit on what a server may send
 * is in limits.h.
 *
 * Errors: broken or closed connection, syntax, time-out: ERR_CONNECTION (the connection is dead then, every
 * later call fails the same way; imap_close it). A tagged NO or BAD has the radius of its command, given below.
 */
#ifndef IMAP_IMAP_H
#define IMAP_IMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../conf/settings.h"
#include "flags.h"
#include "uidset.h"

struct imap;

enum imap_cap {
	CAP_IMAP4REV1, CAP_UIDPLUS, CAP_LITERALPLUS, CAP_LITERALMINUS, CAP_SASL_IR, CAP_LOGINDISABLED,
	CAP_AUTH_CRAM_MD5, CAP_AUTH_PLAIN, CAP_NAMESPACE, CAP_BINARY, CAP_ENABLE, CAP_CONDSTORE, CAP_QRESYNC,
	CAP_LIST_STATUS, CAP_LIST_EXTENDED, CAP_ESEARCH, CAP_MOVE, CAP_IDLE, CAP_UNSELECT, CAP_ID,
	CAP_COUNT
};

/* ---- connection ---- */

/* Dials as c says, reads the greeting (for a tunnel it must be PREAUTH) and the capabilities. */
struct imap *imap_open(const struct account_conf *c, struct err *e);
/* true: PREAUTH, imap_login must not be called. */
bool	imap_is_authenticated(const struct imap *c);
/*
 * Would a password go out in clear? Only where settings allow it does imap_login use PLAIN or LOGIN then;
 * else CRAM-MD5 or an error (ERR_ACCOUNT) that names the line to add. May be called before a password is asked for.
 */
int	imap_login_possible(const struct imap *c, struct err *e);
/*
 * CRAM-MD5 (RFC 2195), PLAIN (RFC 4616, with SASL-IR where offered), LOGIN; strongest first, by what is offered
 * and allowed. Refused: ERR_ACCOUNT, retry = false; server busy ([UNAVAILABLE], [INUSE], [LIMIT]): retry = true.
 */
int	imap_login(struct imap *c, const char *password, struct err *e);
bool	imap_has(const struct imap *c, enum imap_cap cap);
struct slice imap_capability_text(const struct imap *c);	/* as the server sent it; for --info */
int	imap_noop(struct imap *c, struct err *e);
void	imap_logout(struct imap *c);		/* sends LOGOUT, does not wait for the answer, closes, frees */
void	imap_close(struct imap *c);		/* closes without a word, frees; NULL is fine */

/* ---- mailboxes ---- */

struct mailbox {
	char *name;			/* exactly as the server sent it, unquoted: modified UTF-7 */
	char delim;			/* hierarchy delimiter, or 0 */
	bool noselect, noinferiors, trash, junk;
};

struct mailbox_list {
	struct mailbox *v;		/* in the server's order, without duplicates */
	size_t n, cap;
	char delim;			/* of the root (LIST "" ""), or of the first entry */
};

/* LIST reference "*". Complete when it returns 0 (tagged OK); NO: ERR_ACCOUNT. */
int	imap_list(struct imap *c, const char *reference, struct mailbox_list *l, struct err *e);
void	mailbox_list_free(struct mailbox_list *l);
/* CREATE; [ALREADYEXISTS] is success. NO: ERR_FOLDER. */
int	imap_create(struct imap *c, const char *mailbox, struct err *e);

/* ---- the selected mailbox ---- */

struct mailbox_status {
	uint32_t uidvalidity;		/* 0: the server gave none */
	uint32_t uidnext;		/* 0: none given */
	uint32_t exists;		/* kept up to date by EXISTS and EXPUNGE */
	uint64_t highestmodseq;		/* 0: none, or NOMODSEQ */
	bool read_only, uid_not_sticky;
	unsigned permanent;		/* FLAG_ bits that can be stored; FLAG_ALL if no PERMANENTFLAGS came */
};

struct remote_msg {
	uint32_t uid;
	uint32_t flags;			/* FLAG_ bits */
};

struct remote_list {
	struct remote_msg *v;		/* ascending by UID, unique */
	size_t n, cap;
	bool complete;			/* tagged OK and as many as EXISTS says: an absence here is proof */
	char why[120];			/* if not complete: what did not add up */
};

/*
 * SELECT (or EXAMINE) and the listing of all UIDs and flags in one flight. list may be NULL: only the SELECT.
 * NO to SELECT: ERR_FOLDER. A second UIDVALIDITY within the session of one SELECT: ERR_FOLDER.
 */
int	imap_select(struct imap *c, const char *mailbox, bool examine, struct mailbox_status *st,
	    struct remote_list *list, struct err *e);
const struct mailbox_status *imap_status(const struct imap *c);	/* as known now; NULL: none selected */
void	remote_list_free(struct remote_list *l);

/* What identifies a message without its body; for adoption and for the look-up after an APPEND. */
struct remote_meta {
	uint32_t uid;
	uint64_t size;			/* RFC822.SIZE: a hint on some servers */
	int64_t date;			/* INTERNALDATE */
	uint64_t msgid;			/* hash of the Message-ID's value (imap_msgid_hash), 0 if there is none */
	bool deleted;			/* has \Deleted */
};
struct remote_metas {
	struct remote_meta *v;		/* ascending by UID */
	size_t n, cap;
};
int	imap_fetch_meta(struct imap *c, const struct uidset *uids, struct remote_metas *m, struct err *e);
void	remote_metas_free(struct remote_metas *m);
/* UIDs from lo on (to 4294967295), by UID SEARCH; nothing below lo is reported even if the server says so. */
int	imap_search_from(struct imap *c, uint32_t lo, struct uidset *out, struct err *e);
int	imap_search_deleted(struct imap *c, struct uidset *out, struct err *e);	/* UID SEARCH DELETED */
int	imap_search_present(struct imap *c, const struct uidset *uids, struct uidset *out, struct err *e);

/* The hash that remote_meta.msgid has, of the header's value with blanks and angle brackets as they stand, trimmed. */
uint64_t imap_msgid_hash(struct slice value);

/* ---- bodies: a pull interface, so that memory does not depend on message size ---- */

struct fetched {
	uint32_t uid;			/* 0 until FETCH_MESSAGE */
	uint32_t flags;
	bool has_flags;
	int64_t date;			/* INTERNALDATE; 0 if the server gave none */
	uint64_t size;			/* octets of the literal */
	bool has_body;			/* false at FETCH_MESSAGE: flags only, or the server gave NIL */
};
enum fetch_step {
	FETCH_ERROR = -1,
	FETCH_DONE,			/* every command answered; UIDs that did not come are not there to be had now */
	FETCH_BODY,			/* a body starts: call imap_body until it gives an empty slice */
	/* Everything about one message is known; its body, if any, came just before. uid 0: throw that body away. */
	FETCH_MESSAGE
};
/* Queues UID FETCH (UID FLAGS INTERNALDATE BODY.PEEK[]) in chunks, the next chunk always on its way. */
void	imap_fetch_start(struct imap *c, const struct uidset *uids);
/* NO to a chunk is not an error here (its UIDs just do not come) but is told by imap_fetch_refusal. */
enum fetch_step imap_fetch_next(struct imap *c, struct fetched *f, struct err *e);
/* Next piece of the body as sent (CRLF line ends), valid until the next call; empty: end. -1: connection lost. */
int	imap_body(struct imap *c, struct slice *piece, struct err *e);
const char *imap_fetch_refusal(const struct imap *c);	/* text of the last NO/BAD, or NULL */

/* ---- changes: never before imap_select has been answered ---- */

/* Queued, answered by imap_finish. UID STORE set +FLAGS.SILENT or -FLAGS.SILENT, split at the line limit. */
void	imap_store(struct imap *c, const struct uidset *uids, bool add, unsigned flags);
/* Queued. UID EXPUNGE set; only where CAP_UIDPLUS. */
void	imap_uid_expunge(struct imap *c, const struct uidset *uids);
/* Queued. EXPUNGE: only after imap_search_deleted has shown that all marks are ours (DESIGN rule 5). */
void	imap_expunge(struct imap *c);
/* Sends what is queued and waits for all answers. The first NO or BAD: ERR_MESSAGE, after all were read. */
int	imap_finish(struct imap *c, struct err *e);

struct append_result {
	bool ok;
	bool refused;			/* tagged NO or BAD: the server did not store it */
	bool over_quota;		/* NO [OVERQUOTA] or the like: no use trying others */
	uint32_t uidvalidity, uid;	/* APPENDUID (RFC 4315 3), 0 if none or malformed */
	char why[200];			/* the server's words if refused */
};
/*
 * APPEND, streamed: start, data (CRLF line ends, size octets in all), end; several may be under way before
 * their answers are taken with imap_append_result, in the same order. With synchronizing literals start
 * waits for "+": *go is false if the server refused instead (no data, no end; its result is still to be taken).
 * binary: the body has NULs, literal8 (RFC 3516), only where CAP_BINARY.
 */
int	imap_append_start(struct imap *c, const char *mailbox, unsigned flags, int64_t date, uint64_t size,
	    bool binary, bool *go, struct err *e);
int	imap_append_data(struct imap *c, const void *p, size_t n, struct err *e);
int	imap_append_end(struct imap *c, struct err *e);
int	imap_append_result(struct imap *c, struct append_result *r, struct err *e);

#endif
