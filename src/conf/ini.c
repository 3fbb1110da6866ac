/*
 * ini.c - the syntax of the configuration file, byte for byte that of Python 2.2's ConfigParser where
 * that accepts the text.
 *
 *	[section]		name up to the first ]; same names merge; [DEFAULT] serves all
 *	name = value		or "name : value"; the name is folded to lower case, the last one wins
 *	  more of the value	a line that starts with a blank goes on the value, with a newline between
 *	# ; rem			at column 0: a comment, also in the middle of a value
 *	name = value ; text	an inline comment, on the option's first line only
 */
#include "ini.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SECTIONS	1000		/* look-ups are linear: keeps a hostile file from costing minutes */
#define MAX_OPTIONS	1000
#define MAX_LEVELS	10		/* of %(name)s inside %(name)s */
#define MAX_STEPS	10000		/* replacements in one value */
#define MAX_VALUE	65536

struct parser {
	struct ini *ini;
	struct ini_section *sec;	/* valid until the next section is added */
	struct ini_option *opt;		/* open for continuation lines; valid until the next option is added */
	unsigned line;
	unsigned nbad;
	struct buf bad;			/* "3: cannot parse 'x'; 7: ..." */
};

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_comment(struct slice line)
{
	size_t word = 0;

	if (line.p[0] == '#' || line.p[0] == ';')
		return true;
	while (word < line.len && !blank(line.p[word]))
		word++;
	return slice_is_nocase(slice_trim((struct slice){ line.p, word }), "rem");
}

static char *
lower_dup(struct slice s)
{
	char *name = slice_dup(s), *p;

	for (p = name; *p; p++)
		*p = (char)ascii_lower((unsigned char)*p);
	return name;
}

static struct ini_option *
find_option(const struct ini_section *sec, const char *name)
{
	size_t i;

	for (i = 0; i < sec->n; i++)
		if (strcmp(sec->v[i].name, name) == 0)
			return &sec->v[i];
	return NULL;
}

/* All unparsable lines go into one error: nobody likes to meet them one run at a time. */
static void
bad_line(struct parser *p, struct slice line, const char *what)
{
	if (++p->nbad > 5)
		return;
	buf_printf(&p->bad, "%s%s:%u: %s '", p->nbad > 1 ? "; " : "", p->ini->file, p->line, what);
	buf_add_printable(&p->bad, slice_trim(line), 30);
	buf_puts(&p->bad, "'");
}

static bool
section_header(struct parser *p, struct slice line)
{
	const char *close = memchr(line.p, ']', line.len);
	struct ini_section *found;
	struct ini *ini = p->ini;
	char *name;

	if (line.p[0] != '[' || !close || close == line.p + 1 || ini->n == MAX_SECTIONS)
		return false;
	name = slice_dup((struct slice){ line.p + 1, (size_t)(close - line.p) - 1 });
	found = (struct ini_section *)ini_section(ini, name);
	if (!found) {
		ini->v = xgrow(ini->v, ini->n, &ini->cap, sizeof(*ini->v));
		found = &ini->v[ini->n++];
		*found = (struct ini_section){ xstrdup(name), p->line, NULL, 0, 0 };
	}
	free(name);
	p->sec = found;
	p->opt = NULL;
	return true;
}

static struct slice
without_comment(struct slice value, bool *cut)
{
	size_t i;

	*cut = false;
	for (i = 1; i < value.len; i++)
		if (value.p[i] == ';' && blank(value.p[i - 1])) {
			*cut = true;
			return slice_trim((struct slice){ value.p, i });
		}
	return value;
}

static bool
option_line(struct parser *p, struct slice line)
{
	struct ini_option *opt;
	struct slice value;
	size_t eq = 0;
	bool cut;
	char *name;

	while (eq < line.len && line.p[eq] != '=' && line.p[eq] != ':')
		eq++;
	if (eq == 0 || eq == line.len || p->sec->n == MAX_OPTIONS)
		return false;
	value = without_comment(slice_trim((struct slice){ line.p + eq + 1, line.len - eq - 1 }), &cut);
	if (slice_is(value, "\"\""))
		value.len = 0;
	name = lower_dup(slice_trim((struct slice){ line.p, eq }));
	opt = find_option(p->sec, name);
	if (opt) {
		opt->earlier = opt->line;
		buf_wipe(&opt->value);
		free(name);
	} else {
		p->sec->v = xgrow(p->sec->v, p->sec->n, &p->sec->cap, sizeof(*p->sec->v));
		opt = &p->sec->v[p->sec->n++];
		*opt = (struct ini_option){ name, BUF_INIT, 0, 0, false };
	}
	opt->line = p->line;
	opt->cut = cut;
	buf_addslice(&opt->value, value);
	p->opt = opt;
	return true;
}

static void
parse_line(struct parser *p, struct slice line)
{
	struct slice text = slice_trim(line);

	if (text.len == 0 || is_comment(line))
		return;
	if (memchr(line.p, 0, line.len)) {
		bad_line(p, line, "a NUL byte in");
	} else if (blank(line.p[0]) && p->opt) {
		buf_putc(&p->opt->value, '\n');
		buf_addslice(&p->opt->value, text);
	} else if (section_header(p, line)) {
		return;
	} else if (!p->sec) {
		bad_line(p, line, "before the first [section]:");
	} else if (blank(line.p[0]) || !option_line(p, line)) {
		bad_line(p, line, "cannot parse");
	}
}

