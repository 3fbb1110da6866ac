/* users.c - the people of the world: one at the Maildir, one with another client. Each deed goes in the book. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/base/md5.h"

/* A number below n. */
static unsigned
chance(struct world *w, unsigned n)
{
	return (unsigned)sim_rand(&w->rng, n);
}

static unsigned
some_flags(struct world *w)
{
	unsigned flags = chance(w, 16);		/* the four that mean no deletion */

	return flags | (chance(w, 12) == 0 ? MD_TRASHED : 0);
}

/* A letter: now and then one that exists already. LETTERS: no more. */
static unsigned
some_letter(struct world *w)
{
	return w->nletters && chance(w, w->virgin[0] ? 2 : 4) == 0 ? chance(w, w->nletters) : world_write(w);
}

static bool
has_maildir(unsigned folder)
{
	char *path = xasprintf("%s/%s/cur", ROOT, world_folder(folder, LOCAL));
	struct os_stat st;
	bool there = os_stat(path, &st) == 0;

	free(path);
	return there;
}

/* FOLDERS: there is none on that side. */
static unsigned
some_folder(struct world *w, enum side side)
{
	unsigned i, f = chance(w, FOLDERS);

	for (i = 0; i < FOLDERS; i++, f = (f + 1) % FOLDERS) {
		if (!w->there[f])
			continue;
		if (side == LOCAL ? has_maildir(f) :
		    fake_uidvalidity(w->server, USER, world_folder(f, REMOTE)) != 0)
			return f;
	}
	return FOLDERS;
}

/* One that may be dealt with; NULL: none. Marked leftovers on the server are left alone: who would undelete them? */
static const struct item *
some_item(struct world *w, const struct view *v, enum side side)
{
	size_t i, at = v->n ? (size_t)sim_rand(&w->rng, v->n) : 0;
	const struct item *it;

	for (i = 0; i < v->n; i++) {
		it = &v->v[(at + i) % v->n];
		if (it->side == side && it->letter < LETTERS &&
		    !(side == REMOTE && (it->flags & MD_TRASHED) && w->slot[it->folder][it->letter].marked))
			return it;
	}
	return NULL;
}

/* ---- at the Maildir ---- */

/* path is replaced by a name nobody had before. */
static char *
new_path(struct world *w, unsigned folder, unsigned flags)
{
	struct buf b = BUF_INIT, base = BUF_INIT;

	buf_printf(&base, "%ld.R%05u.reader", (long)os_time(), ++w->nfiles);
	buf_printf(&b, "%s/%s/%s/", ROOT, world_folder(folder, LOCAL), flags || chance(w, 2) ? "cur" : "new");
	if (b.p[b.len - 2] == 'r')
		md_name_build(&b, buf_str(&base), 0, NULL, flags);
	else
		buf_add(&b, base.p, base.len);
	buf_free(&base);
	return buf_steal(&b);
}

static void
put_file(const char *path, const struct buf *text)
{
	int fd = os_open(path, OS_CREATE);

	os_write_all(fd, text->len ? text->p : "", text->len);
	os_close(fd);
}

static void
deliver_to(struct world *w, unsigned folder)
{
	unsigned letter = some_letter(w), flags = chance(w, 2) ? some_flags(w) : 0;
	char *path;

	if (folder == FOLDERS || letter == LETTERS)
		return;
	path = new_path(w, folder, flags);
	put_file(path, &w->letter[letter]);
	free(path);
	book_add(w, LOCAL, folder, letter, flags);
}

static void
deliver(struct world *w, const struct view *v)
{
	(void)v;
	deliver_to(w, some_folder(w, LOCAL));
}

static char *
path_in(unsigned folder, const char *sub, const char *name)
{
	return xasprintf("%s/%s/%s/%s", ROOT, world_folder(folder, LOCAL), sub, name);
}

static const char *
last_part(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void
flag_local(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, LOCAL);
	unsigned bits = some_flags(w);
	struct buf name = BUF_INIT;
	char *to;

	if (!it)
		return;
	md_name_with_flags(&name, last_part(it->path), it->flags ^ bits);
	to = path_in(it->folder, "cur", buf_str(&name));
	if (os_rename_new(it->path, to) == 0)
		book_flag(w, LOCAL, it->folder, it->letter, bits);
	buf_free(&name);
	free(to);
}

