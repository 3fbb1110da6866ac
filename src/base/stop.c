/* stop.c - see stop.h. */
#include "stop.h"

#include "os.h"
#include "thr.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool requested;			/* protected by lock */
static int fds[2] = { -1, -1 };		/* fixed at stop_init() */

int
stop_init(struct err *e)
{
	if (os_pipe(fds) < 0)
		return err_sys(e, ERR_RUN, "cannot make a pipe");
	return 0;
}

void
stop_request(void)
{
	bool first;

	thr_lock(&lock);
	first = !requested;
	requested = true;
	thr_unlock(&lock);
	/* One byte that nobody ever reads: the pipe stays readable for all. */
	if (first && fds[1] >= 0)
		os_write(fds[1], "", 1);
}

bool
stop_requested(void)
{
	bool r;

	thr_lock(&lock);
	r = requested;
	thr_unlock(&lock);
	return r;
}

int
stop_fd(void)
{
	return fds[0];
}
