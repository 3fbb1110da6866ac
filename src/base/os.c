/* os.c - see os.h: the real one. */
#include "os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../compat/compat.h"
#include "buf.h"
#include "prof.h"

#ifndef O_CLOEXEC
#define O_CLOEXEC	0
#endif

/* Old kernels ignore O_CLOEXEC silently, so it is set again. */
static int
close_on_exec(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

int
os_open(const char *path, enum os_open how)
{
	static const int flags[] = {
		[OS_READ] = O_RDONLY, [OS_CREATE] = O_WRONLY | O_CREAT | O_EXCL,
		[OS_APPEND] = O_RDWR | O_CREAT | O_APPEND, [OS_TRUNCATE] = O_WRONLY | O_CREAT | O_TRUNC,
		[OS_RDWR] = O_RDWR,
	};
	int fd;

	prof_begin(PROF_DISK);
	do
		fd = open(path, flags[how] | O_CLOEXEC | O_NOCTTY, 0600);
	while (fd < 0 && errno == EINTR);
	prof_end(PROF_DISK);
	return close_on_exec(fd);
}

ssize_t
os_read(int fd, void *p, size_t n)
{
	ssize_t r;

	prof_begin(PROF_DISK);
	do
		r = read(fd, p, n);
	while (r < 0 && errno == EINTR);
	prof_end(PROF_DISK);
	return r;
}

ssize_t
os_write(int fd, const void *p, size_t n)
{
	ssize_t r;

	prof_begin(PROF_DISK);
	do
		r = write(fd, p, n);
	while (r < 0 && errno == EINTR);
	prof_end(PROF_DISK);
	return r;
}

int
os_write_all(int fd, const void *p, size_t n)
{
	const char *q = p;
	ssize_t r;

	while (n > 0) {
		r = os_write(fd, q, n);
		if (r < 0)
			return -1;
		q += r;
		n -= (size_t)r;
	}
	return 0;
}

int
os_close(int fd)
{
	int r;

	prof_begin(PROF_DISK);
	r = close(fd);
	prof_end(PROF_DISK);
	/* Linux has closed it by then; a second close might hit another thread's new file. */
	return r < 0 && errno != EINTR ? -1 : 0;
}

int
os_fsync(int fd)
{
	int r;

	prof_begin(PROF_FSYNC);
	do
		r = compat_fsync(fd);
	while (r < 0 && errno == EINTR);
	prof_end(PROF_FSYNC);
	prof_add(PROF_FSYNCS, 1);
	return r;
}

int
os_fsync_dir(const char *path)
{
	int code, fd = os_open(path, OS_READ);

	if (fd < 0)
		return errno == EISDIR || errno == EINVAL ? 0 : -1;	/* AIX, some FUSE */
	code = os_fsync(fd) < 0 ? errno : 0;
	os_close(fd);
	if (code == 0 || code == EINVAL || code == EISDIR || code == EBADF || code == ENOTSUP)
		return 0;
	errno = code;
	return -1;
}

int
os_ftruncate(int fd, uint64_t len)
{
	int r;

	do
		r = ftruncate(fd, (off_t)len);
	while (r < 0 && errno == EINTR);
	return r;
}

int
os_set_mtime(const char *path, int64_t t)
{
	int r;

	prof_begin(PROF_DISK);
	r = compat_set_mtime(path, t);
	prof_end(PROF_DISK);
	return r;
}

static int
convert(int r, const struct stat *in, struct os_stat *st)
{
	if (r < 0)
		return -1;
	st->dev = (uint64_t)in->st_dev;
	st->ino = (uint64_t)in->st_ino;
	st->size = (uint64_t)in->st_size;
	st->mtime = in->st_mtime;
	st->ctime = in->st_ctime;
	compat_stat_ns(in, &st->mtime_ns, &st->ctime_ns);
	st->mode = in->st_mode & 07777;
	st->owner = (uint32_t)in->st_uid;
	st->is_dir = S_ISDIR(in->st_mode);
	st->is_reg = S_ISREG(in->st_mode);
	return 0;
}

int
os_stat(const char *path, struct os_stat *st)
{
	struct stat in;
	int r;

	prof_begin(PROF_DISK);
	r = stat(path, &in);
	prof_end(PROF_DISK);
	return convert(r, &in, st);
}

int
os_lstat(const char *path, struct os_stat *st)
{
	struct stat in;
	int r;

	prof_begin(PROF_DISK);
	r = lstat(path, &in);
	prof_end(PROF_DISK);
	return convert(r, &in, st);
}

int
os_fstat(int fd, struct os_stat *st)
{
	struct stat in;
	int r;

	prof_begin(PROF_DISK);
	r = fstat(fd, &in);
	prof_end(PROF_DISK);
	return convert(r, &in, st);
}

int
os_rename(const char *from, const char *to)
{
	int r;

	prof_begin(PROF_DISK);
	r = rename(from, to);
	prof_end(PROF_DISK);
	return r;
}

int
os_rename_new(const char *from, const char *to)
{
	int r;

	prof_begin(PROF_DISK);
	r = compat_rename_new(from, to);
	prof_end(PROF_DISK);
	return r;
}

int
os_unlink(const char *path)
{
	int r;

	prof_begin(PROF_DISK);
	r = unlink(path);
	prof_end(PROF_DISK);
	return r;
}

int
os_mkdir(const char *path)
{
	int r;

	prof_begin(PROF_DISK);
	r = mkdir(path, 0700);
	prof_end(PROF_DISK);
	return r;
}

int
os_rmdir(const char *path)
{
	int r;

	prof_begin(PROF_DISK);
	r = rmdir(path);
	prof_end(PROF_DISK);
	return r;
}

struct os_dir {
	DIR *d;
};

struct os_dir *
os_dir_open(const char *path)
{
	struct os_dir *dir;
	DIR *d;

	prof_begin(PROF_DISK);
	d = opendir(path);
	prof_end(PROF_DISK);
	if (!d)
		return NULL;
	close_on_exec(dirfd(d));
	dir = xmalloc(sizeof(*dir));
	dir->d = d;
	return dir;
}

int
os_dir_next(struct os_dir *dir, const char **name)
{
	struct dirent *de;

	prof_begin(PROF_DISK);
	do {
		errno = 0;	/* the only way to tell the end from an error */
		de = readdir(dir->d);
	} while (de && (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0));
	prof_end(PROF_DISK);
	if (!de)
		return errno ? -1 : 0;
	*name = de->d_name;
	return 1;
}

void
os_dir_close(struct os_dir *dir)
{
	if (!dir)
		return;
	closedir(dir->d);
	free(dir);
}

int
os_lock(int fd)
{
	return compat_lock(fd);
}

long
os_lock_holder(int fd)
{
	return compat_lock_holder(fd);
}

enum os_fs
os_fs_kind(const char *path)
{
	return compat_fs_is_local(path) ? OS_FS_LOCAL : OS_FS_OTHER;
}

int64_t
os_mono_us(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) < 0)
		clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
