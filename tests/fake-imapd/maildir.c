/*
 * maildir.c - fake_load and fake_save: DIR/<mailbox>/{cur,new,tmp}, a mailbox's levels as directories. What is written
 * can be read back with the same UIDs: they stand in the names as U=, UIDVALIDITY and UIDNEXT in a file "fake-imapd".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/num.h"
#include "../../src/base/os.h"
#include "../../src/base/path.h"
#include "conn.h"

static const size_t max_message = (size_t)1 << 30;
static const char *const subs[] = { "cur", "new", "tmp" };
static const char letters[] = "SRFTD";		/* of the system flags, bit by bit */

struct entry {
	char *path;
	const char *base;		/* points into path */
	uint32_t uid;			/* from U=, 0: none */
	int64_t date;
	bool seen_dir;			/* cur */
};

struct tree {				/* a walk over a user's Maildirs */
	struct fake_server *server;
	struct user *user;
	int (*visit)(struct tree *t, const char *path, const char *mailbox);
	char *why;
	size_t cap;
};

struct entries {
	struct entry *v;
	size_t n, cap;
};

static int
failed(char *why, size_t cap, const char *path)
{
	snprintf(why, cap, "%s: %s", path, strerror(errno));
	return -1;
}

static uint32_t
uid_of(const char *base)
{
	const char *p = strstr(base, ",U=");
	struct slice digits = { NULL, 0 };
	uint32_t uid;

	if (p == NULL)
		return 0;
	digits.p = p + 3;
	digits.len = strspn(digits.p, "0123456789");
	return num_u32(digits, &uid) ? uid : 0;
}

static int
by_uid_and_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	uint32_t ux = x->uid ? x->uid : UINT32_MAX, uy = y->uid ? y->uid : UINT32_MAX;

	return ux != uy ? (ux > uy ? 1 : -1) : strcmp(x->base, y->base);
}

static void
entries_free(struct entries *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->v[i].path);
	free(e->v);
}

/* The message files of one of cur and new. */
static int
scan(const char *dir, const char *sub, struct entries *e, char *why, size_t cap)
{
	char *path = path_join(dir, sub);
	struct os_dir *d = os_dir_open(path);
	const char *name;
	int rc;

	if (d == NULL) {
		rc = errno == ENOENT ? 0 : failed(why, cap, path);
		free(path);
		return rc;
	}
	while ((rc = os_dir_next(d, &name)) > 0) {
		struct os_stat st;
		struct entry *it;

		if (*name == '.')
			continue;
		e->v = xgrow(e->v, e->n, &e->cap, sizeof(*e->v));
		it = &e->v[e->n++];
		it->path = path_join(path, name);
		it->base = strrchr(it->path, '/') + 1;
		it->uid = uid_of(it->base);
		it->seen_dir = strcmp(sub, "cur") == 0;
		it->date = os_stat(it->path, &st) == 0 ? st.mtime : 0;
	}
	if (rc < 0)
		failed(why, cap, path);
	os_dir_close(d);
	free(path);
	return rc;
}

/* Bare LF becomes CRLF; a CRLF stays. */
static struct body *
to_wire(struct slice s)
{
	struct buf out = BUF_INIT;
	struct body *b;
	size_t start = 0;

	buf_reserve(&out, s.len + s.len / 16);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '\n' || (i > 0 && s.p[i - 1] == '\r'))
			continue;
		buf_add(&out, s.p + start, i - start);
		buf_puts(&out, "\r\n");
		start = i + 1;
	}
	if (s.len > start)
		buf_add(&out, s.p + start, s.len - start);
	b = body_new(buf_str(&out), out.len);
	buf_free(&out);
	return b;
}

static uint64_t
flags_of(const struct entry *e)
{
	const char *info = strstr(e->base, ":2,");
	uint64_t flags = 0;

	for (info = info ? info + 3 : ""; *info != '\0'; info++) {
		const char *at = strchr(letters, *info);

		if (at != NULL)
			flags |= (uint64_t)1 << (at - letters);
	}
	return flags;
}

static int
load_messages(struct box *b, const char *dir, char *why, size_t cap)
{
	struct entries e = { NULL, 0, 0 };
	struct buf text = BUF_INIT;
	int rc = scan(dir, "new", &e, why, cap);

	if (rc == 0)
		rc = scan(dir, "cur", &e, why, cap);
	if (rc == 0 && e.n > 0)
		qsort(e.v, e.n, sizeof(*e.v), by_uid_and_name);
	for (size_t i = 0; rc == 0 && i < e.n; i++) {
		if (os_read_file(e.v[i].path, max_message, &text) < 0) {
			rc = failed(why, cap, e.v[i].path);
			break;
		}
		if (e.v[i].uid > b->uidnext)
			b->uidnext = e.v[i].uid;
		box_add(b, flags_of(&e.v[i]), e.v[i].date, to_wire(buf_slice(&text)));
	}
	buf_free(&text);
	entries_free(&e);
	return rc;
}

