/*
 * deliver.c - a new message in the safe order (DESIGN rule 7): tmp/, fsync, rename into place; the fsync of the
 * directory is maildir_sync's. Line ends turn from CRLF into LF on the way (RFC 9051 2.3.1 has CRLF on the wire).
 */
#include "folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/path.h"
#include "../base/thr.h"

enum { OUT_CAP = 8192, NAME_TRIES = 1000 };

/*
 * <time>_<seq>: never twice in one process, since time never goes back here, whatever the clock does. Between
 * processes of the same number (a container's first process is always 1) within one second the random start
 * of seq keeps them apart: two files of one base name would be one message to the state.
 */
static pthread_mutex_t unique_lock = PTHREAD_MUTEX_INITIALIZER;
static struct { int64_t time; uint32_t start, seq; bool started; } unique;	/* under unique_lock */

static void
next_unique(int64_t *time, uint32_t *seq)
{
	int64_t now = os_time();

	thr_lock(&unique_lock);
	if (!unique.started) {
		if (os_random(&unique.start, sizeof unique.start) == -1)
			unique.start = (uint32_t)os_time_ns();
		unique.start &= 0x3fffffff;
	}
	if (!unique.started || now > unique.time) {
		unique.time = now;
		unique.seq = unique.start;
	}
	unique.started = true;
	*time = unique.time;
	*seq = unique.seq++;
	thr_unlock(&unique_lock);
}

/* "/" and ":" as maildir(5) has them; "," would begin a field. */
static void
add_host(struct buf *out)
{
	const char *host;

	for (host = os_hostname(); *host != '\0'; host++) {
		if (strchr("/:,", *host) != NULL)
			buf_printf(out, "\\%03o", (unsigned)(unsigned char)*host);
		else
			buf_putc(out, *host);
	}
}

static void
make_base(struct buf *out)
{
	int64_t time;
	uint32_t seq;

	next_unique(&time, &seq);
	buf_reset(out);
	buf_printf(out, "%lld_%lu.%ld.", (long long)time, (unsigned long)seq, os_pid());
	add_host(out);
}

int
maildir_deliver_start(const struct maildir *m, struct md_delivery *d, struct err *e)
{
	struct buf base = BUF_INIT, file = BUF_INIT;
	int try, r = 0;

	memset(d, 0, sizeof *d);
	for (try = 0; try < NAME_TRIES; try++) {
		make_base(&base);
		buf_reset(&file);
		buf_printf(&file, "%s%s", MD_TMP_PREFIX, base.p);
		free(d->tmp);
		d->tmp = path_join3(m->path, "tmp", file.p);
		d->fd = os_open(d->tmp, OS_CREATE);
		if (d->fd != -1 || errno != EEXIST)
			break;
	}
	if (d->fd == -1) {
		r = err_sys(e, ERR_FOLDER, "cannot create %s", d->tmp);
		free(d->tmp);
		d->tmp = NULL;
	} else {
		d->base = buf_steal(&base);
		d->out = xmalloc(OUT_CAP);
	}
	buf_free(&base);
	buf_free(&file);
	return r;
}

static int
flush(struct md_delivery *d, struct err *e)
{
	if (d->nout > 0 && os_write_all(d->fd, d->out, d->nout) == -1)
		return err_sys(e, ERR_FOLDER, "cannot write %s", d->tmp);
	d->nout = 0;
	return 0;
}

/* Line feeds which a reader of the file will see without a CR before them: each costs an octet more on the wire. */
static size_t
bare_lf(char before, const char *p, size_t n)
{
	const char *end = p + n, *lf = p;
	size_t count = 0;

	while (lf < end && (lf = memchr(lf, '\n', (size_t)(end - lf))) != NULL) {
		if ((lf == p ? before : lf[-1]) != '\r')
			count++;
		lf++;
	}
	return count;
}

/* Octets as they shall stand in the file. */
static int
put(struct md_delivery *d, const char *p, size_t n, struct err *e)
{
	size_t piece;

	if (n == 0)
		return 0;
	d->size += n;
	d->wire += n + bare_lf(d->last, p, n);
	d->last = p[n - 1];
	for (; n > 0; p += piece, n -= piece) {
		piece = OUT_CAP - d->nout < n ? OUT_CAP - d->nout : n;
		memcpy(d->out + d->nout, p, piece);
		d->nout += piece;
		if (d->nout == OUT_CAP && flush(d, e) == -1)
			return -1;
	}
	return 0;
}

int
maildir_deliver_data(struct md_delivery *d, const void *data, size_t n, struct err *e)
{
	const char *p = data, *end = p + n, *cr;

	while (p < end) {
		if (d->cr && *p != '\n' && put(d, "\r", 1, e) == -1)
			return -1;
		d->cr = false;
		cr = memchr(p, '\r', (size_t)(end - p));
		if (put(d, p, (size_t)((cr ? cr : end) - p), e) == -1)
			return -1;
		d->cr = cr != NULL;
		p = cr ? cr + 1 : end;
	}
	return 0;
}

/* A failed fsync is never retried: the kernel may have dropped the pages and call the next one a success. */
static int
finish_file(const struct maildir *m, struct md_delivery *d, struct err *e)
{
	int fd = d->fd;

	if (m->fsync && os_fsync(fd) == -1)
		return err_sys(e, ERR_FOLDER, "fsync %s: the message is not stored", d->tmp);
	d->fd = -1;
	if (os_close(fd) == -1)
		return err_sys(e, ERR_FOLDER, "close %s: the message is not stored", d->tmp);
	return 0;
}

int
maildir_deliver_end(const struct maildir *m, struct md_delivery *d, int64_t date, struct err *e)
{
	if (d->cr && put(d, "\r", 1, e) == -1)
		goto fail;
	d->cr = false;
	if (flush(d, e) == -1)
		goto fail;
	if (date != 0)
		os_set_mtime(d->tmp, date);	/* a date the file system cannot store must not cost the message */
	if (finish_file(m, d, e) == -1)
		goto fail;
	free(d->out);
	d->out = NULL;
	return 0;
fail:
	maildir_deliver_abort(d);
	return -1;
}

int
maildir_deliver_publish(const struct maildir *m, struct md_delivery *d, uint32_t uid, unsigned flags,
    char **name, struct err *e)
{
	struct buf final = BUF_INIT;
	char *path;

	*name = NULL;
	md_name_build(&final, d->base, uid, m->fmd5, flags);
	path = md_path(m, flags == 0, final.p);
	if (os_rename_new(d->tmp, path) == -1) {
		err_sys(e, ERR_FOLDER, "cannot rename %s to %s", d->tmp, path);
		maildir_deliver_abort(d);
	} else {
		*name = buf_steal(&final);
		free(d->tmp);		/* nothing left to remove */
		d->tmp = NULL;
		maildir_deliver_abort(d);
	}
	buf_free(&final);
	free(path);
	return *name != NULL ? 0 : -1;
}

void
maildir_deliver_abort(struct md_delivery *d)
{
	if (d->fd != -1 && d->tmp != NULL)
		os_close(d->fd);
	if (d->tmp != NULL)
		os_unlink(d->tmp);
	free(d->tmp);
	free(d->base);
	free(d->out);
	memset(d, 0, sizeof *d);
	d->fd = -1;
}
