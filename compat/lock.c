/* lock.c - flock where there is one: fcntl locks fall when any descriptor of the file is closed. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int
take(int fd)
{
#ifdef LOCK_EX
	return flock(fd, LOCK_EX | LOCK_NB);
#else
	struct flock l;

	memset(&l, 0, sizeof(l));
	l.l_type = F_WRLCK;
	l.l_whence = SEEK_SET;
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
