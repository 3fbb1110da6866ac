/*
 * scan.c - the list of a folder's messages, and whether what is not in it was not there (DESIGN rule 2).
 *
 * readdir may miss a file that a reader renames during the pass. One pass is proof if the stamps of both
 * directories are the same before and after it, and were old enough at its start that no change could have
 * hidden in their granularity. Else a second pass is made and both are united: a file is missed by both only if it
 * is renamed at the wrong moment twice.
 *
 * os.h does not tell the type of a directory entry, and an lstat for each of 20,000 files is what we are here to
 * avoid. Every program that delivers mail puts a dot, a comma or a colon into its names: those are trusted (what
 * is wrong among them is refused when it is opened). A name without any of the three is looked at.
 */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/path.h"

static const int64_t second = 1000000000;
static const int64_t slack_local = 20000000;	/* two ticks of a slow kernel: stamps come from the tick */

struct stamps { struct md_stamp of_new, of_cur; };

static int
stamp_of(const struct maildir *m, const char *sub, struct md_stamp *stamp, struct err *e)
{
	char *path = path_join(m->path, sub);
	struct os_stat st;
	int r = 0;

	if (os_stat(path, &st) == -1) {
		r = err_sys(e, ERR_FOLDER, "%s", path);
	} else {
		stamp->ino = st.ino;
		stamp->mtime_ns = st.mtime * second + st.mtime_ns;
		stamp->ctime_ns = st.ctime * second + st.ctime_ns;
	}
	free(path);
	return r;
}

static int
take_stamps(const struct maildir *m, struct stamps *s, struct err *e)
{
	return stamp_of(m, "new", &s->of_new, e) == -1 || stamp_of(m, "cur", &s->of_cur, e) == -1 ? -1 : 0;
}

