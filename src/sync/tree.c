/* tree.c - see tree.h. */
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/event.h"
#include "../base/os.h"
#include "../base/path.h"
#include "../imap/mutf7.h"
#include "../maildir/maildir.h"
#include "names.h"
#include "state.h"

enum { MAX_DEPTH = 32 };

struct names {				/* local folder names, sorted after reading */
	char **v;
	size_t n, cap;
};

char *
tree_state_dir(const struct settings *s, const struct account_conf *a)
{
	char *account = path_encode(a->name), *dir = path_join(s->metadata, account);

	free(account);
	return dir;
}

static void
names_free(struct names *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
}

static bool
exists(const char *path)
{
	struct os_stat st;

	return os_stat(path, &st) == 0;
}

static bool
exists_in(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool it = exists(path);

	free(path);
	return it;
}

/* ---- the local tree ---- */

static bool
is_maildir(const char *path)
{
	return exists_in(path, "cur") && exists_in(path, "new") && exists_in(path, "tmp");
}

static int
scan(struct names *l, const char *path, const char *prefix, bool nested, unsigned depth,
    struct err *e)
{
	struct os_dir *d = os_dir_open(path);
	const char *name;
	int got = 0;

	if (!d)
		return err_sys(e, ERR_ACCOUNT, "cannot read %s", path);
	while (got == 0 && (got = os_dir_next(d, &name)) == 1) {
		char *sub, *full;
		struct os_stat st;

		got = 0;
		if (name_is_reserved(name))
			continue;
		sub = path_join(path, name);
		full = *prefix ? path_join(prefix, name) : xstrdup(name);
		if (os_stat(sub, &st) == 0 && st.is_dir) {
			if (is_maildir(sub)) {
				l->v = xgrow(l->v, l->n, &l->cap, sizeof(*l->v));
				l->v[l->n++] = xstrdup(full);
			}
			if (nested && depth < MAX_DEPTH)
				got = scan(l, sub, full, nested, depth + 1, e);
		}
		free(sub);
		free(full);
	}
	if (got < 0 && e->radius == ERR_NONE)
		err_sys(e, ERR_ACCOUNT, "cannot read %s", path);
	os_dir_close(d);
	return got;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- pairs ---- */

static struct folder *
add(struct tree *t, const struct sync_env *env, const char *state_dir, const char *remote,
    const char *local)
{
	char *file = path_encode(remote), *name = xasprintf("%s.state", file);
	struct folder *f;

	t->v = xgrow(t->v, t->n, &t->cap, sizeof(*t->v));
	f = &t->v[t->n++];
	memset(f, 0, sizeof(*f));
	f->remote = xstrdup(remote);
	f->local = xstrdup(local);
	f->path = path_join(env->account->root, local);
	f->state_path = path_join(state_dir, name);
	free(file);
	free(name);
	return f;
}

static void
folder_free(struct folder *f)
{
	free(f->remote);
	free(f->local);
	free(f->path);
	free(f->state_path);
}

static int
by_local(const void *a, const void *b)
{
	const struct folder *x = a, *y = b;
	int c = strcmp(x->local, y->local);

	return c ? c : strcmp(x->remote, y->remote);
}

static void
add_listed(struct tree *t, const struct sync_env *env, const char *state_dir,
    const struct mailbox_list *l)
{
	struct buf local = BUF_INIT;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct mailbox *m = &l->v[i];

		if (m->noselect)
			continue;
		buf_reset(&local);
		name_to_local(&local, m->name, m->delim, env->account->sep);
		add(t, env, state_dir, m->name, buf_str(&local))->trash = m->trash || m->junk;
	}
	buf_free(&local);
	qsort(t->v, t->n, sizeof(*t->v), by_local);
}

/* Two mailboxes that would share one Maildir: both are refused. */
static void
refuse_collisions(struct tree *t, const struct sync_env *env)
{
	size_t i, k;

	for (i = 0; i < t->n; i = k) {
		for (k = i + 1; k < t->n && strcmp(t->v[k].local, t->v[i].local) == 0; k++)
			;
		if (k == i + 1)
			continue;
		for (; i < k; i++) {
			struct err e = ERR_INIT;

			err_set(&e, ERR_FOLDER, "more than one mailbox of the server would "
			    "become the local folder '%s': none of them is synchronised (another "
			    "\"sep\" may keep them apart)", t->v[i].local);
			event_error(env->account->name, t->v[i].remote, &e);
			t->failures++;
			t->v[i].kind = FOLDER_REFUSED;
		}
	}
}

static void
drop_refused(struct tree *t)
{
	size_t i, kept = 0;

	for (i = 0; i < t->n; i++)
		if (t->v[i].kind == FOLDER_REFUSED)
			folder_free(&t->v[i]);
		else
			t->v[kept++] = t->v[i];
	t->n = kept;
}