static void
delete_local(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, LOCAL);

	if (!it || !book_may_remove(w, LOCAL, it->folder, it->letter))
		return;
	os_unlink(it->path);
	book_remove(w, LOCAL, it->folder, it->letter);
}

static bool
has_base(const struct view *v, unsigned folder, uint64_t base)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (v->v[i].side == LOCAL && v->v[i].folder == folder && v->v[i].base == base)
			return true;
	return false;
}

/* A file that comes home with its old name was never away, as far as the program can see. */
static bool
is_at_home(const struct item *it, unsigned folder)
{
	struct md_name name;
	char home[33];

	md_name_parse(last_part(it->path), &name);
	md5_hex(world_folder(folder, LOCAL), strlen(world_folder(folder, LOCAL)), home);
	return name.has_fmd5 && strcmp(name.fmd5, home) == 0;
}

/* Where a message goes that is moved or copied: with its old name, if that is free there, or with a new one. */
static char *
goal(struct world *w, const struct view *v, const struct item *it, unsigned folder)
{
	if (chance(w, 2) && !has_base(v, folder, it->base) && !is_at_home(it, folder))
		return path_in(folder, strstr(it->path, "/new/") ? "new" : "cur", last_part(it->path));
	return new_path(w, folder, it->flags);
}

static void
move_local(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, LOCAL);
	unsigned folder = some_folder(w, LOCAL);
	char *to;

	if (!it || folder == it->folder || !book_may_remove(w, LOCAL, it->folder, it->letter))
		return;
	to = goal(w, v, it, folder);
	if (os_rename_new(it->path, to) == 0) {
		book_remove(w, LOCAL, it->folder, it->letter);
		book_add(w, LOCAL, folder, it->letter, it->flags);
	}
	free(to);
}

static void
copy_local(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, LOCAL);
	unsigned folder = some_folder(w, LOCAL);
	char *to;

	if (!it)
		return;
	to = goal(w, v, it, folder);
	put_file(to, &w->letter[it->letter]);
	free(to);
	book_add(w, LOCAL, folder, it->letter, it->flags);
}

/* A reader has seen that it is there, no more. */
static void
notice(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, LOCAL);
	char *to;

	if (!it || !strstr(it->path, "/new/") || strstr(it->path, ":2,"))
		return;
	to = xasprintf("%s/%s/cur/%s:2,", ROOT, world_folder(it->folder, LOCAL), last_part(it->path));
	os_rename_new(it->path, to);
	free(to);
}

static void
make_maildir(unsigned folder)
{
	static const char *const subs[] = { "tmp", "new", "cur" };
	unsigned i;
	char *path;

	for (i = 0; i < countof(subs); i++) {
		path = xasprintf("%s/%s/%s", ROOT, world_folder(folder, LOCAL), subs[i]);
		os_mkdir_parents(path);
		free(path);
	}
	sim_trace("user: makes local folder %s", world_folder(folder, LOCAL));
}

static void
make_local(struct world *w, const struct view *v)
{
	unsigned folder = FOLDERS - 1;

	(void)v;
	if (w->there[folder] || !w->account.createfolders)
		return;
	w->there[folder] = true;
	make_maildir(folder);
	deliver_to(w, folder);
}

/* ---- at the server ---- */

static void
append_to(struct world *w, unsigned folder, unsigned letter, unsigned flags)
{
	const struct buf *b = &w->letter[letter];
	struct buf wire = BUF_INIT;
	char names[64];
	size_t i;

	for (i = 0; i < b->len; i++) {
		if (b->p[i] == '\n')
			buf_putc(&wire, '\r');
		buf_putc(&wire, b->p[i]);
	}
	world_flag_names(flags, names);
	fake_set_time(w->server, os_time());
	fake_append(w->server, USER, world_folder(folder, REMOTE), names, wire.len ? wire.p : "", wire.len);
	buf_free(&wire);
	book_add(w, REMOTE, folder, letter, flags);
}

static void
append(struct world *w, const struct view *v)
{
	unsigned folder = some_folder(w, REMOTE), letter = some_letter(w);

	(void)v;
	if (folder < FOLDERS && letter < LETTERS)
		append_to(w, folder, letter, chance(w, 2) ? some_flags(w) : 0);
}

