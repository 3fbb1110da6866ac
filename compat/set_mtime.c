/* set_mtime.c - utimensat leaves atime alone; before it, atime has to be read and written back. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

static int
by_utimes(const char *path, int64_t t)
{
	struct timeval tv[2];
	struct stat st;

	if (stat(path, &st) < 0)
		return -1;
	tv[0].tv_sec = st.st_atime;
	tv[1].tv_sec = (time_t)t;
	tv[0].tv_usec = tv[1].tv_usec = 0;
	return utimes(path, tv);
}

int
compat_set_mtime(const char *path, int64_t t)
{
#if defined(UTIME_OMIT) && defined(AT_FDCWD)
	struct timespec ts[2];

	ts[0].tv_sec = 0;
	ts[0].tv_nsec = UTIME_OMIT;
	ts[1].tv_sec = (time_t)t;
	ts[1].tv_nsec = 0;
	if (utimensat(AT_FDCWD, path, ts, 0) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
#endif
	return by_utimes(path, t);
}
