/* note.c - see note.h. */
#include "note.h"

#include <stdio.h>
#include <string.h>

#include "../base/event.h"
#include "../base/num.h"
#include "caps.h"

enum { ALERTS_MAX = 3 };	/* shown per connection: some servers repeat one before every answer */

static void
note_caps(struct imap *c, struct slice words)
{
	c->caps = caps_parse(words);
	c->caps_known = true;
	buf_reset(&c->caps_text);
	buf_addslice(&c->caps_text, words);
}

/*
 * Commands are executed in order: before SELECT is the oldest unanswered one, data still belongs to
 * the mailbox selected before.
 */
static struct selected *
mailbox(struct imap *c)
{
	return c->nsent > 0 && c->sent[0].kind == SENT_SELECT ? &c->next : &c->cur;
}

void
note_select(struct selected *m, bool examine)
{
	memset(m, 0, sizeof(*m));
	m->examine = examine;
	m->st.read_only = examine;
	m->st.permanent = FLAG_ALL;	/* RFC 9051 7.1: if none is said, all can be kept */
}

static void
note_uidvalidity(struct selected *m, struct slice arg)
{
	uint32_t v;

	if (!num_u32(arg, &v))		/* some send 64 bits: as good as none (DESIGN rule 6) */
		v = 0;
	if (m->st.uidvalidity != 0 && m->st.uidvalidity != v)
		m->validity_moved = true;
	else
		m->st.uidvalidity = v;
}

static void
note_permanent(struct imap *c, struct selected *m, struct slice arg)
{
	unsigned flags;
	struct lex l;

	lex_init(&l, arg, &c->scratch);
	if (resp_flags(&l, &flags))
		m->st.permanent = flags;
}

static void
note_alert(struct imap *c, struct slice text)
{
	struct buf b = BUF_INIT;

	if (c->alerts++ >= ALERTS_MAX)
		return;
	buf_add_printable(&b, text, 300);
	event_warn(c->conf->name, "%s says: %s", stream_peer(c->s), buf_str(&b));
	buf_free(&b);
}

static void				/* flat */
note_code(struct imap *c, const struct resp *r)
{
	struct selected *m = mailbox(c);

	switch (r->code) {
	case CODE_ALERT:
		note_alert(c, r->text);
		break;
	case CODE_CAPABILITY:
		note_caps(c, r->code_args);
		break;
	case CODE_CLOSED:			/* RFC 7162 3.2.11: what came before was of the other one */
		if (m == &c->next)
			note_select(m, m->examine);
		break;
	case CODE_HIGHESTMODSEQ:
		if (!num_u64(r->code_args, &m->st.highestmodseq))
			m->st.highestmodseq = 0;
		break;
	case CODE_NOMODSEQ:
		m->st.highestmodseq = 0;
		break;
	case CODE_PERMANENTFLAGS:
		note_permanent(c, m, r->code_args);
		break;
	case CODE_READ_ONLY:
		m->st.read_only = true;
		break;
	case CODE_UIDNEXT:
		if (!num_u32(r->code_args, &m->st.uidnext))
			m->st.uidnext = 0;
		break;
	case CODE_UIDNOTSTICKY:
		m->st.uid_not_sticky = true;
		break;
	case CODE_UIDVALIDITY:
		note_uidvalidity(m, r->code_args);
		break;
	case CODE_NONE:
	case CODE_OTHER:
	case CODE_ALREADYEXISTS:		/* these matter to the one command they answer */
	case CODE_APPENDUID:
	case CODE_AUTHENTICATIONFAILED:
	case CODE_AUTHORIZATIONFAILED:
	case CODE_EXPIRED:
	case CODE_INUSE:
	case CODE_LIMIT:
	case CODE_OVERQUOTA:
	case CODE_READ_WRITE:
	case CODE_UNAVAILABLE:
		break;
	}
}

/* RFC 4315 3: "APPENDUID" uidvalidity uid; anything else is as if the server had not said it. */
static void
note_appenduid(struct answer *a, struct slice args)
{
	const char *blank = args.len ? memchr(args.p, ' ', args.len) : NULL;
	struct slice validity = args, uid = args;

	if (blank == NULL)
		return;
	validity.len = (size_t)(blank - args.p);
	uid.p = blank + 1;
	uid.len = args.len - validity.len - 1;
	if (!num_u32(validity, &a->uidvalidity) || !num_u32(uid, &a->uid)
	    || a->uidvalidity == 0 || a->uid == 0)
		a->uidvalidity = a->uid = 0;
}

