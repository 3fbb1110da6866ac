/* t_event.c - src/base/event, thr and stop: order, bounds, questions, the end. */
#include <stdlib.h>

#include "../../src/base/buf.h"
#include "../../src/base/event.h"
#include "../../src/base/os.h"
#include "../../src/base/stop.h"
#include "../../src/base/thr.h"
#include "tap.h"

#define POSTERS	4
#define EACH	500

static pthread_t
spawn(void *(*run)(void *), void *arg)
{
	struct err e = ERR_INIT;
	pthread_t t;

	if (thr_spawn(&t, run, arg, &e) < 0)
		abort();
	return t;
}

static void *
post_many(void *arg)
{
	struct event ev = { .kind = EV_PROGRESS };
	char name[64];
	unsigned i;

	snprintf(name, sizeof(name), "poster %d with a name that is too long", *(int *)arg);
	thr_set_name(name);
	for (i = 0; i < EACH; i++) {
		ev.uid = i;
		ev.n = (unsigned)*(int *)arg;
		event_post(&ev);
	}
	return NULL;
}

static void
test_order(void)
{
	unsigned next[POSTERS] = { 0 };
	int numbers[POSTERS] = { 0, 1, 2, 3 }, i;
	pthread_t t[POSTERS];
	bool good = true, ask;
	struct event ev;

	for (i = 0; i < POSTERS; i++)
		t[i] = spawn(post_many, &numbers[i]);
	for (i = 0; i < POSTERS * EACH && good; i++)
		good = event_take(&ev, &ask) && !ask && ev.uid == next[ev.n]++
		    && strlen(ev.thread) == 31 && strncmp(ev.thread, "poster ", 7) == 0;
	ok(good, "2000 events through a small queue, in order per thread, with names");
	for (i = 0; i < POSTERS; i++)
		thr_join(t[i]);
}

static void
test_text(void)
{
	struct err e = ERR_INIT;
	struct event ev;
	char longer[2000];
	bool ask;

	event_note("acc", "50%% \x1b[0m %s", "a\\b");
	ok(event_take(&ev, &ask) && ev.kind == EV_NOTE && strcmp(ev.account, "acc") == 0
	    && strcmp(ev.text, "50% \\x1b[0m a\\b") == 0, "text is made printable once: %s", ev.text);
	is_str(ev.thread, "main", "the first thread is main");
	event_warn(NULL, "w");
	ok(event_take(&ev, &ask) && ev.kind == EV_WARN && !ev.account[0], "no account");
	memset(longer, '\x01', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	event_note(NULL, "%s", longer);
	ok(event_take(&ev, &ask) && strlen(ev.text) == sizeof(ev.text) - 1, "too long is cut");

	err_set(&e, ERR_FOLDER, "bad");
	event_error("acc", "INBOX", &e);
	ok(event_take(&ev, &ask) && ev.kind == EV_ERROR && strcmp(ev.folder, "INBOX") == 0
	    && strcmp(ev.text, "bad") == 0 && event_failures() == 1, "an error counts");
	err_stop(&e);
	event_error("acc", NULL, &e);
	ok(event_failures() == 1, "being stopped does not");

	event_debug(DEBUG_IMAP, "unseen");
	event_debug_enable(DEBUG_MAILDIR);
	event_debug(DEBUG_MAILDIR, "seen %d", 1);
	ok(event_take(&ev, &ask) && ev.kind == EV_DEBUG && ev.n == DEBUG_MAILDIR
	    && strcmp(ev.text, "seen 1") == 0 && !event_debug_on(DEBUG_IMAP), "debug kinds");
}

struct asker {
	int result;
	char answer[8];
};

static void *
ask_one(void *arg)
{
	struct asker *a = arg;

	a->result = event_ask("acc", "Password?", a->answer, sizeof(a->answer));
	return NULL;
}

static void
test_ask(void)
{
	static const struct { const char *answer; int result; } v[] = {
		{ "secret", 0 }, { "", 0 }, { NULL, -1 }, { "1234567", 0 }, { "12345678", -1 },
	};
	struct asker a, two[2];
	struct event ev;
	pthread_t t, tt[2];
	size_t i;
	bool ask;

	for (i = 0; i < countof(v); i++) {
		memset(&a, 0, sizeof(a));
		t = spawn(ask_one, &a);
		ok(event_take(&ev, &ask) && ask && strcmp(ev.text, "Password?") == 0
		    && strcmp(ev.account, "acc") == 0, "a question comes");
		event_answer(v[i].answer);
		thr_join(t);
		ok(a.result == v[i].result && (a.result < 0 ? !a.answer[0] : strcmp(a.answer, v[i].answer) == 0),
		    "and its answer: %s", v[i].answer ? v[i].answer : "none");
	}
	for (i = 0; i < 2; i++)
		tt[i] = spawn(ask_one, &two[i]);
	for (i = 0; i < 2; i++) {
		event_take(&ev, &ask);
		event_answer(i ? "two" : "one");
	}
	for (i = 0; i < 2; i++)
		thr_join(tt[i]);
	ok(two[0].result == 0 && two[1].result == 0 && strcmp(two[0].answer, two[1].answer) != 0,
	    "two at once are asked one after the other");
}

static void *
close_soon(void *arg)
{
	(void)arg;
	os_poll(NULL, 0, 20);
	event_close();
	return NULL;
}

static void
test_close(void)
{
	struct asker a = { 0, "" };
	pthread_t t = spawn(ask_one, &a), closer;
	struct event ev;
	bool ask;
	int i;

	event_take(&ev, &ask);
	closer = spawn(close_soon, NULL);
	for (i = 0; i < 200; i++)
		event_note(NULL, "%d", i);
	ok(true, "a full queue does not hold a poster after the end");
	thr_join(closer);
	thr_join(t);
	is_int(a.result, -1, "nor a question that was not answered");
	for (i = 0; event_take(&ev, &ask); i++)
		;
	is_int(i, 64, "what was accepted is drained, then false");
	ask_one(&a);
	is_int(a.result, -1, "nobody answers any more");
}

static void
test_wait(void)
{
	pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t c = PTHREAD_COND_INITIALIZER;
	int64_t start = os_mono_ms();

	thr_lock(&m);
	ok(!thr_wait_ms(&c, &m, 30) && os_mono_ms() - start >= 25, "a wait ends by the clock");
	thr_unlock(&m);
}

static void
test_stop(void)
{
	struct pollfd p = { 0, POLLIN, 0 };
	struct err e = ERR_INIT;

	ok(stop_init(&e) == 0 && !stop_requested(), "not yet");
	p.fd = stop_fd();
	is_int(os_poll(&p, 1, 0), 0, "the descriptor is quiet");
	stop_request();
	stop_request();
	ok(stop_requested() && os_poll(&p, 1, 0) == 1 && os_poll(&p, 1, 0) == 1, "readable, and stays so");
}

int
main(void)
{
	test_order();
	test_text();
	test_ask();
	test_wait();
	test_close();
	test_stop();
	return done();
}
