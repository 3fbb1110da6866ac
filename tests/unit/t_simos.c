/*
 * t_simos.c - the simulated machine (tests/sim) keeps what was synced, loses only what was not, and dies where it is
 * told to. Its sources are included, so that they stand before the real os in the link.
 */
#include "../sim/fs.c"
#include "../sim/machine.c"
#include "../sim/os.c"
#include "../sim/dir.c"
#include "../sim/wire.c"

#include "tap.h"

enum { SEEDS = 200 };

static void
boot(uint64_t seed, bool dir_race)
{
	struct sim_conf c = { 0, 1, OS_FS_LOCAL, false, false, NULL };

	c.seed = seed;
	c.dir_race = dir_race;
	sim_boot(&c);
}

static void
write_file(const char *path, const char *text, bool sync)
{
	int fd = os_open(path, OS_APPEND);

	os_write_all(fd, text, strlen(text));
	if (sync)
		os_fsync(fd);
	os_close(fd);
}

/* "-" if there is no such file. */
static const char *
content(const char *path)
{
	static struct buf b;

	return os_read_file(path, 1000, &b) < 0 ? "-" : buf_str(&b);
}

/* ---- what a power loss may leave ---- */

static void
synced(void *arg)
{
	(void)arg;
	write_file("/home/sim/f", "abc", true);
	os_fsync_dir("/home/sim");
}

static void
no_dir_sync(void *arg)
{
	(void)arg;
	write_file("/home/sim/f", "abc", true);
}

static void
no_file_sync(void *arg)
{
	(void)arg;
	write_file("/home/sim/f", "abc", false);
	os_fsync_dir("/home/sim");
}

static void
tail_not_synced(void *arg)
{
	synced(arg);
	write_file("/home/sim/f", "def", false);
}

static void
renamed(void *arg)
{
	synced(arg);
	os_mkdir("/home/sim/d");
	os_fsync_dir("/home/sim");
	os_rename("/home/sim/f", "/home/sim/d/g");
}

static void
renamed_synced(void *arg)
{
	renamed(arg);
	os_fsync_dir("/home/sim/d");
}

static void
replaced(void *arg)
{
	synced(arg);
	write_file("/home/sim/t", "new", true);
	os_rename("/home/sim/t", "/home/sim/f");
}

static void
removed(void *arg)
{
	synced(arg);
	os_unlink("/home/sim/f");
}

static void
made_renamed_removed(void *arg)
{
	(void)arg;
	write_file("/home/sim/t", "abc", true);
	os_rename("/home/sim/t", "/home/sim/f");
	os_unlink("/home/sim/f");
	os_fsync_dir("/home/sim");
}

static void
dir_not_synced(void *arg)
{
	(void)arg;
	os_mkdir("/home/sim/d");
	write_file("/home/sim/d/g", "abc", true);
	os_fsync_dir("/home/sim/d");
}

/* The contents of f and d/g that may be seen afterwards; each must be seen with some seed. */
static const struct {
	const char *what;
	void (*run)(void *);
	const char *may[6];
} power[] = {
	{ "a synced file stays", synced, { "abc -" } },
	{ "without fsync of the directory the file may be gone", no_dir_sync, { "abc -", "- -" } },
	{ "a tail that was not synced may be cut, the rest stays", tail_not_synced,
	    { "abc -", "abcd -", "abcde -", "abcdef -" } },
	{ "a rename is done or not, never half", renamed, { "abc -", "- abc" } },
	{ "a synced rename stays", renamed_synced, { "- abc" } },
	{ "a replaced file is the old or the new one", replaced, { "abc -", "new -" } },
	{ "an unlink may be undone", removed, { "abc -", "- -" } },
	{ "a synced directory lacks what was made and removed", made_renamed_removed, { "- -" } },
	{ "a directory that was not synced is lost with all in it", dir_not_synced, { "- -", "- abc" } },
};

/* Which of the allowed outcomes it is, -1: none. Zeros in an unsynced tail end the string, but not before "abc". */
static int
outcome(size_t row)
{
	char got[100];
	int k;

	snprintf(got, sizeof(got), "%s", content("/home/sim/f"));
	snprintf(got + strlen(got), 20, " %s", content("/home/sim/d/g"));
	for (k = 0; k < 6 && power[row].may[k]; k++)
		if (strcmp(got, power[row].may[k]) == 0)
			return k;
	return -1;
}

