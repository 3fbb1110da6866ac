/* machine.c - the simulated machine itself: its seed, its trace, its one process, and the fate of each call. */
#include "machine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	CALL_US = 20,			/* a call takes this long */
	CALLS_LIMIT = 2000000		/* of one process: it does not end */
};

struct machine sim;

/* ---- random numbers and the trace ---- */

uint64_t
sim_rand(uint64_t *s, uint64_t n)
{
	*s ^= *s >> 12;
	*s ^= *s << 25;
	*s ^= *s >> 27;
	return n ? ((*s * UINT64_C(0x2545f4914f6cdd1d)) >> 11) % n : 0;
}

uint64_t
sim_seed(uint64_t a, uint64_t b)
{
	uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) + b * UINT64_C(0xd1342543de82ef95) + 1;

	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	return x ? x : 1;
}

void
sim_trace(const char *fmt, ...)
{
	char *line = sim.tail[sim.lines++ % TAIL];
	const char *p;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, TAIL_LINE, fmt, ap);
	va_end(ap);
	for (p = line; *p; p++)
		sim.hash = (sim.hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	if (sim.out)
		fprintf(sim.out, "%s\n", line);
}

uint64_t
sim_trace_hash(void)
{
	return sim.hash;
}

void
sim_trace_tail(FILE *out)
{
	uint64_t i = sim.lines > TAIL ? sim.lines - TAIL : 0;

	for (; i < sim.lines; i++)
		fprintf(out, "  %s\n", sim.tail[i % TAIL]);
}

void
sim_trace_to(FILE *out)
{
	sim.out = out;
}

/* ---- the machine ---- */

void
machine_tick(int64_t us)
{
	int64_t ns;

	sim.now_us += us;
	ns = START_NS + sim.now_us * 1000;
	fs_set_time(ns - ns % sim.conf.stamp_ns);
}

void
sim_boot(const struct sim_conf *c)
{
	FILE *out = sim.out;

	memset(&sim, 0, sizeof(sim));
	sim.conf = *c;
	sim.out = out;
	sim.rng = sim_seed(c->seed, 1);
	sim.hash = UINT64_C(0xcbf29ce484222325);
	sim.pid = 100;
	fs_init();
	machine_tick(1);
	fs_make("/home", true);
	fs_make("/home/sim", true);
	fs_sync_all();
}

void
sim_halt(void)
{
	fs_fini();
}

void
sim_set_hook(sim_hook *f, void *arg)
{
	sim.hook = f;
	sim.hook_arg = arg;
}

void
sim_fail(uint64_t n, int err, bool ever_after)
{
	sim.fail_at = n;
	sim.fail_err = err;
	sim.fail_on = ever_after;
}

void
sim_user(bool on)
{
	sim.user = on;
}

void
sim_advance(int64_t ms)
{
	machine_tick(ms * 1000);
}

uint64_t
sim_calls(void)
{
	return sim.calls;
}

uint64_t
sim_changes(void)
{
	return sim.changes;
}

void
sim_power_loss(uint64_t seed)
{
	sim_trace("-- power loss");
	fs_power_loss(&seed);
	machine_tick(30 * 1000000);
}

void
machine_die(void)
{
	sim_trace("-- killed");
	longjmp(sim.end, 1);
}

bool
machine_watched(void)
{
	return sim.running && !sim.user;
}

int
machine_enter(const char *call, const char *what, bool changes, bool *half)
{
	enum sim_fate fate;

	machine_tick(CALL_US);
	if (!machine_watched())
		return 0;
	sim.calls++;
	sim_trace("%lu %s %s", (unsigned long)sim.calls, call, what);
	if (++sim.started > CALLS_LIMIT) {
		sim_trace("the process does not end");
		sim_trace_tail(stderr);
		abort();
	}
	fate = sim.hook ? sim.hook(sim.hook_arg, sim.calls, call, changes) : SIM_GO;
	if (fate == SIM_KILL || (fate == SIM_KILL_HALF && !half))
		machine_die();
	if (half)
		*half = fate == SIM_KILL_HALF;
	if (sim.fail_at && (sim.fail_on ? sim.calls >= sim.fail_at : sim.calls == sim.fail_at)) {
		sim_trace("-- fails: %s", strerror(sim.fail_err));
		errno = sim.fail_err;
		return -1;
	}
	return 0;
}

void
machine_changed(const struct fs_node *f)
{
	if (!machine_watched())
		fs_sync_all();
	else if (!f || f->lock < 0)	/* who holds a lock is written into its file on every run */
		sim.changes++;
}

struct fd *
fd_get(int fd)
{
	int i = fd - FD_BASE;

	if (i < 0 || i >= FD_MAX || sim.fd[i].kind == FD_FREE) {
		sim_trace("bad descriptor %d", fd);
		errno = EBADF;
		return NULL;
	}
	return &sim.fd[i];
}

int
fd_new(enum fd_kind kind)
{
	int i;

	for (i = 0; i < FD_MAX; i++)
		if (sim.fd[i].kind == FD_FREE) {
			memset(&sim.fd[i], 0, sizeof(sim.fd[i]));
			sim.fd[i].kind = kind;
			sim.fd[i].peer = -1;
			return FD_BASE + i;
		}
	errno = EMFILE;
	return -1;
}

/* Whether body came to its end; a frame of its own, which longjmp may return to. */
static bool
ends(void (*body)(void *), void *arg)
{
	if (setjmp(sim.end) != 0)
		return false;
	sim.running = true;
	body(arg);
	return true;
}

bool
sim_process(void (*body)(void *), void *arg, size_t *leaked)
{
	size_t n = 0;
	bool alive;
	int i;

	sim.pid++;
	sim.started = 0;
	sim_trace("-- process %ld", sim.pid);
	alive = ends(body, arg);
	sim.running = false;
	sim.user = false;
	for (i = 0; i < FD_MAX; i++)
		if (sim.fd[i].kind != FD_FREE) {
			n += sim.fd[i].kind != FD_PIPE;
			os_close(FD_BASE + i);
		}
	if (leaked)
		*leaked = n;
	return alive;
}
