/* lock.c - see lock.h. */
#include "lock.h"

#include <errno.h>

#include "../base/buf.h"
#include "../base/os.h"

/* The holder wrote its name into the file; printable whatever is there. */
static int
report_holder(const char *path, bool *taken, struct err *e)
{
	struct buf text = BUF_INIT, holder = BUF_INIT;

	*taken = true;
	if (os_read_file(path, 256, &text) == 0)
		buf_add_printable(&holder, slice_trim(buf_slice(&text)), 128);
	err_set(e, ERR_ACCOUNT, "another offlineimap%s%s is at work here (it holds %s); wait for it, or end it",
	    holder.len ? ", " : "", buf_str(&holder), path);
	buf_free(&text);
	buf_free(&holder);
	return -1;
}

static int
write_holder(int fd)
{
	struct buf me = BUF_INIT;
	int got;

	buf_printf(&me, "process %ld on %s\n", os_pid(), os_hostname());
	got = os_ftruncate(fd, 0) < 0 ? -1 : os_write_all(fd, me.p, me.len);
	buf_free(&me);
	return got;
}

int
lock_take(const char *path, bool look_only, bool *taken, struct err *e)
{
	int fd = os_open(path, look_only ? OS_RDWR : OS_APPEND);

	*taken = false;
	if (fd < 0)
		return look_only && errno == ENOENT ? -2 : err_sys(e, ERR_ACCOUNT, "cannot open %s", path);
	if (os_lock(fd) < 0) {
		int why = errno;

		os_close(fd);
		errno = why;
		return why == EAGAIN ? report_holder(path, taken, e) : err_sys(e, ERR_ACCOUNT, "cannot lock %s", path);
	}
	if (!look_only && write_holder(fd) < 0) {
		err_sys(e, ERR_ACCOUNT, "cannot write %s", path);
		os_close(fd);
		return -1;
	}
	return fd;
}
