/*
 * compat.h - what POSIX.1-2001 lacks or leaves to the system, one function a file. The only place that knows
 * platforms. Called from src/base only. As os.h: -1 with errno on failure.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stat;

int	compat_fsync(int fd);			/* to the disk itself, not only to its cache */
bool	compat_fs_is_local(const char *path);	/* known local file system with fine time stamps */
int	compat_lock(int fd);			/* exclusive, at once; EAGAIN if another holds it */
long	compat_lock_holder(int fd);		/* its process, 0 if unknown */
int	compat_pipe(int fd[2]);			/* close-on-exec, blocking */
int	compat_random(void *p, size_t n);	/* from the kernel, cryptographic */
int	compat_rename_new(const char *from, const char *to);	/* EEXIST instead of replacing */
int	compat_set_mtime(const char *path, int64_t t);
int	compat_socket(int family);		/* TCP, close-on-exec */
void	compat_stat_ns(const struct stat *st, int32_t *mtime_ns, int32_t *ctime_ns);
void	compat_wipe(void *p, size_t n);		/* not removed by the compiler */

#endif