os_mono_ms(void)
{
	return os_mono_us() / 1000;
}

int64_t
os_time_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t
os_time(void)
{
	return (int64_t)time(NULL);
}

int
os_poll(struct pollfd *v, size_t n, int timeout_ms)
{
	int r = poll(v, (nfds_t)n, timeout_ms);

	return r < 0 && errno == EINTR ? 0 : r;
}

int
os_random(void *p, size_t n)
{
	return compat_random(p, n);
}

static pthread_once_t host_once = PTHREAD_ONCE_INIT;
static char host[256];			/* fixed by find_host() */

/* The name goes into file names: '/' ends one, ':' starts the flags, ',' the U= field. */
static void
find_host(void)
{
	char *p;

	if (gethostname(host, sizeof(host) - 1) < 0 || !host[0])
		strncpy(host, "localhost", sizeof(host) - 1);
	for (p = host; *p; p++)
		if (!ascii_is_alnum((unsigned char)*p) && !strchr("-._", *p))
			*p = '_';
}

const char *
os_hostname(void)
{
	pthread_once(&host_once, find_host);
	return host;
}

long
os_pid(void)
{
	return (long)getpid();
}

char *
os_home(const char *user)
{
	const char *env = user ? NULL : getenv("HOME");
	struct passwd pw, *found = NULL;
	char tmp[4096];
	int code;

	if (env && *env)
		return xstrdup(env);
	code = user ? getpwnam_r(user, &pw, tmp, sizeof(tmp), &found)
	    : getpwuid_r(getuid(), &pw, tmp, sizeof(tmp), &found);
	return code == 0 && found && found->pw_dir ? xstrdup(found->pw_dir) : NULL;
}

