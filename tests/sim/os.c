/* os.c - base/os.h on the simulated machine: descriptors, files. Directories: dir.c; clock, pipes, sockets: wire.c. */
#include "../../src/base/os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/* ---- files ---- */

int
os_open(const char *path, enum os_open how)
{
	struct fs_node *f = fs_find(path);
	bool make = !f && (how == OS_CREATE || how == OS_APPEND || how == OS_TRUNCATE);
	int fd;

	if (machine_enter("open", path, make || (how == OS_TRUNCATE && f), NULL))
		return -1;
	f = fs_find(path);
	if (f && (how == OS_CREATE || f->is_dir)) {
		errno = f->is_dir ? EISDIR : EEXIST;
		return -1;
	}
	if (!f && (!make || !(f = fs_make(path, false))))
		return -1;
	fd = fd_new(FD_FILE);
	if (fd < 0)
		return -1;
	sim.fd[fd - FD_BASE].file = f;
	sim.fd[fd - FD_BASE].can_read = how == OS_READ || how == OS_APPEND || how == OS_RDWR;
	sim.fd[fd - FD_BASE].can_write = how != OS_READ;
	sim.fd[fd - FD_BASE].append = how == OS_APPEND;
	if (how == OS_TRUNCATE && f->data.len)
		fs_truncate(f, 0);
	if (make || how == OS_TRUNCATE)
		machine_changed(NULL);
	return fd;
}

int
os_close(int fd)
{
	struct fd *d = fd_get(fd);

	if (!d)
		return -1;
	if (d->file && d->file->lock == fd)
		d->file->lock = -1;
	wire_close(d);
	d->kind = FD_FREE;
	return 0;
}

static ssize_t
file_read(struct fd *d, void *p, size_t n)
{
	if (!d->can_read) {
		errno = EBADF;
		return -1;
	}
	if (d->at >= d->file->data.len)
		return 0;
	if (n > d->file->data.len - d->at)
		n = (size_t)(d->file->data.len - d->at);
	memcpy(p, d->file->data.p + d->at, n);
	d->at += n;
	return (ssize_t)n;
}

ssize_t
os_read(int fd, void *p, size_t n)
{
	struct fd *d = fd_get(fd);

	if (!d || machine_enter("read", d->file ? "file" : "wire", false, NULL))
		return -1;
	return d->file ? file_read(d, p, n) : wire_read(d, p, n);
}

static ssize_t
file_write(struct fd *d, const void *p, size_t n)
{
	if (!d->can_write) {
		errno = EBADF;
		return -1;
	}
	if (d->append)
		d->at = d->file->data.len;
	fs_write(d->file, d->at, p, n);
	d->at += n;
	machine_changed(d->file);
	return (ssize_t)n;
}

static void
trace_bytes(const char *p, size_t n)
{
	char text[TAIL_LINE - 20];
	size_t i;

	if (!machine_watched())
		return;
	for (i = 0; i < n && i < sizeof(text) - 1; i++)
		text[i] = (unsigned char)p[i] < ' ' ? '~' : p[i];
	text[i] = '\0';
	sim_trace("  %lu: %s", (unsigned long)n, text);
}

ssize_t
os_write(int fd, const void *p, size_t n)
{
	struct fd *d = fd_get(fd);
	bool half = false;

	if (!d || machine_enter("write", d->file ? "file" : "wire", d->kind != FD_PIPE, &half))
		return -1;
	if (half)
		n = (size_t)sim_rand(&sim.rng, n);
	else if (d->kind == FD_SOCKET)
		n = wire_portion(n);
	trace_bytes(p, n);
	if ((d->file ? file_write(d, p, n) : wire_write(d, p, n)) < 0)
		return -1;
	if (half)
		machine_die();
	return (ssize_t)n;
}

int
os_write_all(int fd, const void *p, size_t n)
{
	return n == 0 || os_write(fd, p, n) == (ssize_t)n ? 0 : -1;
}

