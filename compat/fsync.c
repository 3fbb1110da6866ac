/* fsync.c - macOS's fsync() stops at the disk's cache; F_FULLFSYNC does not. */
#include "compat.h"

#include <fcntl.h>
#include <unistd.h>

int
compat_fsync(int fd)
{
#ifdef F_FULLFSYNC
	if (fcntl(fd, F_FULLFSYNC) == 0)
		return 0;
#endif
	return fsync(fd);
}