static void
fill_answer(struct answer *a, const struct resp *r)
{
	struct buf b = BUF_INIT;

	a->done = true;
	a->status = r->status;
	a->code = r->code;
	if (r->status == STATUS_OK && r->code == CODE_APPENDUID)
		note_appenduid(a, r->code_args);
	if (r->status != STATUS_OK) {
		buf_puts(&b, r->status == STATUS_NO ? "NO " : "BAD ");
		buf_add_printable(&b, r->text, sizeof(a->why));
		snprintf(a->why, sizeof(a->why), "%s", buf_str(&b));
		buf_free(&b);
	}
}

static void
select_answered(struct imap *c, bool ok)
{
	if (ok)
		c->cur = c->next;
	c->cur.open = ok;			/* RFC 9051 6.3.2: after NO none is selected */
	memset(&c->next, 0, sizeof(c->next));
}

static int
note_tagged(struct imap *c, const struct resp *r, struct err *e)
{
	struct slice digits = r->tag;
	struct sent done;
	uint32_t tag;
	size_t i;

	digits.p++;
	digits.len--;
	if (r->tag.p[0] != c->prefix || !num_u32(digits, &tag))
		tag = 0;
	for (i = 0; i < c->nsent && c->sent[i].tag != tag; i++)
		;
	if (i == c->nsent)
		return conn_protocol(c, "an answer to a command that was never sent", r->tag, e);
	note_code(c, r);
	done = c->sent[i];
	c->nsent--;
	memmove(&c->sent[i], &c->sent[i + 1], (c->nsent - i) * sizeof(c->sent[0]));
	if (done.a)
		fill_answer(done.a, r);
	if (done.kind == SENT_SELECT)
		select_answered(c, r->status == STATUS_OK);
	if (done.kind == SENT_CHANGE) {
		c->changes--;
		if (r->status != STATUS_OK && !c->change_refused.done)
			fill_answer(&c->change_refused, r);
	}
	return 0;
}

/* n messages are gone; at least least must have been there. */
static void
note_expunge(struct selected *m, uint64_t least, uint64_t n)
{
	if (!m->open && !m->exists_known)	/* of the mailbox before, in a SELECT without CLOSED */
		return;
	if (least == 0 || least > m->st.exists)
		m->unsound = true;
	else
		m->st.exists -= (uint32_t)n;
}

static int
note_vanished(struct imap *c, const struct resp *r, struct err *e)
{
	struct uidset gone = UIDSET_INIT;
	bool earlier, good = resp_vanished(r->args, &earlier, &gone);
	uint64_t n = uidset_count(&gone);

	if (good && !earlier)
		note_expunge(mailbox(c), n, n);
	uidset_free(&gone);
	return good ? 0 : conn_protocol(c, "a VANISHED response that cannot be read", r->args, e);
}

static int
note_data(struct imap *c, const struct resp *r, struct err *e)
{
	struct selected *m = mailbox(c);

	switch (r->data) {
	case DATA_CAPABILITY:
		note_caps(c, r->args);
		break;
	case DATA_EXISTS:
		/* RFC 9051 7.4.1: only EXPUNGE makes it smaller */
		if (m->open && r->num < m->st.exists)
			m->unsound = true;
		m->st.exists = r->num;
		m->exists_known = true;
		break;
	case DATA_EXPUNGE:
		note_expunge(m, r->num, 1);
		break;
	case DATA_VANISHED:
		return note_vanished(c, r, e);
	case DATA_OTHER:
	case DATA_LIST:
	case DATA_SEARCH:
	case DATA_ESEARCH:
	case DATA_FETCH:
		break;
	}
	return 0;
}

int
note_response(struct imap *c, const struct resp *r, struct err *e)
{
	struct buf b = BUF_INIT;

	switch (r->kind) {
	case RESP_TAGGED:
		return note_tagged(c, r, e);
	case RESP_CONTINUE:
		if (!c->go_due)
			return conn_protocol(c, "a continuation that nobody waits for", r->text, e);
		c->go_due = false;
		return 0;
	case RESP_UNTAGGED:
		break;
	}
	if (r->status == STATUS_BYE) {
		buf_add_printable(&b, r->text, 250);
		err_retry(e, ERR_CONNECTION, "%s: the server ends the connection: %s",
		    stream_peer(c->s), b.len ? buf_str(&b) : "it gives no reason");
		buf_free(&b);
		c->fault = *e;
		c->dead = true;
		return -1;
	}
	if (r->status != STATUS_NONE) {
		note_code(c, r);
		return 0;
	}
	return note_data(c, r, e);
}

int
conn_check_mailbox(const struct imap *c, struct err *e)
{
	if (conn_alive(c, e) < 0)
		return -1;
	if (!c->cur.open)
		return err_set(e, ERR_FOLDER, "%s: no mailbox is selected", stream_peer(c->s));
	if (c->cur.validity_moved)
		return err_set(e, ERR_FOLDER, "%s: the server changed the mailbox's UIDVALIDITY while "
		    "it was open; nothing more is done in it now", stream_peer(c->s));
	return 0;
}
