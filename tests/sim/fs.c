/* fs.c - the simulated disk: see fs.h. */
#include "fs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

enum { NAME_LIMIT = 255 };

struct change {				/* of directory entries, not yet synced */
	struct fs_node *from_dir, *to_dir;	/* NULL: a new entry; a removed one */
	char *from, *to;
	struct fs_node *node;
	bool done;
};

static struct {
	struct fs_node **nodes;
	size_t n, cap;
	struct fs_node *root;
	struct change *pending;
	size_t npending, cappending;
	int64_t now;
} fs;

static struct fs_node *
node_new(bool is_dir)
{
	struct fs_node *f = xcalloc(1, sizeof(*f));

	fs.nodes = xgrow(fs.nodes, fs.n, &fs.cap, sizeof(struct fs_node *));
	fs.nodes[fs.n++] = f;
	f->ino = fs.n + 10;
	f->is_dir = is_dir;
	f->mtime = f->ctime = fs.now;
	f->lock = -1;
	return f;
}

static void
dir_clear(struct fs_dir *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		free(d->v[i].name);
	free(d->v);
	memset(d, 0, sizeof(*d));
}

static void
pending_clear(void)
{
	size_t i;

	for (i = 0; i < fs.npending; i++) {
		free(fs.pending[i].from);
		free(fs.pending[i].to);
	}
	fs.npending = 0;
}

void
fs_init(void)
{
	memset(&fs, 0, sizeof(fs));
	fs.root = node_new(true);
}

void
fs_fini(void)
{
	size_t i;

	for (i = 0; i < fs.n; i++) {
		buf_free(&fs.nodes[i]->data);
		buf_free(&fs.nodes[i]->disk);
		dir_clear(&fs.nodes[i]->seen);
		dir_clear(&fs.nodes[i]->synced);
		free(fs.nodes[i]);
	}
	free(fs.nodes);
	pending_clear();
	free(fs.pending);
	memset(&fs, 0, sizeof(fs));
}

void
fs_set_time(int64_t ns)
{
	fs.now = ns;
}

/* ---- entries and paths ---- */

const struct fs_entry *
fs_entry(const struct fs_dir *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (strcmp(d->v[i].name, name) == 0)
			return &d->v[i];
	return NULL;
}

static void
entry_drop(struct fs_dir *d, const char *name)
{
	const struct fs_entry *e = fs_entry(d, name);
	size_t i;

	if (!e)
		return;
	i = (size_t)(e - d->v);
	free(d->v[i].name);
	memmove(&d->v[i], &d->v[i + 1], (--d->n - i) * sizeof(d->v[0]));
}

static void
entry_put(struct fs_dir *d, const char *name, struct fs_node *f)
{
	entry_drop(d, name);
	d->v = xgrow(d->v, d->n, &d->cap, sizeof(d->v[0]));
	d->v[d->n].name = xstrdup(name);
	d->v[d->n++].node = f;
}

/* The directory of the last component, which is copied to name (empty for "/"). */
static struct fs_node *
walk(const char *path, char name[NAME_LIMIT + 1])
{
	struct fs_node *d = fs.root;
	const struct fs_entry *e;
	size_t n;

	name[0] = '\0';
	for (;;) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (!n)
			return d;
		if (name[0]) {
			e = fs_entry(&d->seen, name);
			if (!e || !e->node->is_dir) {
				errno = e ? ENOTDIR : ENOENT;
				return NULL;
			}
			d = e->node;
		}
		if (n > NAME_LIMIT) {
			errno = ENAMETOOLONG;
			return NULL;
		}
		memcpy(name, path, n);
		name[n] = '\0';
		path += n;
	}
}

struct fs_node *
fs_find(const char *path)
{
	char name[NAME_LIMIT + 1];
	struct fs_node *d = walk(path, name);
	const struct fs_entry *e;

	if (!d || !name[0])
		return d;
	e = fs_entry(&d->seen, name);
	if (!e)
		errno = ENOENT;
	return e ? e->node : NULL;
}

/* ---- changes of the name space ---- */

static void
change(struct fs_node *from_dir, const char *from, struct fs_node *to_dir, const char *to, struct fs_node *f)
{
	struct change *c;

	fs.pending = xgrow(fs.pending, fs.npending, &fs.cappending, sizeof(*c));
	c = &fs.pending[fs.npending++];
	memset(c, 0, sizeof(*c));
	c->node = f;
	f->ctime = fs.now;
	if (from) {
		c->from_dir = from_dir;
		c->from = xstrdup(from);
		entry_drop(&from_dir->seen, from);
		from_dir->mtime = from_dir->ctime = fs.now;
	}
	if (to) {
		c->to_dir = to_dir;
		c->to = xstrdup(to);
		entry_put(&to_dir->seen, to, f);
		to_dir->mtime = to_dir->ctime = fs.now;
	}
}

struct fs_node *
fs_make(const char *path, bool is_dir)
{
	char name[NAME_LIMIT + 1];
	struct fs_node *d = walk(path, name), *f;

	if (!d)
		return NULL;
	if (!name[0] || fs_entry(&d->seen, name)) {
		errno = EEXIST;
		return NULL;
	}
	f = node_new(is_dir);
	change(NULL, NULL, d, name, f);
	return f;
}

