/*
 * fake.h - an IMAP server as a library: bytes in, bytes out, no socket, no thread, no clock of its own. The
 * program (main.c) and the tests' server thread (serve.h) drive it over sockets; tests/sim drives it by direct
 * calls. It shares no parser with src/imap: a shared bug would hide itself. It may use src/base and compat.
 *
 * A fake_server may be used from one thread at a time (the callers lock).
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_server;
struct fake_conn;

/* Extensions that can be switched off (all on by default); LOGINDISABLED and PREAUTH are off by default. */
enum fake_cap {
	FAKE_UIDPLUS, FAKE_LITERALPLUS, FAKE_SASL_IR, FAKE_NAMESPACE, FAKE_BINARY, FAKE_ENABLE, FAKE_CONDSTORE,
	FAKE_QRESYNC, FAKE_LIST_STATUS, FAKE_ESEARCH, FAKE_MOVE, FAKE_UNSELECT, FAKE_ID, FAKE_CRAM_MD5, FAKE_PLAIN,
	FAKE_LIST_EXTENDED, FAKE_IDLE, FAKE_LOGINDISABLED, FAKE_PREAUTH, FAKE_CAPS
};

struct fake_server *fake_new(void);
void	fake_free(struct fake_server *s);
void	fake_set_cap(struct fake_server *s, enum fake_cap c, bool on);
bool	fake_cap_by_name(const char *name, enum fake_cap *c);	/* "UIDPLUS", "LITERAL+", ... */
void	fake_set_delim(struct fake_server *s, char delim);	/* '/' by default; 0: NIL */
void	fake_set_time(struct fake_server *s, int64_t now);	/* for INTERNALDATE; 0: the real clock */
void	fake_add_user(struct fake_server *s, const char *user, const char *password);	/* gets an empty INBOX */

/* Mailboxes of a user, by raw (modified UTF-7) name; used by tests to act as "the other client". */
bool	fake_create(struct fake_server *s, const char *user, const char *mailbox);
bool	fake_delete(struct fake_server *s, const char *user, const char *mailbox);
/* The body is stored as given (CRLF expected); flags like "\\Seen \\Flagged". Returns the UID, 0: no mailbox. */
uint32_t fake_append(struct fake_server *s, const char *user, const char *mailbox, const char *flags,
	    const void *body, size_t n);
bool	fake_flag(struct fake_server *s, const char *user, const char *mailbox, uint32_t uid, bool add,
	    const char *flags);
bool	fake_expunge(struct fake_server *s, const char *user, const char *mailbox, uint32_t uid);
/* 0: none is sent */
void	fake_set_uidvalidity(struct fake_server *s, const char *user, const char *mailbox, uint32_t v);
uint32_t fake_uidvalidity(struct fake_server *s, const char *user, const char *mailbox);

/* Looking: index 0.. in UID order; false past the end. body is borrowed until the next change. */
struct fake_view {
	uint32_t uid;
	uint64_t modseq;
	int64_t date;
	const char *flags;		/* "\\Seen \\Flagged", system flags in a fixed order, then keywords */
	const char *body;
	size_t size;
};
bool	fake_look(struct fake_server *s, const char *user, const char *mailbox, size_t index, struct fake_view *v);
bool	fake_mailbox(struct fake_server *s, const char *user, size_t index, const char **name);
/* Preload from / write back to a Maildir++-free tree: DIR/<mailbox>/{cur,new,tmp}. 0 or -1 with a message in why. */
uint32_t fake_append_file(struct fake_server *s, const char *user, const char *mailbox, const char *flags,
	    const char *path, char *why, size_t cap);		/* LF made CRLF; 0: see why */
int	fake_load(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap);
int	fake_save(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap);

/*
 * Counters since the start: all connections. appends and expunges count messages, stores, fetches and selects (EXAMINE
 * too) commands, mutations commands that were carried out and may change something (CLOSE: if it expunged).
 */
struct fake_counters {
	uint64_t connections, logins, commands, bytes_in, bytes_out;
	uint64_t appends, stores, expunges, fetches, selects, mutations;
	uint64_t simultaneous, max_simultaneous;	/* logged-in connections now / at most */
	uint64_t flights;		/* round trips: input after the client had read all that was answered so far */
};
const struct fake_counters *fake_counters(const struct fake_server *s);
void	fake_reset_counters(struct fake_server *s);	/* all 0 but those who are connected now */

/* A connection: greet at once; feed what the client sent, drain what it shall receive. */
struct fake_conn *fake_connect(struct fake_server *s, bool tls);
void	fake_disconnect(struct fake_conn *c);
void	fake_input(struct fake_conn *c, const void *p, size_t n);
const char *fake_output(struct fake_conn *c, size_t *n);	/* pending bytes; fake_sent(c, k) takes k of them */
void	fake_sent(struct fake_conn *c, size_t n);
bool	fake_closed(const struct fake_conn *c);			/* the server hangs up when its output is drained */
/* Wait this long before the pending output is sent; 0 again once some of it was (fake_sent). */
int64_t	fake_delay_ms(struct fake_conn *c);
bool	fake_idling(const struct fake_conn *c);			/* in IDLE: fake_output may grow without input */

/*
 * Faults, one rule a line ("#" comments):  [user=U] [box=B] on COMMAND[#n] ACTION   or   [user=U] on bytes N drop
 * COMMAND: a command's name (UID FETCH is "FETCH") or "*"; #n: only the n-th (from 1), else every one.
 * box=B: the mailbox that the command names first, else the selected one.
 * ACTION, instead of the command: no ["text"] | bad ["text"] | bye ["text"] | drop (hang up)
 * before it: delay MS | uidvalidity N (of the mailbox named) | readonly (SELECT answers as EXAMINE) |
 *	omit N (it leaves out its N-th untagged FETCH)
 * after it: untagged "raw line" | commit-drop (hang up without the tagged answer)
 * "on bytes N drop": once, hang up after N octets sent to the client on one connection.
 * The new script replaces the old one.
 * 0, or -1 with "line n: ..." in why.
 */
int	fake_faults(struct fake_server *s, const char *script, char *why, size_t cap);

/* Every command line a client sent, secrets masked, one a line with the user in front; for judging. Borrowed. */
const char *fake_log(const struct fake_server *s);

#endif
