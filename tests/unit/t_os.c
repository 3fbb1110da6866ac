/* t_os.c - the real src/base/os.c, in a directory of its own. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "../../src/base/buf.h"
#include "../../src/base/os.h"
#include "tap.h"

/* The same file again as a system without renameat2 sees it. */
#undef SYS_renameat2
#define compat_rename_new old_rename_new
#include "../../compat/rename_new.c"
#undef compat_rename_new

static void
put(const char *path, const char *text)
{
	if (os_replace_file(path, text, strlen(text)) < 0)
		printf("# cannot write %s\n", path);
}

static bool
holds(const char *path, const char *text)
{
	struct buf b = BUF_INIT;
	bool same = os_read_file(path, 1000, &b) == 0 && slice_is(buf_slice(&b), text);

	buf_free(&b);
	return same;
}

static void
test_files(void)
{
	struct buf b = BUF_INIT;
	struct os_stat st;
	int fd;

	fd = os_open("f", OS_CREATE);
	ok(fd >= 0 && os_write_all(fd, "abc", 3) == 0 && os_fsync(fd) == 0 && os_close(fd) == 0, "create");
	ok(os_open("f", OS_CREATE) < 0 && errno == EEXIST, "create does not open what is there");
	ok(os_open("none", OS_READ) < 0 && os_open("none", OS_RDWR) < 0 && errno == ENOENT, "nor reading create");
	fd = os_open("f", OS_APPEND);
	ok(fd >= 0 && os_write_all(fd, "def", 3) == 0 && os_ftruncate(fd, 5) == 0, "append, truncate");
	os_close(fd);
	ok(holds("f", "abcde"), "content");
	ok(os_stat("f", &st) == 0 && st.size == 5 && st.is_reg && !st.is_dir && st.mode == 0600
	    && st.owner == (uint32_t)getuid() && st.ino != 0, "stat");
	ok(os_set_mtime("f", 1000000000) == 0 && os_stat("f", &st) == 0 && st.mtime == 1000000000
	    && st.mtime_ns == 0 && st.ctime > 1000000000, "set_mtime");
	fd = os_open("f", OS_TRUNCATE);
	os_close(fd);
	ok(holds("f", ""), "OS_TRUNCATE empties");
	put("f", "12345");
	ok(os_read_file("f", 5, &b) == 0 && slice_is(buf_slice(&b), "12345"), "read_file up to the limit");
	ok(os_read_file("f", 4, &b) < 0 && errno == EFBIG, "and not beyond");
	ok(os_read_file(".", 4, &b) < 0 && os_read_file("none", 4, &b) < 0 && errno == ENOENT, "nor what is none");
	ok(os_fsync_dir(".") == 0 && os_fsync_dir("none") < 0, "fsync_dir");
	ok(os_unlink("f") == 0 && os_lstat("f", &st) < 0 && errno == ENOENT, "unlink");
	buf_free(&b);
}

static void
test_replace(void)
{
	struct os_stat st;

	put("r", "old");
	put("r", "new");
	ok(holds("r", "new"), "replace_file");
	ok(os_stat("r.tmp", &st) < 0, "leaves nothing behind");
	ok(os_mkdir("d") == 0 && os_replace_file("d", "x", 1) < 0, "a directory is not replaced");
	ok(os_stat("d.tmp", &st) < 0, "and nothing left behind");
	ok(os_replace_file("no/such/dir", "x", 1) < 0 && errno == ENOENT, "nor made");
	ok(os_rmdir("d") == 0, "rmdir");
}

static void
test_rename_new(const char *how, int (*rename_new)(const char *from, const char *to))
{
	struct os_stat st;

	os_unlink("c");
	put("a", "A");
	put("b", "B");
	ok(rename_new("a", "b") < 0 && errno == EEXIST, "%s refuses", how);
	ok(holds("a", "A") && holds("b", "B"), "and nothing was touched");
	ok(rename_new("a", "c") == 0 && holds("c", "A") && os_stat("a", &st) < 0, "else renames");
	ok(rename_new("a", "x") < 0 && errno == ENOENT, "but not what is not there");
	ok(symlink("nowhere", "dangling") == 0 && rename_new("c", "dangling") < 0 && errno == EEXIST
	    && holds("c", "A"), "a dangling link is there, too");
	os_unlink("dangling");
}

static void
test_rename(void)
{
	test_rename_new("renameat2", os_rename_new);
	test_rename_new("link", old_rename_new);
	test_rename_new("a look before", by_look);
	ok(os_rename("c", "b") == 0 && holds("b", "A"), "rename replaces");
}

