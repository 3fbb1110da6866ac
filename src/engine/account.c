/*
 * account.c - see account.h. A pass: connect, compare the folder trees, then all folders twice over
 * (sync, delete), shared out among the connections. Worker i owns connection slot i; worker 0 is
 * the account's own thread.
 */
#include "account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/event.h"
#include "../base/os.h"
#include "../base/path.h"
#include "../base/prof.h"
#include "../base/stop.h"
#include "../base/thr.h"
#include "../imap/imap.h"
#include "../sync/folder.h"
#include "../sync/guard.h"
#include "../sync/tree.h"
#include "lock.h"
#include "mbnames.h"
#include "secret.h"

enum { PASSWORD_TRIES = 3 };

struct account {
	struct sync_env env;		/* fixed at account_new */
	struct secret secret;		/* written by the account's thread before workers start */
	struct imap **conn;		/* maxconnections slots; slot i is worker i's */
	int lock_metadata, lock_root;	/* -1: not held */
};

struct pass {
	struct account *a;		/* fixed before the workers start, up to lock */
	struct tree tree;
	struct folder_result *results;	/* element i: whoever took folder i */
	bool deleting;			/* second pass */
	const uint64_t *keep;		/* base hashes not to be deleted on the server */
	size_t nkeep;
	pthread_mutex_t lock;		/* a leaf */
	/* the rest is protected by lock */
	size_t next;			/* first folder nobody has taken */
	bool abandoned;			/* the account cannot go on, why says it */
	struct err why;
	struct outcome *outcome;	/* the caller's of account_sync */
};

struct account *
account_new(const struct settings *s, const struct account_conf *c)
{
	struct account *a = xcalloc(1, sizeof(*a));

	a->env.settings = s;
	a->env.account = c;
	a->conn = xcalloc(c->maxconnections, sizeof(struct imap *));
	a->lock_metadata = a->lock_root = -1;
	return a;
}

static void
disconnect(struct account *a)
{
	unsigned i;

	for (i = 0; i < a->env.account->maxconnections; i++)
		if (a->conn[i]) {
			imap_logout(a->conn[i]);
			a->conn[i] = NULL;
		}
}

void
account_free(struct account *a)
{
	disconnect(a);
	if (a->lock_root >= 0)
		os_close(a->lock_root);
	if (a->lock_metadata >= 0)
		os_close(a->lock_metadata);
	secret_forget(&a->secret);
	free(a->conn);
	free(a);
}

/* ---- locks ---- */

static int
take(const char *dir, const char *name, bool dry, int *fd, struct outcome *o, struct err *e)
{
	char *path = path_join(dir, name);
	bool taken;

	*fd = lock_take(path, dry, &taken, e);
	free(path);
	o->locked = o->locked || taken;
	return *fd == -1 ? -1 : 0;
}

int
account_lock(struct account *a, struct outcome *o, struct err *e)
{
	const struct settings *s = a->env.settings;
	const char *root = a->env.account->root;
	char *dir = tree_state_dir(s, a->env.account);
	struct os_stat st;
	int got = 0;

	if (!s->dry_run && os_mkdir_parents(dir) < 0)
		got = err_sys(e, ERR_ACCOUNT, "metadata: cannot make %s", dir);
	if (got == 0)
		got = take(dir, "lock", s->dry_run, &a->lock_metadata, o, e);
	/* A root that is not there is tree.c's business: it may be an unmounted disk. */
	if (got == 0 && os_stat(root, &st) == 0)
		got = take(root, ".offlineimap.lock", s->dry_run, &a->lock_root, o, e);
	free(dir);
	return got;
}

/* ---- connections ---- */

static int
log_in(struct account *a, struct imap *c, const char *why, struct err *e)
{
	if (imap_is_authenticated(c))
		return 0;
	if (imap_login_possible(c, e) < 0 || secret_get(&a->secret, a->env.account, why, e) < 0)
		return -1;
	return imap_login(c, a->secret.value, e);
}

static void
say_connecting(const struct account_conf *c)
{
	struct event ev = { 0 };

	ev.kind = EV_CONNECT;
	snprintf(ev.account, sizeof(ev.account), "%s", c->name);
	if (c->tunnel)
		snprintf(ev.text, sizeof(ev.text), "%s", c->tunnel);
	else
		snprintf(ev.text, sizeof(ev.text), "%s:%u", c->host, c->port);
	event_post(&ev);
}

/* A mistyped password may be typed again; a configured one that is refused is not tried twice. */
static int
connect_slot(struct account *a, unsigned slot, struct err *e)
{
	char why[sizeof(e->msg)] = "";
	int tries;

	for (tries = 1; !a->conn[slot]; tries++) {
		struct imap *c;

		say_connecting(a->env.account);
		c = imap_open(a->env.account, e);
		if (!c)
			return -1;
		if (log_in(a, c, *why ? why : NULL, e) == 0) {
			a->conn[slot] = c;
			return 0;
		}
		imap_close(c);
		if (slot != 0 || e->radius != ERR_ACCOUNT || e->retry || e->stopped ||
		    !a->secret.value || !a->secret.asked || tries == PASSWORD_TRIES)
			return -1;
		secret_forget(&a->secret);
		snprintf(why, sizeof(why), "%s", e->msg);
		err_clear(e);
	}
	return 0;
}

