/* socket.c - as pipe.c. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

int
compat_socket(int family)
{
	int fd;

#ifdef SOCK_CLOEXEC
	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 || errno != EINVAL)		/* Linux before 2.6.27 */
		return fd;
#endif
	fd = socket(family, SOCK_STREAM, 0);
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}
