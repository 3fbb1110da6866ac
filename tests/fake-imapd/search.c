/* search.c - SEARCH as a tree of conditions. RFC 3501 6.4.4, RFC 4731 (RETURN), RFC 7162 3.1.5 (MODSEQ). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/date.h"
#include "conn.h"
#include "mime.h"

enum test { T_AND, T_OR, T_NOT, T_ALL, T_FLAG, T_NOFLAG, T_RECENT, T_OLD, T_NEW, T_SEQ, T_UID, T_BEFORE, T_ON, T_SINCE,
	T_SENTBEFORE, T_SENTON, T_SENTSINCE, T_LARGER, T_SMALLER, T_HEADER, T_BODY, T_TEXT, T_MODSEQ };

enum { MAX_DEPTH = 40 };

struct node {
	enum test test;
	struct node *a, *b;		/* T_AND is a list: a condition, and the rest or NULL */
	uint64_t number;		/* flag bits, a day, a size, a modseq */
	struct slice text;
	char *field;
	struct set set;
};

enum { RETURN_MIN = 1, RETURN_MAX = 2, RETURN_ALL = 4, RETURN_COUNT = 8 };

struct search {
	struct fake_conn *c;
	struct node *root;
	bool extended, modseq;
	unsigned returns;
	struct buf scratch;
};

enum argument { A_NONE, A_KEYWORD, A_DATE, A_NUMBER, A_STRING, A_FIELD };

/* What HEADER, NOT, OR, UID, MODSEQ and sets do not need a function of their own for. */
static const struct key {
	const char *name;
	enum argument argument;
	enum test test;
	unsigned flag;
	const char *field;
} keys[] = {
	{ "ALL", A_NONE, T_ALL, 0, NULL }, { "ANSWERED", A_NONE, T_FLAG, FLAG_ANSWERED, NULL },
	{ "DELETED", A_NONE, T_FLAG, FLAG_DELETED, NULL }, { "DRAFT", A_NONE, T_FLAG, FLAG_DRAFT, NULL },
	{ "FLAGGED", A_NONE, T_FLAG, FLAG_FLAGGED, NULL }, { "SEEN", A_NONE, T_FLAG, FLAG_SEEN, NULL },
	{ "UNANSWERED", A_NONE, T_NOFLAG, FLAG_ANSWERED, NULL }, { "UNDELETED", A_NONE, T_NOFLAG, FLAG_DELETED, NULL },
	{ "UNDRAFT", A_NONE, T_NOFLAG, FLAG_DRAFT, NULL }, { "UNFLAGGED", A_NONE, T_NOFLAG, FLAG_FLAGGED, NULL },
	{ "UNSEEN", A_NONE, T_NOFLAG, FLAG_SEEN, NULL }, { "RECENT", A_NONE, T_RECENT, 0, NULL },
	{ "OLD", A_NONE, T_OLD, 0, NULL }, { "NEW", A_NONE, T_NEW, 0, NULL },
	{ "KEYWORD", A_KEYWORD, T_FLAG, 0, NULL }, { "UNKEYWORD", A_KEYWORD, T_NOFLAG, 0, NULL },
	{ "BEFORE", A_DATE, T_BEFORE, 0, NULL }, { "ON", A_DATE, T_ON, 0, NULL }, { "SINCE", A_DATE, T_SINCE, 0, NULL },
	{ "SENTBEFORE", A_DATE, T_SENTBEFORE, 0, NULL }, { "SENTON", A_DATE, T_SENTON, 0, NULL },
	{ "SENTSINCE", A_DATE, T_SENTSINCE, 0, NULL }, { "LARGER", A_NUMBER, T_LARGER, 0, NULL },
	{ "SMALLER", A_NUMBER, T_SMALLER, 0, NULL }, { "BODY", A_STRING, T_BODY, 0, NULL },
	{ "TEXT", A_STRING, T_TEXT, 0, NULL }, { "BCC", A_STRING, T_HEADER, 0, "Bcc" },
	{ "CC", A_STRING, T_HEADER, 0, "Cc" },
	{ "FROM", A_STRING, T_HEADER, 0, "From" }, { "SUBJECT", A_STRING, T_HEADER, 0, "Subject" },
	{ "TO", A_STRING, T_HEADER, 0, "To" }, { "HEADER", A_FIELD, T_HEADER, 0, NULL },
};

static struct node *
node_new(enum test test, struct node *a, struct node *b)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->test = test;
	n->a = a;
	n->b = b;
	return n;
}

