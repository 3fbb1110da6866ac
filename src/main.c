/*
 * main.c - from the command line to the exit status.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/event.h"
#include "base/os.h"
#include "base/prof.h"
#include "base/stop.h"
#include "base/thr.h"
#include "conf/value.h"
#include "engine/engine.h"
#include "options.h"
#include "ui/ui.h"

#ifndef OI_VERSION
#define OI_VERSION	"0"
#endif

enum {				/* options.c has them in words, for --help */
	EXIT_IN_STEP,
	EXIT_FAILED,
	EXIT_USAGE,
	EXIT_NOT_MOUNTED,
	EXIT_HELD,
	EXIT_LOCKED,
	EXIT_NETWORK,
	EXIT_BY_SIGNAL = 128
};

enum { STOP_GRACE_MS = 1800 };

/* Shared by main and the signals thread, which outlives every call. */
static struct {
	sigset_t set;		/* fixed before the thread */
	pthread_mutex_t lock;
	int by;			/* the signal that asked to stop, or 0; protected by lock */
} stop = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int
complain(const struct err *e, const char *hint)
{
	fprintf(stderr, "offlineimap: %s%s\n", e->msg, hint);
	return EXIT_USAGE;
}

static void
config_warning(const char *line)
{
	fprintf(stderr, "WARNING: %s\n", line);
}

/*
 * Blocked in every thread, so that only the signals thread gets them. nohup's wish is respected; SIGINT is not left
 * ignored, as a shell does for a job in the background: who sends it means it.
 */
static void
block_signals(void)
{
	sigset_t *set = &stop.set;
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	sigemptyset(&act.sa_mask);
	act.sa_handler = SIG_DFL;
	sigaction(SIGINT, &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGUSR1);
	if (sigaction(SIGHUP, NULL, &act) == 0 && act.sa_handler != SIG_IGN)
		sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

/*
 * All that wait see the request at once, but for the resolver and a slow disk. They get two seconds in all; then the
 * program goes as it would in a crash: the disk is right at every instant.
 */
static void
stop_by(int sig)
{
	thr_lock(&stop.lock);
	stop.by = sig;
	thr_unlock(&stop.lock);
	stop_request();
	os_poll(NULL, 0, STOP_GRACE_MS);
	_exit(EXIT_BY_SIGNAL + sig);
}

/* Never ends: it dies with the program. */
static void *
signals(void *unused)
{
	int sig;

	(void)unused;
	thr_set_name("Signals");
	for (;;) {
		if (sigwait(&stop.set, &sig) != 0)
			continue;
		if (sig == SIGUSR1)
			engine_wake();
		else
			stop_by(sig);
	}
	return NULL;
}

static void
enable_debug(const char *list, bool announce)
{
	static const struct {
		const char *name, *what;
	} kinds[DEBUG_KINDS] = {
		[DEBUG_IMAP] = { "imap", "IMAP protocol" },
		[DEBUG_MAILDIR] = { "maildir", "Maildir folders" },
	};
	struct slice items = slice_of(list), item;
	unsigned k;

	while (value_item(&items, &item)) {
		for (k = 0; k < DEBUG_KINDS && !slice_is(item, kinds[k].name); k++)
			;
		if (k < DEBUG_KINDS && announce)
			event_note(NULL, "Now debugging for %s: %s", kinds[k].name, kinds[k].what);
		else if (k < DEBUG_KINDS)
			event_debug_enable(k);
		else if (announce)
			event_warn(NULL, "Invalid debug type: %.*s", (int)item.len, item.p);
	}
}

static void
announce(const struct options *o)
{
	struct event banner = { 0 };

	banner.kind = EV_BANNER;
	snprintf(banner.text, sizeof(banner.text), "offlineimap %s", OI_VERSION);
	event_post(&banner);
	if (o->debug)
		enable_debug(o->debug, true);
	if (o->profile)
		event_warn(NULL, "profile mode: tables of times and counts go to %s", o->profile);
}

/* The worst comes first: what must be put right before anything else can go well. */
static int
exit_status(const struct outcome *o)
{
	int by;

	thr_lock(&stop.lock);
	by = stop.by;
	thr_unlock(&stop.lock);
	return by ? EXIT_BY_SIGNAL + by :
	    o->locked ? EXIT_LOCKED :
	    o->not_mounted ? EXIT_NOT_MOUNTED :
	    o->network ? EXIT_NETWORK :
	    o->held ? EXIT_HELD :
	    o->failed || event_failures() ? EXIT_FAILED : EXIT_IN_STEP;
}

static int
run(const struct options *o, const struct settings *s, struct err *e)
{
	const struct ui *ui = ui_choose(s, e);
	struct outcome outcome = { false, false, false, false, false };
	pthread_t thread;

	if (!ui)
		return complain(e, "");
	block_signals();
	if (o->debug)
		enable_debug(o->debug, false);
	if (stop_init(e) < 0 || thr_spawn(&thread, signals, NULL, e) < 0 || ui_start(ui, e) < 0) {
		complain(e, "");
		return EXIT_FAILED;
	}
	announce(o);
	if (o->info ? engine_info(s, &outcome) < 0 : engine_run(s, &outcome, e) < 0)
		outcome.failed = true;
	if (!o->info && e->radius != ERR_NONE)
		event_error(NULL, NULL, e);
	ui_stop();
	prof_thread_end();
	return exit_status(&outcome);
}

static int
configure_and_run(const struct options *o, struct err *e)
{
	struct settings s = { 0 };
	int status;

	if ((o->profile && prof_init(o->profile, e) < 0) ||
	    conf_load(&s, o->config, &o->over, config_warning, e) < 0)
		return complain(e, "");
	status = run(o, &s, e);
	settings_free(&s);
	return status;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct options o;
	int status = EXIT_IN_STEP;

	umask(077);
	if (options_parse(&o, argc, argv, &e) < 0)
		status = complain(&e, "; see offlineimap --help");
	else if (o.help)
		options_help();
	else if (o.version)
		printf("offlineimap %s\n", OI_VERSION);
	else
		status = configure_and_run(&o, &e);
	options_free(&o);
	return status;
}
