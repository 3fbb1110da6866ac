/*
 * dir.c - reading directories of the simulated disk: a pass over the entries as they were when it began, then what has
 * come since. Where the file system is of that kind, chance decides whether it shows what was renamed meanwhile.
 */
#include "../../src/base/os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/* ---- directories: a pass over the entries as they were when it began, then what has come since ---- */

struct os_dir {
	struct fs_node *node;
	struct fs_entry *v;		/* names owned */
	size_t n, cap, at;
	bool again;			/* v holds the newcomers */
};

static void
dir_collect(struct os_dir *o, const struct os_dir *seen)
{
	const struct fs_entry *e = o->node->seen.v, *end = e + o->node->seen.n;
	size_t i;

	for (; e < end; e++) {
		for (i = 0; seen && i < seen->n && strcmp(seen->v[i].name, e->name) != 0; i++)
			;
		if (seen && i < seen->n)
			continue;
		o->v = xgrow(o->v, o->n, &o->cap, sizeof(*o->v));
		o->v[o->n].name = xstrdup(e->name);
		o->v[o->n++].node = e->node;
	}
}

static void
dir_reset(struct os_dir *o)
{
	while (o->n)
		free(o->v[--o->n].name);
	free(o->v);
	o->v = NULL;
	o->cap = o->at = 0;
}

struct os_dir *
os_dir_open(const char *path)
{
	struct fs_node *d;
	struct os_dir *o;

	if (machine_enter("dir_open", path, false, NULL))
		return NULL;
	d = fs_find(path);
	if (!d || !d->is_dir) {
		if (d)
			errno = ENOTDIR;
		return NULL;
	}
	o = xcalloc(1, sizeof(*o));
	o->node = d;
	dir_collect(o, NULL);
	return o;
}

/* Whether an entry that has come or gone during the pass is shown: chance, where the file system is of that kind. */
static bool
dir_shows(const struct os_dir *o, const struct fs_entry *e)
{
	bool there = fs_entry(&o->node->seen, e->name) != NULL;

	if (there && !o->again)
		return true;
	return sim.conf.dir_race ? sim_rand(&sim.rng, 2) == 0 : there;
}

int
os_dir_next(struct os_dir *o, const char **name)
{
	struct os_dir fresh;

	if (machine_enter("dir_next", "", false, NULL))
		return -1;
	for (;;) {
		if (o->at < o->n) {
			if (!dir_shows(o, &o->v[o->at++]))
				continue;
			*name = o->v[o->at - 1].name;
			return 1;
		}
		if (o->again)
			return 0;
		memset(&fresh, 0, sizeof(fresh));
		fresh.node = o->node;
		fresh.again = true;
		dir_collect(&fresh, o);
		dir_reset(o);
		*o = fresh;
	}
}

void
os_dir_close(struct os_dir *o)
{
	if (o)
		dir_reset(o);
	free(o);
}

