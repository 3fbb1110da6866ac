/* pipe.c - close-on-exec from birth where possible: another thread may fork at any moment. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
compat_pipe(int fd[2])
{
#ifdef __linux__
	if (pipe2(fd, O_CLOEXEC) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
#endif
	if (pipe(fd) < 0)
		return -1;
	fcntl(fd[0], F_SETFD, FD_CLOEXEC);
	fcntl(fd[1], F_SETFD, FD_CLOEXEC);
	return 0;
}
