/* random.c - getrandom waits until the pool is filled at boot; /dev/urandom exists everywhere else. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

static int
from_device(unsigned char *p, size_t n)
{
	int code, fd = open("/dev/urandom", O_RDONLY | O_NOCTTY);
	ssize_t r = 1;

	if (fd < 0)
		return -1;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	while (n > 0 && (r > 0 || (r < 0 && errno == EINTR))) {
		r = read(fd, p, n);
		if (r > 0) {
			p += r;
			n -= (size_t)r;
		}
	}
	code = r < 0 ? errno : EIO;
	close(fd);
	errno = code;
	return n ? -1 : 0;
}

int
compat_random(void *p, size_t n)
{
#if defined(__linux__) && defined(SYS_getrandom)
	unsigned char *q = p;
	long r = 1;

	while (n > 0 && (r > 0 || (r < 0 && errno == EINTR))) {
		r = syscall(SYS_getrandom, q, n, 0);
		if (r > 0) {
			q += r;
			n -= (size_t)r;
		}
	}
	return n ? from_device(q, n) : 0;
#else
	return from_device(p, n);
#endif
}
