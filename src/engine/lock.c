/* lock.c - see lock.h. */
#include "lock.h"

#include <errno.h>
#include <stdio.h>

#include "../base/os.h"

static int
report_holder(int fd, const char *path, struct err *e)
{
	long pid = os_lock_holder(fd);
	char who[40] = "";

	if (pid > 0)
		snprintf(who, sizeof(who), " (process %ld)", pid);
	return err_set(e, ERR_ACCOUNT, "another offlineimap%s is at work here: it holds %s; wait "
	    "for it, or end it", who, path);
}

int
lock_take(const char *path, bool look_only, bool *taken, struct err *e)
{
	int fd = os_open(path, look_only ? OS_RDWR : OS_APPEND);

	*taken = false;
	if (fd < 0)
		return look_only && errno == ENOENT ? -2 :
		    err_sys(e, ERR_ACCOUNT, "cannot open %s", path);
	if (os_lock(fd) == 0)
		return fd;
	*taken = errno == EAGAIN;
	if (*taken)
		report_holder(fd, path, e);
	else
		err_sys(e, ERR_ACCOUNT, "cannot lock %s", path);
	os_close(fd);
	return -1;
}
