/*
 * change.c - renaming and removing message files while mail readers rename them too. Nothing here makes a
 * change durable: maildir_sync does that, once a batch.
 */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"

/* The name that the file shall have, from the one it has now. */
static char *
wanted_name(const struct maildir *m, const char *name, uint32_t uid, unsigned was, unsigned want, unsigned *flags)
{
	struct buf with_uid = BUF_INIT, out = BUF_INIT;
	struct md_name n;
	unsigned change = was ^ want;

	md_name_parse(name, &n);
	*flags = (n.flags & ~change) | (want & change);
	if (uid != 0)
		md_name_with_uid(&with_uid, name, uid, m->fmd5);
	else
		buf_puts(&with_uid, name);
	if (*flags != n.flags || uid != 0)
		md_name_with_flags(&out, with_uid.p, *flags);
	else
		buf_addslice(&out, buf_slice(&with_uid));
	buf_free(&with_uid);
	return buf_steal(&out);
}

/* 0: done, or nothing to do; 1: the file is no longer there under that name; -1. */
static int
rename_one(const struct maildir *m, const struct md_place *at, const char *to, unsigned flags, struct err *e)
{
	bool to_new = at->in_new && flags == 0;
	char *from_path, *to_path;
	int r = 0;

	if (to_new == at->in_new && strcmp(at->name, to) == 0)
		return 0;
	from_path = md_path(m, at->in_new, at->name);
	to_path = md_path(m, to_new, to);
	if (os_rename_new(from_path, to_path) == -1) {
		if (errno == ENOENT)
			r = 1;
		else if (errno == EEXIST)
			r = err_set(e, ERR_MESSAGE, "cannot rename %s: %s is there already; remove or rename "
			    "one of them", from_path, to);
		else
			r = err_sys(e, ERR_FOLDER, "cannot rename %s to %s", from_path, to);
	}
	free(from_path);
	free(to_path);
	return r;
}

int
maildir_rename(const struct maildir *m, const char *name, uint32_t uid, unsigned was, unsigned want,
    char **newname, struct err *e)
{
	struct md_place at;
	unsigned flags;
	int try, r;

	for (try = 0; try < MD_TRIES; try++) {
		r = md_locate(m, name, &at, e);
		if (r != 1)
			return r == 0 ? 1 : -1;
		*newname = wanted_name(m, at.name, uid, was, want, &flags);
		r = rename_one(m, &at, *newname, flags, e);
		free(at.name);
		if (r == 0)
			return 0;
		free(*newname);
		*newname = NULL;
		if (r == -1)
			return -1;
	}
	return md_busy(m, name, e);
}

int
maildir_remove(const struct maildir *m, const char *name, struct err *e)
{
	struct md_place at;
	char *path;
	int try, r;

	for (try = 0; try < MD_TRIES; try++) {
		r = md_locate(m, name, &at, e);
		if (r != 1)
			return r;
		path = md_path(m, at.in_new, at.name);
		free(at.name);
		r = os_unlink(path);
		if (r == -1 && errno != ENOENT)
			err_sys(e, ERR_FOLDER, "cannot remove %s", path);
		else if (r == -1)
			r = 1;
		free(path);
		if (r != 1)
			return r;
	}
	return md_busy(m, name, e);
}
