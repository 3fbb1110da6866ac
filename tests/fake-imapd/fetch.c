/* fetch.c - FETCH. RFC 3501 6.4.5, RFC 7162 3.1.4. */
#include <stdlib.h>
#include <string.h>

#include "../../src/base/date.h"
#include "conn.h"
#include "mime.h"

enum kind { ITEM_FLAGS, ITEM_UID, ITEM_DATE, ITEM_SIZE, ITEM_MODSEQ, ITEM_ENVELOPE, ITEM_STRUCTURE, ITEM_BODY_STRUCTURE,
	ITEM_CONTENT };
enum section { SEC_ALL, SEC_HEADER, SEC_TEXT, SEC_FIELDS, SEC_FIELDS_NOT, SEC_MIME };
enum { MAX_PATH = 16 };

struct item {
	enum kind kind;
	bool peek;
	enum section section;
	uint32_t path[MAX_PATH];
	size_t npath;
	struct slice *fields;
	size_t nfields;
	bool partial;
	uint32_t from, count;
	struct buf label;		/* how the answer names it */
};

struct fetch {
	struct set set;
	struct item *v;
	size_t n, cap;
	bool changed_only, vanished;
	uint64_t changed_since;
};

static struct item *
add_item(struct fetch *f, enum kind kind, const char *label)
{
	struct item *it;

	f->v = xgrow(f->v, f->n, &f->cap, sizeof(*f->v));
	it = &f->v[f->n++];
	memset(it, 0, sizeof(*it));
	it->kind = kind;
	buf_puts(&it->label, label);
	return it;
}

static void
fetch_free(struct fetch *f)
{
	for (size_t i = 0; i < f->n; i++) {
		buf_free(&f->v[i].label);
		free(f->v[i].fields);
	}
	free(f->v);
	set_free(&f->set);
}

static bool
name_run(struct words *w, struct slice *out)
{
	out->p = w->p;
	while (w->p < w->end && (ascii_is_alnum((unsigned char)*w->p) || *w->p == '.'))
		w->p++;
	out->len = (size_t)(w->p - out->p);
	return out->len > 0;
}

static bool
field_names(struct words *w, struct item *it)
{
	size_t cap = 0;

	if (!words_char(w, ' ') || !words_char(w, '('))
		return false;
	buf_puts(&it->label, " (");
	do {
		struct slice s;

		if (!words_astring(w, &s) || s.len == 0)
			return false;
		it->fields = xgrow(it->fields, it->nfields, &cap, sizeof(*it->fields));
		buf_puts(&it->label, it->nfields > 0 ? " " : "");
		it->fields[it->nfields++] = s;
		buf_addslice(&it->label, s);
	} while (words_char(w, ' '));
	buf_putc(&it->label, ')');
	return words_char(w, ')');
}

static bool
section_name(struct words *w, struct item *it)
{
	static const struct {
		const char *name;
		enum section section;
	} known[] = {
		{ "HEADER", SEC_HEADER }, { "TEXT", SEC_TEXT }, { "MIME", SEC_MIME },
		{ "HEADER.FIELDS", SEC_FIELDS }, { "HEADER.FIELDS.NOT", SEC_FIELDS_NOT },
	};
	struct slice s;
	size_t i = 0;

	if (!name_run(w, &s))
		return false;
	while (i < countof(known) && !slice_is_nocase(s, known[i].name))
		i++;
	if (i == countof(known) || (known[i].section == SEC_MIME && it->npath == 0))
		return false;
	it->section = known[i].section;
	buf_puts(&it->label, known[i].name);
	return it->section < SEC_FIELDS || it->section == SEC_MIME || field_names(w, it);
}

