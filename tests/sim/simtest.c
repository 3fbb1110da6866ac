/*
 * simtest.c - random histories of an account: people write, read, move and delete on both sides, the program brings the
 * sides into step, and at each of its calls that changes anything it is killed once (or the power fails), after which
 * it must still come to the right end. A history is a function of its seed; a kill point is the number of a call in it.
 *
 * At a kill point the process forks: the child dies there and shows that it recovers, the parent goes on unharmed.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/base/event.h"
#include "../../src/base/num.h"
#include "../../src/base/stop.h"
#include "../../src/engine/account.h"
#include "world.h"

enum {
	RUNS = 14,			/* after so many it must have nothing left to do */
	PAUSE_MS = 70000,		/* between runs: longer than any time the program waits for */
	LIMIT_S = 60,			/* real seconds for one history or one recovery */
	CRASHED = 128
};

enum mishap { KILL, POWER, FAIL };

static const struct {
	const char *option, *what, *plural;
} mishaps[] = {
	{ "", "killed at", "kill points" },
	{ " --power", "power loss at", "power losses" },
	{ " --fail", "failing", "failing calls" },
};

struct options {
	uint64_t seed, count;
	uint64_t every;			/* kill at every n-th changing call, 0: nowhere */
	uint64_t kill;			/* kill at this call only, 0: see every */
	bool half;			/* ... in the middle of it */
	enum mishap mishap;
	bool verbose;
	unsigned jobs;
};

struct totals {
	uint64_t histories, kills, lost, duplicated, other, crashed;
};

struct ending {
	uint64_t hash;
	unsigned verdict;
};

struct run {				/* one history being played */
	const struct options *opt;
	struct world w;
	struct totals *totals;		/* NULL: do not fork at kill points */
	uint64_t rng;			/* of what befalls the program */
	uint64_t intrude_at;		/* number of the call during which users act, 0: never */
	bool intruded;			/* it has happened in this run */
	bool busy;			/* a reader renames files while directories are read */
	bool alone;			/* no user acts in this round */
	uint64_t again_at;		/* number of the call of the second kill, 0: none */
	uint64_t killed_at;		/* 0: not yet */
	bool half;
	bool quiet;			/* show nothing: the other time it is played does */
	bool told;			/* one failure of this history has been shown in full */
	unsigned kills;
	struct err err;
	int status;
};

/* ---- showing what went wrong ---- */

static void
replay_line(const struct run *r, const struct options *o)
{
	fprintf(stderr, "simtest: seed %lu", (unsigned long)r->w.seed);
	if (r->killed_at)
		fprintf(stderr, ", %s call %lu%s", mishaps[o->mishap].what, (unsigned long)r->killed_at,
		    r->half ? " half done" : "");
	fprintf(stderr, "; replay: simtest --seed %lu", (unsigned long)r->w.seed);
	if (r->killed_at)
		fprintf(stderr, " --kill %lu%s%s", (unsigned long)r->killed_at, r->half ? "h" : "",
		    mishaps[o->mishap].option);
	fputs(" -v\n", stderr);
}

static void
show(const struct run *r)
{
	if (!r->w.verdict || r->quiet)
		return;
	replay_line(r, r->opt);
	fputs(buf_str(&r->w.complaints), stderr);
	if (!r->told && !r->opt->verbose)
		sim_trace_tail(stderr);
}

static void
add_verdict(struct totals *t, unsigned verdict)
{
	t->lost += (verdict & BAD_LOST) != 0;
	t->duplicated += (verdict & BAD_DUPLICATED) != 0;
	t->other += (verdict & BAD_OTHER) != 0;
	t->crashed += (verdict & CRASHED) != 0;
}

/* ---- kill points ---- */

/* In the child: true. In the parent: false, with the child's end taken into account. */
static bool
branch(struct run *r, uint64_t n, bool half)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("simtest: fork");
		exit(2);
	}
	if (pid == 0) {
		alarm(LIMIT_S);
		r->totals = NULL;
		return true;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	r->totals->kills++;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return false;
	if (!WIFEXITED(status)) {
		fprintf(stderr, "simtest: seed %lu, %s call %lu%s: signal %d\n", (unsigned long)r->w.seed,
		    mishaps[r->opt->mishap].what, (unsigned long)n, half ? "h" : "", WTERMSIG(status));
		status = CRASHED << 8;
	}
	add_verdict(r->totals, (unsigned)WEXITSTATUS(status));
	r->told = true;
	return false;
}

