/* thr.c - see thr.h. */
#include "thr.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "os.h"
#include "prof.h"

#define STACK_SIZE	(256 * 1024)	/* DESIGN 5 */
#define NAME_MAX_LEN	31

static pthread_once_t name_once = PTHREAD_ONCE_INIT;
static pthread_key_t name_key;

static void
must(int code, const char *what)
{
	if (code == 0)
		return;
	fprintf(stderr, "offlineimap: %s: %s\n", what, strerror(code));
	abort();
}

void
thr_lock(pthread_mutex_t *m)
{
	int code = pthread_mutex_trylock(m);

	if (code != EBUSY) {
		must(code, "lock");
		return;
	}
	prof_begin(PROF_LOCK_WAIT);
	must(pthread_mutex_lock(m), "lock");
	prof_end(PROF_LOCK_WAIT);
}

void
thr_unlock(pthread_mutex_t *m)
{
	must(pthread_mutex_unlock(m), "unlock");
}

void
thr_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
	prof_begin(PROF_LOCK_WAIT);
	must(pthread_cond_wait(c, m), "wait");
	prof_end(PROF_LOCK_WAIT);
}

bool
thr_wait_ms(pthread_cond_t *c, pthread_mutex_t *m, int64_t ms)
{
	int64_t end = os_time_ns() + (ms > 0 ? ms : 0) * 1000000;
	struct timespec ts;
	int code;

	ts.tv_sec = (time_t)(end / 1000000000);
	ts.tv_nsec = (long)(end % 1000000000);
	prof_begin(PROF_LOCK_WAIT);
	code = pthread_cond_timedwait(c, m, &ts);
	prof_end(PROF_LOCK_WAIT);
	if (code == ETIMEDOUT)
		return false;
	must(code, "timed wait");
	return true;
}

void
thr_wake_all(pthread_cond_t *c)
{
	must(pthread_cond_broadcast(c), "wake");
}

int
thr_spawn(pthread_t *t, void *(*run)(void *), void *arg, struct err *e)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int code;

	must(pthread_attr_init(&attr), "thread attributes");
	pthread_attr_setstacksize(&attr, STACK_SIZE);	/* refused: the default will do */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &old), "signal mask");
	code = pthread_create(t, &attr, run, arg);
	must(pthread_sigmask(SIG_SETMASK, &old, NULL), "signal mask");
	pthread_attr_destroy(&attr);
	if (code == 0)
		return 0;
	errno = code;
	err_sys(e, ERR_ACCOUNT, "cannot start a thread");
	e->retry = true;
	return -1;
}

void
thr_join(pthread_t t)
{
	must(pthread_join(t, NULL), "join");
}

static void
make_key(void)
{
	must(pthread_key_create(&name_key, free), "thread name");
}

void
thr_set_name(const char *name)
{
	must(pthread_once(&name_once, make_key), "thread name");
	free(pthread_getspecific(name_key));
	must(pthread_setspecific(name_key, xstrndup(name, NAME_MAX_LEN)), "thread name");
}

const char *
thr_name(void)
{
	const char *name;

	must(pthread_once(&name_once, make_key), "thread name");
	name = pthread_getspecific(name_key);
	return name ? name : "main";
}
