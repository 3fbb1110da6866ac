/*
 * engine.c - one thread per account: lock, sync, sleep, again. A failure of one account ends
 * neither the program nor the others.
 */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/event.h"
#include "../base/os.h"
#include "../base/prof.h"
#include "../base/stop.h"
#include "../base/thr.h"
#include "../sync/guard.h"
#include "account.h"

struct runner {
	const struct settings *settings;
	const struct account_conf *conf;
	pthread_t thread;
	unsigned long ticket;		/* for the next turn; the account's thread's own */
	int wake[2];			/* a byte in it ends the sleep; written by engine_wake */
};

/* Process-wide: one engine runs at a time. */
static struct {
	pthread_mutex_t lock;		/* a leaf */
	pthread_cond_t freed;
	/* protected by lock */
	struct runner *runners;		/* NULL: not running */
	size_t n;
	unsigned slots;			/* accounts that may sync now */
	unsigned long tickets, next;	/* drawn so far; whose turn comes next */
	struct outcome outcome;
} engine = { .lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER };

void
engine_wake(void)
{
	size_t i;

	thr_lock(&engine.lock);
	for (i = 0; engine.runners && i < engine.n; i++)
		(void)os_write(engine.runners[i].wake[1], "", 1);	/* full: awake already */
	thr_unlock(&engine.lock);
}

/* maxsyncaccounts: waits for its turn, in the order of the tickets, or for the program's end. */
static bool
get_slot(const struct runner *r)
{
	bool mine = false;

	thr_lock(&engine.lock);
	while (!mine && !stop_requested()) {
		mine = engine.slots > 0 && engine.next == r->ticket;
		if (!mine)
			thr_wait_ms(&engine.freed, &engine.lock, 500);
	}
	if (mine) {
		engine.slots--;
		engine.next++;
		thr_wake_all(&engine.freed);
	}
	thr_unlock(&engine.lock);
	return mine;
}

static void
draw_ticket(struct runner *r)
{
	thr_lock(&engine.lock);
	r->ticket = engine.tickets++;
	thr_unlock(&engine.lock);
}

static void
put_slot(const struct outcome *o)
{
	thr_lock(&engine.lock);
	engine.slots++;
	engine.outcome.locked = engine.outcome.locked || o->locked;
	engine.outcome.not_mounted = engine.outcome.not_mounted || o->not_mounted;
	engine.outcome.held = engine.outcome.held || o->held;
	engine.outcome.network = engine.outcome.network || o->network;
	engine.outcome.failed = engine.outcome.failed || o->failed;
	thr_wake_all(&engine.freed);
	thr_unlock(&engine.lock);
}

/* Waits until fd `wake`, the stop request, or ms; false: stop. */
static bool
doze(struct runner *r, int64_t ms, bool *woken)
{
	struct pollfd p[2] = { { 0 } };
	char drain[16];

	p[0].fd = stop_fd();
	p[1].fd = r->wake[0];
	p[0].events = p[1].events = POLLIN;
	if (os_poll(p, 2, (int)ms) > 0 && p[1].revents) {
		while (os_read(r->wake[0], drain, sizeof(drain)) > 0)
			;
		*woken = true;
	}
	return !stop_requested();
}

/* The pause between two refreshes; held connections are kept alive meanwhile. false: stop. */
static bool
rest(struct runner *r, struct account *a)
{
	const struct account_conf *c = r->conf;
	int64_t end = os_mono_ms() + c->autorefresh_ms, now, next_noop;
	struct event ev = { 0 };
	bool woken = false;

	ev.kind = EV_SLEEP;
	ev.n = (uint64_t)((c->autorefresh_ms + 999) / 1000);
	snprintf(ev.account, sizeof(ev.account), "%s", c->name);
	event_post(&ev);
	next_noop = os_mono_ms() + (int64_t)c->keepalive_s * 1000;
	while (!woken && (now = os_mono_ms()) < end) {
		bool noop = c->keepalive_s > 0 && c->holdconnectionopen;
		int64_t until = noop && next_noop < end ? next_noop : end;
		int64_t left = until > now ? until - now : 0;

		if (!doze(r, left > INT32_MAX ? INT32_MAX : left, &woken))
			return false;
		if (noop && os_mono_ms() >= next_noop) {
			account_keepalive(a);
			next_noop += (int64_t)c->keepalive_s * 1000;
		}
	}
	return true;
}

