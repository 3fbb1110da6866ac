/*
 * statefile.c - how a folder's records get from and to the disk. The format is statelog.c's. The records trail
 * reality (DESIGN rule 1), so any closed batch is a right thing to start from: a torn tail costs work that is done
 * again, never a message. Order of a commit: write the batch with its end record, fsync; nothing is built on a
 * file whose fsync failed.
 */
#include "statelog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/num.h"
#include "../base/os.h"

enum {
	FLUSH = 65536,			/* octets written at once */
	REWRITE_MIN = 65536,
	LINE_GUESS = 45,		/* octets of an A record */
	INTENT_GUESS = 150
};

/* ---- loading ---- */

static const char *const id_keys[] = { "host", "user", "remote", "local" };

static char *
make_header(const struct state_id *id)
{
	const char *values[countof(id_keys)] = { id->host, id->user, id->remote, id->local };
	struct buf text = BUF_INIT;
	size_t i;

	buf_puts(&text, "H offlineimap-state 1");
	for (i = 0; i < countof(id_keys); i++) {
		buf_printf(&text, " %s=", id_keys[i]);
		log_add_word(&text, values[i]);
	}
	return buf_steal(&text);
}

static struct slice
cut_word(struct slice *text)
{
	const char *blank = text->len > 0 ? memchr(text->p, ' ', text->len) : NULL;
	struct slice word = *text;

	if (blank != NULL)
		word.len = (size_t)(blank - text->p);
	text->p += word.len + (blank != NULL);
	text->len -= word.len + (blank != NULL);
	return word;
}

static int
wrong_folder(const struct state *s, const char *key, struct slice has, struct slice wants, struct err *e)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_add_printable(&a, has, 80);
	buf_add_printable(&b, wants, 80);
	err_set(e, ERR_FOLDER, "state file %s was made for %s, now it is %s (%s): nothing is synchronised; undo the "
	    "change in the configuration, or move the file away to pair the messages afresh", s->path, buf_str(&a),
	    buf_str(&b), key);
	buf_free(&a);
	buf_free(&b);
	return -1;
}

/* text has passed its checksum. 1: this folder's header; 0: no header; -1: newer, or another folder's. */
static int
check_header(const struct state *s, struct slice text, struct err *e)
{
	struct slice ours = slice_of(s->header), version, a, b;
	uint32_t n;
	size_t i;

	if (!slice_has_prefix(text, "H offlineimap-state "))
		return 0;
	for (i = 0; i < 3; i++) {
		version = cut_word(&text);
		cut_word(&ours);
	}
	if (!num_u32(version, &n))
		return 0;
	if (n != 1)
		return err_set(e, ERR_FOLDER, "state file %s has version %lu, this program knows 1: use the newer "
		    "program, or move the file away to pair the messages afresh", s->path, (unsigned long)n);
	for (i = 0; i < countof(id_keys); i++) {
		a = cut_word(&text);
		b = cut_word(&ours);
		if (!slice_eq(a, b))
			return wrong_folder(s, id_keys[i], a, b, e);
	}
	return text.len == 0;
}

struct outcome {
	uint64_t good;			/* end of the last closed batch */
	bool headed;
	bool loose;			/* records behind the last closed batch were applied */
	bool bad;			/* a line is torn or damaged */
	bool damaged;			/* ... and it is not the tail */
};

/* A line that has passed its checksum. false: it makes no sense here. */
static bool
replay_record(struct state *s, struct slice text, uint64_t end, struct outcome *o)
{
	struct log_record r = log_record_of('E', 0);

	if (!log_parse(text, &r))
		return false;
	o->loose = r.type != 'E';
	if (o->loose)
		state_apply(s, &r);
	else
		o->good = end;
	return true;
}

static int
replay_line(struct state *s, const struct log_line *line, uint64_t end, struct outcome *o, struct err *e)
{
	int sense = 0;

	if (!o->bad && line->good) {
		sense = o->headed ? replay_record(s, line->text, end, o) : check_header(s, line->text, e);
		o->headed = true;
	}
	if (sense == 0) {			/* good lines behind a bad one: no torn tail */
		o->damaged = o->damaged || line->good;
		o->bad = true;
	}
	return sense == -1 ? -1 : 0;
}