static void
node_free(struct node *n)
{
	while (n != NULL) {
		struct node *rest = n->b;

		node_free(n->a);
		set_free(&n->set);
		free(n->field);
		free(n);
		n = rest;
	}
}

/* "d-Mon-yyyy" or, from a Date field, "d Mon yyyy": the day since 1970. */
static bool
day_of(struct slice s, char gap, int64_t *day)
{
	char text[64];
	int64_t t;
	int d, y, n;
	char mon[4], g1, g2;

	if (s.len >= sizeof(text))
		s.len = sizeof(text) - 1;
	memcpy(text, s.p ? s.p : "", s.len);
	text[s.len] = '\0';
	n = sscanf(text, "%2d%c%3[A-Za-z]%c%4d", &d, &g1, mon, &g2, &y);
	if (n != 5 || g1 != gap || g2 != gap || d < 1 || y < 0)
		return false;
	snprintf(text, sizeof(text), "%2d-%s-%04d 00:00:00 +0000", d, mon, y);
	if (!date_imap_parse(slice_of(text), &t))
		return false;
	*day = t / 86400 - (t % 86400 < 0);
	return true;
}

static bool
argument(struct search *s, struct words *w, const struct key *k, struct node *n)
{
	uint32_t size;
	int64_t day;
	struct slice text;

	n->number = k->flag;
	if (k->argument == A_NONE)
		return true;
	if (!words_char(w, ' '))
		return false;
	if (k->field != NULL)
		n->field = xstrdup(k->field);
	switch (k->argument) {
	case A_KEYWORD:
		if (!words_flag(w, &text))
			return false;
		n->number = box_flag_bit(s->c->box, text, false);
		if (n->number == 0 && n->test == T_FLAG)
			n->test = T_NOT;		/* of nothing: never true */
		return true;
	case A_DATE:
		if (!words_astring(w, &text) || !day_of(text, '-', &day))
			return false;
		n->number = (uint64_t)day;
		return true;
	case A_NUMBER:
		if (!words_u32(w, &size))
			return false;
		n->number = size;
		return true;
	case A_FIELD:
		if (!words_astring(w, &text) || !words_char(w, ' '))
			return false;
		n->field = slice_dup(text);
		/* FALLTHROUGH */
	case A_STRING:
		return words_astring(w, &n->text);
	case A_NONE:
		break;
	}
	return true;
}

static struct node *conditions(struct search *s, struct words *w, int depth);
static struct node *condition(struct search *s, struct words *w, int depth);

static struct node *
set_condition(struct search *s, struct words *w, bool uid)
{
	struct node *n = node_new(uid ? T_UID : T_SEQ, NULL, NULL);
	bool by_uid = s->c->by_uid, good;

	good = words_set(w, &n->set);
	s->c->by_uid = uid;
	good = good && view_resolve(s->c, &n->set);
	s->c->by_uid = by_uid;
	if (good)
		return n;
	node_free(n);
	return NULL;
}

static struct node *
modseq_condition(struct search *s, struct words *w)
{
	struct node *n = node_new(T_MODSEQ, NULL, NULL);
	struct slice entry;

	/* RFC 7162 3.1.5: [SP entry-name SP entry-type] SP number; all flags have one modseq here */
	s->modseq = s->c->enabled_condstore = true;
	if (words_char(w, ' ') &&
	    (!words_peek(w, '"') ||
		(words_string(w, &entry) && words_char(w, ' ') && words_atom(w, &entry) &&
		    words_char(w, ' '))) &&
	    words_u64(w, &n->number))
		return n;
	node_free(n);
	return NULL;
}

static struct node *
either(struct search *s, struct words *w, int depth)
{
	struct node *a, *b = NULL;

	a = words_char(w, ' ') ? condition(s, w, depth) : NULL;
	if (a != NULL && words_char(w, ' '))
		b = condition(s, w, depth);
	if (b != NULL)
		return node_new(T_OR, a, b);
	node_free(a);
	return NULL;
}

