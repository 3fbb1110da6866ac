/* prof.c - see prof.h. One record per thread, found by a thread-specific key: no lock while counting. */
#include "prof.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "os.h"
#include "path.h"
#include "thr.h"

#define DEPTH	8

struct record {
	int64_t started, last;			/* last: when the time now running began */
	int64_t us[PROF_TIMES];
	uint64_t calls[PROF_TIMES];
	uint64_t n[PROF_COUNTS];
	enum prof_time stack[DEPTH];
	unsigned depth;
	bool closed;				/* its own table is being written: count no more */
};

static const char *const time_names[PROF_TIMES] = {
	[PROF_NET_WAIT] = "network", [PROF_TLS] = "tls", [PROF_PARSE] = "parse",
	[PROF_DISK] = "disk", [PROF_FSYNC] = "fsync", [PROF_LOCK_WAIT] = "thread wait",
};
static const char *const count_names[PROF_COUNTS] = {
	[PROF_BYTES_IN] = "bytes in", [PROF_BYTES_OUT] = "bytes out", [PROF_COMMANDS] = "commands",
	[PROF_FLIGHTS] = "flights", [PROF_MESSAGES_DOWN] = "messages down",
	[PROF_MESSAGES_UP] = "messages up", [PROF_FSYNCS] = "fsyncs",
};

/* Fixed at prof_init(); NULL: off. */
static char *out_dir;
static pthread_key_t key;

/* Not thr_lock(): that one counts its waiting here. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned files;				/* protected by lock */

int
prof_init(const char *dir, struct err *e)
{
	if (os_mkdir(dir) < 0)
		return err_sys(e, ERR_RUN, "cannot make the profile directory %s", dir);
	if (pthread_key_create(&key, free) != 0)
		return err_set(e, ERR_RUN, "cannot profile: no thread-specific data left");
	out_dir = xstrdup(dir);
	return 0;
}

static struct record *
record(void)
{
	struct record *r = pthread_getspecific(key);

	if (!r) {
		r = xcalloc(1, sizeof(*r));
		r->started = os_mono_us();
		pthread_setspecific(key, r);
	}
	return r->closed ? NULL : r;
}

/* Gives the time since the last change to what was running. */
static void
settle(struct record *r)
{
	int64_t now = os_mono_us();

	if (r->depth > 0 && r->depth <= DEPTH)
		r->us[r->stack[r->depth - 1]] += now - r->last;
	r->last = now;
}

void
prof_begin(enum prof_time t)
{
	struct record *r = out_dir ? record() : NULL;

	if (!r)
		return;
	settle(r);
	/* a socket is read by os_read(), too: that is no disk */
	if (t == PROF_DISK && r->depth > 0 && r->depth <= DEPTH && r->stack[r->depth - 1] == PROF_NET_WAIT)
		t = PROF_NET_WAIT;
	if (r->depth < DEPTH)
		r->stack[r->depth] = t;
	r->depth++;
	r->calls[t]++;
}

void
prof_end(enum prof_time t)
{
	struct record *r = out_dir ? record() : NULL;

	(void)t;
	if (!r || r->depth == 0)
		return;
	settle(r);
	r->depth--;
}

void
prof_add(enum prof_count c, uint64_t n)
{
	struct record *r = out_dir ? record() : NULL;

	if (r)
		r->n[c] += n;
}

static void
table(struct buf *b, const struct record *r, int64_t total)
{
	int64_t rest = total;
	unsigned i;

	buf_printf(b, "%-16s %12s %10s\n", thr_name(), "ms", "calls");
	for (i = 0; i < PROF_TIMES; i++) {
		buf_printf(b, "%-16s %8lld.%03d %10llu\n", time_names[i], (long long)(r->us[i] / 1000),
		    (int)(r->us[i] % 1000), (unsigned long long)r->calls[i]);
		rest -= r->us[i];
	}
	buf_printf(b, "%-16s %8lld.%03d\n", "other", (long long)(rest / 1000), (int)(rest % 1000));
	buf_printf(b, "%-16s %8lld.%03d\n\n", "total", (long long)(total / 1000), (int)(total % 1000));
	for (i = 0; i < PROF_COUNTS; i++)
		buf_printf(b, "%-16s %12llu\n", count_names[i], (unsigned long long)r->n[i]);
}

static void
write_table(const struct buf *b)
{
	char *file, *name, *path;
	unsigned number;
	int fd;

	pthread_mutex_lock(&lock);
	number = ++files;
	pthread_mutex_unlock(&lock);
	name = path_encode(thr_name());
	file = xasprintf("%u_%s.prof", number, name);
	path = path_join(out_dir, file);
	fd = os_open(path, OS_TRUNCATE);
	if (fd >= 0) {		/* a measurement that cannot be kept is no reason to fail a run */
		os_write_all(fd, b->p, b->len);
		os_close(fd);
	}
	free(path);
	free(file);
	free(name);
}

void
prof_thread_end(void)
{
	struct record *r = out_dir ? record() : NULL;
	struct buf b = BUF_INIT;

	if (!r)
		return;
	settle(r);
	r->closed = true;
	table(&b, r, os_mono_us() - r->started);
	write_table(&b);
	buf_free(&b);
	pthread_setspecific(key, NULL);
	free(r);
}