static void
test_power(void)
{
	unsigned seen, wrong;
	size_t i, n;
	uint64_t seed;
	int k;

	for (i = 0; i < countof(power); i++) {
		seen = wrong = 0;
		for (seed = 1; seed <= SEEDS; seed++) {
			boot(seed, false);
			sim_process(power[i].run, NULL, NULL);
			sim_power_loss(seed);
			k = outcome(i);
			if (k < 0)
				wrong++;
			else
				seen |= 1u << k;
			sim_halt();
		}
		for (n = 0; n < 6 && power[i].may[n]; n++)
			;
		is_int(wrong, 0, power[i].what);
		is_int(seen, (1 << n) - 1, "  ... and every outcome occurs");
	}
}

static void
test_content_loss(void)
{
	unsigned whole = 0, empty = 0, other = 0;
	uint64_t seed;
	const char *c;

	for (seed = 1; seed <= SEEDS; seed++) {
		boot(seed, false);
		sim_process(no_file_sync, NULL, NULL);
		sim_power_loss(seed);
		c = content("/home/sim/f");
		whole += strcmp(c, "abc") == 0;
		empty += strcmp(c, "") == 0;
		other += strcmp(c, "abc") != 0 && strcmp(c, "") != 0;
		sim_halt();
	}
	ok(whole && empty && other, "content that was not synced: whole %u, empty %u, damaged %u", whole, empty, other);
}

/* ---- killing and failing ---- */

static enum sim_fate
kill_at(void *arg, uint64_t n, const char *call, bool changes)
{
	(void)call, (void)changes;
	return n == *(uint64_t *)arg ? SIM_KILL_HALF : SIM_GO;
}

static void
test_kill(void)
{
	uint64_t n, total;
	size_t leaked;
	unsigned whole = 0, bad = 0;
	const char *c;

	boot(7, false);
	ok(sim_process(replaced, NULL, &leaked) && leaked == 0, "a process that is left alone ends");
	total = sim_calls();
	sim_halt();
	for (n = 1; n <= total; n++) {
		boot(7, false);
		sim_set_hook(kill_at, &n);
		bad += sim_process(replaced, NULL, &leaked);
		c = content("/home/sim/f");
		whole += strcmp(c, "abc") == 0;
		bad += strncmp("abc", c, strlen(c)) != 0 && strcmp(c, "-") != 0 && strcmp(c, "new") != 0;
		sim_set_hook(NULL, NULL);
		bad += !sim_process(synced, NULL, NULL);
		sim_halt();
	}
	is_int(bad, 0, "killed at each call in turn, it dies and leaves what it had done");
	ok(whole > 2 && total == 8, "  ... %u of %lu times after the first file", whole, (unsigned long)total);
}

static void
held_lock(void *arg)
{
	int fd = os_open("/home/sim/lock", OS_APPEND), other = os_open("/home/sim/lock", OS_APPEND);

	is_int(os_lock(fd), 0, "a lock is given");
	ok(os_lock(other) < 0 && errno == EAGAIN, "a held lock is refused");
	os_close(other);
	if (!arg)
		machine_die();
}

static void
failing(void *arg)
{
	(void)arg;
	sim_fail(sim_calls() + 2, ENOSPC, false);
	ok(os_mkdir("/home/sim/a") == 0, "the call before the chosen one works");
	ok(os_mkdir("/home/sim/b") < 0 && errno == ENOSPC, "the chosen call fails");
	ok(os_mkdir("/home/sim/b") == 0, "the next one works again");
	sim_fail(sim_calls() + 1, EIO, true);
	ok(os_mkdir("/home/sim/c") < 0 && os_mkdir("/home/sim/c") < 0 && errno == EIO, "or all of them fail");
}

static void
test_faults(void)
{
	size_t leaked;

	boot(1, false);
	ok(!sim_process(held_lock, NULL, &leaked) && leaked == 1, "a killed process leaves a descriptor");
	ok(sim_process(held_lock, &leaked, NULL), "its lock is free again");
	sim_process(failing, NULL, NULL);
	sim_halt();
}