static struct node *
condition(struct search *s, struct words *w, int depth)
{
	struct slice name;
	struct node *n;

	if (depth > MAX_DEPTH)
		return NULL;
	if (words_char(w, '(')) {
		n = conditions(s, w, depth + 1);
		if (n != NULL && words_char(w, ')'))
			return n;
		node_free(n);
		return NULL;
	}
	if (words_at_set(w))
		return set_condition(s, w, false);
	if (!words_atom(w, &name))
		return NULL;
	if (slice_is_nocase(name, "UID"))
		return words_char(w, ' ') ? set_condition(s, w, true) : NULL;
	if (slice_is_nocase(name, "OR"))
		return either(s, w, depth + 1);
	if (slice_is_nocase(name, "MODSEQ") && conn_cap(s->c, FAKE_CONDSTORE))
		return modseq_condition(s, w);
	if (slice_is_nocase(name, "NOT")) {
		n = words_char(w, ' ') ? condition(s, w, depth + 1) : NULL;
		return n ? node_new(T_NOT, n, NULL) : NULL;
	}
	for (size_t i = 0; i < countof(keys); i++) {
		if (!slice_is_nocase(name, keys[i].name))
			continue;
		n = node_new(keys[i].test, NULL, NULL);
		if (argument(s, w, &keys[i], n))
			return n;
		node_free(n);
		return NULL;
	}
	return NULL;
}

static struct node *
conditions(struct search *s, struct words *w, int depth)
{
	struct node *first = NULL, **at = &first;

	do {
		struct node *n = condition(s, w, depth);

		if (n == NULL) {
			node_free(first);
			return NULL;
		}
		*at = node_new(T_AND, n, NULL);
		at = &(*at)->b;
	} while (words_char(w, ' '));
	return first;
}

/* Case-insensitive; an empty needle is everywhere. */
static bool
contains(struct slice hay, struct slice needle)
{
	int first;

	if (needle.len == 0)
		return true;
	first = ascii_lower((unsigned char)needle.p[0]);
	for (size_t i = 0; i + needle.len <= hay.len; i++) {
		size_t k = 1;

		if (ascii_lower((unsigned char)hay.p[i]) != first)
			continue;
		while (k < needle.len &&
		    ascii_lower((unsigned char)hay.p[i + k]) == ascii_lower((unsigned char)needle.p[k]))
			k++;
		if (k == needle.len)
			return true;
	}
	return false;
}

static bool
field_contains(struct search *s, const struct node *n, struct slice header)
{
	struct slice name, whole;

	while (mime_next_field(&header, &name, &whole)) {
		if (!slice_is_nocase(name, n->field))
			continue;
		buf_reset(&s->scratch);
		mime_field((struct slice){ whole.p, whole.len }, n->field, &s->scratch);
		if (contains(buf_slice(&s->scratch), n->text))
			return true;
	}
	return false;
}

/* The day of the Date field as it is written, without its zone (RFC 3501 6.4.4). */
static bool
sent_day(struct search *s, struct slice header, int64_t *day)
{
	const char *comma;
	struct slice date;

	buf_reset(&s->scratch);
	if (!mime_field(header, "Date", &s->scratch))
		return false;
	date = buf_slice(&s->scratch);
	comma = memchr(date.p, ',', date.len);
	if (comma != NULL) {
		date.len -= (size_t)(comma + 1 - date.p);
		date.p = comma + 1;
	}
	return day_of(slice_trim(date), ' ', day);
}

static bool
compare_day(enum test t, int64_t day, const struct node *n)
{
	int64_t want = (int64_t)n->number;

	if (t == T_BEFORE || t == T_SENTBEFORE)
		return day < want;
	return t == T_ON || t == T_SENTON ? day == want : day >= want;
}

static bool
holds(struct search *s, const struct node *n, const struct msg *m, const struct walk *at)	/* flat */
{
	struct slice whole = { m->body->p, m->body->len };
	int64_t day;

	switch (n->test) {
	case T_AND:
		for (; n != NULL; n = n->b)
			if (!holds(s, n->a, m, at))
				return false;
		return true;
	case T_OR:
		return holds(s, n->a, m, at) || holds(s, n->b, m, at);
	case T_NOT:
		return n->a != NULL && !holds(s, n->a, m, at);
	case T_ALL:
		return true;
	case T_FLAG:
		return (m->flags & n->number) != 0;
	case T_NOFLAG:
		return (m->flags & n->number) == 0;
	case T_RECENT:
		return view_recent(s->c, m);
	case T_OLD:
		return !view_recent(s->c, m);
	case T_NEW:
		return view_recent(s->c, m) && !(m->flags & FLAG_SEEN);
	case T_SEQ:
		return set_has(&n->set, at->seq);
	case T_UID:
		return set_has(&n->set, at->uid);
	case T_BEFORE:
	case T_ON:
	case T_SINCE:
		return compare_day(n->test, m->date / 86400 - (m->date % 86400 < 0), n);
	case T_SENTBEFORE:
	case T_SENTON:
	case T_SENTSINCE:
		return sent_day(s, mime_split(whole).header, &day) && compare_day(n->test, day, n);
	case T_LARGER:
		return m->body->len > n->number;
	case T_SMALLER:
		return m->body->len < n->number;
	case T_HEADER:
		return field_contains(s, n, mime_split(whole).header);
	case T_BODY:
		return contains(mime_split(whole).body, n->text);
	case T_TEXT:
		return contains(whole, n->text);
	case T_MODSEQ:
		return m->modseq >= n->number;
	}
	return false;
}