static void
drop_slot(struct account *a, unsigned slot)
{
	imap_close(a->conn[slot]);
	a->conn[slot] = NULL;
}

void
account_keepalive(struct account *a)
{
	unsigned i;

	for (i = 0; i < a->env.account->maxconnections; i++) {
		struct err e = ERR_INIT;

		if (a->conn[i] && imap_noop(a->conn[i], &e) < 0)
			drop_slot(a, i);
	}
}

/* ---- the workers ---- */

static bool
has_deletions(const struct folder_result *r)
{
	return r->delete_remote.n > 0 || r->delete_local.n > 0;
}

/* Next folder of this pass, or -1. */
static long
take_folder(struct pass *p)
{
	long i = -1;

	thr_lock(&p->lock);
	while (i < 0 && !p->abandoned && p->next < p->tree.n) {
		if (!p->deleting || has_deletions(&p->results[p->next]))
			i = (long)p->next;
		p->next++;
	}
	thr_unlock(&p->lock);
	return i;
}

/* The first reason wins. */
static void
abandon(struct pass *p, const struct err *e, bool network)
{
	thr_lock(&p->lock);
	if (!p->abandoned)
		p->why = *e;
	p->abandoned = true;
	p->outcome->network = p->outcome->network || network;
	thr_unlock(&p->lock);
}

static int
do_folder(struct pass *p, long i, struct imap *c, struct err *e)
{
	const struct sync_env *env = &p->a->env;
	const struct folder *f = &p->tree.v[i];
	struct folder_result *r = &p->results[i];

	return p->deleting ? folder_delete(env, f, c, r, p->keep, p->nkeep, e) :
	    folder_sync(env, f, c, r, e);
}

static void
folder_failed(struct pass *p, long i, const struct err *e)
{
	if (e->stopped || e->radius >= ERR_ACCOUNT) {
		abandon(p, e, false);
		return;
	}
	event_error(p->a->env.account->name, p->tree.v[i].remote, e);
	thr_lock(&p->lock);
	p->outcome->failed = true;
	p->outcome->network = p->outcome->network || e->radius == ERR_CONNECTION;
	thr_unlock(&p->lock);
}

/* A connection that broke is opened once more and the folder begun again: all is repeatable. */
static void
run_folder(struct pass *p, unsigned slot, long i)
{
	struct err e = ERR_INIT;
	int tries;

	for (tries = 1;; tries++) {
		struct folder_result *r = &p->results[i];

		if (connect_slot(p->a, slot, &e) < 0) {
			abandon(p, &e, true);
			return;
		}
		if (do_folder(p, i, p->a->conn[slot], &e) == 0)
			return;
		if (e.radius == ERR_CONNECTION || r->connection_spoilt || e.stopped)
			drop_slot(p->a, slot);
		if (e.radius != ERR_CONNECTION || !e.retry || e.stopped || tries == 2)
			break;
		event_debug(DEBUG_IMAP, "%s: %s; trying once more", p->tree.v[i].remote, e.msg);
		if (!p->deleting)
			folder_result_free(r);
		err_clear(&e);
	}
	folder_failed(p, i, &e);
}

struct worker {
	struct pass *pass;
	unsigned slot;
	pthread_t thread;
};

static void
work(struct pass *p, unsigned slot)
{
	long i;

	while (!stop_requested() && (i = take_folder(p)) >= 0)
		run_folder(p, slot, i);
}

/* An extra connection that the server refuses is no failure: the others do its share. */
static void *
extra_worker(void *arg)
{
	struct worker *w = arg;
	struct account *a = w->pass->a;
	struct err e = ERR_INIT;
	char name[32];

	snprintf(name, sizeof(name), "Folder sync %.12s/%u", a->env.account->name, w->slot + 1);
	thr_set_name(name);
	if (connect_slot(a, w->slot, &e) == 0)
		work(w->pass, w->slot);
	else
		event_debug(DEBUG_IMAP, "connection %u: %s; going on with fewer", w->slot + 1,
		    e.msg);
	prof_thread_end();
	return NULL;
}

/* One walk over the folders by all workers. */
static void
run_pass(struct pass *p, size_t nfolders)
{
	unsigned max = p->a->env.account->maxconnections, n, i;
	struct worker *w = xcalloc(max, sizeof(*w));
	struct err e = ERR_INIT;

	p->next = 0;
	for (n = 1; n < max && n < nfolders; n++) {
		w[n].pass = p;
		w[n].slot = n;
		if (thr_spawn(&w[n].thread, extra_worker, &w[n], &e) < 0) {
			event_warn(p->a->env.account->name, "%s; going on with fewer connections",
			    e.msg);
			break;
		}
	}
	work(p, 0);
	for (i = 1; i < n; i++)
		thr_join(w[i].thread);
	free(w);
}

