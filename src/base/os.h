/*
 * os.h - the only door to files, directories, sockets' bytes, processes, clocks, sleeping and random
 * numbers. src/base/os.c is the real one; tests/sim/os.c (linked instead of it) is an in-memory file
 * system with a virtual clock that can lose what was not synced and fail the n-th call.
 *
 * Unless said otherwise: -1 with errno on failure; EINTR is retried inside; every descriptor is
 * close-on-exec; any thread may call. Paths are used as given.
 */
#ifndef BASE_OS_H
#define BASE_OS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct os_stat {
	uint64_t dev, ino, size;
	int64_t mtime, ctime;		/* seconds */
	int32_t mtime_ns, ctime_ns;
	uint32_t mode;			/* permission bits only */
	uint32_t owner;			/* user id */
	bool is_dir, is_reg;
};

enum os_open {
	OS_READ,			/* existing file, read only */
	OS_CREATE,			/* new file, write only; EEXIST if it is there; mode 0600 */
	OS_APPEND,			/* read and append, created with mode 0600 if absent */
	OS_TRUNCATE,			/* write only, created or emptied, mode 0600 */
	OS_RDWR				/* existing file, read and write */
};

int	os_open(const char *path, enum os_open how);
ssize_t	os_read(int fd, void *p, size_t n);	/* 0 at end of file; EAGAIN on a non-blocking socket */
ssize_t	os_write(int fd, const void *p, size_t n);	/* may be short */
int	os_write_all(int fd, const void *p, size_t n);	/* for files: loops over short writes */
int	os_close(int fd);			/* the descriptor is gone even if -1 is returned */
int	os_fsync(int fd);			/* a failure is never retried (DESIGN rule 7) */
int	os_fsync_dir(const char *path);		/* 0 also where directories cannot be synced (EINVAL and the like) */
int	os_ftruncate(int fd, uint64_t len);
int	os_set_mtime(const char *path, int64_t t);	/* atime is left alone where the system can */

int	os_stat(const char *path, struct os_stat *st);	/* follows symbolic links */
int	os_lstat(const char *path, struct os_stat *st);
int	os_fstat(int fd, struct os_stat *st);
int	os_rename(const char *from, const char *to);	/* replaces to */
int	os_rename_new(const char *from, const char *to);	/* EEXIST if to is there: never overwrites */
int	os_unlink(const char *path);
int	os_mkdir(const char *path);		/* mode 0700 */
int	os_rmdir(const char *path);

struct os_dir;
struct os_dir *os_dir_open(const char *path);
/* 1: *name is the next entry, valid until the next call, never "." or ".."; 0: end; -1: error. */
int	os_dir_next(struct os_dir *d, const char **name);
void	os_dir_close(struct os_dir *d);

/* Takes the kernel's exclusive lock on an open file without waiting: -1 with EAGAIN if another holds it. */
int	os_lock(int fd);
long	os_lock_holder(int fd);			/* process that has it, as far as the system tells; else 0 */

enum os_fs {
	OS_FS_LOCAL,			/* known local file system with fine time stamps */
	OS_FS_OTHER			/* network, FUSE or unknown: stamps and listings may lag (DESIGN rule 2) */
};
enum os_fs os_fs_kind(const char *path);

int64_t	os_mono_ms(void);			/* monotonic clock, milliseconds */
int64_t	os_mono_us(void);			/* the same in microseconds, for profiles */
int64_t	os_time(void);				/* wall clock, seconds since 1970 */
int64_t	os_time_ns(void);			/* wall clock, nanoseconds since 1970 */
int	os_poll(struct pollfd *v, size_t n, int timeout_ms);	/* as poll(2), EINTR returns 0 */
int	os_random(void *p, size_t n);		/* from the kernel; -1 if there is none */

const char *os_hostname(void);			/* constant after the first call; "localhost" if unknown */
long	os_pid(void);
/* Home directory of user (NULL: the caller's, $HOME first); malloced, NULL if unknown. */
char	*os_home(const char *user);

/*
 * A child under /bin/sh -c. stdin and stdout of the child are pipes (*to_child may be NULL: /dev/null is
 * its stdin); stderr is ours. Descriptors are the caller's to close.
 */
int	os_spawn(const char *command, int *to_child, int *from_child, pid_t *pid);
int	os_wait(pid_t pid, int *exit_status);	/* waits; exit_status: 0..255, or 128 + signal */
void	os_kill(pid_t pid);			/* SIGTERM */
#define OS_TERM_MS	1000
/*
 * Waits grace_ms for it to end by itself, sends SIGTERM, waits OS_TERM_MS, sends SIGKILL: never hangs. Without a
 * terminal also to all that it has started.
 */
int	os_reap(pid_t pid, int grace_ms, int *exit_status);
int	os_set_nonblock(int fd);
int	os_pipe(int fd[2]);			/* both ends non-blocking */

int	os_tcp_socket(int family);		/* AF_INET or AF_INET6; non-blocking; for net/dial.c only */

/*
 * Whole small files (configuration, password, marker). EFBIG if longer than max. *out is replaced; the
 * caller buf_free()s it.
 */
struct buf;
int	os_read_file(const char *path, size_t max, struct buf *out);
/* tmp, write, fsync, rename over path, fsync of the directory: old or new content, never a mixture. */
int	os_replace_file(const char *path, const void *p, size_t n);
int	os_mkdir_parents(const char *path);	/* mkdir -p, mode 0700, durable; 0 if it is there */

#endif