/* ---- the rest ---- */

/* Shown names during a pass in which b becomes e. */
static unsigned
renamed_in_pass(void)
{
	struct os_dir *d = os_dir_open("/home/sim");
	const char *name;
	unsigned shown = 0;

	os_dir_next(d, &name);
	os_rename("/home/sim/b", "/home/sim/e");
	do
		shown |= 1u << (name[0] - 'a');
	while (os_dir_next(d, &name) > 0);
	os_dir_close(d);
	return shown;
}

static void
test_dir(void)
{
	unsigned shown[32] = { 0 }, i, race;
	static const unsigned may[] = { 0x05, 0x07, 0x15, 0x17 };	/* a c, a b c, a c e, a b c e */

	for (race = 0; race < 2; race++)
		for (i = 1; i <= SEEDS; i++) {
			boot(i, race != 0);
			write_file("/home/sim/a", "", false);
			write_file("/home/sim/b", "", false);
			write_file("/home/sim/c", "", false);
			shown[renamed_in_pass()] += race == 0 ? SEEDS : 1;
			sim_halt();
		}
	ok(shown[may[2]] > SEEDS * SEEDS, "an honest directory shows a renamed file once");
	ok(shown[may[0]] && shown[may[1]] && shown[may[3]], "a racing one also never or twice");
}

static void
test_clock(void)
{
	struct os_stat a, b;
	struct pollfd p = { 0, POLLIN, 0 };
	int fds[2];
	int64_t t;
	char c;

	boot(1, false);
	t = os_mono_ms();
	is_int(os_pipe(fds), 0, "a pipe");
	p.fd = fds[0];
	is_int(os_poll(&p, 1, 5000), 0, "poll on an empty pipe times out");
	ok(os_mono_ms() - t >= 5000 && os_mono_ms() - t < 5100, "  ... and the time has passed");
	os_write(fds[1], "x", 1);
	ok(os_poll(&p, 1, 5000) == 1 && os_read(fds[0], &c, 1) == 1 && c == 'x', "a byte goes through the pipe");
	ok(os_read(fds[0], &c, 1) < 0 && errno == EAGAIN, "an empty pipe says EAGAIN");
	os_close(fds[1]);
	is_int(os_read(fds[0], &c, 1), 0, "a closed one says end of file");
	os_close(fds[0]);
	sim.conf.stamp_ns = 1000000000;
	write_file("/home/sim/a", "", false);
	sim_advance(1000);
	write_file("/home/sim/b", "", false);
	os_stat("/home/sim/a", &a);
	os_stat("/home/sim/b", &b);
	ok(a.mtime_ns == 0 && b.mtime == a.mtime + 1, "time stamps have the granularity that was asked for");
	sim_halt();
}

static void
test_names(void)
{
	static char name[300];

	boot(1, false);
	write_file("/home/sim/a", "1", false);
	write_file("/home/sim/b", "2", false);
	ok(os_rename_new("/home/sim/a", "/home/sim/b") < 0 && errno == EEXIST, "rename_new does not overwrite");
	ok(os_rename("/home/sim/a", "/home/sim/b") == 0 && strcmp(content("/home/sim/b"), "1") == 0, "rename does");
	ok(os_open("/home/sim/b", OS_CREATE) < 0 && errno == EEXIST, "create does not overwrite");
	ok(os_rmdir("/home/sim") < 0 && errno == ENOTEMPTY, "a full directory is not removed");
	ok(os_open("/home/sim/b/c", OS_READ) < 0 && errno == ENOTDIR, "a file is no directory");
	ok(os_mkdir_parents("/home/sim/x/y//z") == 0 && os_mkdir_parents("/home/sim/x/y/z") == 0, "mkdir -p");
	memset(name, 'n', sizeof(name) - 1);
	name[0] = '/';
	ok(os_mkdir(name) < 0 && errno == ENAMETOOLONG, "a name has its limit");
	ok(os_read(3, name, 1) < 0 && errno == EBADF, "a real descriptor is none here");
	sim_halt();
}

int
main(void)
{
	test_power();
	test_content_loss();
	test_kill();
	test_faults();
	test_dir();
	test_clock();
	test_names();
	return done();
}
