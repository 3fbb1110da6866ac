/* event.c - see event.h. */
#include "event.h"

#include <stdarg.h>
#include <string.h>

#include "buf.h"
#include "stop.h"
#include "thr.h"

#define QUEUE_LEN	64

/*
 * Lines of single messages come by the thousand, and a wake-up costs more than a line: the consumer
 * takes them a handful at a time. All else wakes it at once.
 */
#define HANDFUL		(QUEUE_LEN / 2)
#define NAP_MS		50

struct entry {
	struct event ev;
	bool ask;
};

/* A question on its way; it lives on the stack of the thread that asks. */
struct question {
	char *buf;			/* asker's */
	size_t cap;
	bool done, answered;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* All of these are protected by lock. */
static struct entry queue[QUEUE_LEN];
static size_t head, count;		/* oldest entry, and how many */
static struct question *asked;		/* at most one at a time */
static uint64_t failures;
static bool closed;
static size_t urgent;			/* entries that do not wait for others */
static bool idle, draining;		/* the consumer waits for anything; takes what there is */

static bool debug_on[DEBUG_KINDS];	/* fixed before the first thread */

/* Copies text into a fixed field, printable; what does not fit is cut between characters. */
static void
set_field(char *dst, size_t cap, const char *src)
{
	struct buf b = BUF_INIT;
	size_t n;

	buf_add_printable(&b, slice_of(src), cap - 1);
	n = b.len;
	if (n >= cap) {
		n = cap - 1;
		while (n && ((unsigned char)b.p[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(dst, buf_str(&b), n);
	dst[n] = '\0';
	buf_free(&b);
}

static bool
is_urgent(const struct event *ev, bool ask)
{
	return ask || (ev->kind != EV_DOWNLOAD && ev->kind != EV_UPLOAD && ev->kind != EV_PROGRESS);
}

/* Lock held. Waits for room; after event_close() nobody would take it, so it is dropped. */
static bool
push(const struct event *ev, bool ask)
{
	struct entry *slot;

	while (count == QUEUE_LEN && !closed)
		thr_wait(&changed, &lock);
	if (closed)
		return false;
	slot = &queue[(head + count++) % QUEUE_LEN];
	slot->ev = *ev;
	slot->ask = ask;
	memset(slot->ev.thread, 0, sizeof(slot->ev.thread));
	strncpy(slot->ev.thread, thr_name(), sizeof(slot->ev.thread) - 1);
	urgent += is_urgent(ev, ask);
	if (idle || urgent || count >= HANDFUL) {
		idle = false;
		thr_wake_all(&changed);
	}
	return true;
}

void
event_post(const struct event *ev)
{
	thr_lock(&lock);
	push(ev, false);
	thr_unlock(&lock);
}

static void
fill(struct event *ev, enum event_kind kind, const char *account, const char *folder, const char *text)
{
	memset(ev, 0, sizeof(*ev));
	ev->kind = kind;
	set_field(ev->account, sizeof(ev->account), account);
	set_field(ev->folder, sizeof(ev->folder), folder);
	set_field(ev->text, sizeof(ev->text), text);
}

static void
post_text(enum event_kind kind, uint64_t n, const char *account, const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;
	struct event ev;

	buf_vprintf(&b, fmt, ap);
	fill(&ev, kind, account, NULL, buf_str(&b));
	ev.n = n;
	event_post(&ev);
	buf_free(&b);
}

void
event_note(const char *account, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	post_text(EV_NOTE, 0, account, fmt, ap);
	va_end(ap);
}

void
event_warn(const char *account, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	post_text(EV_WARN, 0, account, fmt, ap);
	va_end(ap);
}

void
event_error(const char *account, const char *folder, const struct err *e)
{
	struct event ev;

	if (e->stopped)
		return;
	fill(&ev, EV_ERROR, account, folder, e->msg);
	thr_lock(&lock);
	failures++;
	push(&ev, false);
	thr_unlock(&lock);
}

uint64_t
event_failures(void)
{
	uint64_t n;

	thr_lock(&lock);
	n = failures;
	thr_unlock(&lock);
	return n;
}

void
event_debug_enable(enum debug_kind k)
{
	debug_on[k] = true;
}

bool
event_debug_on(enum debug_kind k)
{
	return debug_on[k];
}

void
event_debug(enum debug_kind k, const char *fmt, ...)
{
	va_list ap;

	if (!debug_on[k])
		return;
	va_start(ap, fmt);
	post_text(EV_DEBUG, k, NULL, fmt, ap);
	va_end(ap);
}

int
event_ask(const char *account, const char *prompt, char *buf, size_t cap)
{
	struct question q = { buf, cap, false, false };
	struct event ev;

	if (stop_requested())
		return -1;
	fill(&ev, EV_NOTE, account, NULL, prompt);
	thr_lock(&lock);
	while (asked && !closed)
		thr_wait(&changed, &lock);
	/* taken before the push: that may wait, and another question must not slip in */
	if (!closed) {
		asked = &q;
		if (push(&ev, true))
			while (!q.done && !closed)
				thr_wait(&changed, &lock);
		asked = NULL;
		thr_wake_all(&changed);
	}
	thr_unlock(&lock);
	return q.answered ? 0 : -1;
}

bool
event_take(struct event *ev, bool *ask)
{
	bool some;

	thr_lock(&lock);
	while (count == 0 && !closed) {
		idle = true;
		thr_wait(&changed, &lock);
	}
	idle = false;
	while (!draining && urgent == 0 && count < HANDFUL && !closed &&
	    thr_wait_ms(&changed, &lock, NAP_MS))
		;
	some = count > 0;
	if (some) {
		*ev = queue[head].ev;
		*ask = queue[head].ask;
		urgent -= is_urgent(ev, *ask);
		head = (head + 1) % QUEUE_LEN;
		count--;
		thr_wake_all(&changed);
	}
	draining = count > 0;
	thr_unlock(&lock);
	return some;
}

void
event_answer(const char *answer)
{
	size_t n = answer ? strlen(answer) : 0;

	thr_lock(&lock);
	if (asked && !asked->done) {
		/* a password that does not fit is no password: never cut it */
		if (answer && n < asked->cap) {
			memcpy(asked->buf, answer, n + 1);
			asked->answered = true;
		}
		asked->done = true;
		thr_wake_all(&changed);
	}
	thr_unlock(&lock);
}

void
event_close(void)
{
	thr_lock(&lock);
	closed = true;
	thr_wake_all(&changed);
	thr_unlock(&lock);
}