static bool
is_point(const struct run *r, uint64_t n)
{
	return r->opt->every && sim_seed(r->w.seed, n) % r->opt->every == 0;
}

/* The mishap itself, as seen by the one whom it befalls. */
static enum sim_fate
strike(struct run *r, uint64_t n, const char *call, bool half)
{
	static const int errors[] = { EIO, ENOSPC, EACCES, EMFILE };
	bool wire = strcmp(call, "connect") == 0 || strcmp(call, "poll") == 0;

	r->killed_at = n;
	r->half = half;
	if (r->opt->mishap != FAIL)
		return half ? SIM_KILL_HALF : SIM_KILL;
	r->w.doubt = true;
	r->intruded = true;
	sim_fail(n, wire ? ECONNRESET : errors[sim_seed(r->w.seed, n + 5) % countof(errors)], half);
	return SIM_GO;
}

static enum sim_fate
befall(void *arg, uint64_t n, const char *call, bool changes)
{
	struct run *r = arg;

	if (n == r->intrude_at) {
		r->w.doubt = r->intruded = true;
		users_act(&r->w, 1);
	}
	if (r->busy && strcmp(call, "dir_next") == 0 && sim_rand(&r->rng, 4) == 0) {
		r->w.doubt = r->intruded = true;
		users_fidget(&r->w);
	}
	if (!changes && r->opt->mishap != FAIL)
		return SIM_GO;
	if (r->again_at && n >= r->again_at) {
		r->again_at = 0;
		return SIM_KILL;
	}
	if (r->killed_at)
		return SIM_GO;
	if (!r->totals)
		return n == r->opt->kill ? strike(r, n, call, r->opt->half) : SIM_GO;
	if (is_point(r, n)) {
		if (branch(r, n, false))
			return strike(r, n, call, false);
		if ((strcmp(call, "write") == 0 || r->opt->mishap == FAIL) && branch(r, n, true))
			return strike(r, n, call, true);
	}
	return SIM_GO;
}

/* ---- a history ---- */

static void
process(void *arg)
{
	struct run *r = arg;
	struct outcome o;

	memset(&o, 0, sizeof(o));
	err_clear(&r->err);
	r->status = stop_init(&r->err);
	if (r->status == 0)
		r->status = account_sync_once(&r->w.settings, &r->w.account, &o, &r->err);
}

static void
after_kill(struct run *r)
{
	if (r->opt->mishap == POWER)
		sim_power_loss(sim_seed(r->w.seed, r->killed_at + r->kills));
	r->busy = false;
	book_judge(&r->w, "after the kill");
	if (r->kills++)
		return;
	r->rng = sim_seed(r->w.seed, r->killed_at);
	r->intrude_at = 0;
	if (sim_rand(&r->rng, 4) == 0 && !r->alone) {
		r->w.doubt = true;
		users_act(&r->w, 1 + (unsigned)sim_rand(&r->rng, 3));
	}
	if (sim_rand(&r->rng, 5) == 0)
		r->again_at = sim_calls() + 1 + sim_rand(&r->rng, 150);
}

/* One run of the program. Where nothing befell it, it has nothing to complain of. */
static bool
run_once(struct run *r)
{
	uint64_t failures = event_failures();
	size_t leaked;

	r->intruded = false;
	if (!sim_process(process, r, &leaked)) {
		after_kill(r);
		return false;
	}
	if (r->status < 0 || event_failures() != failures) {
		sim_trace("result %d: %s", r->status, r->err.msg);
		if (!r->w.doubt && r->opt->mishap != POWER)
			world_complain(&r->w, BAD_OTHER, "the program complains: %s",
			    r->status < 0 ? r->err.msg : sim_last_error());
	}
	if (leaked)
		world_complain(&r->w, BAD_OTHER, "%lu descriptors left open", (unsigned long)leaked);
	r->busy = false;
	sim_fail(0, 0, false);
	book_judge(&r->w, "after a run");
	return true;
}

