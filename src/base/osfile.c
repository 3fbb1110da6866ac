/* osfile.c - the calls of os.h that are made of its other calls, and know no system. */
#include "os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define CHUNK	8192

static int
read_all(int fd, size_t max, struct buf *out)
{
	ssize_t r;

	do {
		buf_reserve(out, CHUNK);
		r = os_read(fd, out->p + out->len, CHUNK);
		if (r < 0)
			return -1;
		out->len += (size_t)r;
		out->p[out->len] = '\0';
		if (out->len > max) {
			errno = EFBIG;
			return -1;
		}
	} while (r > 0);
	return 0;
}

int
os_read_file(const char *path, size_t max, struct buf *out)
{
	int r, code, fd = os_open(path, OS_READ);

	if (fd < 0)
		return -1;
	buf_reset(out);
	r = read_all(fd, max, out);
	code = errno;
	os_close(fd);
	errno = code;
	return r;
}

/* The directory part as the kernel would look it up. */
static char *
parent_of(const char *path)
{
	const char *slash;
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	slash = path + n;
	while (slash > path && slash[-1] != '/')
		slash--;
	if (slash == path)
		return xstrdup(".");
	while (slash > path + 1 && slash[-1] == '/')
		slash--;
	return xstrndup(path, (size_t)(slash - path));
}

static int
write_tmp(const char *tmp, const void *p, size_t n)
{
	int code, fd = os_open(tmp, OS_TRUNCATE);

	if (fd < 0)
		return -1;
	code = os_write_all(fd, p, n) < 0 || os_fsync(fd) < 0 ? errno : 0;
	if (os_close(fd) < 0 && !code)
		code = errno;
	errno = code;
	return code ? -1 : 0;
}

int
os_replace_file(const char *path, const void *p, size_t n)
{
	/* A fixed name: what a crash leaves behind is overwritten by the next run. */
	char *tmp = xasprintf("%s.tmp", path), *dir = parent_of(path);
	int code = 0;

	if (write_tmp(tmp, p, n) < 0 || os_rename(tmp, path) < 0) {
		code = errno;
		os_unlink(tmp);
	} else if (os_fsync_dir(dir) < 0) {
		code = errno;
	}
	free(tmp);
	free(dir);
	errno = code;
	return code ? -1 : 0;
}

int
os_mkdir_parents(const char *path)
{
	struct os_stat st;
	char *dir;
	int r;

	if (os_stat(path, &st) == 0) {
		errno = ENOTDIR;
		return st.is_dir ? 0 : -1;
	}
	if (errno != ENOENT)
		return -1;
	dir = parent_of(path);
	r = strlen(dir) < strlen(path) ? os_mkdir_parents(dir) : 0;
	if (r == 0 && os_mkdir(path) < 0 && errno != EEXIST)	/* EEXIST: another thread was faster */
		r = -1;
	if (r == 0)
		r = os_fsync_dir(dir);
	free(dir);
	return r;
}
