/* store.c - users, mailboxes and messages in memory. No protocol here. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

static const char *const system_flags[SYSTEM_FLAGS] = {
	"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"
};

struct body *
body_new(const void *p, size_t n)
{
	struct body *b = xmalloc(sizeof(*b) + n + 1);

	b->refs = 1;
	b->len = n;
	if (n > 0)
		memcpy(b->p, p, n);
	b->p[n] = '\0';
	return b;
}

struct body *
body_ref(struct body *b)
{
	b->refs++;
	return b;
}

void
body_unref(struct body *b)
{
	if (--b->refs == 0)
		free(b);
}

static void
box_free(struct box *b)
{
	for (size_t i = 0; i < b->n; i++)
		body_unref(b->msgs[i].body);
	for (unsigned i = 0; i < b->nkeywords; i++)
		free(b->keywords[i]);
	free(b->msgs);
	free(b->journal);
	free(b->name);
	free(b);
}

struct user *
user_new(const char *name, const char *password)
{
	struct user *u = xcalloc(1, sizeof(*u));

	u->name = xstrdup(name);
	u->password = xstrdup(password);
	return u;
}

void
user_free(struct user *u)
{
	for (size_t i = 0; i < u->nboxes; i++)
		box_free(u->boxes[i]);
	for (size_t i = 0; i < u->nsubs; i++)
		free(u->subs[i]);
	free(u->boxes);
	free(u->subs);
	free(u->name);
	mem_wipe(u->password, strlen(u->password));
	free(u->password);
	free(u);
}

static int
compare(struct slice a, const char *b)
{
	size_t n = strlen(b);
	int d = memcmp(a.p ? a.p : "", b, a.len < n ? a.len : n);

	return d != 0 ? d : (a.len > n) - (a.len < n);
}

/* RFC 3501 5.1: INBOX is the one name whose case does not matter. */
static struct slice
canonical(struct slice name)
{
	return slice_is_nocase(name, "INBOX") ? slice_of("INBOX") : name;
}

