/*
 * lock.c - an exclusive lock that dies with its owner. flock where there is one: it belongs to the open file, while
 * fcntl locks fall when any descriptor of the file is closed. An fcntl lock is taken beside it because only that
 * one tells who has it; it may fail (NFS makes both into one kind of lock, and our own flock is in the way).
 */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static struct flock
whole_file(void)
{
	struct flock l;

	memset(&l, 0, sizeof(l));
	l.l_type = F_WRLCK;
	l.l_whence = SEEK_SET;
	return l;
}

static int
take(int fd)
{
	struct flock l = whole_file();

#ifdef LOCK_EX
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -1;
	fcntl(fd, F_SETLK, &l);
	return 0;
#else
	return fcntl(fd, F_SETLK, &l);
#endif
}

int
compat_lock(int fd)
{
	int r;

	do
		r = take(fd);
	while (r < 0 && errno == EINTR);
	if (r < 0 && (errno == EWOULDBLOCK || errno == EACCES))
		errno = EAGAIN;
	return r < 0 ? -1 : 0;
}

long
compat_lock_holder(int fd)
{
	struct flock l = whole_file();

	return fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK ? (long)l.l_pid : 0;
}