/* Applies the lines up to the offset limit. 0, or -1. */
static int
replay(struct state *s, uint64_t limit, struct outcome *o, struct err *e)
{
	struct log_reader reader;
	struct log_line line;
	int r;

	memset(o, 0, sizeof *o);
	if (log_reader_open(&reader, s->path) == -1)
		return err_sys(e, ERR_FOLDER, "cannot read state file %s", s->path);
	while (reader.offset < limit && (r = log_reader_next(&reader, &line)) != 0) {
		if (r == -1)
			err_sys(e, ERR_FOLDER, "cannot read state file %s", s->path);
		if (r == -1 || replay_line(s, &line, reader.offset, o, e) == -1) {
			log_reader_close(&reader);
			return -1;
		}
	}
	log_reader_close(&reader);
	return 0;
}

/* Records behind the last closed batch were applied on the way: then once more, and only up to there. */
static int
load(struct state *s, struct err *e)
{
	struct outcome o, again;

	if (replay(s, UINT64_MAX, &o, e) == -1)
		return -1;
	if (o.damaged || o.good == 0) {
		state_forget(s);
		s->rebuilt = true;
		return 0;
	}
	if (o.loose) {
		state_forget(s);
		if (replay(s, o.good, &again, e) == -1)
			return -1;
	}
	state_settle(s);
	s->good = o.good;
	s->existed = s->on_disk = true;
	return 0;
}

int
state_open(struct state *s, const char *path, const struct state_id *id, bool fsync, struct err *e)
{
	struct os_stat st;

	memset(s, 0, sizeof *s);
	s->path = xstrdup(path);
	s->fsync = fsync;
	s->header = make_header(id);
	s->fd = -1;
	s->next_id = 1;
	if (os_stat(path, &st) == 0) {
		if (load(s, e) == 0)
			return 0;
	} else if (errno == ENOENT) {
		return 0;
	} else {
		err_sys(e, ERR_FOLDER, "cannot read state file %s", path);
	}
	state_close(s);
	return -1;
}

void
state_close(struct state *s)
{
	if (s->fd != -1)
		os_close(s->fd);
	free(s->path);
	free(s->recs);
	free(s->late);
	free(s->intents);
	free(s->header);
	buf_free(&s->pending);
	memset(s, 0, sizeof *s);
	s->fd = -1;
}

/* ---- writing ---- */

static int
sync_fd(const struct state *s, int fd)
{
	return s->fsync ? os_fsync(fd) : 0;
}

static int
sync_parent(const struct state *s)
{
	const char *slash = strrchr(s->path, '/');
	char *dir = slash == NULL ? xstrdup(".") : xstrndup(s->path, (size_t)(slash - s->path) + (slash == s->path));
	int r = 0;

	if (s->fsync)
		r = os_fsync_dir(dir);
	free(dir);
	return r;
}

/* A file being written from the start. */
struct image {
	int fd;
	struct buf out;
	uint64_t base;			/* octets written before out */
	bool failed;
};

static void
image_add(struct image *im, const struct log_record *r)
{
	log_write(&im->out, im->base, r);
	if (im->out.len < FLUSH && r->type != 'E')
		return;
	im->failed = im->failed || os_write_all(im->fd, im->out.p, im->out.len) == -1;
	im->base += im->out.len;
	buf_reset(&im->out);
}

/* -1: errno. */
static int
image_write(struct state *s, struct image *im)
{
	struct log_record r = log_record_of('V', s->uidvalidity);
	size_t i;

	log_text(&im->out, 0, s->header);
	if (s->uidvalidity != 0)
		image_add(im, &r);
	for (i = 0; i < s->nrecs && !im->failed; i++) {
		r.type = log_type_of(&s->recs[i]);
		r.rec = s->recs[i];
		image_add(im, &r);
	}
	r.type = 'I';
	for (i = 0; i < s->nintents && !im->failed; i++) {
		r.intent = s->intents[i];
		image_add(im, &r);
	}
	r.type = 'P';
	r.point = s->point;
	if (s->has_point)
		image_add(im, &r);
	r.type = 'E';
	image_add(im, &r);
	buf_free(&im->out);
	return im->failed ? -1 : sync_fd(s, im->fd);
}

