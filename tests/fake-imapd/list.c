/* list.c - LIST, LSUB and the extended LIST of RFC 5258 and RFC 5819. RFC 3501 6.3.8, 6.3.9. */
#include <stdlib.h>
#include <string.h>

#include "conn.h"

struct listing {
	bool lsub;
	bool sel_subscribed, show_subscribed;
	unsigned status;		/* STATUS_ bits, 0: not asked for */
	char **patterns;		/* reference in front */
	size_t n, cap;
	char **implied;			/* superior names without a mailbox, already shown */
	size_t nimplied, implied_cap;
};

static bool
same(char a, char b, bool fold)
{
	return fold ? ascii_lower((unsigned char)a) == ascii_lower((unsigned char)b) : a == b;
}

/* "*" matches anything, "%" anything but the delimiter. Goes back at most to the last of each. */
static bool
matches(const char *p, struct slice name, char delim)
{
	const char *star = NULL, *percent = NULL;
	size_t i = 0, star_at = 0, percent_at = 0;
	bool fold = slice_is_nocase(name, "INBOX");

	for (;;) {
		if (*p == '*') {
			star = ++p;
			star_at = i;
			percent = NULL;
		} else if (*p == '%') {
			percent = ++p;
			percent_at = i;
		} else if (i < name.len && *p != '\0' && same(*p, name.p[i], fold)) {
			p++;
			i++;
		} else if (i == name.len && *p == '\0') {
			return true;
		} else if (percent != NULL && percent_at < name.len &&
		    (delim == '\0' || name.p[percent_at] != delim)) {
			i = ++percent_at;
			p = percent;
		} else if (star != NULL && star_at < name.len) {
			i = ++star_at;
			p = star;
			percent = NULL;
		} else {
			return false;
		}
	}
}

static bool
wanted(const struct listing *l, struct slice name, char delim)
{
	for (size_t i = 0; i < l->n; i++)
		if (matches(l->patterns[i], name, delim))
			return true;
	return false;
}

/* RFC 3501 6.3.8: only a pattern that ends with "%" asks for levels where there is no mailbox. */
static bool
wanted_level(const struct listing *l, struct slice name, char delim)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t n = strlen(l->patterns[i]);

		if (n > 0 && l->patterns[i][n - 1] == '%' && matches(l->patterns[i], name, delim))
			return true;
	}
	return false;
}

static void
put_attribute(struct buf *out, const char *name)
{
	if (out->p[out->len - 1] != '(')
		buf_putc(out, ' ');
	buf_puts(out, name);
}

static void
put_entry(struct fake_conn *c, const struct listing *l, const char *name, bool implied)
{
	const struct box *b = implied ? NULL : box_find(c->user, slice_of(name));
	char delim = c->server->delim;
	size_t at;

	buf_puts(&c->out, l->lsub ? "* LSUB (" : "* LIST (");
	if (b == NULL && !(l->lsub && !implied))
		put_attribute(&c->out, "\\Noselect");
	if (b == NULL && !l->lsub && conn_cap(c, FAKE_LIST_EXTENDED))
		put_attribute(&c->out, "\\NonExistent");
	if (!l->lsub && conn_cap(c, FAKE_LIST_EXTENDED))
		put_attribute(&c->out, box_has_children(c->user, slice_of(name), delim) ? "\\HasChildren" :
		    "\\HasNoChildren");
	if ((l->sel_subscribed || l->show_subscribed) && sub_find(c->user, slice_of(name), &at))
		put_attribute(&c->out, "\\Subscribed");
	if (delim == '\0')
		buf_puts(&c->out, ") NIL ");
	else
		buf_printf(&c->out, ") \"%s%c\" ", delim == '\\' ? "\\" : "", delim);
	put_name(&c->out, name);
	buf_puts(&c->out, "\r\n");
	if (l->status != 0 && b != NULL)
		put_status(c, b, l->status);		/* RFC 5819 2 */
}

static void
put_superiors(struct fake_conn *c, struct listing *l, const char *name)
{
	char delim = c->server->delim;

	if (delim == '\0' || (l->sel_subscribed && !l->lsub))
		return;
	for (const char *p = strchr(name, delim); p != NULL; p = strchr(p + 1, delim)) {
		struct slice above = { name, (size_t)(p - name) };
		size_t i = 0, at;

		if (l->lsub ? sub_find(c->user, above, &at) : box_find(c->user, above) != NULL)
			continue;
		while (i < l->nimplied && !slice_is(above, l->implied[i]))
			i++;
		if (i < l->nimplied || !wanted_level(l, above, delim))
			continue;
		l->implied = xgrow(l->implied, l->nimplied, &l->implied_cap, sizeof(*l->implied));
		l->implied[l->nimplied++] = slice_dup(above);
		put_entry(c, l, l->implied[i], true);
	}
}