int
fs_rename(const char *from, const char *to, bool replace)
{
	char name[NAME_LIMIT + 1], target[NAME_LIMIT + 1];
	struct fs_node *d = walk(from, name), *t = d ? walk(to, target) : NULL;
	const struct fs_entry *e, *old;

	if (!t)
		return -1;
	e = fs_entry(&d->seen, name);
	old = fs_entry(&t->seen, target);
	if (!e || (old && (!replace || old->node->is_dir))) {
		errno = !e ? ENOENT : EEXIST;
		return -1;
	}
	if (!old || old->node != e->node)	/* onto itself: nothing happens */
		change(d, name, t, target, e->node);
	return 0;
}

int
fs_remove(const char *path, bool is_dir)
{
	char name[NAME_LIMIT + 1];
	struct fs_node *d = walk(path, name);
	const struct fs_entry *e;

	if (!d)
		return -1;
	e = fs_entry(&d->seen, name);
	if (!e)
		errno = ENOENT;
	else if (e->node->is_dir != is_dir)
		errno = is_dir ? ENOTDIR : EISDIR;
	else if (e->node->seen.n)
		errno = ENOTEMPTY;
	else {
		change(d, name, NULL, NULL, e->node);
		return 0;
	}
	return -1;
}

/* ---- content ---- */

void
fs_write(struct fs_node *f, uint64_t at, const void *p, size_t n)
{
	while (f->data.len < at)
		buf_putc(&f->data, 0);
	if (at + n > f->data.len) {
		buf_truncate(&f->data, (size_t)at);
		buf_add(&f->data, p, n);
	} else if (n)
		memcpy(f->data.p + at, p, n);
	f->mtime = f->ctime = fs.now;
	f->dirty = true;
}

void
fs_truncate(struct fs_node *f, uint64_t len)
{
	if (len < f->data.len)
		buf_truncate(&f->data, (size_t)len);
	fs_write(f, len, NULL, 0);
}

static void
copy(struct buf *to, const struct buf *from)
{
	buf_reset(to);
	buf_add(to, from->p, from->len);
}

/* ---- durability ---- */

static bool
same_slot(const struct fs_node *d, const char *name, const struct change *c)
{
	return d && ((c->from_dir == d && strcmp(c->from, name) == 0) || (c->to_dir == d && strcmp(c->to, name) == 0));
}

/* Puts change i on the disk, after the earlier ones of the same file or the same names. */
static void
settle(size_t i)
{
	struct change *c = &fs.pending[i], *b;
	size_t j;

	if (c->done)
		return;
	c->done = true;
	for (j = 0; j < i; j++) {
		b = &fs.pending[j];
		if (!b->done && (b->node == c->node || same_slot(c->from_dir, c->from, b) ||
		    same_slot(c->to_dir, c->to, b)))
			settle(j);
	}
	if (c->from_dir)
		entry_drop(&c->from_dir->synced, c->from);
	if (c->to_dir)
		entry_put(&c->to_dir->synced, c->to, c->node);
}

static void
pending_compact(void)
{
	size_t i, n = 0;

	for (i = 0; i < fs.npending; i++)
		if (!fs.pending[i].done)
			fs.pending[n++] = fs.pending[i];
		else {
			free(fs.pending[i].from);
			free(fs.pending[i].to);
		}
	fs.npending = n;
}

void
fs_sync_file(struct fs_node *f)
{
	if (f->dirty)
		copy(&f->disk, &f->data);
	f->dirty = false;
}

void
fs_sync_dir(struct fs_node *d)
{
	size_t i;

	for (i = 0; i < fs.npending; i++)
		if (fs.pending[i].from_dir == d || fs.pending[i].to_dir == d)
			settle(i);
	pending_compact();
}

void
fs_sync_all(void)
{
	size_t i;

	for (i = 0; i < fs.npending; i++)
		settle(i);
	pending_clear();
	for (i = 0; i < fs.n; i++)
		fs_sync_file(fs.nodes[i]);
}

/* What is left of a file that was not synced: the old content, or a part of the new, or zeros at its end. */
static void
lose_content(struct fs_node *f, uint64_t *rng)
{
	size_t cut;

	switch (sim_rand(rng, 4)) {
	case 0:
		copy(&f->data, &f->disk);
		break;
	case 1:
		break;
	case 2:
		cut = (size_t)sim_rand(rng, f->data.len + 1);
		if (cut > f->disk.len || f->disk.len > f->data.len)
			buf_truncate(&f->data, cut);
		else
			buf_truncate(&f->data, f->disk.len);
		break;
	case 3:
		for (cut = f->disk.len + (size_t)sim_rand(rng, f->data.len + 1); cut < f->data.len; cut++)
			f->data.p[cut] = '\0';
		break;
	}
	copy(&f->disk, &f->data);
	f->dirty = false;
}

void
fs_power_loss(uint64_t *rng)
{
	unsigned kept = (unsigned)sim_rand(rng, 5);	/* of 4: none, some, all */
	struct fs_node *f;
	size_t i, j;

	for (i = 0; i < fs.npending; i++)
		if (sim_rand(rng, 4) < kept)
			settle(i);
	pending_clear();
	for (i = 0; i < fs.n; i++) {
		f = fs.nodes[i];
		if (f->dirty)
			lose_content(f, rng);
		dir_clear(&f->seen);
		for (j = 0; j < f->synced.n; j++)
			entry_put(&f->seen, f->synced.v[j].name, f->synced.v[j].node);
	}
}