/*
 * Commands run in a group of their own, so that os_reap() can end what the shell has started. Not where there is a
 * terminal: ssh or gpg may want to ask there, which only the group in the foreground may.
 */
static void
leave_group(void)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY);

	if (tty < 0)
		setpgid(0, 0);
	else
		close(tty);
}

/* In the child, between fork and exec: only async-signal-safe calls. */
static void
become(const char *command, int in, int out)
{
	struct sigaction dfl;
	sigset_t none;

	memset(&dfl, 0, sizeof(dfl));
	dfl.sa_handler = SIG_DFL;
	sigaction(SIGPIPE, &dfl, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	leave_group();
	/* dup2 onto itself would keep close-on-exec: in and out are never 0 or 1, see os_spawn() */
	if (dup2(in, 0) == 0 && dup2(out, 1) == 1)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* A descriptor above the standard ones, which a careless parent may have left closed. */
static int
above_standard(int fd)
{
	int moved;

	if (fd < 0 || fd > 2)
		return fd;
	moved = close_on_exec(fcntl(fd, F_DUPFD, 3));
	close(fd);
	return moved;
}

static void
close_pair(int fd[2])
{
	int code = errno;

	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
	errno = code;
}

static int
pipe_pair(int fd[2])
{
	if (compat_pipe(fd) < 0) {
		fd[0] = fd[1] = -1;
		return -1;
	}
	fd[0] = above_standard(fd[0]);
	fd[1] = above_standard(fd[1]);
	if (fd[0] >= 0 && fd[1] >= 0)
		return 0;
	close_pair(fd);
	fd[0] = fd[1] = -1;
	return -1;
}

int
os_spawn(const char *command, int *to_child, int *from_child, pid_t *pid)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };

	if (to_child ? pipe_pair(in) < 0
	    : (in[0] = above_standard(os_open("/dev/null", OS_READ))) < 0)
		return -1;
	if (pipe_pair(out) < 0) {
		close_pair(in);
		return -1;
	}
	*pid = fork();
	if (*pid == 0)
		become(command, in[0], out[1]);
	if (*pid < 0) {
		close_pair(in);
		close_pair(out);
		return -1;
	}
	close(in[0]);
	close(out[1]);
	if (to_child)
		*to_child = in[1];
	*from_child = out[0];
	return 0;
}

static int
status_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
os_wait(pid_t pid, int *exit_status)
{
	int status;
	pid_t r;

	do
		r = waitpid(pid, &status, 0);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -1;
	*exit_status = status_code(status);
	return 0;
}

void
os_kill(pid_t pid)
{
	kill(pid, SIGTERM);
}

int
os_set_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -1 : 0;
}

int
os_pipe(int fd[2])
{
	if (pipe_pair(fd) < 0)
		return -1;
	if (os_set_nonblock(fd[0]) == 0 && os_set_nonblock(fd[1]) == 0)
		return 0;
	close_pair(fd);
	return -1;
}

int
os_tcp_socket(int family)
{
	int fd = close_on_exec(above_standard(compat_socket(family)));

	if (fd >= 0 && os_set_nonblock(fd) < 0) {
		os_close(fd);
		return -1;
	}
	return fd;
}
