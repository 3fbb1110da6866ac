/*
 * place.c - one section's options, row by row, into a settings struct.
 */
#include "loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../py/literal.h"
#include "value.h"

/* The row and the option that is being stored. */
struct item {
	const struct option *row;
	const struct ini_option *opt;	/* NULL: the default */
	const char *value;
	void *base;
};

static void *
member(const struct item *it)
{
	return (char *)it->base + it->row->at;
}

static const char *
shown(const struct item *it)
{
	return it->row->type == OPT_SECRET ? "(not shown)" : it->value;
}

static int
bad_value(struct loader *l, const struct item *it, const char *what)
{
	struct buf b = BUF_INIT;

	buf_add_printable(&b, slice_of(shown(it)), 60);
	loader_fail(l, it->opt ? it->opt->line : 0, "%s: %s: '%s'", it->row->name, what, buf_str(&b));
	buf_free(&b);
	return -1;
}

static int
store_string(struct loader *l, const struct item *it, char *string)
{
	const char *kept = settings_keep(l->s, string);
	bool may_be_empty = it->row->def || it->row->type == OPT_LITERAL;

	if (it->row->at != OPTION_NOWHERE)
		*(const char **)member(it) = *kept || may_be_empty ? kept : NULL;
	return 0;
}

static int
store_path(struct loader *l, const struct item *it)
{
	const char *why;
	char *path = value_path(it->value, l->today, &why);

	return path ? store_string(l, it, path) : bad_value(l, it, why);
}

static int
store_sep(struct loader *l, const struct item *it)
{
	struct slice s = slice_of(it->value);

	if (s.len > 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0]) {
		loader_warn(l, it->opt->line, "%s: quotes are not needed; taken as %.*s", it->row->name,
		    (int)s.len - 2, s.p + 1);
		s = slice_trim((struct slice){ s.p + 1, s.len - 2 });
	}
	return s.len ? store_string(l, it, slice_dup(s)) : bad_value(l, it, "must not be empty");
}

static int
store_number(struct loader *l, const struct item *it)
{
	char what[60];
	unsigned n;

	if (!value_number(it->value, &n))
		return bad_value(l, it, "not a number");
	if (n < it->row->min || n > it->row->max) {
		snprintf(what, sizeof(what), "not between %u and %u", it->row->min, it->row->max);
		return bad_value(l, it, what);
	}
	if (it->row->type == OPT_TIMEOUT)
		l->timeout_ms = (int)(n ? n : 60) * 1000;
	else if (it->row->at != OPTION_NOWHERE)
		*(unsigned *)member(it) = n;
	return 0;
}

static int
store_bool(struct loader *l, const struct item *it)
{
	bool on;

	if (!value_bool(it->value, &on))
		return bad_value(l, it, "neither yes nor no");
	if (it->row->at != OPTION_NOWHERE)
		*(bool *)member(it) = on;
	return 0;
}

static int
store_literal(struct loader *l, const struct item *it)
{
	struct buf text = BUF_INIT;
	const char *why;

	/* The file's own "" has become nothing at all: ini.h. */
	if (*it->value && !py_literal(slice_of(it->value), &text, &why))
		return loader_fail(l, it->opt->line, "%s: only a plain string in quotes works yet, other Python"
		    " expressions are not supported: %s", it->row->name, why);
	if (strlen(buf_str(&text)) != text.len) {
		buf_free(&text);
		return bad_value(l, it, "a NUL byte in the string");
	}
	return store_string(l, it, buf_steal(&text));
}

static int
store(struct loader *l, const struct item *it)
{
	int64_t ms;

	switch (it->row->type) {
	case OPT_STRING:
	case OPT_SECRET:
	case OPT_COMMAND:
	case OPT_RAW:
		return store_string(l, it, xstrdup(it->value));
	case OPT_PATH:
		return store_path(l, it);
	case OPT_SEP:
		return store_sep(l, it);
	case OPT_BOOL:
		return store_bool(l, it);
	case OPT_NUMBER:
	case OPT_TIMEOUT:
		return store_number(l, it);
	case OPT_MINUTES:
		if (!value_minutes(it->value, &ms))
			return bad_value(l, it, "not a number of minutes");
		*(int64_t *)member(it) = ms;
		return 0;
	case OPT_LIST:
		return 0;
	case OPT_LITERAL:
		return store_literal(l, it);
	}
	return 0;
}