static void
put_listing(struct fake_conn *c, struct listing *l)
{
	bool subs = l->lsub || l->sel_subscribed;
	size_t n = subs ? c->user->nsubs : c->user->nboxes;

	for (size_t i = 0; i < n; i++) {
		const char *name = subs ? c->user->subs[i] : c->user->boxes[i]->name;

		put_superiors(c, l, name);
		if (wanted(l, slice_of(name), c->server->delim))
			put_entry(c, l, name, false);
	}
}

static void
add_pattern(struct listing *l, struct slice ref, struct slice pattern)
{
	char *p = xmalloc(ref.len + pattern.len + 1);

	if (ref.len > 0)
		memcpy(p, ref.p, ref.len);
	if (pattern.len > 0)
		memcpy(p + ref.len, pattern.p, pattern.len);
	p[ref.len + pattern.len] = '\0';
	l->patterns = xgrow(l->patterns, l->n, &l->cap, sizeof(*l->patterns));
	l->patterns[l->n++] = p;
}

static bool
selection(struct words *w, struct listing *l)
{
	if (words_char(w, ')'))
		return true;
	do {
		if (words_is(w, "SUBSCRIBED"))
			l->sel_subscribed = true;
		else if (!words_is(w, "REMOTE") && !words_is(w, "RECURSIVEMATCH"))
			return false;
	} while (words_char(w, ' '));
	return words_char(w, ')');
}

static bool
returns(struct fake_conn *c, struct words *w, struct listing *l)
{
	if (!words_is(w, "RETURN") || !words_char(w, ' ') || !words_char(w, '('))
		return false;
	if (words_char(w, ')'))
		return true;
	do {
		if (words_is(w, "SUBSCRIBED"))
			l->show_subscribed = true;
		else if (words_is(w, "STATUS") && conn_cap(c, FAKE_LIST_STATUS)) {
			if (!words_char(w, ' ') || !status_items(c, w, &l->status))
				return false;
		} else if (!words_is(w, "CHILDREN"))
			return false;
	} while (words_char(w, ' '));
	return words_char(w, ')');
}

static bool
list_args(struct fake_conn *c, struct words *w, struct listing *l)
{
	bool extended = !l->lsub && conn_cap(c, FAKE_LIST_EXTENDED);
	struct slice ref, pattern;

	if (!words_char(w, ' '))
		return false;
	if (extended && words_char(w, '(') && (!selection(w, l) || !words_char(w, ' ')))
		return false;
	if (!words_astring(w, &ref) || !words_char(w, ' '))
		return false;
	if (extended && words_char(w, '(')) {
		do {
			if (!words_pattern(w, &pattern))
				return false;
			add_pattern(l, ref, pattern);
		} while (words_char(w, ' '));
		if (!words_char(w, ')'))
			return false;
	} else {
		if (!words_pattern(w, &pattern))
			return false;
		add_pattern(l, ref, pattern);
	}
	if (extended && words_char(w, ' ') && !returns(c, w, l))
		return false;
	return words_end(w);
}

static enum verdict
list(struct fake_conn *c, struct words *w, bool lsub)
{
	struct listing l;
	enum verdict v = SAY_OK;
	char delim = c->server->delim;

	memset(&l, 0, sizeof(l));
	l.lsub = lsub;
	if (!list_args(c, w, &l)) {
		v = say_bad_args(c);
	} else if (l.n == 1 && l.patterns[0][0] == '\0' && !lsub) {
		/* RFC 3501 6.3.8: the empty name asks for the delimiter. */
		if (delim == '\0')
			buf_puts(&c->out, "* LIST (\\Noselect) NIL \"\"\r\n");
		else
			buf_printf(&c->out, "* LIST (\\Noselect) \"%s%c\" \"\"\r\n", delim == '\\' ? "\\" : "", delim);
	} else {
		put_listing(c, &l);
	}
	for (size_t i = 0; i < l.n; i++)
		free(l.patterns[i]);
	for (size_t i = 0; i < l.nimplied; i++)
		free(l.implied[i]);
	free(l.patterns);
	free(l.implied);
	return v;
}

enum verdict
cmd_list(struct fake_conn *c, struct words *w)
{
	return list(c, w, false);
}

enum verdict
cmd_lsub(struct fake_conn *c, struct words *w)
{
	return list(c, w, true);
}