/* Runs the program until it has nothing more to do. */
static void
settle(struct run *r)
{
	uint64_t changes, mutations;
	unsigned i;

	book_users_left(&r->w);
	for (i = 0; i < RUNS; i++) {
		changes = sim_changes();
		mutations = fake_counters(r->w.server)->mutations;
		if (run_once(r) && !r->intruded && changes == sim_changes() &&
		    mutations == fake_counters(r->w.server)->mutations)
			break;
		sim_advance(PAUSE_MS);
	}
	if (i == RUNS)
		world_complain(&r->w, BAD_OTHER, "after %d runs it still finds something to do", RUNS);
	book_check(&r->w);
	r->w.doubt = false;
	sim_advance(PAUSE_MS);
}

/* Plays it; after a kill the round is finished and one more is played. */
static void
history(struct run *r, uint64_t seed)
{
	unsigned rounds, more = 1;

	world_make(&r->w, seed);
	r->rng = sim_seed(seed, 4);
	sim_set_hook(befall, r);
	users_before(&r->w);
	rounds = 2 + (unsigned)sim_rand(&r->rng, 4);
	while (rounds-- && !r->w.verdict && !r->w.stuck) {
		if (r->killed_at && more-- == 0)
			break;
		/* Whatever is deleted while there is no state cannot be told from what is new. */
		r->alone = sim_rand(&r->rng, 8) == 0 && !r->w.virgin[0] && users_lose_state(&r->w);
		if (!r->alone)
			users_act(&r->w, 1 + (unsigned)sim_rand(&r->rng, 6));
		r->intrude_at = 0;
		if (sim_rand(&r->rng, 4) == 0 && !r->alone)
			r->intrude_at = sim_calls() + 1 + sim_rand(&r->rng, 300);
		r->busy = sim_rand(&r->rng, 8) == 0 && !r->alone;
		settle(r);
		r->intrude_at = r->again_at = 0;
	}
	show(r);
}

/* A history without any kill but the one that was asked for: its end as hash and verdict. */
static struct ending
play_once(const struct options *o, uint64_t seed, bool quiet)
{
	static struct run r;
	struct ending end;

	alarm(LIMIT_S);
	r.opt = o;
	r.quiet = quiet;
	history(&r, seed);
	end.hash = sim_trace_hash();
	end.verdict = r.w.verdict;
	world_free(&r.w);
	return end;
}

/* The same in a process of its own, since the program has counters that no end of a simulated process sets back. */
static struct ending
play_apart(const struct options *o, uint64_t seed)
{
	struct ending end;
	int fds[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(fds) < 0 || (pid = fork()) < 0) {
		perror("simtest");
		exit(2);
	}
	if (pid == 0) {
		sim_trace_to(NULL);
		end = play_once(o, seed, true);
		_exit(write(fds[1], &end, sizeof(end)) != (ssize_t)sizeof(end));
	}
	close(fds[1]);
	if (read(fds[0], &end, sizeof(end)) != (ssize_t)sizeof(end)) {
		end.hash = 0;
		end.verdict = CRASHED;
	}
	close(fds[0]);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return end;
}

/* Plays a seed twice, which must be the same, the second time with all its kill points. */
static void
play(const struct options *o, uint64_t seed, struct totals *t)
{
	static struct run r;
	struct ending first = play_apart(o, seed), second;

	t->histories = 1;
	if (first.verdict || !o->every) {
		second = play_once(o, seed, false);
	} else {
		r.opt = o;
		r.totals = t;
		history(&r, seed);
		if (!r.totals)
			_exit((int)r.w.verdict);	/* a child that was killed at some point of it */
		second.hash = sim_trace_hash();
		second.verdict = r.w.verdict;
		world_free(&r.w);
	}
	if (first.hash != second.hash) {
		fprintf(stderr, "simtest: seed %lu: played twice, it went two ways\n", (unsigned long)seed);
		second.verdict |= BAD_OTHER;
	}
	add_verdict(t, first.verdict | second.verdict);
}