/* "[" is taken already: [part.]* [name] "]" ["<" from "." count ">"] */
static bool
section(struct words *w, struct item *it)
{
	bool dot = true;

	while (dot && w->p < w->end && ascii_is_digit((unsigned char)*w->p)) {
		if (it->npath == MAX_PATH || !words_u32(w, &it->path[it->npath]) ||
		    it->path[it->npath] == 0)
			return false;
		buf_printf(&it->label, "%lu", (unsigned long)it->path[it->npath++]);
		dot = words_char(w, '.');
		if (dot)
			buf_putc(&it->label, '.');
	}
	if (!words_peek(w, ']') && (!dot || !section_name(w, it)))
		return false;
	buf_putc(&it->label, ']');
	if (!words_char(w, ']'))
		return false;
	if (words_char(w, '<')) {
		it->partial = true;
		if (!words_u32(w, &it->from) || !words_char(w, '.') || !words_u32(w, &it->count) ||
		    it->count == 0)
			return false;
		buf_printf(&it->label, "<%lu>", (unsigned long)it->from);
		return words_char(w, '>');
	}
	return true;
}

static bool
body_item(struct fetch *f, struct words *w, bool peek)
{
	struct item *it = add_item(f, ITEM_CONTENT, "BODY[");

	it->peek = peek;
	return words_char(w, '[') && section(w, it);
}

static void
rfc822_item(struct fetch *f, const char *label, enum section s, bool peek)
{
	struct item *it = add_item(f, ITEM_CONTENT, label);

	it->section = s;
	it->peek = peek;
}

static bool
one_item(struct fake_conn *c, struct fetch *f, struct words *w)
{
	static const struct {
		const char *name;
		enum kind kind;
	} plain[] = {
		{ "FLAGS", ITEM_FLAGS }, { "UID", ITEM_UID }, { "INTERNALDATE", ITEM_DATE },
		{ "RFC822.SIZE", ITEM_SIZE },
		{ "ENVELOPE", ITEM_ENVELOPE }, { "BODYSTRUCTURE", ITEM_STRUCTURE },
	};
	struct slice s;

	if (!name_run(w, &s))
		return false;
	for (size_t i = 0; i < countof(plain); i++) {
		if (slice_is_nocase(s, plain[i].name)) {
			add_item(f, plain[i].kind, plain[i].name);
			return true;
		}
	}
	if (slice_is_nocase(s, "BODY.PEEK"))
		return body_item(f, w, true);
	if (slice_is_nocase(s, "BODY") && words_peek(w, '['))
		return body_item(f, w, false);
	if (slice_is_nocase(s, "BODY"))
		add_item(f, ITEM_BODY_STRUCTURE, "BODY");
	else if (slice_is_nocase(s, "RFC822"))
		rfc822_item(f, "RFC822", SEC_ALL, false);
	else if (slice_is_nocase(s, "RFC822.HEADER"))
		rfc822_item(f, "RFC822.HEADER", SEC_HEADER, true);
	else if (slice_is_nocase(s, "RFC822.TEXT"))
		rfc822_item(f, "RFC822.TEXT", SEC_TEXT, false);
	else if (slice_is_nocase(s, "MODSEQ") && conn_cap(c, FAKE_CONDSTORE)) {
		add_item(f, ITEM_MODSEQ, "MODSEQ");
		c->enabled_condstore = true;
	} else
		return false;
	return true;
}

/* RFC 3501 6.4.5: ALL, FAST and FULL stand alone. */
static bool
macro(struct fetch *f, struct words *w)
{
	bool full = words_is(w, "FULL"), all = full || words_is(w, "ALL");

	if (!all && !words_is(w, "FAST"))
		return false;
	add_item(f, ITEM_FLAGS, "FLAGS");
	add_item(f, ITEM_DATE, "INTERNALDATE");
	add_item(f, ITEM_SIZE, "RFC822.SIZE");
	if (all)
		add_item(f, ITEM_ENVELOPE, "ENVELOPE");
	if (full)
		add_item(f, ITEM_BODY_STRUCTURE, "BODY");
	return true;
}

static bool
items(struct fake_conn *c, struct fetch *f, struct words *w)
{
	if (macro(f, w))
		return true;
	if (!words_char(w, '('))
		return one_item(c, f, w);
	do {
		if (!one_item(c, f, w))
			return false;
	} while (words_char(w, ' '));
	return words_char(w, ')');
}

