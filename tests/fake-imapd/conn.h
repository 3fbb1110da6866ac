/*
 * conn.h - inside the server: the state of one connection, and what the files of commands share. Output goes to
 * c->out at once; what one command says about its success goes to c->text and is sent as its tagged answer.
 */
#ifndef FAKE_CONN_H
#define FAKE_CONN_H

#include "fake.h"
#include "fault.h"
#include "store.h"
#include "words.h"

enum verdict {
	SAY_OK, SAY_NO, SAY_BAD,
	SAY_LATER			/* the next line goes to c->more first */
};

enum state { ST_START = 1, ST_AUTH = 2, ST_SELECTED = 4, ST_BYE = 8 };

struct fake_server {
	struct user **users;
	size_t nusers, users_cap;
	bool caps[FAKE_CAPS];
	char delim;			/* '\0': NIL */
	int64_t now;			/* 0: the real clock */
	uint32_t next_uidvalidity, next_serial;
	struct fake_counters counters;
	struct fault_rules faults;
	struct buf log;
	struct buf view_flags;		/* what fake_look shows */
	struct fake_conn *conns;
};

struct fake_conn {
	struct fake_server *server;
	struct fake_conn *next;
	uint32_t serial;
	enum state state;
	bool tls;
	struct user *user;		/* NULL until logged in */
	bool enabled_condstore, enabled_qresync;

	struct buf in;
	size_t scan;			/* in.p[0..scan) is known to lack the end of the command */
	size_t literal;			/* octets of a literal still to come behind scan */
	bool asked;			/* input since the output was last drained: fake_counters.flights */

	struct buf out;
	size_t sent;			/* out.p[0..sent) is gone */
	uint64_t out_total;		/* for "on bytes N drop" */
	int64_t delay;			/* ms, for the pending output */
	bool hang_up;

	struct box *box;		/* selected, or NULL */
	bool readonly;
	uint32_t *view;			/* the UIDs this client knows, by sequence number - 1 */
	size_t nview, view_cap;
	size_t told;			/* changes of box->journal already told */
	uint32_t top;			/* highest UID told */
	uint32_t session;		/* of this SELECT: for \Recent */

	/* the command in work */
	struct slice tag;
	const struct command *command;
	bool by_uid;
	struct buf text;		/* of the tagged answer, response code included */
	char *later_tag;		/* of a command that waits for c->more */
	enum verdict (*more)(struct fake_conn *c, struct slice line);
	uint32_t omit;			/* fault: leave out the omit-th untagged FETCH */
	bool force_readonly;		/* fault */
};

/* Counts as a mutation; EXPUNGE is held back meanwhile; has a UID form; names a mailbox first. */
enum { CMD_MUTATES = 1, CMD_HOLDS = 2, CMD_UID = 4, CMD_BOX = 8 };
struct command {
	const char *name;
	unsigned states;		/* in which it is allowed */
	int cap;			/* extension that must be on, or -1 */
	unsigned flags;			/* CMD_ */
	enum verdict (*run)(struct fake_conn *c, struct words *w);
};

/* conn.c */
bool	conn_cap(const struct fake_conn *c, enum fake_cap cap);	/* with what it depends on */
enum verdict say(struct fake_conn *c, enum verdict v, const char *fmt, ...) PRINTF_LIKE(3, 4);
enum verdict say_bad_args(struct fake_conn *c);
void	conn_login(struct fake_conn *c, struct user *u);
void	conn_add_caps(struct fake_conn *c, struct buf *out);
int64_t	server_now(const struct fake_server *s);
struct user *server_user(const struct fake_server *s, struct slice name);

void	log_command(struct fake_conn *c, const char *p, const char *end);	/* log.c: behind c->tag */

/* mischief.c */
struct pending {			/* what the rules want of the command in work */
	bool instead;			/* it is not carried out */
	bool drop_after;
	enum verdict verdict;
	const struct fault *untagged;
};
struct pending meet_faults(struct fake_conn *c, const struct words *w);
/* "on bytes N drop": the client gets N octets of this connection and no more. */
void	cut_output(struct fake_conn *c);

