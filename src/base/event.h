/*
 * event.h - what the workers tell the user. Any thread posts; the user interface's thread takes.
 * The queue is bounded: a poster waits for room, so events are not lost, and order per thread holds.
 * tests/sim links its own event.c that writes a trace instead.
 */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

enum event_kind {
	EV_BANNER,		/* program start; text: name and version */
	EV_NOTE,		/* text for the user, any interface but Quiet */
	EV_WARN,		/* text; also Quiet */
	EV_ERROR,		/* text: a failure, reported once; counted for the exit status */
	EV_DEBUG,		/* text; n: enum debug_kind */
	EV_ACCOUNT_START,	/* account */
	EV_ACCOUNT_END,		/* account; total: failures in it */
	EV_CONNECT,		/* account; text: host:port or the tunnel's command */
	EV_FOLDERS,		/* account: the folder structure is being compared */
	EV_MAKE_LOCAL,		/* folder: local folder is created */
	EV_MAKE_REMOTE,		/* folder: folder is created on the server */
	EV_FOLDER_START,	/* account, folder */
	EV_FOLDER_END,		/* account, folder */
	EV_DOWNLOAD,		/* account, folder, uid; n of total; bytes: size if known */
	EV_UPLOAD,		/* account, folder; text: file name; n of total; bytes */
	EV_ADOPT,		/* account, folder; n messages found on both sides and paired; text: UID set */
	EV_ADD_FLAGS,		/* account, folder; text: "S in Maildir 1:5,7" - letters, side, UID set; n messages */
	EV_DEL_FLAGS,		/* the same */
	EV_DEL_LOCAL,		/* account, folder; n messages; text: UID set */
	EV_DEL_REMOTE,		/* the same */
	EV_HELD,		/* account, folder; n deletions held back; text: why and how to allow them */
	EV_PROGRESS,		/* account, folder; n of total messages, bytes so far */
	EV_SLEEP,		/* account; n: seconds until the next refresh, 0: it begins now */
	EV_KINDS
};

enum debug_kind {
	DEBUG_IMAP,
	DEBUG_MAILDIR,
	DEBUG_KINDS
};

struct event {
	enum event_kind kind;
	bool planned;		/* --dry-run: what would be done */
	uint32_t uid;
	uint64_t n, total, bytes;
	char thread[32];	/* filled by event_post */
	char account[64];
	char folder[256];
	char text[640];		/* printable already */
};

/*
 * Copies *ev; fills in the thread's name. Blocks while the queue is full, so the consumer is started before
 * the workers; after event_close() nobody listens any more and the event is dropped.
 */
void	event_post(const struct event *ev);

/* Shorthands; account and folder may be NULL. Text is made printable here. */
void	event_note(const char *account, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	event_warn(const char *account, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Reports e, unless e->stopped, and counts it for event_failures(). */
void	event_error(const char *account, const char *folder, const struct err *e);
uint64_t event_failures(void);		/* errors reported so far */

void	event_debug_enable(enum debug_kind k);	/* before the first thread */
bool	event_debug_on(enum debug_kind k);
void	event_debug(enum debug_kind k, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Asks the user (UI thread answers) without echo. 0: buf holds the answer, caller wipes it;
 * -1: this interface cannot ask, or the program is stopping
 * (an interface that waits for the user watches stop_fd() and then answers NULL).
 */
int	event_ask(const char *account, const char *prompt, char *buf, size_t cap);

/*
 * The consumer's side, UI thread only. event_take blocks; false: closed and drained.
 * If *ask is true the event is a question (text: the prompt) and event_answer must follow (NULL: cannot).
 */
bool	event_take(struct event *ev, bool *ask);
void	event_answer(const char *answer);
void	event_close(void);		/* no more events will be posted; wakes the consumer */

#endif
