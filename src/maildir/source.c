/*
 * source.c - a message file as the wire wants it: LF becomes CRLF unless a CR stands before it, nothing else
 * changes. Two passes over the file, one buffer: memory does not depend on the size of the message.
 */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/md5.h"
#include "../base/os.h"

enum { PIECE = 32768, ID_MAX = 8192 };

/* ---- the Message-ID of the header, found while the octets go by ---- */

struct id_scan {
	enum { AT_NAME, AT_COLON, IN_VALUE, IN_OTHER, DONE } state;
	size_t column;			/* in this line, CR not counted */
	struct buf value;		/* unfolded: without CR and LF */
};

/* The disk may give it back later: retry, unlike what is no message at all. */
static int
unreadable(struct err *e, const char *path)
{
	err_sys(e, ERR_MESSAGE, "cannot read %s", path);
	e->retry = true;
	return -1;
}

static void
id_name(struct id_scan *s, int c)
{
	static const char field[] = "message-id";

	if (c == ':' && s->state == AT_COLON)
		s->state = IN_VALUE;
	else if (s->state == AT_COLON && c != ' ' && c != '\t')	/* RFC 5322 4.5 lets blanks stand there */
		s->state = IN_OTHER;
	else if (s->state == AT_NAME && ascii_lower(c) != field[s->column])
		s->state = IN_OTHER;
	else if (s->state == AT_NAME && s->column + 1 == sizeof field - 1)
		s->state = AT_COLON;
}

static void
id_octet(struct id_scan *s, int c)
{
	if (s->state == DONE || c == '\r')
		return;
	if (c == '\n') {
		if (s->column == 0)
			s->state = DONE;	/* the empty line: RFC 5322 2.1 */
		s->column = 0;
		return;
	}
	if (s->column == 0 && c != ' ' && c != '\t') {	/* a new field: RFC 5322 2.2.3 */
		if (s->state == IN_VALUE) {
			s->state = DONE;
			return;
		}
		s->state = AT_NAME;
	}
	if (s->state == AT_NAME || s->state == AT_COLON)
		id_name(s, c);
	else if (s->state == IN_VALUE && s->value.len < ID_MAX)
		buf_putc(&s->value, c);
	s->column++;
}

static void
id_feed(struct id_scan *s, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && s->state != DONE; i++)
		id_octet(s, (unsigned char)p[i]);
}

/* The hash, or 0 for none, an empty one or one that is too long to be one. */
static uint64_t
id_end(struct id_scan *s)
{
	struct slice v = slice_trim(buf_slice(&s->value));
	uint64_t hash = v.len > 0 && s->value.len < ID_MAX ? md5_64(v.p, v.len) : 0;

	buf_free(&s->value);
	return hash;
}

/* ---- the file ---- */

/* Opens what lstat saw and nothing else. 0; 1: gone since, or another file is there now; -1. */
static int
open_regular(const char *path, int *fd, struct os_stat *st, struct err *e)
{
	struct os_stat named;

	if (os_lstat(path, &named) == -1)
		return errno == ENOENT ? 1 : unreadable(e, path);
	if (!named.is_reg)
		return err_set(e, ERR_MESSAGE, "%s is not a regular file: not uploaded; move it out of the Maildir",
		    path);
	*fd = os_open(path, OS_READ);
	if (*fd == -1)
		return errno == ENOENT ? 1 : unreadable(e, path);
	if (os_fstat(*fd, st) == 0 && st->ino == named.ino && st->dev == named.dev)
		return 0;
	os_close(*fd);
	*fd = -1;
	return 1;
}

/* 0; 1: gone; -1. name is the last known name; s->path will be the present one. */
static int
open_file(const struct maildir *m, const char *name, struct md_source *s, struct os_stat *st, struct err *e)
{
	struct md_place at;
	int try, r;

	for (try = 0; try < MD_TRIES; try++) {
		r = md_locate(m, name, &at, e);
		if (r != 1)
			return r == 0 ? 1 : -1;
		free(s->path);
		s->path = md_path(m, at.in_new, at.name);
		free(at.name);
		r = open_regular(s->path, &s->fd, st, e);
		if (r != 1)
			return r;
	}
	return md_busy(m, name, e);
}

static int
changed(const struct md_source *s, struct err *e)
{
	return err_retry(e, ERR_MESSAGE, "%s changed while it was read; left for the next run", s->path);
}

static int
measure(struct md_source *s, struct err *e)
{
	struct id_scan id = { AT_NAME, 0, BUF_INIT };
	char *piece = xmalloc(PIECE);
	struct md5 md5;
	ssize_t n;

	md5_init(&md5);
	while ((n = maildir_source_read(s, piece, PIECE, e)) > 0) {
		md5_add(&md5, piece, (size_t)n);
		id_feed(&id, piece, (size_t)n);
		s->wire += (uint64_t)n;
		s->has_nul = s->has_nul || memchr(piece, '\0', (size_t)n) != NULL;
	}
	md5_end(&md5, s->hash);
	s->msgid = id_end(&id);
	free(piece);
	return n == 0 ? 0 : -1;
}

/* os.h has no seek: the file is opened a second time, and must be the one that was measured. */
static int
reopen(const struct maildir *m, const char *name, struct md_source *s, struct err *e)
{
	struct os_stat st;
	int r;

	os_close(s->fd);
	s->fd = -1;
	r = open_file(m, name, s, &st, e);
	if (r != 0)
		return r;
	s->at = 0;
	s->last = '\0';
	if (st.ino != s->ino || st.dev != s->dev || st.size != s->size || st.mtime != s->mtime)
		return changed(s, e);
	return 0;
}

int
maildir_source_open(const struct maildir *m, const char *name, struct md_source *s, struct err *e)
{
	struct os_stat st;
	int r;

	memset(s, 0, sizeof *s);
	s->fd = -1;
	r = open_file(m, name, s, &st, e);
	if (r == 0) {
		s->dev = st.dev;
		s->ino = st.ino;
		s->size = st.size;
		s->mtime = st.mtime;
		r = measure(s, e);
	}
	if (r == 0)
		r = reopen(m, name, s, e);
	if (r != 0)
		maildir_source_close(s);
	return r;
}

/* Expands n octets which end at end into out; they lie far enough behind that the pen never passes the eye. */
static size_t
expand(struct md_source *s, char *out, const char *end, size_t n)
{
	const char *p = end - n;
	char *q = out, c;

	for (; p < end; p++) {
		c = *p;
		if (c == '\n' && s->last != '\r')
			*q++ = '\r';
		*q++ = c;
		s->last = c;
	}
	return (size_t)(q - out);
}

ssize_t
maildir_source_read(struct md_source *s, char *out, size_t cap, struct err *e)
{
	size_t half = cap / 2;
	ssize_t n = os_read(s->fd, out + cap - half, half);

	if (n == -1)
		return unreadable(e, s->path);
	s->at += (uint64_t)n;
	if (n == 0 ? s->at != s->size : s->at > s->size)
		return changed(s, e);
	if ((size_t)n < half)
		memmove(out + cap - n, out + cap - half, (size_t)n);
	return (ssize_t)expand(s, out, out + cap, (size_t)n);
}

void
maildir_source_close(struct md_source *s)
{
	if (s->fd != -1)
		os_close(s->fd);
	free(s->path);
	s->fd = -1;
	s->path = NULL;
}
