/* stat_ns.c - the nanoseconds of struct stat have three spellings; 0 where there are none. */
#include "compat.h"

#include <sys/stat.h>

void
compat_stat_ns(const struct stat *st, int32_t *mtime_ns, int32_t *ctime_ns)
{
#if defined(__APPLE__)
	*mtime_ns = (int32_t)st->st_mtimespec.tv_nsec;
	*ctime_ns = (int32_t)st->st_ctimespec.tv_nsec;
#elif defined(UTIME_OMIT) || defined(__linux__)	/* POSIX.1-2008: both came together */
	*mtime_ns = (int32_t)st->st_mtim.tv_nsec;
	*ctime_ns = (int32_t)st->st_ctim.tv_nsec;
#else
	(void)st;
	*mtime_ns = *ctime_ns = 0;
#endif
}