static bool
modifiers(struct fake_conn *c, struct fetch *f, struct words *w)
{
	if (words_end(w))
		return true;
	if (!conn_cap(c, FAKE_CONDSTORE) || !words_char(w, ' ') || !words_char(w, '('))
		return false;
	do {
		if (words_is(w, "CHANGEDSINCE")) {
			if (!words_char(w, ' ') || !words_u64(w, &f->changed_since))
				return false;
			f->changed_only = c->enabled_condstore = true;
		} else if (words_is(w, "VANISHED") && c->by_uid && c->enabled_qresync) {
			f->vanished = true;
		} else {
			return false;
		}
	} while (words_char(w, ' '));
	/* RFC 7162 3.2.6: VANISHED only beside CHANGEDSINCE. */
	return words_char(w, ')') && words_end(w) && (f->changed_only || !f->vanished);
}

static bool
has_item(const struct fetch *f, enum kind kind)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].kind == kind)
			return true;
	return false;
}

static bool
fetch_args(struct fake_conn *c, struct words *w, struct fetch *f)
{
	if (!words_char(w, ' ') || !words_set(w, &f->set) || !words_char(w, ' ') ||
	    !items(c, f, w) || !modifiers(c, f, w) || !view_resolve(c, &f->set))
		return false;
	if (c->by_uid && !has_item(f, ITEM_UID))
		add_item(f, ITEM_UID, "UID");			/* RFC 3501 6.4.8 */
	if (f->changed_only && !has_item(f, ITEM_MODSEQ))
		add_item(f, ITEM_MODSEQ, "MODSEQ");		/* RFC 7162 3.1.4.1 */
	return true;
}

static bool
listed(const struct item *it, struct slice name)
{
	for (size_t i = 0; i < it->nfields; i++) {
		struct slice f = it->fields[i];
		size_t k = 0;

		if (f.len != name.len)
			continue;
		while (k < f.len &&
		    ascii_lower((unsigned char)f.p[k]) == ascii_lower((unsigned char)name.p[k]))
			k++;
		if (k == f.len)
			return true;
	}
	return false;
}

static void
pick_fields(const struct item *it, struct slice header, struct buf *out)
{
	struct slice name, whole;

	while (mime_next_field(&header, &name, &whole))
		if (listed(it, name) == (it->section == SEC_FIELDS))
			buf_addslice(out, whole);
	buf_puts(out, "\r\n");
}

/* The octets of the section; scratch holds them if they had to be put together. false: there is no such part. */
static bool
content(const struct item *it, struct slice message, struct buf *scratch, struct slice *out)
{
	struct entity e;

	*out = message;
	if (it->section == SEC_ALL && it->npath == 0)
		return true;
	e = mime_split(message);
	if (it->npath > 0) {
		if (!mime_part(e, it->path, it->npath, &e))
			return false;
		if (it->section != SEC_ALL && it->section != SEC_MIME) {
			if (!mime_is_message(e.header))
				return false;
			e = mime_split(e.body);
		}
	}
	switch (it->section) {
	case SEC_HEADER:
	case SEC_MIME:
		*out = e.header;
		break;
	case SEC_ALL:
	case SEC_TEXT:
		*out = e.body;
		break;
	case SEC_FIELDS:
	case SEC_FIELDS_NOT:
		buf_reset(scratch);
		pick_fields(it, e.header, scratch);
		*out = buf_slice(scratch);
		break;
	}
	return true;
}

static void
put_content(struct fake_conn *c, const struct item *it, struct slice message, struct buf *scratch)
{
	struct slice s;

	if (!content(it, message, scratch, &s)) {
		buf_puts(&c->out, " NIL");
		return;
	}
	if (it->partial) {
		size_t skip = it->from < s.len ? it->from : s.len;

		s.p += skip;
		s.len -= skip;
		if (s.len > it->count)
			s.len = it->count;
	}
	buf_printf(&c->out, " {%lu}\r\n", (unsigned long)s.len);
	buf_addslice(&c->out, s);
}