static bool
return_options(struct search *s, struct words *w)
{
	static const char *const names[] = { "MIN", "MAX", "ALL", "COUNT" };

	if (!words_char(w, ' ') || !words_char(w, '('))
		return false;
	s->extended = true;
	while (!words_char(w, ')')) {
		size_t i = 0;

		while (i < countof(names) && !words_is(w, names[i]))
			i++;
		if (i == countof(names))
			return false;
		s->returns |= 1u << i;
		words_char(w, ' ');
	}
	if (s->returns == 0)
		s->returns = RETURN_ALL;		/* RFC 4731 3.1 */
	return words_char(w, ' ');
}

struct found {
	uint32_t *v;
	size_t n, cap;
	uint64_t modseq;		/* the highest among them */
};

static void
put_extended(struct search *s, const struct found *f)
{
	struct buf *out = &s->c->out;
	struct set_out set = { out, 0, 0, false };

	buf_puts(out, "* ESEARCH (TAG \"");
	buf_addslice(out, s->c->tag);
	buf_puts(out, s->c->by_uid ? "\") UID" : "\")");
	if ((s->returns & RETURN_MIN) && f->n > 0)
		buf_printf(out, " MIN %lu", (unsigned long)f->v[0]);
	if ((s->returns & RETURN_MAX) && f->n > 0)
		buf_printf(out, " MAX %lu", (unsigned long)f->v[f->n - 1]);
	if (s->returns & RETURN_COUNT)
		buf_printf(out, " COUNT %lu", (unsigned long)f->n);
	if ((s->returns & RETURN_ALL) && f->n > 0) {
		buf_puts(out, " ALL ");
		for (size_t i = 0; i < f->n; i++)
			set_put(&set, f->v[i]);
		set_put_end(&set);
	}
	if (s->modseq && f->n > 0)
		buf_printf(out, " MODSEQ %llu", (unsigned long long)f->modseq);
	buf_puts(out, "\r\n");
}

static void
put_found(struct search *s, const struct found *f)
{
	struct buf *out = &s->c->out;

	buf_puts(out, "* SEARCH");
	for (size_t i = 0; i < f->n; i++)
		buf_printf(out, " %lu", (unsigned long)f->v[i]);
	if (s->modseq && f->n > 0)
		buf_printf(out, " (MODSEQ %llu)", (unsigned long long)f->modseq);
	buf_puts(out, "\r\n");
}

static void
search_all(struct search *s)
{
	struct range whole = { 1, UINT32_MAX };
	struct set everything = { &whole, 1, 1 };
	struct walk at = { 0, 0, false, false, 0, 0 };
	struct found f = { NULL, 0, 0, 0 };
	const struct msg *m;

	while ((m = walk_next(s->c, &everything, &at)) != NULL) {
		if (!holds(s, s->root, m, &at))
			continue;
		f.v = xgrow(f.v, f.n, &f.cap, sizeof(*f.v));
		f.v[f.n++] = s->c->by_uid ? at.uid : at.seq;
		if (m->modseq > f.modseq)
			f.modseq = m->modseq;
	}
	if (s->extended)
		put_extended(s, &f);
	else
		put_found(s, &f);
	free(f.v);
}

enum verdict
cmd_search(struct fake_conn *c, struct words *w)
{
	struct search s = { c, NULL, false, false, 0, BUF_INIT };
	struct slice charset = { NULL, 0 };
	enum verdict v = SAY_OK;
	bool good = words_char(w, ' ');

	if (good && conn_cap(c, FAKE_ESEARCH) && words_is(w, "RETURN"))
		good = return_options(&s, w);
	if (good && words_is(w, "CHARSET"))
		good = words_char(w, ' ') && words_astring(w, &charset) && words_char(w, ' ');
	if (charset.len > 0 && !slice_is_nocase(charset, "UTF-8") &&
	    !slice_is_nocase(charset, "US-ASCII"))
		return say(c, SAY_NO, "[BADCHARSET (US-ASCII UTF-8)] unknown charset");
	if (good)
		s.root = conditions(&s, w, 0);
	if (s.root == NULL || !words_end(w))
		v = say_bad_args(c);
	else
		search_all(&s);
	node_free(s.root);
	buf_free(&s.scratch);
	return v;
}