bool
md_stamp_same(const struct md_stamp *a, const struct md_stamp *b)
{
	return a->ino == b->ino && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

/* The last moment the stamp may stand for: ext3, jffs2 and some systems' stat know whole seconds only. */
static int64_t
latest(int64_t stamp)
{
	return stamp % second == 0 ? stamp + second : stamp;
}

static bool
older_than(const struct md_stamp *s, int64_t t)
{
	return latest(s->mtime_ns) <= t && latest(s->ctime_ns) <= t;
}

/* One pass through one directory. */
struct reading {
	const struct maildir *m;
	struct md_list *l;
	bool in_new;
};

/* 1: a message as far as the name tells; 0; -1. */
static int
is_message(const struct reading *r, const char *name, struct err *e)
{
	struct os_stat st;
	char *path;
	int is = 0;

	if (name[0] == '.' || strpbrk(name, ".,:") != NULL)
		return name[0] != '.';
	path = md_path(r->m, r->in_new, name);
	if (os_lstat(path, &st) == 0)
		is = st.is_reg;
	else if (errno != ENOENT)
		is = err_sys(e, ERR_FOLDER, "%s", path);
	free(path);
	return is;
}

static int
add_file(void *arg, const char *name, struct err *e)
{
	struct reading *r = arg;
	struct md_list *l = r->l;
	struct md_file *f;
	struct md_name n;
	bool ours;
	int is = is_message(r, name, e);

	if (is != 1)
		return is;
	if (l->names.len > UINT32_MAX - 4096U)
		return err_set(e, ERR_FOLDER, "%s: too many messages for one folder; split it", r->m->path);
	md_name_parse(name, &n);
	ours = n.has_fmd5 && strcmp(n.fmd5, r->m->fmd5) == 0;
	l->v = xgrow(l->v, l->n, &l->cap, sizeof *l->v);
	f = &l->v[l->n++];
	f->base = n.base;
	f->uid = ours ? n.uid : 0;
	f->foreign_uid = n.has_fmd5 && !ours ? n.uid : 0;
	f->name = (uint32_t)l->names.len;
	f->flags = (uint8_t)n.flags;
	f->in_new = r->in_new;
	buf_add(&l->names, name, strlen(name) + 1);
	return 0;
}

/* ---- one entry a file ---- */

/* By base; the order in which they were seen breaks ties (offsets into names grow). */
static int
compare_seen(const void *a, const void *b)
{
	const struct md_file *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static bool
same_entry(const struct md_list *l, const struct md_file *a, const struct md_file *b)
{
	return a->in_new == b->in_new && strcmp(md_list_name(l, a), md_list_name(l, b)) == 0;
}

/* Whether the file is there now, and which it is; an unreadable one counts as there. */
static bool
still_there(const struct maildir *m, const struct md_list *l, const struct md_file *f, uint64_t *ino)
{
	char *path = md_path(m, f->in_new, md_list_name(l, f));
	struct os_stat st;
	bool there = true;

	*ino = 0;
	if (os_lstat(path, &st) == 0)
		*ino = st.ino;
	else
		there = errno != ENOENT;
	free(path);
	return there;
}

static bool
seen_before(const struct md_list *l, const struct md_file *group, const uint64_t *ino, size_t n,
    const struct md_file *f, uint64_t its_ino)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (same_entry(l, &group[i], f) || (its_ino != 0 && ino[i] == its_ino))
			return true;
	return false;
}

/*
 * Several sightings of one base: the same entry in two passes, a file renamed meanwhile, one file under two names
 * (a rename cut short where the system has only link and unlink), or really two files. The disk is asked; the latest
 * sighting goes first, and it is believed if none of the names is there any more. Returns how many are left.
 */
static size_t
resolve(const struct maildir *m, struct md_list *l, struct md_file *group, size_t n)
{
	struct md_file *seen = xreallocarray(NULL, n, sizeof *seen);
	uint64_t *ino = xreallocarray(NULL, n, sizeof *ino), its;
	size_t left = 0, i;

	memcpy(seen, group, n * sizeof *seen);
	for (i = n; i-- > 0;) {
		if (seen_before(l, group, ino, left, &seen[i], 0) || !still_there(m, l, &seen[i], &its) ||
		    seen_before(l, group, ino, left, &seen[i], its))
			continue;
		ino[left] = its;
		group[left++] = seen[i];
	}
	if (left == 0)
		group[left++] = seen[n - 1];
	free(seen);
	free(ino);
	return left;
}

static void
sort_by_name(const struct md_list *l, struct md_file *group, size_t n)
{
	struct md_file f;
	size_t i, j;

	for (i = 1; i < n; i++) {
		f = group[i];
		for (j = i; j > 0 && strcmp(md_list_name(l, &group[j - 1]), md_list_name(l, &f)) > 0; j--)
			group[j] = group[j - 1];
		group[j] = f;
	}
}

static void
unite(const struct maildir *m, struct md_list *l)
{
	size_t from, to, n, left, out = 0;

	if (l->n > 1)
		qsort(l->v, l->n, sizeof *l->v, compare_seen);
	for (from = 0; from < l->n; from = to) {
		for (to = from + 1; to < l->n && l->v[to].base == l->v[from].base; to++)
			;
		n = to - from;
		if (n == 2 && same_entry(l, &l->v[from], &l->v[from + 1]))
			n = 1;			/* seen by both passes: the common case, no look at the disk */
		left = n == 1 ? 1 : resolve(m, l, &l->v[from], n);
		sort_by_name(l, &l->v[from], left);
		memmove(&l->v[out], &l->v[from], left * sizeof *l->v);
		out += left;
	}
	l->n = out;
}

/* ---- the passes ---- */

static int
pass(const struct maildir *m, struct md_list *l, struct err *e)
{
	struct reading in_new = { m, l, true }, in_cur = { m, l, false };

	return md_each(m, "new", &in_new, add_file, e) == -1 || md_each(m, "cur", &in_cur, add_file, e) == -1 ? -1 : 0;
}

static int
read_all(const struct maildir *m, struct md_list *l, struct err *e)
{
	struct stamps before, after;
	int64_t limit = os_time_ns() - (l->network ? 3 * second : slack_local);

	if (take_stamps(m, &before, e) == -1 || pass(m, l, e) == -1 || take_stamps(m, &after, e) == -1)
		return -1;
	l->new_stamp = before.of_new;
	l->cur_stamp = before.of_cur;
	l->settled = older_than(&before.of_new, limit) && older_than(&before.of_cur, limit) &&
	    md_stamp_same(&before.of_new, &after.of_new) && md_stamp_same(&before.of_cur, &after.of_cur);
	if (!l->settled && pass(m, l, e) == -1)
		return -1;
	unite(m, l);
	l->proof = true;
	return 0;
}

/* Under the account's lock every file with our prefix in tmp/ is dead. One that will not go harms nobody. */
static int
remove_dead(void *arg, const char *name, struct err *e)
{
	const struct maildir *m = arg;
	char *path;

	(void)e;
	if (strncmp(name, MD_TMP_PREFIX, sizeof MD_TMP_PREFIX - 1) == 0) {
		path = path_join3(m->path, "tmp", name);
		os_unlink(path);
		free(path);
	}
	return 0;
}

int
maildir_scan(const struct maildir *m, bool clean_tmp, struct md_list *l, struct err *e)
{
	struct maildir copy = *m;
	int r;

	memset(l, 0, sizeof *l);
	l->at_ms = os_mono_ms();
	l->network = os_fs_kind(m->path) != OS_FS_LOCAL;
	r = clean_tmp ? md_each(m, "tmp", &copy, remove_dead, e) : 0;
	if (r == 0)
		r = read_all(m, l, e);
	if (r == -1)
		md_list_free(l);
	return r;
}

int
maildir_changed(const struct maildir *m, const struct md_list *l, struct err *e)
{
	struct stamps now;

	if (take_stamps(m, &now, e) == -1)
		return -1;
	return !md_stamp_same(&now.of_new, &l->new_stamp) || !md_stamp_same(&now.of_cur, &l->cur_stamp);
}

void
md_list_free(struct md_list *l)
{
	free(l->v);
	buf_free(&l->names);
	memset(l, 0, sizeof *l);
}

const char *
md_list_name(const struct md_list *l, const struct md_file *f)
{
	return l->names.p + f->name;
}

const struct md_file *
md_list_find(const struct md_list *l, uint64_t base)
{
	size_t low = 0, high = l->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (l->v[mid].base < base)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n && l->v[low].base == base ? &l->v[low] : NULL;
}