/* Is the value what the program does without the option? */
static bool
as_we_do(const struct item *it)
{
	bool ours, theirs;

	if (!it->row->def)
		return false;
	if (it->row->type == OPT_BOOL && value_bool(it->row->def, &ours))
		return value_bool(it->value, &theirs) && ours == theirs;
	return *it->value == '\0' || strcmp(it->value, it->row->def) == 0;
}

static int
apply(struct loader *l, struct item *it)
{
	bool one_line = it->row->type <= OPT_MINUTES && it->row->type != OPT_COMMAND;

	switch (it->row->state) {
	case OPT_OBSOLETE:
		return 0;
	case OPT_PYTHON:
		return loader_fail(l, it->opt->line, "%s: Python expressions are not supported yet%s",
		    it->row->name, strcmp(it->row->name, "remotepasseval") ? "" :
		    "; 'remotepasscmd = COMMAND' takes the password from a command's first line");
	case OPT_LATER:
		if (!as_we_do(it))
			loader_warn(l, it->opt->line, "%s is not supported yet: ignored", it->row->name);
		return 0;
	case OPT_UNSAFE:
		if (as_we_do(it))
			return 0;
		return loader_fail(l, it->opt->line, "%s is not supported yet, and it would not be safe to"
		    " ignore it; %s%s", it->row->name, *it->row->def ? "the one value that works is " :
		    "remove the line if you can do without", it->row->def);
	case OPT_DONE:
		break;
	}
	if (one_line && strchr(it->value, '\n'))
		return bad_value(l, it, "the indented line below was added to the value; remove its blanks");
	check_value(l, it->row, it->opt, it->value);
	return store(l, it);
}

static int
expand_into(struct loader *l, struct place p, const struct option *row, const struct ini_option *opt,
    struct buf *value)
{
	bool raw = row && (row->type == OPT_RAW || row->state == OPT_PYTHON || row->state == OPT_OBSOLETE);
	bool today = l->today && !(p.where & IN_PLAIN);

	if (raw) {
		buf_addslice(value, buf_slice(&opt->value));
		return 0;
	}
	return ini_expand(&l->ini, p.sec, opt, today ? INI_PERCENT_TODAY : INI_PERCENT_2003, value, l->e);
}

/* name differs from the row's where the row ends in *. */
static int
load_named(struct loader *l, struct place p, const struct option *row, const char *name, void *base)
{
	struct item it = { row, ini_get(&l->ini, p.sec, name), row->def, base };
	struct buf value = BUF_INIT;
	int rc;

	if (!it.opt)
		return row->state == OPT_DONE && row->def && row->at != OPTION_NOWHERE ? store(l, &it) : 0;
	rc = expand_into(l, p, row, it.opt, &value);
	if (rc == 0) {
		it.value = buf_str(&value);
		rc = apply(l, &it);
	}
	buf_wipe(&value);
	return rc;
}

int
place_load(struct loader *l, struct place p, void *base)
{
	char name[64];
	size_t i, len;
	int letter;

	for (i = 0; i < noptions; i++) {
		if (!(options[i].where & p.where))
			continue;
		len = strlen(options[i].name);
		memcpy(name, options[i].name, len + 1);
		if (name[len - 1] != '*') {
			if (load_named(l, p, &options[i], name, base) < 0)
				return -1;
			continue;
		}
		for (letter = 'a'; letter <= 'z'; letter++) {
			name[len - 1] = (char)letter;
			if (load_named(l, p, &options[i], name, base) < 0)
				return -1;
		}
	}
	return 0;
}

int
place_value(struct loader *l, struct place p, const char *name, const char **out,
    const struct ini_option **opt)
{
	const struct ini_option *found = ini_get(&l->ini, p.sec, name);
	struct buf value = BUF_INIT;

	*out = NULL;
	if (opt)
		*opt = found;
	if (!found)
		return 0;
	if (expand_into(l, p, NULL, found, &value) < 0) {
		buf_wipe(&value);
		return -1;
	}
	*out = settings_keep(l->s, buf_steal(&value));
	return 0;
}

int
place_bool(struct loader *l, struct place p, const char *name, bool *out)
{
	const struct ini_option *opt;
	const char *value;

	if (place_value(l, p, name, &value, &opt) < 0)
		return -1;
	if (value && !value_bool(value, out))
		return loader_fail(l, opt->line, "%s: neither yes nor no: '%s'", name, value);
	return 0;
}