/* sync.c: what the client knows of the mailbox, and telling it the news */
void	view_open(struct fake_conn *c, struct box *b);
void	view_close(struct fake_conn *c);
void	view_news(struct fake_conn *c, bool hold_expunges);
bool	view_recent(const struct fake_conn *c, const struct msg *m);
void	view_counts(struct fake_conn *c);	/* EXISTS and RECENT */
bool	view_seq(const struct fake_conn *c, uint32_t uid, uint32_t *seq);
size_t	view_at(const struct fake_conn *c, uint32_t uid);	/* index of the first known UID not below it */
/* The set as ranges of UIDs or of sequence numbers, as c->by_uid says; false: a sequence number does not exist. */
bool	view_resolve(const struct fake_conn *c, struct set *s);
/*
 * Walks over the messages of a resolved set that still exist, in order. Begin with a zeroed walk; *uid and *seq
 * are of the current message. NULL: the end.
 */
struct walk {
	size_t range, at;		/* at: index into the view, valid inside a range */
	bool inside, missed;		/* missed: a message of the set is expunged already */
	uint32_t uid, seq;
};
struct msg *walk_next(const struct fake_conn *c, const struct set *s, struct walk *w);
/* RFC 7162 3.2.10: what was expunged after since, of the UIDs in within (NULL: all); nothing if there is none. */
void	put_vanished(struct fake_conn *c, uint64_t since, const struct set *within);
void	put_flags(struct fake_conn *c, const struct msg *m);	/* FLAGS (...) with \Recent */

/* The commands, by file. */
enum verdict cmd_login(struct fake_conn *c, struct words *w);		/* auth.c */
enum verdict cmd_authenticate(struct fake_conn *c, struct words *w);
enum verdict cmd_select(struct fake_conn *c, struct words *w);		/* select.c */
enum verdict cmd_examine(struct fake_conn *c, struct words *w);
enum verdict cmd_close(struct fake_conn *c, struct words *w);
enum verdict cmd_unselect(struct fake_conn *c, struct words *w);
enum verdict cmd_create(struct fake_conn *c, struct words *w);		/* box.c */
enum verdict cmd_delete(struct fake_conn *c, struct words *w);
enum verdict cmd_rename(struct fake_conn *c, struct words *w);
enum verdict cmd_subscribe(struct fake_conn *c, struct words *w);
enum verdict cmd_unsubscribe(struct fake_conn *c, struct words *w);
enum verdict cmd_status(struct fake_conn *c, struct words *w);
enum verdict cmd_namespace(struct fake_conn *c, struct words *w);
enum verdict cmd_list(struct fake_conn *c, struct words *w);		/* list.c */
enum verdict cmd_lsub(struct fake_conn *c, struct words *w);
enum verdict cmd_append(struct fake_conn *c, struct words *w);		/* change.c */
enum verdict cmd_expunge(struct fake_conn *c, struct words *w);
enum verdict cmd_store(struct fake_conn *c, struct words *w);
enum verdict cmd_copy(struct fake_conn *c, struct words *w);
enum verdict cmd_move(struct fake_conn *c, struct words *w);
enum verdict cmd_fetch(struct fake_conn *c, struct words *w);		/* fetch.c */
enum verdict cmd_search(struct fake_conn *c, struct words *w);		/* search.c */

/* box.c: the STATUS items, also for LIST ... RETURN (STATUS (...)) */
enum { STATUS_MESSAGES = 1, STATUS_RECENT = 2, STATUS_UIDNEXT = 4, STATUS_UIDVALIDITY = 8, STATUS_UNSEEN = 16,
	STATUS_HIGHESTMODSEQ = 32 };
bool	status_items(struct fake_conn *c, struct words *w, unsigned *items);
void	put_status(struct fake_conn *c, const struct box *b, unsigned items);
void	put_name(struct buf *out, const char *name);		/* as atom, quoted string or literal */
/* The mailbox, or NULL with c->text filled (NO [NONEXISTENT] or [TRYCREATE]). */
struct box *need_box(struct fake_conn *c, struct slice name, const char *code);

/* change.c */
bool	flag_list(struct fake_conn *c, struct words *w, struct box *b, uint64_t *flags);
size_t	expunge_deleted(struct fake_conn *c, const struct set *only);	/* only: UIDs, or NULL for all */

#endif
