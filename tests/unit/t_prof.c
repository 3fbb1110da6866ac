/* t_prof.c - src/base/prof: nothing when off, one table a thread when on, no time counted twice. */
#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/buf.h"
#include "../../src/base/os.h"
#include "../../src/base/prof.h"
#include "../../src/base/thr.h"
#include "tap.h"

/* The milliseconds, or the count, in the row of that name; -1: no such row. */
static int
row(const struct buf *b, const char *name)
{
	const char *p = strstr(buf_str(b), name);

	return p ? (int)strtol(p + 16, NULL, 10) : -1;
}

/* How often it was begun. */
static int
calls(const struct buf *b, const char *name)
{
	const char *p = strstr(buf_str(b), name);

	return p ? (int)strtol(p + 16 + 13, NULL, 10) : -1;
}

static void *
work(void *arg)
{
	(void)arg;
	thr_set_name("worker a/b");
	prof_begin(PROF_PARSE);
	prof_begin(PROF_NET_WAIT);
	os_poll(NULL, 0, 40);
	prof_end(PROF_NET_WAIT);
	prof_end(PROF_PARSE);
	prof_begin(PROF_NET_WAIT);
	os_rmdir("no such directory");
	prof_end(PROF_NET_WAIT);
	prof_add(PROF_COMMANDS, 3);
	prof_add(PROF_COMMANDS, 4);
	prof_end(PROF_TLS);		/* an end without a beginning does no harm */
	prof_thread_end();
	return NULL;
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/t_prof.%ld", tmp ? tmp : "/tmp", os_pid());
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT;
	pthread_t t;

	prof_begin(PROF_DISK);
	prof_end(PROF_DISK);
	prof_thread_end();
	ok(prof_init(dir, &e) == 0, "on: %s", e.msg);
	ok(prof_init(dir, &e) < 0 && e.radius == ERR_RUN, "only in a new directory: %s", e.msg);
	if (chdir(dir) < 0 || thr_spawn(&t, work, NULL, &e) < 0)
		return 1;
	thr_join(t);
	ok(os_read_file("1_worker%20a%2Fb.prof", 5000, &b) == 0, "a table with the thread's name");
	ok(row(&b, "network ") >= 39, "time of the inner part");
	ok(row(&b, "parse ") >= 0 && row(&b, "parse ") < 30, "is not the outer's");
	ok(calls(&b, "disk ") == 0 && calls(&b, "network ") == 3, "a call inside network is the network's");
	is_int(row(&b, "commands "), 7, "counts");
	os_unlink("1_worker%20a%2Fb.prof");
	ok(chdir("/") == 0 && os_rmdir(dir) == 0, "nothing else was written");
	buf_free(&b);
	free(dir);
	return done();
}