/* One refresh in its turn. false: this account has ended. */
static bool
refresh(struct runner *r, struct account *a, bool *locked)
{
	struct outcome o = { 0 };
	struct err e = ERR_INIT;
	int got = 0;

	if (!get_slot(r))
		return false;
	if (!*locked)
		got = account_lock(a, &o, &e);
	*locked = got == 0;
	if (got == 0)
		got = account_sync(a, &o, &e);
	if (got < 0) {
		event_error(r->conf->name, NULL, &e);
		o.failed = o.failed || !e.stopped;
	}
	put_slot(&o);
	return *locked && r->conf->autorefresh_ms > 0 && !stop_requested();
}

static void *
run_account(void *arg)
{
	struct runner *r = arg;
	struct account *a = account_new(r->settings, r->conf);
	bool locked = false;
	char name[32];

	snprintf(name, sizeof(name), "Account sync %.18s", r->conf->name);
	thr_set_name(name);
	while (refresh(r, a, &locked) && rest(r, a))
		draw_ticket(r);
	account_free(a);
	prof_thread_end();
	return NULL;
}

static int
allow_deletions(const struct settings *s, struct err *e)
{
	size_t i, k;

	for (i = 0; i < s->nallow_delete && !s->dry_run; i++) {
		bool any = false;

		for (k = 0; k < s->naccounts; k++) {
			int got = guard_allow(&s->accounts[k], s->metadata, s->allow_delete[i], e);

			if (got < 0)
				return -1;
			any = any || got > 0;
		}
		if (!any)
			event_warn(NULL, "--allow-delete %s: nothing is held back for a folder of "
			    "this name", s->allow_delete[i]);
	}
	return 0;
}

static int
start_all(const struct settings *s, struct runner *v, size_t *started, struct err *e)
{
	for (*started = 0; *started < s->naccounts; ++*started) {
		struct runner *r = &v[*started];

		r->settings = s;
		r->conf = &s->accounts[*started];
		draw_ticket(r);
		if (os_pipe(r->wake) < 0)
			return err_sys(e, ERR_RUN, "pipe");
		thr_lock(&engine.lock);
		engine.n = *started + 1;
		thr_unlock(&engine.lock);
		if (thr_spawn(&r->thread, run_account, r, e) < 0)
			return -1;
	}
	return 0;
}

int
engine_run(const struct settings *s, struct outcome *o, struct err *e)
{
	struct runner *v = xcalloc(s->naccounts + 1, sizeof(*v));
	size_t i, started = 0;
	int got;

	got = allow_deletions(s, e);
	thr_lock(&engine.lock);
	engine.runners = v;
	engine.n = 0;
	engine.slots = s->single ? 1 : s->maxsyncaccounts;
	engine.tickets = engine.next = 0;
	memset(&engine.outcome, 0, sizeof(engine.outcome));
	thr_unlock(&engine.lock);
	if (got == 0)
		got = start_all(s, v, &started, e);
	if (got < 0)
		stop_request();
	for (i = 0; i < started; i++)
		thr_join(v[i].thread);
	thr_lock(&engine.lock);
	engine.runners = NULL;
	*o = engine.outcome;
	thr_unlock(&engine.lock);
	for (i = 0; i < started; i++) {
		os_close(v[i].wake[0]);
		os_close(v[i].wake[1]);
	}
	free(v);
	return got;
}