static bool
is_paired(const struct tree *t, size_t listed, const char *local)
{
	struct folder key = { 0 };
	size_t lo = 0, hi = listed;

	key.local = (char *)local;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(t->v[mid].local, key.local);

		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Rule 11: the name must come back as itself, be listed next time, and be one that servers take. */
static bool
may_create(const struct account_conf *a, const struct mailbox_list *l, const char *local,
    struct slice remote)
{
	return name_maps_back(local, l->delim, a->sep) && slice_has_prefix(remote, a->reference) &&
	    !slice_is_nocase(remote, "INBOX") && mutf7_valid(remote);
}

/* A local folder the server does not list: known (only reported), or new (perhaps created). */
static void
consider_local(struct tree *t, const struct sync_env *env, const char *state_dir,
    const struct mailbox_list *l, const char *local)
{
	const struct account_conf *a = env->account;
	struct buf remote = BUF_INIT;
	struct folder *f;

	name_to_remote(&remote, local, l->delim, a->sep);
	f = add(t, env, state_dir, buf_str(&remote), local);
	f->kind = FOLDER_MAKE_REMOTE;
	if (exists(f->state_path) || exists_in(f->path, "offlineimap.uidvalidity")) {
		event_warn(a->name, "folder '%s' is not on the server any more; the local mail "
		    "is kept, nothing is uploaded (remove '%s' if you do not need it)", local,
		    f->path);
		folder_free(&t->v[--t->n]);
	} else if (!a->createfolders)
		folder_free(&t->v[--t->n]);
	else if (!may_create(a, l, local, buf_slice(&remote))) {
		event_warn(a->name, "local folder '%s' is not created on the server: its name "
		    "there would not lead back to it (names are in modified UTF-7, with sep and "
		    "reference as configured)", local);
		folder_free(&t->v[--t->n]);
	}
	buf_free(&remote);
}

/* ---- the right disk (rule 8) ---- */

static bool
has_state_files(const char *state_dir)
{
	struct os_dir *d = os_dir_open(state_dir);
	const char *name;
	bool any = false;

	if (!d)
		return false;
	while (!any && os_dir_next(d, &name) == 1) {
		size_t n = strlen(name);

		any = n > 6 && strcmp(name + n - 6, ".state") == 0;
	}
	os_dir_close(d);
	return any;
}

static bool
knows_messages(const struct sync_env *env, const struct folder *f)
{
	const struct account_conf *a = env->account;
	struct state_id id;
	struct state st;
	struct err e = ERR_INIT;
	bool knows;

	id.host = a->tunnel ? a->tunnel : a->host;
	id.user = a->user ? a->user : "";
	id.remote = f->remote;
	id.local = f->local;
	if (state_open(&st, f->state_path, &id, env->settings->fsync, &e) < 0)
		return false;		/* folder_sync will say why */
	knows = st.nrecs > 0;
	state_close(&st);
	return knows;
}

static int
check_disk(const struct tree *t, const struct sync_env *env, bool *not_mounted, struct err *e)
{
	size_t i, known = 0, gone = 0;
	bool inbox = false;

	for (i = 0; i < t->n; i++) {
		const struct folder *f = &t->v[i];

		if (f->kind == FOLDER_REFUSED || !exists(f->state_path))
			continue;
		known++;
		if (exists_in(f->path, "offlineimap.uidvalidity") || !knows_messages(env, f))
			continue;
		gone++;
		inbox = inbox || strcmp(f->remote, "INBOX") == 0;
	}
	if (!inbox && gone <= known / 2)
		return 0;
	*not_mounted = true;
	return err_set(e, ERR_ACCOUNT, "%s does not look like the Maildirs synchronised before "
	    "(%zu of %zu folders lack offlineimap.uidvalidity): is the disk mounted? Nothing was "
	    "changed. If the folders were removed on purpose, remove the account's state files "
	    "in %s too", env->account->root, gone, known, env->settings->metadata);
}

static int
check_root(const struct sync_env *env, const char *state_dir, bool *not_mounted, struct err *e)
{
	const char *root = env->account->root;
	struct os_stat st;

	if (os_stat(root, &st) == 0)
		return st.is_dir ? 0 :
		    err_set(e, ERR_ACCOUNT, "localfolders: %s is not a directory", root);
	if (errno != ENOENT)
		return err_sys(e, ERR_ACCOUNT, "localfolders: %s", root);
	if (has_state_files(state_dir)) {
		*not_mounted = true;
		return err_set(e, ERR_ACCOUNT, "localfolders: %s is gone, but was synchronised "
		    "before: is the disk mounted? Nothing was changed. If it was removed on "
		    "purpose, remove %s too", root, state_dir);
	}
	if (!env->settings->dry_run && os_mkdir_parents(root) < 0)
		return err_sys(e, ERR_ACCOUNT, "localfolders: cannot make %s", root);
	return 0;
}

static int
build(const struct sync_env *env, const char *state_dir, const struct mailbox_list *remote,
    struct tree *t, struct names *local, bool *not_mounted, struct err *e)
{
	bool nested = strcmp(env->account->sep, "/") == 0;
	size_t i, listed;

	if (check_root(env, state_dir, not_mounted, e) < 0)
		return -1;
	if (exists(env->account->root) && scan(local, env->account->root, "", nested, 0, e) < 0)
		return -1;
	if (local->n > 0)
		qsort(local->v, local->n, sizeof(*local->v), by_name);
	add_listed(t, env, state_dir, remote);
	refuse_collisions(t, env);
	if (check_disk(t, env, not_mounted, e) < 0)
		return -1;
	listed = t->n;
	for (i = 0; i < local->n && remote->n > 0; i++)
		if (!is_paired(t, listed, local->v[i]))
			consider_local(t, env, state_dir, remote, local->v[i]);
	drop_refused(t);
	qsort(t->v, t->n, sizeof(*t->v), by_local);
	return 0;
}

int
tree_build(const struct sync_env *env, const struct mailbox_list *remote, struct tree *t,
    bool *not_mounted, struct err *e)
{
	char *state_dir = tree_state_dir(env->settings, env->account);
	struct names local = { 0 };
	int got;

	memset(t, 0, sizeof(*t));
	*not_mounted = false;
	got = build(env, state_dir, remote, t, &local, not_mounted, e);
	names_free(&local);
	free(state_dir);
	if (got < 0)
		tree_free(t);
	return got;
}

void
tree_free(struct tree *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		folder_free(&t->v[i]);
	free(t->v);
	memset(t, 0, sizeof(*t));
}