static void
put_item(struct fake_conn *c, const struct item *it, const struct msg *m, struct buf *scratch)
{
	struct slice message = { m->body->p, m->body->len };

	if (it->kind == ITEM_FLAGS) {
		put_flags(c, m);
		return;
	}
	buf_addslice(&c->out, buf_slice(&it->label));
	switch (it->kind) {
	case ITEM_UID:
		buf_printf(&c->out, " %lu", (unsigned long)m->uid);
		break;
	case ITEM_DATE:
		buf_puts(&c->out, " \"");
		date_imap(&c->out, m->date);
		buf_putc(&c->out, '"');
		break;
	case ITEM_SIZE:
		buf_printf(&c->out, " %lu", (unsigned long)m->body->len);
		break;
	case ITEM_MODSEQ:
		buf_printf(&c->out, " (%llu)", (unsigned long long)m->modseq);
		break;
	case ITEM_ENVELOPE:
		buf_putc(&c->out, ' ');
		mime_put_envelope(&c->out, mime_split(message).header);
		break;
	case ITEM_STRUCTURE:
	case ITEM_BODY_STRUCTURE:
		buf_putc(&c->out, ' ');
		mime_put_structure(&c->out, mime_split(message), it->kind == ITEM_STRUCTURE);
		break;
	case ITEM_CONTENT:
		put_content(c, it, message, scratch);
		break;
	case ITEM_FLAGS:
		break;
	}
}

static void
put_message(struct fake_conn *c, const struct fetch *f, const struct walk *at, struct msg *m, struct buf *scratch)
{
	bool seen = false, flags = has_item(f, ITEM_FLAGS);

	for (size_t i = 0; i < f->n; i++)
		seen = seen || (f->v[i].kind == ITEM_CONTENT && !f->v[i].peek);
	seen = seen && !c->readonly && !(m->flags & FLAG_SEEN);
	if (seen)
		box_flag(c->box, m, m->flags | FLAG_SEEN, c->serial);
	buf_printf(&c->out, "* %lu FETCH (", (unsigned long)at->seq);
	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			buf_putc(&c->out, ' ');
		put_item(c, &f->v[i], m, scratch);
	}
	if (seen && !flags) {			/* RFC 3501 6.4.5: the changed flags are part of the answer */
		buf_putc(&c->out, ' ');
		put_flags(c, m);
	}
	if ((seen || flags) && c->enabled_condstore && !has_item(f, ITEM_MODSEQ))
		buf_printf(&c->out, " MODSEQ (%llu)", (unsigned long long)m->modseq);
	buf_puts(&c->out, ")\r\n");
}

static enum verdict
fetch_all(struct fake_conn *c, const struct fetch *f)
{
	struct walk at = { 0, 0, false, false, 0, 0 };
	struct buf scratch = BUF_INIT;
	struct msg *m;
	uint32_t n = 0;

	if (f->vanished)
		put_vanished(c, f->changed_since, &f->set);
	while ((m = walk_next(c, &f->set, &at)) != NULL) {
		if (f->changed_only && m->modseq <= f->changed_since)
			continue;
		if (++n != c->omit)
			put_message(c, f, &at, m, &scratch);
	}
	buf_free(&scratch);
	if (at.missed && !c->by_uid)		/* RFC 2180 4.1.2 */
		return say(c, SAY_NO, "[EXPUNGEISSUED] some of these messages are gone");
	return SAY_OK;
}

enum verdict
cmd_fetch(struct fake_conn *c, struct words *w)
{
	struct fetch f;
	enum verdict v;

	memset(&f, 0, sizeof(f));
	if (!fetch_args(c, w, &f)) {
		v = say_bad_args(c);
	} else {
		c->server->counters.fetches++;
		v = fetch_all(c, &f);
	}
	fetch_free(&f);
	return v;
}
