/*
 * folder.c - the directories of one Maildir folder and its UIDVALIDITY marker; finding a file again that a reader
 * renamed.
 */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/md5.h"
#include "../base/num.h"
#include "../base/os.h"
#include "../base/path.h"

static const char marker[] = "offlineimap.uidvalidity";

void
maildir_init(struct maildir *m, const char *path, const char *folder, bool fsync)
{
	m->path = xstrdup(path);
	md5_hex(folder, strlen(folder), m->fmd5);
	m->fsync = fsync;
}

void
maildir_fini(struct maildir *m)
{
	free(m->path);
	m->path = NULL;
}

/* 1: a directory; 0: nothing there; -1. */
static int
is_directory(const char *path, struct err *e)
{
	struct os_stat st;

	if (os_stat(path, &st) == -1) {
		if (errno == ENOENT)
			return 0;
		return err_sys(e, ERR_FOLDER, "%s", path);
	}
	if (!st.is_dir)
		return err_set(e, ERR_FOLDER, "%s is not a directory: move it away", path);
	return 1;
}

int
maildir_exists(const struct maildir *m, struct err *e)
{
	static const char *const subs[] = { "tmp", "new", "cur" };
	const char *missing = NULL;
	struct os_stat st;
	int there = 0, is;
	size_t i;
	char *path;

	for (i = 0; i < countof(subs); i++) {
		path = path_join(m->path, subs[i]);
		is = is_directory(path, e);
		free(path);
		if (is == -1)
			return -1;
		if (is == 0)
			missing = subs[i];
		there += is;
	}
	if (there == 0 || missing == NULL)
		return there != 0;
	path = path_join(m->path, marker);
	is = os_stat(path, &st);
	free(path);
	if (is < 0)		/* we, or another program, died while making it */
		return 0;
	return err_set(e, ERR_FOLDER, "%s has no %s: an incomplete Maildir; create the missing directory", m->path,
	    missing);
}

static int
sync_dir(const struct maildir *m, const char *path, struct err *e)
{
	if (m->fsync && os_fsync_dir(path) == -1)
		return err_sys(e, ERR_FOLDER, "fsync %s", path);
	return 0;
}

static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* mkdir -p in which every directory that is made is durable in its parent. */
static int
make_dir(const struct maildir *m, const char *path, struct err *e)
{
	char *parent;
	int r = 0;

	if (os_mkdir(path) == -1) {
		if (errno == EEXIST)
			return is_directory(path, e) == 1 ? 0 : -1;
		if (errno != ENOENT)
			return err_sys(e, ERR_FOLDER, "cannot create %s", path);
		parent = parent_of(path);
		r = make_dir(m, parent, e);
		free(parent);
		if (r == 0 && os_mkdir(path) == -1 && errno != EEXIST)
			r = err_sys(e, ERR_FOLDER, "cannot create %s", path);
	}
	if (r == -1)
		return -1;
	parent = parent_of(path);
	r = sync_dir(m, parent, e);
	free(parent);
	return r;
}

/* cur/ comes last, so that a reader never takes half a Maildir for an empty one. */
int
maildir_create(const struct maildir *m, struct err *e)
{
	static const char *const subs[] = { "tmp", "new", "cur" };
	size_t i;
	char *path;
	int r;

	if (make_dir(m, m->path, e) == -1)
		return -1;
	for (i = 0; i < countof(subs); i++) {
		path = path_join(m->path, subs[i]);
		r = make_dir(m, path, e);
		free(path);
		if (r == -1)
			return -1;
	}
	return 0;
}

int
maildir_marker_read(const struct maildir *m, uint32_t *uidvalidity, struct err *e)
{
	char *path = path_join(m->path, marker);
	struct buf text = BUF_INIT;
	int r = 1;

	if (os_read_file(path, 64, &text) == -1)
		r = errno == ENOENT ? 0 : err_sys(e, ERR_FOLDER, "%s", path);
	else if (!num_u32(slice_trim(buf_slice(&text)), uidvalidity))
		r = err_set(e, ERR_FOLDER, "%s does not hold a number: restore it, or remove the folder and let it be "
		    "downloaded again", path);
	buf_free(&text);
	free(path);
	return r;
}