/* ---- all of them ---- */

static void
sum(struct totals *to, const struct totals *t)
{
	to->histories += t->histories;
	to->kills += t->kills;
	to->lost += t->lost;
	to->duplicated += t->duplicated;
	to->other += t->other;
	to->crashed += t->crashed;
}

/* One history in a child, which writes its totals into the pipe at its end. */
static void
start(const struct options *o, uint64_t seed, int to)
{
	struct totals t;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("simtest: fork");
		exit(2);
	}
	if (pid)
		return;
	memset(&t, 0, sizeof(t));
	play(o, seed, &t);
	_exit(write(to, &t, sizeof(t)) != (ssize_t)sizeof(t));
}

static void
finish(int from, struct totals *all)
{
	struct totals t;
	int status;

	if (wait(&status) < 0)
		return;
	memset(&t, 0, sizeof(t));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && read(from, &t, sizeof(t)) == (ssize_t)sizeof(t)) {
		sum(all, &t);
		return;
	}
	fprintf(stderr, "simtest: a history ended with %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	all->histories++;
	all->crashed++;
}

static int
all(const struct options *o)
{
	struct totals t;
	unsigned running = 0;
	uint64_t i;
	int fds[2];

	memset(&t, 0, sizeof(t));
	if (pipe(fds) < 0) {
		perror("simtest: pipe");
		return 2;
	}
	for (i = 0; i < o->count; i++) {
		if (running == o->jobs) {
			finish(fds[0], &t);
			running--;
		}
		start(o, o->seed + i, fds[1]);
		running++;
	}
	while (running--)
		finish(fds[0], &t);
	printf("simtest: %lu histories, %lu %s, %lu lost, %lu duplicated", (unsigned long)t.histories,
	    (unsigned long)t.kills, mishaps[o->mishap].plural, (unsigned long)t.lost,
	    (unsigned long)t.duplicated);
	if (t.other || t.crashed)
		printf(", %lu otherwise wrong, %lu crashed", (unsigned long)t.other, (unsigned long)t.crashed);
	putchar('\n');
	return t.lost || t.duplicated || t.other || t.crashed;
}

static int
usage(void)
{
	fputs("usage: simtest [--seed N] [--count K] [--every N | --kill N[h]] [--power | --fail] [--jobs N] [-v]\n"
	    "  --every N  kill at every N-th call that changes something (1: all); --kill N: at call N only\n"
	    "  --power    the power fails instead: what was not synced may be lost\n"
	    "  --fail     any call fails instead, once (N) or to the end of the run (Nh)\n", stderr);
	return 2;
}

static bool
number(const char *text, uint64_t *n, bool *half)
{
	struct slice s = slice_of(text);

	if (half && s.len && s.p[s.len - 1] == 'h') {
		*half = true;
		s.len--;
	}
	return num_u64(s, n);
}

static bool
parse(struct options *o, int argc, char **argv)
{
	uint64_t n;
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0) {
			o->verbose = true;
			continue;
		}
		if (strcmp(argv[i], "--power") == 0 || strcmp(argv[i], "--fail") == 0) {
			o->mishap = argv[i][2] == 'p' ? POWER : FAIL;
			continue;
		}
		if (i + 1 == argc || !number(argv[i + 1], &n, &o->half))
			return false;
		if (strcmp(argv[i], "--seed") == 0)
			o->seed = n;
		else if (strcmp(argv[i], "--count") == 0)
			o->count = n;
		else if (strcmp(argv[i], "--every") == 0)
			o->every = n;
		else if (strcmp(argv[i], "--kill") == 0)
			o->kill = n;
		else if (strcmp(argv[i], "--jobs") == 0 && n > 0 && n < 100)
			o->jobs = (unsigned)n;
		else
			return false;
		i++;
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct options o = { 1, 1, 0, 0, false, KILL, false, 1 };

	if (!parse(&o, argc, argv))
		return usage();
	if (o.verbose)
		sim_trace_to(stderr);
	return all(&o);
}