static void
test_dirs(void)
{
	struct os_dir *d;
	struct os_stat st;
	const char *name;
	int n = 0, r;

	ok(os_mkdir_parents("p/q//r/") == 0 && os_stat("p/q/r", &st) == 0 && st.is_dir && st.mode == 0700, "mkdir -p");
	ok(os_mkdir_parents("p/q/r") == 0, "again");
	put("p/file", "x");
	ok(os_mkdir_parents("p/file") < 0 && errno == ENOTDIR, "a file is in the way");
	ok(os_mkdir_parents("p/file/x") < 0 && errno == ENOTDIR, "also further up");
	put("p/q/1", "x");
	put("p/q/2", "x");
	d = os_dir_open("p/q");
	while ((r = os_dir_next(d, &name)) > 0)
		n += strcmp(name, "1") == 0 || strcmp(name, "2") == 0 || strcmp(name, "r") == 0 ? 1 : 100;
	ok(r == 0 && n == 3, "listing without . and ..");
	os_dir_close(d);
	ok(!os_dir_open("none") && errno == ENOENT, "no directory");
	ok(os_fs_kind("none") == OS_FS_OTHER && os_fs_kind("/proc") == OS_FS_OTHER, "unknown file systems");
}

static void
test_lock(void)
{
	int one = os_open("lock", OS_APPEND), two = os_open("lock", OS_APPEND);

	ok(os_lock_holder(one) == 0, "nobody holds it");
	ok(os_lock(one) == 0, "lock");
	ok(os_lock(two) < 0 && errno == EAGAIN, "only once");
	os_close(one);
	ok(os_lock(two) == 0, "falls with its descriptor");
	os_close(two);
}

static void
test_lock_holder(void)
{
	int fd = os_open("lock", OS_APPEND), ready[2], status;
	char c;
	pid_t pid;

	if (pipe(ready) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		fd = os_open("lock", OS_APPEND);
		if (os_lock(fd) == 0 && write(ready[1], "x", 1) == 1)
			sleep(9);
		_exit(1);
	}
	ok(read(ready[0], &c, 1) == 1 && os_lock(fd) < 0 && errno == EAGAIN, "another process has it");
	is_int(os_lock_holder(fd), (long long)pid, "which one");
	os_kill(pid);
	ok(os_wait(pid, &status) == 0 && os_lock(fd) == 0, "falls with its process");
	os_close(fd);
	close(ready[0]);
	close(ready[1]);
}

static void
test_spawn(void)
{
	int to, from, status = -1;
	char b[16] = "";
	int64_t start;
	pid_t pid;

	ok(os_spawn("cat", &to, &from, &pid) == 0 && os_write_all(to, "hi", 2) == 0, "spawn");
	os_close(to);
	ok(os_read(from, b, sizeof(b)) == 2 && memcmp(b, "hi", 2) == 0 && os_read(from, b, 1) == 0, "both pipes");
	os_close(from);
	ok(os_wait(pid, &status) == 0 && status == 0, "status 0");
	os_spawn("cat; exit 7", NULL, &from, &pid);
	ok(os_read(from, b, 1) == 0 && os_wait(pid, &status) == 0 && status == 7, "no stdin, status 7");
	os_close(from);
	os_spawn("exec sleep 9", NULL, &from, &pid);
	os_kill(pid);
	ok(os_wait(pid, &status) == 0 && status == 128 + 15, "killed");
	os_close(from);
	start = os_mono_ms();
	os_spawn("exec sleep 9", NULL, &from, &pid);
	ok(os_reap(pid, 20, &status) == 0 && status == 128 + 15 && os_mono_ms() - start < 1000, "reap");
	os_close(from);
	ok(os_reap(pid, 20, &status) < 0, "no such child");
}

static void
test_system(void)
{
	unsigned char r[32], zero[32] = { 0 };
	struct pollfd p;
	const char *h = os_hostname();
	int64_t m = os_mono_us();
	char *home;
	int fd[2];

	ok(h[0] && !strpbrk(h, "/:,") && h == os_hostname(), "host name %s", h);
	ok(os_time() > 1700000000 && os_time_ns() / 1000000000 - os_time() <= 1, "wall clock");
	ok(os_mono_us() >= m && os_mono_ms() - m / 1000 < 1000, "monotonic clock");
	ok(os_random(r, sizeof(r)) == 0 && memcmp(r, zero, sizeof(r)) != 0, "random");
	mem_wipe(r, sizeof(r));
	ok(memcmp(r, zero, sizeof(r)) == 0, "wipe");
	ok(os_pipe(fd) == 0 && os_read(fd[0], r, 1) < 0 && errno == EAGAIN, "pipes do not block");
	p.fd = fd[0];
	p.events = POLLIN;
	ok(os_poll(&p, 1, 0) == 0 && os_write(fd[1], "x", 1) == 1 && os_poll(&p, 1, 1000) == 1, "poll");
	os_close(fd[0]);
	os_close(fd[1]);
	setenv("HOME", "/home/sweet", 1);
	home = os_home(NULL);
	is_str(home, "/home/sweet", "$HOME first");
	free(home);
	ok(os_home("no-such-user") == NULL, "unknown user");
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char dir[400], cmd[500];

	snprintf(dir, sizeof(dir), "%s/t_os.%ld", tmp ? tmp : "/tmp", os_pid());
	if (os_mkdir(dir) < 0 || chdir(dir) < 0)
		return 1;
	test_files();
	test_replace();
	test_rename();
	test_dirs();
	test_lock();
	test_lock_holder();
	test_spawn();
	test_system();
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ok(chdir("/") == 0 && system(cmd) == 0, "all can be removed");
	return done();
}