static bool
box_index(const struct user *u, struct slice name, size_t *at)
{
	size_t lo = 0, hi = u->nboxes;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = compare(name, u->boxes[mid]->name);

		if (d == 0) {
			*at = mid;
			return true;
		}
		if (d < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	*at = lo;
	return false;
}

struct box *
box_find(const struct user *u, struct slice name)
{
	size_t at;

	return box_index(u, canonical(name), &at) ? u->boxes[at] : NULL;
}

static void
insert(struct user *u, struct box *b)
{
	size_t at;

	box_index(u, slice_of(b->name), &at);
	u->boxes = xgrow(u->boxes, u->nboxes, &u->boxes_cap, sizeof(*u->boxes));
	memmove(u->boxes + at + 1, u->boxes + at, (u->nboxes - at) * sizeof(*u->boxes));
	u->boxes[at] = b;
	u->nboxes++;
}

static void
take_out(struct user *u, struct box *b)
{
	size_t at;

	if (!box_index(u, slice_of(b->name), &at))
		return;
	u->nboxes--;
	memmove(u->boxes + at, u->boxes + at + 1, (u->nboxes - at) * sizeof(*u->boxes));
}

struct box *
box_create(struct user *u, struct slice name, uint32_t uidvalidity)
{
	struct box *b = xcalloc(1, sizeof(*b));

	b->name = slice_dup(canonical(name));
	b->uidvalidity = uidvalidity;
	b->uidnext = b->claimed = 1;
	b->modseq = 1;
	insert(u, b);
	return b;
}

void
box_delete(struct user *u, struct box *b)
{
	take_out(u, b);
	b->deleted = true;
	if (b->selected == 0)
		box_free(b);
}

void
box_leave(struct box *b)
{
	if (--b->selected == 0 && b->deleted)
		box_free(b);
}

void
box_rename(struct user *u, struct box *b, struct slice name)
{
	char *renamed = slice_dup(name);

	take_out(u, b);
	free(b->name);
	b->name = renamed;
	insert(u, b);
}

bool
box_has_children(const struct user *u, struct slice name, char delim)
{
	size_t at;

	if (delim == '\0')
		return false;
	if (box_index(u, name, &at))
		at++;
	/* Names like "a!b" sort between "a" and "a/b": walk on while the prefix lasts. */
	for (; at < u->nboxes; at++) {
		const char *other = u->boxes[at]->name;

		if (strncmp(other, name.p, name.len) != 0)
			return false;
		if (other[name.len] == delim)
			return true;
	}
	return false;
}

bool
sub_find(const struct user *u, struct slice name, size_t *at)
{
	name = canonical(name);
	for (*at = 0; *at < u->nsubs; (*at)++) {
		int d = compare(name, u->subs[*at]);

		if (d <= 0)
			return d == 0;
	}
	return false;
}

void
sub_set(struct user *u, struct slice name, bool on)
{
	size_t at;
	bool there = sub_find(u, name, &at);

	if (there == on)
		return;
	if (on) {
		u->subs = xgrow(u->subs, u->nsubs, &u->subs_cap, sizeof(*u->subs));
		memmove(u->subs + at + 1, u->subs + at, (u->nsubs - at) * sizeof(*u->subs));
		u->subs[at] = slice_dup(canonical(name));
		u->nsubs++;
	} else {
		free(u->subs[at]);
		u->nsubs--;
		memmove(u->subs + at, u->subs + at + 1, (u->nsubs - at) * sizeof(*u->subs));
	}
}

size_t
box_at(const struct box *b, uint32_t uid)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->msgs[mid].uid < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct msg *
box_msg(const struct box *b, uint32_t uid)
{
	size_t at = box_at(b, uid);

	return at < b->n && b->msgs[at].uid == uid ? &b->msgs[at] : NULL;
}

struct msg *
box_add(struct box *b, uint64_t flags, int64_t date, struct body *body)
{
	struct msg *m;

	b->msgs = xgrow(b->msgs, b->n, &b->cap, sizeof(*b->msgs));
	m = &b->msgs[b->n++];
	m->uid = b->uidnext++;
	m->recent_in = 0;
	m->flags = flags;
	m->modseq = ++b->modseq;
	m->date = date;
	m->body = body;
	return m;
}

static void
note(struct box *b, uint32_t uid, uint32_t by, bool gone)
{
	struct change *c;

	b->journal = xgrow(b->journal, b->nchanges, &b->changes_cap, sizeof(*b->journal));
	c = &b->journal[b->nchanges++];
	c->modseq = b->modseq;
	c->uid = uid;
	c->by = by;
	c->gone = gone;
}

void
box_flag(struct box *b, struct msg *m, uint64_t flags, uint32_t by)
{
	m->flags = flags;
	m->modseq = ++b->modseq;
	note(b, m->uid, by, false);
}

void
box_expunge(struct box *b, const uint32_t *uids, size_t n, uint32_t by)
{
	size_t to, from;

	if (n == 0)
		return;
	b->modseq++;
	to = from = box_at(b, uids[0]);
	for (size_t i = 0; from < b->n; from++) {
		if (i < n && b->msgs[from].uid == uids[i]) {
			body_unref(b->msgs[from].body);
			note(b, uids[i], by, true);
			i++;
		} else {
			b->msgs[to++] = b->msgs[from];
		}
	}
	b->n = to;
}

void
box_move_all(struct box *from, struct box *to, uint32_t by)
{
	uint32_t *uids = xcalloc(from->n + 1, sizeof(*uids));

	for (size_t i = 0; i < from->n; i++) {
		struct msg *m = &from->msgs[i];

		uids[i] = m->uid;
		box_add(to, box_translate(to, from, m->flags), m->date, body_ref(m->body));
	}
	box_expunge(from, uids, from->n, by);
	free(uids);
}

uint64_t
box_flag_bit(struct box *b, struct slice name, bool make)
{
	for (unsigned i = 0; i < SYSTEM_FLAGS; i++)
		if (slice_is_nocase(name, system_flags[i]))
			return (uint64_t)1 << i;
	if (name.len == 0 || name.p[0] == '\\')
		return 0;
	for (unsigned i = 0; i < b->nkeywords; i++)
		if (slice_is_nocase(name, b->keywords[i]))
			return (uint64_t)1 << (SYSTEM_FLAGS + i);
	if (!make || b->nkeywords == MAX_KEYWORDS)
		return 0;
	b->keywords[b->nkeywords] = slice_dup(name);
	return (uint64_t)1 << (SYSTEM_FLAGS + b->nkeywords++);
}

uint64_t
box_flag_bits(struct box *b, const char *names)
{
	uint64_t bits = 0;

	while (*names != '\0') {
		struct slice word = { names, strcspn(names, " ") };

		bits |= box_flag_bit(b, word, true);
		names += word.len;
		names += strspn(names, " ");
	}
	return bits;
}

static const char *
flag_name(const struct box *b, unsigned i)
{
	return i < SYSTEM_FLAGS ? system_flags[i] : b->keywords[i - SYSTEM_FLAGS];
}

uint64_t
box_translate(struct box *to, const struct box *from, uint64_t flags)
{
	uint64_t bits = flags & ((1u << SYSTEM_FLAGS) - 1);

	for (unsigned i = SYSTEM_FLAGS; i < SYSTEM_FLAGS + from->nkeywords; i++)
		if (flags >> i & 1)
			bits |= box_flag_bit(to, slice_of(flag_name(from, i)), true);
	return bits;
}

void
box_show_flags(struct buf *out, const struct box *b, uint64_t flags)
{
	const char *gap = "";

	for (unsigned i = 0; i < SYSTEM_FLAGS + b->nkeywords; i++) {
		if (!(flags >> i & 1))
			continue;
		buf_puts(out, gap);
		buf_puts(out, flag_name(b, i));
		gap = " ";
	}
}
