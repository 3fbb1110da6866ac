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
static const char letters[] = "SRFTD";		/* of the system flags, bit by bit */

struct entry {
	char *path;
	const char *base;		/* points into path */
	uint32_t uid;			/* from U=, 0: none */
	int64_t date;
	bool seen_dir;			/* cur */
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

/* dir holds mailboxes whose names begin with prefix. */
static int
load_tree(struct fake_server *s, struct user *u, const char *dir, const char *prefix, char *why, size_t cap)
{
	struct os_dir *d = os_dir_open(dir);
	char **names = NULL;
	size_t n = 0, names_cap = 0;
	const char *name;
	int rc = 0, more;

	if (d == NULL)
		return failed(why, cap, dir);
	while ((more = os_dir_next(d, &name)) > 0) {
		if (*name == '.' || !is_dir(dir, name) || strcmp(name, "cur") == 0 || strcmp(name, "new") == 0 ||
		    strcmp(name, "tmp") == 0)
			continue;
		names = xgrow(names, n, &names_cap, sizeof(*names));
		names[n++] = xstrdup(name);
	}
	if (more < 0)
		rc = failed(why, cap, dir);
	os_dir_close(d);
	if (n > 0)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++) {
		char *path = path_join(dir, names[i]), *below;
		char *full = xasprintf("%s%s", prefix, names[i]);
		struct box *b = box_find(u, slice_of(full));

		if (rc == 0 && is_dir(path, "cur")) {
			if (b == NULL)
				b = box_create(u, slice_of(full), s->next_uidvalidity++);
			sub_set(u, slice_of(full), true);
			rc = load_messages(b, path, why, cap);
			load_numbers(s, b, path);
		}
		below = xasprintf("%s%c", full, s->delim ? s->delim : '/');
		if (rc == 0 && s->delim != '\0')
			rc = load_tree(s, u, path, below, why, cap);
		free(below);
		free(full);
		free(path);
		free(names[i]);
	}
	free(names);
	return rc;
}

int
fake_load(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap)
{
	struct user *u = server_user(s, slice_of(user));

	if (u == NULL) {
		snprintf(why, cap, "there is no user %s", user);
		return -1;
	}
	return load_tree(s, u, dir, "", why, cap);
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

/* Makes dir/<name> with its three directories; name is cut into levels at the delimiter. */
static int
make_dirs(const char *dir, char *name, char delim, char *why, size_t cap)
{
	static const char *const subs[] = { "cur", "new", "tmp" };
	char *path;

	for (char *p = name; (p = strchr(p, '/')) != NULL || (delim && (p = strchr(name, delim)) != NULL); p++) {
		*p = '\0';
		path = path_join(dir, name);
		if (os_mkdir(path) < 0 && errno != EEXIST) {
			failed(why, cap, path);
			free(path);
			return -1;
		}
		free(path);
		*p = '/';
	}
	for (size_t i = 0; i <= countof(subs); i++) {
		path = i == 0 ? path_join(dir, name) : path_join3(dir, name, subs[i - 1]);
		if (os_mkdir(path) < 0 && errno != EEXIST) {
			failed(why, cap, path);
			free(path);
			return -1;
		}
		free(path);
	}
	return 0;
}

static int
save_box(const struct box *b, const char *dir, char *name, char delim, char *why, size_t cap)
{
	struct entries old = { NULL, 0, 0 };
	char *path, *numbers, text[64];
	int rc;

	if (make_dirs(dir, name, delim, why, cap) < 0)
		return -1;
	path = path_join(dir, name);
	numbers = path_join(path, "fake-imapd");
	rc = scan(path, "new", &old, why, cap);
	if (rc == 0)
		rc = scan(path, "cur", &old, why, cap);
	for (size_t i = 0; rc == 0 && i < old.n; i++)
		if (os_unlink(old.v[i].path) < 0)
			rc = failed(why, cap, old.v[i].path);
	if (rc == 0)
		rc = save_messages(b, path, why, cap);
	snprintf(text, sizeof(text), "uidvalidity %lu uidnext %lu\n", (unsigned long)b->uidvalidity,
	    (unsigned long)b->uidnext);
	if (rc == 0)
		rc = write_new(numbers, slice_of(text), why, cap);
	entries_free(&old);
	free(numbers);
	free(path);
	return rc;
}

int
fake_save(struct fake_server *s, const char *user, const char *dir, char *why, size_t cap)
{
	struct user *u = server_user(s, slice_of(user));
	int rc = 0;

	if (u == NULL) {
		snprintf(why, cap, "there is no user %s", user);
		return -1;
	}
	for (size_t i = 0; rc == 0 && i < u->nboxes; i++) {
		char *name = xstrdup(u->boxes[i]->name);

		rc = save_box(u->boxes[i], dir, name, s->delim, why, cap);
		free(name);
	}
	return rc;
}