int
ini_parse(struct ini *ini, const char *file, struct slice text, struct err *e)
{
	struct parser p = { ini, NULL, NULL, 0, 0, BUF_INIT };
	int rc = 0;

	*ini = (struct ini){ xstrdup(file), NULL, 0, 0 };
	if (slice_has_prefix(text, "\xef\xbb\xbf")) {
		text.p += 3;
		text.len -= 3;
	}
	while (text.len) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;

		p.line++;
		if (len)
			parse_line(&p, (struct slice){ text.p, len });
		len += end != NULL;
		text.p += len;
		text.len -= len;
	}
	if (p.nbad > 5)
		buf_printf(&p.bad, "; and %u more lines", p.nbad - 5);
	if (p.nbad)
		rc = err_set(e, ERR_RUN, "%s", buf_str(&p.bad));
	buf_free(&p.bad);
	return rc;
}

void
ini_free(struct ini *ini)
{
	size_t i, j;

	for (i = 0; i < ini->n; i++) {
		for (j = 0; j < ini->v[i].n; j++) {
			free(ini->v[i].v[j].name);
			buf_wipe(&ini->v[i].v[j].value);
		}
		free(ini->v[i].v);
		free(ini->v[i].name);
	}
	free(ini->v);
	free(ini->file);
	*ini = (struct ini){ NULL, NULL, 0, 0 };
}

const struct ini_section *
ini_section(const struct ini *ini, const char *name)
{
	size_t i;

	for (i = 0; i < ini->n; i++)
		if (strcmp(ini->v[i].name, name) == 0)
			return &ini->v[i];
	return NULL;
}

const struct ini_option *
ini_get(const struct ini *ini, const struct ini_section *sec, const char *name)
{
	const struct ini_option *opt = sec ? find_option(sec, name) : NULL;
	const struct ini_section *def;

	if (opt)
		return opt;
	def = ini_section(ini, "DEFAULT");
	return def ? find_option(def, name) : NULL;
}

struct expansion {
	const struct ini *ini;
	const struct ini_section *sec;
	const struct ini_option *opt;	/* the one that was asked for: errors name its line */
	enum ini_percent percent;
	struct buf *out;
	struct err *e;
	unsigned steps;
};

static bool
has_reference(struct slice v)
{
	size_t i;

	for (i = 0; i + 1 < v.len; i++)
		if (v.p[i] == '%' && v.p[i + 1] == '(')
			return true;
	return false;
}

static int
bad_percent(struct expansion *x, const char *what, struct slice name)
{
	struct buf shown = BUF_INIT;

	buf_add_printable(&shown, name, 40);
	err_set(x->e, ERR_RUN, "%s:%u: %s: %s%s%s", x->ini->file, x->opt->line, x->opt->name, what,
	    name.len ? " " : "", buf_str(&shown));
	buf_free(&shown);
	return -1;
}

static int	expand(struct expansion *x, struct slice v, unsigned level);

/* v starts behind "%("; *used: the length of "name)s". */
static int
expand_name(struct expansion *x, struct slice v, unsigned level, size_t *used)
{
	const char *close = memchr(v.p, ')', v.len);
	const struct ini_option *opt;
	struct slice name = { v.p, 0 };
	char *lower;

	if (!close || close + 1 == v.p + v.len || close[1] != 's')
		return bad_percent(x, "'%(' is not the beginning of %(name)s; write %% for a percent sign", name);
	name.len = (size_t)(close - v.p);
	*used = name.len + 2;
	if (++x->steps > MAX_STEPS || x->out->len > MAX_VALUE)
		return bad_percent(x, "the value grows without end through", name);
	if (slice_is(name, "__name__")) {
		buf_puts(x->out, x->sec ? x->sec->name : "DEFAULT");
		return 0;
	}
	lower = lower_dup(name);
	opt = ini_get(x->ini, x->sec, lower);
	free(lower);
	if (!opt)
		return bad_percent(x, "neither this section nor [DEFAULT] has the option", name);
	return expand(x, buf_slice(&opt->value), level + 1);
}

static int
expand(struct expansion *x, struct slice v, unsigned level)
{
	bool reference = has_reference(v);
	size_t i, used = 0;

	if (!reference && x->percent == INI_PERCENT_2003) {
		buf_addslice(x->out, v);
		return 0;
	}
	if (reference && level > MAX_LEVELS)
		return bad_percent(x, "%(name)s is nested more than 10 levels deep", (struct slice){ NULL, 0 });
	for (i = 0; i < v.len; i++) {
		char next = i + 1 < v.len ? v.p[i + 1] : '\0';

		if (v.p[i] == '%' && next == '(') {
			if (expand_name(x, (struct slice){ v.p + i + 2, v.len - i - 2 }, level, &used) < 0)
				return -1;
			i += 1 + used;
			continue;
		}
		if (v.p[i] == '%' && next == '%')
			i++;
		else if (v.p[i] == '%' && reference && x->percent == INI_PERCENT_2003)
			return bad_percent(x, "a lone % beside %(name)s; write %%", (struct slice){ NULL, 0 });
		buf_putc(x->out, (unsigned char)v.p[i]);
	}
	return 0;
}

int
ini_expand(const struct ini *ini, const struct ini_section *sec, const struct ini_option *opt,
    enum ini_percent percent, struct buf *out, struct err *e)
{
	struct expansion x = { ini, sec, opt, percent, out, e, 0 };

	return expand(&x, buf_slice(&opt->value), 1);
}
