/* server.c - the server as a whole: its users, what tests may do and see from outside. */
#include <stdlib.h>
#include <string.h>

#include "../../src/base/os.h"
#include "conn.h"

struct fake_server *
fake_new(void)
{
	struct fake_server *s = xcalloc(1, sizeof(*s));

	for (unsigned i = 0; i < FAKE_LOGINDISABLED; i++)
		s->caps[i] = true;
	s->delim = '/';
	s->next_uidvalidity = 1000;
	return s;
}

void
fake_free(struct fake_server *s)
{
	while (s->conns != NULL)
		fake_disconnect(s->conns);
	for (size_t i = 0; i < s->nusers; i++)
		user_free(s->users[i]);
	free(s->users);
	fault_free(&s->faults);
	buf_free(&s->log);
	buf_free(&s->view_flags);
	free(s);
}

void
fake_set_cap(struct fake_server *s, enum fake_cap c, bool on)
{
	s->caps[c] = on;
}

void
fake_set_delim(struct fake_server *s, char delim)
{
	s->delim = delim;
}

void
fake_set_time(struct fake_server *s, int64_t now)
{
	s->now = now;
}

int64_t
server_now(const struct fake_server *s)
{
	return s->now != 0 ? s->now : os_time();
}

struct user *
server_user(const struct fake_server *s, struct slice name)
{
	for (size_t i = 0; i < s->nusers; i++)
		if (slice_is(name, s->users[i]->name))
			return s->users[i];
	return NULL;
}

void
fake_add_user(struct fake_server *s, const char *user, const char *password)
{
	struct user *u = server_user(s, slice_of(user));

	if (u != NULL)
		return;
	u = user_new(user, password);
	s->users = xgrow(s->users, s->nusers, &s->users_cap, sizeof(*s->users));
	s->users[s->nusers++] = u;
	box_create(u, slice_of("INBOX"), s->next_uidvalidity++);
	sub_set(u, slice_of("INBOX"), true);
}

static struct box *
outside_box(const struct fake_server *s, const char *user, const char *mailbox)
{
	struct user *u = server_user(s, slice_of(user));

	return u ? box_find(u, slice_of(mailbox)) : NULL;
}

bool
fake_create(struct fake_server *s, const char *user, const char *mailbox)
{
	struct user *u = server_user(s, slice_of(user));

	if (u == NULL || *mailbox == '\0' || box_find(u, slice_of(mailbox)))
		return false;
	box_create(u, slice_of(mailbox), s->next_uidvalidity++);
	sub_set(u, slice_of(mailbox), true);
	return true;
}

bool
fake_delete(struct fake_server *s, const char *user, const char *mailbox)
{
	struct box *b = outside_box(s, user, mailbox);

	if (b == NULL)
		return false;
	box_delete(server_user(s, slice_of(user)), b);
	return true;
}

uint32_t
fake_append(struct fake_server *s, const char *user, const char *mailbox, const char *flags, const void *body, size_t n)
{
	struct box *b = outside_box(s, user, mailbox);

	if (b == NULL)
		return 0;
	return box_add(b, box_flag_bits(b, flags), server_now(s), body_new(body, n))->uid;
}

bool
fake_flag(struct fake_server *s, const char *user, const char *mailbox, uint32_t uid, bool add, const char *flags)
{
	struct box *b = outside_box(s, user, mailbox);
	struct msg *m = b ? box_msg(b, uid) : NULL;
	uint64_t bits;

	if (m == NULL)
		return false;
	bits = box_flag_bits(b, flags);
	bits = add ? m->flags | bits : m->flags & ~bits;
	if (bits != m->flags)
		box_flag(b, m, bits, 0);
	return true;
}

bool
fake_expunge(struct fake_server *s, const char *user, const char *mailbox, uint32_t uid)
{
	struct box *b = outside_box(s, user, mailbox);

	if (b == NULL || box_msg(b, uid) == NULL)
		return false;
	box_expunge(b, &uid, 1, 0);
	return true;
}

void
fake_set_uidvalidity(struct fake_server *s, const char *user, const char *mailbox, uint32_t v)
{
	struct box *b = outside_box(s, user, mailbox);

	if (b != NULL)
		b->uidvalidity = v;
}

uint32_t
fake_uidvalidity(struct fake_server *s, const char *user, const char *mailbox)
{
	struct box *b = outside_box(s, user, mailbox);

	return b ? b->uidvalidity : 0;
}

bool
fake_look(struct fake_server *s, const char *user, const char *mailbox, size_t index, struct fake_view *v)
{
	struct box *b = outside_box(s, user, mailbox);
	const struct msg *m;

	if (b == NULL || index >= b->n)
		return false;
	m = &b->msgs[index];
	buf_reset(&s->view_flags);
	box_show_flags(&s->view_flags, b, m->flags);
	v->uid = m->uid;
	v->modseq = m->modseq;
	v->date = m->date;
	v->flags = buf_str(&s->view_flags);
	v->body = m->body->p;
	v->size = m->body->len;
	return true;
}

bool
fake_mailbox(struct fake_server *s, const char *user, size_t index, const char **name)
{
	struct user *u = server_user(s, slice_of(user));

	if (u == NULL || index >= u->nboxes)
		return false;
	*name = u->boxes[index]->name;
	return true;
}

const struct fake_counters *
fake_counters(const struct fake_server *s)
{
	return &s->counters;
}

void
fake_reset_counters(struct fake_server *s)
{
	uint64_t now = s->counters.simultaneous;

	memset(&s->counters, 0, sizeof(s->counters));
	s->counters.simultaneous = s->counters.max_simultaneous = now;
}

int
fake_faults(struct fake_server *s, const char *script, char *why, size_t cap)
{
	fault_free(&s->faults);
	return fault_parse(&s->faults, script, why, cap);
}

const char *
fake_log(const struct fake_server *s)
{
	return buf_str(&s->log);
}