int
maildir_marker_write(const struct maildir *m, uint32_t uidvalidity, struct err *e)
{
	char *path = path_join(m->path, marker);
	struct buf text = BUF_INIT;
	int r;

	buf_printf(&text, "%lu\n", (unsigned long)uidvalidity);
	r = os_replace_file(path, text.p, text.len);
	if (r == -1)
		err_sys(e, ERR_FOLDER, "%s", path);
	buf_free(&text);
	free(path);
	return r;
}

int
maildir_sync(const struct maildir *m, struct err *e)
{
	static const char *const subs[] = { "new", "cur" };
	size_t i;
	char *path;
	int r = 0;

	for (i = 0; i < countof(subs) && r == 0; i++) {
		path = path_join(m->path, subs[i]);
		r = sync_dir(m, path, e);
		free(path);
	}
	return r;
}

int
md_each(const struct maildir *m, const char *sub, void *arg,
    int (*visit)(void *arg, const char *name, struct err *e), struct err *e)
{
	char *path = path_join(m->path, sub);
	struct os_dir *dir = os_dir_open(path);
	const char *name;
	int r = dir == NULL ? -1 : 0, next = -1;

	while (r == 0 && (next = os_dir_next(dir, &name)) == 1)
		r = visit(arg, name, e);
	if (next == -1) {
		err_sys(e, ERR_FOLDER, "cannot read %s", path);
		r = -1;
	}
	if (dir != NULL)
		os_dir_close(dir);
	free(path);
	return r;
}

/* ---- finding ---- */

char *
md_path(const struct maildir *m, bool in_new, const char *name)
{
	return path_join3(m->path, in_new ? "new" : "cur", name);
}

/* 1, 0 or -1. */
static int
is_there(const struct maildir *m, bool in_new, const char *name, struct err *e)
{
	char *path = md_path(m, in_new, name);
	struct os_stat st;
	int r = 1;

	if (os_lstat(path, &st) == -1)
		r = errno == ENOENT ? 0 : err_sys(e, ERR_FOLDER, "%s", path);
	free(path);
	return r;
}

/* new/ first: files move from new/ to cur/, hardly ever back. */
static int
by_name(const struct maildir *m, const char *name, struct md_place *at, struct err *e)
{
	int i, r;

	for (i = 1; i >= 0; i--) {
		r = is_there(m, i == 1, name, e);
		if (r == 0)
			continue;
		if (r == 1) {
			at->in_new = i == 1;
			at->name = xstrdup(name);
		}
		return r;
	}
	return 0;
}

struct search {
	struct md_name wanted;
	char *found;
};

static int
is_wanted(void *arg, const char *name, struct err *e)
{
	struct search *search = arg;
	const struct md_name *wanted = &search->wanted;
	struct md_name n;

	(void)e;
	md_name_parse(name, &n);
	if (name[0] == '.' || n.base != wanted->base || (n.uid != 0 && wanted->uid != 0 && n.uid != wanted->uid))
		return 0;
	search->found = xstrdup(name);
	return 1;
}

/* Two looks: a single readdir pass may miss a file that is renamed meanwhile (reliability.md 3.1). */
int
md_locate(const struct maildir *m, const char *name, struct md_place *at, struct err *e)
{
	struct search search = { .found = NULL };
	int step, r;

	md_name_parse(name, &search.wanted);
	r = by_name(m, name, at, e);
	for (step = 0; step < 4 && r == 0; step++) {
		at->in_new = step % 2 == 0;
		r = md_each(m, at->in_new ? "new" : "cur", &search, is_wanted, e);
		at->name = search.found;
	}
	return r;
}

int
md_busy(const struct maildir *m, const char *name, struct err *e)
{
	return err_retry(e, ERR_MESSAGE, "%s/%s: another program keeps renaming it; left for the next run", m->path,
	    name);
}