static void
flag_remote(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, REMOTE);
	unsigned bits = some_flags(w);
	char names[64];

	if (!it)
		return;
	world_flag_names(bits & ~it->flags, names);
	if (names[0])
		fake_flag(w->server, USER, world_folder(it->folder, REMOTE), it->uid, true, names);
	world_flag_names(bits & it->flags, names);
	if (names[0])
		fake_flag(w->server, USER, world_folder(it->folder, REMOTE), it->uid, false, names);
	book_flag(w, REMOTE, it->folder, it->letter, bits);
}

static bool
expunge_item(struct world *w, const struct item *it)
{
	if (!it || !book_may_remove(w, REMOTE, it->folder, it->letter))
		return false;
	fake_expunge(w->server, USER, world_folder(it->folder, REMOTE), it->uid);
	book_remove(w, REMOTE, it->folder, it->letter);
	return true;
}

static void
expunge(struct world *w, const struct view *v)
{
	expunge_item(w, some_item(w, v, REMOTE));
}

static void
move_remote(struct world *w, const struct view *v)
{
	const struct item *it = some_item(w, v, REMOTE);
	unsigned folder = some_folder(w, REMOTE);

	if (it && folder != it->folder && expunge_item(w, it))
		append_to(w, folder, it->letter, it->flags);
}

static void
make_remote(struct world *w, const struct view *v)
{
	unsigned folder = FOLDERS - 2, letter = some_letter(w);

	(void)v;
	if (w->there[folder])
		return;
	w->there[folder] = true;
	fake_create(w->server, USER, world_folder(folder, REMOTE));
	sim_trace("user: makes mailbox %s", world_folder(folder, REMOTE));
	if (letter < LETTERS)
		append_to(w, folder, letter, some_flags(w));
}

/* ---- all of it ---- */

/* Half of the people have Maildirs already, with some of the server's mail in them. */
void
users_before(struct world *w)
{
	unsigned f, n;

	sim_user(true);
	for (f = 0; f < FOLDERS; f++) {
		for (n = chance(w, 4); w->there[f] && n > 0; n--)
			append_to(w, f, n == 1 ? 0 : world_write(w), chance(w, 16));
		if (!w->there[f] || w->seed % 2)
			continue;
		make_maildir(f);
		for (n = chance(w, 5); n > 0; n--)
			deliver_to(w, f);
	}
	sim_user(false);
}

static void
remove_tree(const char *path)
{
	struct os_dir *d = os_dir_open(path);
	const char *name;
	char *below;

	if (!d) {
		os_unlink(path);
		return;
	}
	while (os_dir_next(d, &name) > 0) {
		below = xasprintf("%s/%s", path, name);
		remove_tree(below);
		free(below);
	}
	os_dir_close(d);
	os_rmdir(path);
}

bool
users_lose_state(struct world *w)
{
	/* What is only marked on the server would come back: nothing else remembers it. */
	if (w->keeps_marked)
		return false;
	sim_trace("user: removes the metadata");
	sim_user(true);
	remove_tree(w->settings.metadata);
	sim_user(false);
	return true;
}

static const struct {
	unsigned weight;
	void (*act)(struct world *w, const struct view *v);
} deeds[] = {
	{ 5, deliver }, { 4, flag_local }, { 3, delete_local }, { 3, move_local }, { 2, copy_local },
	{ 2, notice }, { 1, make_local },
	{ 5, append }, { 4, flag_remote }, { 3, expunge }, { 2, move_remote }, { 1, make_remote },
};

void
users_fidget(struct world *w)
{
	struct view v;

	world_look(w, &v);
	sim_user(true);
	flag_local(w, &v);
	sim_user(false);
	view_free(&v);
}

void
users_act(struct world *w, unsigned times)
{
	static const int64_t pauses[] = { 0, 0, 1, 500, 5000 };
	struct view v;
	unsigned i, at, total = 0;

	for (i = 0; i < countof(deeds); i++)
		total += deeds[i].weight;
	while (times--) {
		world_look(w, &v);
		sim_user(true);
		at = chance(w, total);
		for (i = 0; at >= deeds[i].weight; i++)
			at -= deeds[i].weight;
		deeds[i].act(w, &v);
		sim_user(false);
		sim_advance(pauses[chance(w, countof(pauses))]);
		view_free(&v);
	}
}
