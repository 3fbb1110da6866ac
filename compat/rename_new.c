/*
 * rename_new.c - rename that never replaces. Three ways, best first: renameat2 (Linux 3.15, not on every file
 * system), link + unlink (no hard links on FAT and some FUSE), and a look before a plain rename, which leaves a
 * small window but only where nothing better exists.
 */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

/* 1: not possible here, try the next way. */
static int
by_renameat2(const char *from, const char *to)
{
#if defined(__linux__) && defined(SYS_renameat2)
	if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1u /* RENAME_NOREPLACE */) == 0)
		return 0;
	return errno == ENOSYS || errno == EINVAL ? 1 : -1;
#else
	(void)from;
	(void)to;
	return 1;
#endif
}

static int
by_link(const char *from, const char *to)
{
	if (link(from, to) < 0)
		return errno == EPERM || errno == EOPNOTSUPP || errno == ENOTSUP || errno == ENOSYS
		    || errno == EMLINK ? 1 : -1;
	return unlink(from);
}

static int
by_look(const char *from, const char *to)
{
	struct stat st;

	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return errno == ENOENT ? rename(from, to) : -1;
}

int
compat_rename_new(const char *from, const char *to)
{
	int r = by_renameat2(from, to);

	if (r == 1)
		r = by_link(from, to);
	if (r == 1)
		r = by_look(from, to);
	return r;
}