int
os_fsync(int fd)
{
	struct fd *d = fd_get(fd);

	if (!d || !d->file || machine_enter("fsync", "", true, NULL))
		return -1;
	fs_sync_file(d->file);
	return 0;
}

int
os_fsync_dir(const char *path)
{
	struct fs_node *d;

	if (machine_enter("fsync_dir", path, true, NULL))
		return -1;
	d = fs_find(path);
	if (d)
		fs_sync_dir(d);
	return d ? 0 : -1;
}

int
os_ftruncate(int fd, uint64_t len)
{
	struct fd *d = fd_get(fd);

	if (!d || !d->file || machine_enter("ftruncate", "", true, NULL))
		return -1;
	fs_truncate(d->file, len);
	machine_changed(d->file);
	return 0;
}

int
os_set_mtime(const char *path, int64_t t)
{
	struct fs_node *f;

	if (machine_enter("set_mtime", path, true, NULL))
		return -1;
	f = fs_find(path);
	if (f) {
		f->mtime = t * 1000000000;
		machine_changed(NULL);
	}
	return f ? 0 : -1;
}

static int
node_stat(const struct fs_node *f, struct os_stat *st)
{
	if (!f)
		return -1;
	memset(st, 0, sizeof(*st));
	st->dev = 1;
	st->ino = f->ino;
	st->size = f->data.len;
	st->mtime = f->mtime / 1000000000;
	st->mtime_ns = (int32_t)(f->mtime % 1000000000);
	st->ctime = f->ctime / 1000000000;
	st->ctime_ns = (int32_t)(f->ctime % 1000000000);
	st->mode = f->is_dir ? 0700 : 0600;
	st->owner = 1000;
	st->is_dir = f->is_dir;
	st->is_reg = !f->is_dir;
	return 0;
}

int
os_stat(const char *path, struct os_stat *st)
{
	return machine_enter("stat", path, false, NULL) ? -1 : node_stat(fs_find(path), st);
}

int
os_lstat(const char *path, struct os_stat *st)
{
	return os_stat(path, st);	/* no symbolic links here */
}

int
os_fstat(int fd, struct os_stat *st)
{
	struct fd *d = fd_get(fd);

	return !d || !d->file || machine_enter("fstat", "", false, NULL) ? -1 : node_stat(d->file, st);
}

static int
rename_how(const char *from, const char *to, bool replace)
{
	if (machine_enter("rename", from, true, NULL))
		return -1;
	if (machine_watched())
		sim_trace("  to %s", to);
	if (fs_rename(from, to, replace) < 0)
		return -1;
	machine_changed(NULL);
	return 0;
}

int
os_rename(const char *from, const char *to)
{
	return rename_how(from, to, true);
}

int
os_rename_new(const char *from, const char *to)
{
	return rename_how(from, to, false);
}

static int
remove_how(const char *call, const char *path, bool is_dir)
{
	if (machine_enter(call, path, true, NULL) || fs_remove(path, is_dir) < 0)
		return -1;
	machine_changed(NULL);
	return 0;
}

int
os_unlink(const char *path)
{
	return remove_how("unlink", path, false);
}

int
os_rmdir(const char *path)
{
	return remove_how("rmdir", path, true);
}

int
os_mkdir(const char *path)
{
	if (machine_enter("mkdir", path, true, NULL) || !fs_make(path, true))
		return -1;
	machine_changed(NULL);
	return 0;
}

int
os_lock(int fd)
{
	struct fd *d = fd_get(fd);

	if (!d || !d->file || machine_enter("lock", "", false, NULL))
		return -1;
	if (d->file->lock >= 0 && d->file->lock != fd) {
		errno = EAGAIN;
		return -1;
	}
	d->file->lock = fd;
	return 0;
}

long
os_lock_holder(int fd)
{
	(void)fd;
	return 0;
}

enum os_fs
os_fs_kind(const char *path)
{
	(void)path;
	return sim.conf.kind;
}