/* ---- a pass ---- */

/* Base hashes of failed uploads; no deletions on the server where the origin cannot be told. */
static uint64_t *
collect_failures(struct pass *p, size_t *n)
{
	uint64_t *keep = NULL;
	bool unknown = false, any = false;
	size_t i, cap = 0, k;

	*n = 0;
	for (i = 0; i < p->tree.n; i++) {
		const struct folder_result *r = &p->results[i];

		unknown = unknown || r->failed_unknown;
		any = any || r->delete_remote.n > 0;
		for (k = 0; k < r->nfailed; k++) {
			keep = xgrow(keep, *n, &cap, sizeof(*keep));
			keep[(*n)++] = r->failed_base[k];
		}
	}
	if (!unknown || !any)
		return keep;
	event_warn(p->a->env.account->name, "a new local message could not be uploaded, and it "
	    "may have been moved from another folder: nothing is deleted on the server in this "
	    "run");
	for (i = 0; i < p->tree.n; i++)
		uidset_reset(&p->results[i].delete_remote);
	return keep;
}

static size_t
count_deletions(const struct pass *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->tree.n; i++)
		n += has_deletions(&p->results[i]);
	return n;
}

static void
delete_pass(struct pass *p)
{
	uint64_t *keep = collect_failures(p, &p->nkeep);
	size_t i, n;

	p->keep = keep;
	if (guard_check(&p->a->env, p->tree.v, p->results, p->tree.n))
		p->outcome->held = true;
	n = count_deletions(p);
	if (p->a->env.settings->dry_run)
		for (i = 0; i < p->tree.n; i++)
			folder_plan_delete(&p->a->env, &p->tree.v[i], &p->results[i]);
	else if (n > 0) {
		p->deleting = true;
		run_pass(p, n);
	}
	free(keep);
	p->keep = NULL;
}

static int
load_tree(struct pass *p, struct err *e)
{
	struct account *a = p->a;
	struct mailbox_list list = { 0 };
	struct event ev = { 0 };
	int got;

	ev.kind = EV_FOLDERS;
	snprintf(ev.account, sizeof(ev.account), "%s", a->env.account->name);
	event_post(&ev);
	got = imap_list(a->conn[0], a->env.account->reference, &list, e);
	if (got == 0)
		got = tree_build(&a->env, &list, &p->tree, &p->outcome->not_mounted, e);
	mailbox_list_free(&list);
	return got;
}

static int
run_account(struct pass *p, struct err *e)
{
	struct account *a = p->a;
	size_t i;
	int got;

	if (connect_slot(a, 0, e) < 0) {
		p->outcome->network = true;
		return -1;
	}
	if (load_tree(p, e) < 0) {
		if (e->radius == ERR_CONNECTION)
			p->outcome->network = true;
		drop_slot(a, 0);
		return -1;
	}
	p->results = xcalloc(p->tree.n + 1, sizeof(*p->results));
	run_pass(p, p->tree.n);
	if (!p->abandoned && !stop_requested())
		delete_pass(p);
	got = p->abandoned ? -1 : mbnames_update(a->env.settings, a->env.account, &p->tree, e);
	if (p->abandoned)
		*e = p->why;
	if (p->tree.failures > 0)
		p->outcome->failed = true;
	for (i = 0; i < p->tree.n; i++) {
		if (p->results[i].failed)
			p->outcome->failed = true;
		folder_result_free(&p->results[i]);
	}
	free(p->results);
	tree_free(&p->tree);
	return got;
}

static void
say(const struct account *a, enum event_kind kind, uint64_t failures)
{
	struct event ev = { 0 };

	ev.kind = kind;
	ev.total = failures;
	snprintf(ev.account, sizeof(ev.account), "%s", a->env.account->name);
	event_post(&ev);
}

int
account_sync(struct account *a, struct outcome *o, struct err *e)
{
	struct pass p = { 0 };
	uint64_t failures = event_failures();
	int got;

	p.a = a;
	p.outcome = o;
	pthread_mutex_init(&p.lock, NULL);
	say(a, EV_ACCOUNT_START, 0);
	got = run_account(&p, e);
	pthread_mutex_destroy(&p.lock);
	if (got < 0 && !e->stopped)
		o->failed = true;
	if (!a->env.account->holdconnectionopen || a->env.account->autorefresh_ms == 0 ||
	    stop_requested())
		disconnect(a);
	say(a, EV_ACCOUNT_END, event_failures() - failures);
	return got;
}

int
account_sync_once(const struct settings *s, const struct account_conf *c, struct outcome *o,
    struct err *e)
{
	struct account *a = account_new(s, c);
	int got = account_lock(a, o, e);

	if (got == 0)
		got = account_sync(a, o, e);
	account_free(a);
	return got;
}
