/* mischief.c - carries out what the fault rules want of a command or a connection. */
#include <string.h>

#include "conn.h"

/* The mailbox that a rule's box= is compared with. */
static void
named_box(struct fake_conn *c, const struct words *w, struct buf *name)
{
	struct buf copy = BUF_INIT;
	size_t n = (size_t)(w->end - w->p);
	struct words ahead;
	struct slice s;

	if (c->command->flags & CMD_BOX) {
		buf_add(&copy, w->p, n < 2048 ? n : 2048);	/* the lexer writes into what it reads */
		ahead.p = copy.p;
		ahead.end = copy.p + copy.len;
		if (copy.len > 0 && words_char(&ahead, ' ') && words_astring(&ahead, &s))
			buf_addslice(name, slice_is_nocase(s, "INBOX") ? slice_of("INBOX") : s);
	} else if (c->box != NULL) {
		buf_puts(name, c->box->name);
	}
	buf_free(&copy);
}

static void
apply_fault(struct fake_conn *c, const struct fault *f, const char *box, struct pending *p)
{
	const char *text = f->text ? f->text : "as the fault script says";
	struct box *b = c->user ? box_find(c->user, slice_of(box)) : NULL;

	switch (f->action) {
	case FAULT_NO:
	case FAULT_BAD:
		p->instead = true;
		p->verdict = say(c, f->action == FAULT_NO ? SAY_NO : SAY_BAD, "%s", text);
		break;
	case FAULT_BYE:
		buf_printf(&c->out, "* BYE %s\r\n", text);
		/* FALLTHROUGH */
	case FAULT_DROP:
		p->instead = c->hang_up = true;
		break;
	case FAULT_COMMIT_DROP:
		p->drop_after = true;
		break;
	case FAULT_DELAY:
		c->delay += (int64_t)f->number;
		break;
	case FAULT_UIDVALIDITY:
		if (b != NULL)
			b->uidvalidity = (uint32_t)f->number;
		break;
	case FAULT_READONLY:
		c->force_readonly = true;
		break;
	case FAULT_OMIT:
		c->omit = (uint32_t)f->number;
		break;
	case FAULT_UNTAGGED:
		p->untagged = f;
		break;
	case FAULT_BYTES:
	case FAULT_ACTIONS:
		break;
	}
}

struct pending
meet_faults(struct fake_conn *c, const struct words *w)
{
	struct fault_rules *r = &c->server->faults;
	struct pending p = { false, false, SAY_OK, NULL };
	struct buf box = BUF_INIT;

	c->omit = 0;
	c->force_readonly = false;
	if (r->n == 0)
		return p;
	named_box(c, w, &box);
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].action != FAULT_BYTES &&
		    fault_meets(&r->v[i], c->user ? c->user->name : "", buf_str(&box), c->command->name))
			apply_fault(c, &r->v[i], buf_str(&box), &p);
	buf_free(&box);
	return p;
}

void
cut_output(struct fake_conn *c)
{
	struct fault_rules *r = &c->server->faults;

	for (size_t i = 0; i < r->n; i++) {
		struct fault *f = &r->v[i];
		uint64_t end = c->out_total + (c->out.len - c->sent);

		if (f->action != FAULT_BYTES || f->met > 0 || end < f->number ||
		    f->number < c->out_total)
			continue;
		if (f->user != NULL && (c->user == NULL || strcmp(f->user, c->user->name) != 0))
			continue;
		f->met++;
		buf_truncate(&c->out, c->out.len - (size_t)(end - f->number));
		c->hang_up = true;
	}
}