static void
load_numbers(struct fake_server *s, struct box *b, const char *dir)
{
	char *path = path_join(dir, "fake-imapd");
	struct buf text = BUF_INIT;
	unsigned long validity, next;

	if (os_read_file(path, 256, &text) == 0 &&
	    sscanf(buf_str(&text), "uidvalidity %lu uidnext %lu", &validity, &next) == 2) {
		b->uidvalidity = (uint32_t)validity;
		if (next > b->uidnext)
			b->uidnext = (uint32_t)next;
		if (validity >= s->next_uidvalidity)
			s->next_uidvalidity = (uint32_t)validity + 1;
	}
	buf_free(&text);
	free(path);
}

/* Is the level that begins at p one of cur, new and tmp? */
static bool
reserved(const char *p, char delim)
{
	for (size_t i = 0; i < countof(subs); i++) {
		size_t n = strlen(subs[i]);

		if (strncmp(p, subs[i], n) == 0 &&
		    (p[n] == '\0' || (delim != '\0' && p[n] == delim)))
			return true;
	}
	return false;
}

static bool
is_dir(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	struct os_stat st;
	bool is = os_stat(path, &st) == 0 && st.is_dir;

	free(path);
	return is;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The directories in dir that may be mailboxes or levels of their names, sorted. */
static int
levels(const char *dir, char ***names, size_t *n, struct tree *t)
{
	struct os_dir *d = os_dir_open(dir);
	const char *name;
	size_t cap = 0;
	int more;

	*names = NULL;
	*n = 0;
	if (d == NULL)
		return failed(t->why, t->cap, dir);
	while ((more = os_dir_next(d, &name)) > 0) {
		if (*name == '.' || reserved(name, '\0') || !is_dir(dir, name))
			continue;
		*names = xgrow(*names, *n, &cap, sizeof(**names));
		(*names)[(*n)++] = xstrdup(name);
	}
	os_dir_close(d);
	if (*n > 0)
		qsort(*names, *n, sizeof(**names), by_name);
	return more < 0 ? failed(t->why, t->cap, dir) : 0;
}

/* A level's name from that of its directory: path_of() backwards. */
static char *
decode(const char *s)
{
	struct buf out = BUF_INIT;

	for (; *s != '\0'; s++) {
		int hi = *s == '%' ? ascii_hexval(s[1]) : -1, lo = hi >= 0 ? ascii_hexval(s[2]) : -1;

		buf_putc(&out, lo >= 0 ? hi * 16 + lo : *s);
		s += lo >= 0 ? 2 : 0;
	}
	return buf_steal(&out);
}

/* Visits every Maildir below dir, whose mailboxes' names begin with prefix; the deepest first. */
static int
walk_tree(struct tree *t, const char *dir, const char *prefix)
{
	char **names, delim = t->server->delim;
	size_t n;
	int rc = levels(dir, &names, &n, t);

	for (size_t i = 0; i < n; i++) {
		char *path = path_join(dir, names[i]), *level = decode(names[i]), *full;

		full = xasprintf("%s%s", prefix, level);

		if (rc == 0 && delim != '\0') {
			char *below = xasprintf("%s%c", full, delim);

			rc = walk_tree(t, path, below);
			free(below);
		}
		if (rc == 0 && is_dir(path, "cur"))
			rc = t->visit(t, path, full);
		free(full);
		free(level);
		free(path);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int
load_box(struct tree *t, const char *path, const char *name)
{
	struct box *b = box_find(t->user, slice_of(name));

	if (b == NULL)
		b = box_create(t->user, slice_of(name), t->server->next_uidvalidity++);
	sub_set(t->user, slice_of(name), true);
	if (load_messages(b, path, t->why, t->cap) < 0)
		return -1;
	load_numbers(t->server, b, path);
	return 0;
}

static int
tree_of(struct fake_server *s, const char *user, struct tree *t)
{
	t->server = s;
	t->user = server_user(s, slice_of(user));
	if (t->user != NULL)
		return 0;
	snprintf(t->why, t->cap, "there is no user %s", user);
	return -1;
}

uint32_t
fake_append_file(struct fake_server *s, const char *user, const char *mailbox, const char *flags,
    const char *path, char *why, size_t cap)
{
	struct buf text = BUF_INIT;
	struct body *b;
	uint32_t uid = 0;

	if (os_read_file(path, max_message, &text) < 0) {
		failed(why, cap, path);
	} else {
		b = to_wire(buf_slice(&text));
		uid = fake_append(s, user, mailbox, flags, b->p, b->len);
		body_unref(b);
		if (uid == 0)
			snprintf(why, cap, "no such user or mailbox");
	}
	buf_free(&text);
	return uid;
}

int
fake_load(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap)
{
	struct tree t = { NULL, NULL, load_box, why, cap };

	return tree_of(s, user, &t) < 0 ? -1 : walk_tree(&t, dir, "");
}

static int
write_new(const char *path, struct slice text, char *why, size_t cap)
{
	int fd = os_open(path, OS_TRUNCATE), rc;

	rc = fd < 0 ? -1 : os_write_all(fd, text.p, text.len);
	if (fd >= 0 && os_close(fd) < 0)
		rc = -1;
	return rc < 0 ? failed(why, cap, path) : 0;
}

static struct slice
to_file(const struct body *b, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] != '\r' || b->p[i + 1] != '\n')	/* a NUL stands behind the last octet */
			buf_putc(out, b->p[i]);
	return (struct slice){ buf_str(out), out->len };
}

/* Flags are letters in alphabetical order, as everywhere in Maildirs. */
static char *
name_of(const char *dir, const struct msg *m)
{
	static const char order[] = "DFRST";
	char info[8];
	size_t n = 0;

	for (const char *p = order; *p != '\0'; p++)
		if (m->flags >> (strchr(letters, *p) - letters) & 1)
			info[n++] = *p;
	info[n] = '\0';
	return xasprintf("%s/cur/%lld.fake-imapd,U=%lu:2,%s", dir, (long long)m->date, (unsigned long)m->uid, info);
}

static int
save_messages(const struct box *b, const char *dir, char *why, size_t cap)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		char *path = name_of(dir, &b->msgs[i]);

		rc = write_new(path, to_file(b->msgs[i].body, &text), why, cap);
		if (rc == 0)
			os_set_mtime(path, b->msgs[i].date);
		free(path);
	}
	buf_free(&text);
	return rc;
}