/* Moves the finished file into place, and a damaged one out of the way. -1: errno. */
static int
install(const struct state *s, const char *tmp)
{
	char *bad = xasprintf("%s.bad", s->path);
	int r = 0;

	if (s->rebuilt && !s->on_disk && os_rename(s->path, bad) == -1 && errno != ENOENT)
		r = -1;
	free(bad);
	return r == 0 ? os_rename(tmp, s->path) : -1;
}

/* Writes the whole log anew: the first time, and when it has grown too long. */
static int
rewrite(struct state *s, struct err *e)
{
	char *tmp = xasprintf("%s.tmp", s->path);
	struct image im = { -1, BUF_INIT, 0, false };
	int r = -1;

	im.fd = os_open(tmp, OS_TRUNCATE);
	if (im.fd != -1) {
		r = image_write(s, &im);
		if (os_close(im.fd) == -1)
			r = -1;
		if (r == 0)
			r = install(s, tmp);
		if (r == -1)
			err_sys(e, ERR_FOLDER, "cannot write state file %s", s->path);
		if (r == -1)
			os_unlink(tmp);
	} else {
		err_sys(e, ERR_FOLDER, "cannot create %s", tmp);
	}
	free(tmp);
	if (r == -1)
		return -1;
	if (s->fd != -1)
		os_close(s->fd);
	s->fd = -1;
	s->on_disk = true;
	s->good = im.base;
	buf_reset(&s->pending);
	if (sync_parent(s) == 0)
		return 0;
	s->broken = true;
	return err_sys(e, ERR_FOLDER, "fsync of the directory of %s", s->path);
}

/* Ready for appending behind the last closed batch: here the torn tail is cut. */
static int
open_end(struct state *s, struct err *e)
{
	struct os_stat st = { 0 };

	if (s->fd != -1)
		return 0;
	s->fd = os_open(s->path, OS_APPEND);
	if (s->fd == -1)
		return err_sys(e, ERR_FOLDER, "cannot open state file %s", s->path);
	if (os_fstat(s->fd, &st) == 0 && st.size == s->good)
		return 0;
	if (st.size > s->good && os_ftruncate(s->fd, s->good) == 0 && sync_fd(s, s->fd) == 0)
		return 0;
	s->broken = true;
	return err_set(e, ERR_FOLDER, "state file %s: its end cannot be repaired; is another program writing to it?",
	    s->path);
}

static int
append(struct state *s, struct err *e)
{
	struct log_record end = log_record_of('E', 0);
	size_t len = s->pending.len;

	if (open_end(s, e) == -1)
		return -1;
	log_write(&s->pending, s->good, &end);
	if (os_write_all(s->fd, s->pending.p, s->pending.len) == -1) {
		err_sys(e, ERR_FOLDER, "cannot write state file %s", s->path);
		s->broken = os_ftruncate(s->fd, s->good) == -1;
		buf_truncate(&s->pending, len);
		return -1;
	}
	if (sync_fd(s, s->fd) == -1) {
		s->broken = true;
		return err_sys(e, ERR_FOLDER, "fsync of state file %s", s->path);
	}
	s->good += s->pending.len;
	buf_reset(&s->pending);
	return 0;
}

static uint64_t
live(const struct state *s)
{
	return strlen(s->header) + (uint64_t)s->nrecs * LINE_GUESS + (uint64_t)s->nintents * INTENT_GUESS;
}

int
state_commit(struct state *s, struct err *e)
{
	struct err ignored = ERR_INIT;

	state_settle(s);
	if (s->pending.len == 0)
		return 0;
	if (s->broken)
		return err_set(e, ERR_FOLDER, "state file %s: nothing is written any more after the earlier failure",
		    s->path);
	if (!s->on_disk)
		return rewrite(s, e);
	if (append(s, e) == -1)
		return -1;
	if (s->good > REWRITE_MIN && s->good / 3 > live(s))
		rewrite(s, &ignored);	/* the batch is stored already; the long log serves until the next time */
	return 0;
}