/*
 * The directory of a mailbox: its levels below each other. What would mean something else in a path (a leading dot, a
 * slash that is no delimiter, cur, new and tmp) becomes %XX, as does the % of what looks like that.
 */
static char *
path_of(const char *dir, const char *name, char delim)
{
	struct buf out = BUF_INIT;
	bool first = true;

	buf_printf(&out, "%s/", dir);
	for (const char *p = name; *p != '\0'; p++) {
		bool hidden = first && (*p == '.' || reserved(p, delim));

		if (delim != '\0' && *p == delim) {
			buf_putc(&out, '/');
			first = true;
			continue;
		}
		if (hidden || *p == '/' ||
		    (*p == '%' && ascii_hexval(p[1]) >= 0 && ascii_hexval(p[2]) >= 0))
			buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*p);
		else
			buf_putc(&out, *p);
		first = false;
	}
	return buf_steal(&out);
}

static int
make_dirs(const char *path, char *why, size_t cap)
{
	for (size_t i = 0; i < countof(subs); i++) {
		char *sub = path_join(path, subs[i]);
		int rc = os_mkdir_parents(sub);

		if (rc < 0)
			failed(why, cap, sub);
		free(sub);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Removes the messages of a Maildir. */
static int
clear(const char *path, char *why, size_t cap)
{
	struct entries old = { NULL, 0, 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < countof(subs); i++)
		rc = scan(path, subs[i], &old, why, cap);
	for (size_t i = 0; rc == 0 && i < old.n; i++)
		if (os_unlink(old.v[i].path) < 0)
			rc = failed(why, cap, old.v[i].path);
	entries_free(&old);
	return rc;
}

static int
save_box(const struct box *b, const char *dir, struct tree *t)
{
	char *path = path_of(dir, b->name, t->server->delim), *numbers = path_join(path, "fake-imapd"), text[64];
	int rc = make_dirs(path, t->why, t->cap);

	if (rc == 0)
		rc = clear(path, t->why, t->cap);
	if (rc == 0)
		rc = save_messages(b, path, t->why, t->cap);
	snprintf(text, sizeof(text), "uidvalidity %lu uidnext %lu\n", (unsigned long)b->uidvalidity,
	    (unsigned long)b->uidnext);
	if (rc == 0)
		rc = write_new(numbers, slice_of(text), t->why, t->cap);
	free(numbers);
	free(path);
	return rc;
}

/* A mailbox that is no more: its Maildir goes, a directory that holds others stays as a level. */
static int
drop_box(struct tree *t, const char *path, const char *name)
{
	char *numbers;

	if (box_find(t->user, slice_of(name)) != NULL)
		return 0;
	if (clear(path, t->why, t->cap) < 0)
		return -1;
	numbers = path_join(path, "fake-imapd");
	os_unlink(numbers);
	free(numbers);
	for (size_t i = 0; i < countof(subs); i++) {
		char *sub = path_join(path, subs[i]);

		os_rmdir(sub);
		free(sub);
	}
	os_rmdir(path);
	return 0;
}

int
fake_save(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap)
{
	struct tree t = { NULL, NULL, drop_box, why, cap };
	int rc = tree_of(s, user, &t);

	for (size_t i = 0; rc == 0 && i < t.user->nboxes; i++)
		rc = save_box(t.user->boxes[i], dir, &t);
	return rc < 0 ? -1 : walk_tree(&t, dir, "");
}
