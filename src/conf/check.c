/*
 * check.c - warnings about what is written in the file but does not do what its author thinks.
 */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#include "../base/os.h"

#define EVERYWHERE	(~0u)

/* The places that the file's own dialect knows, for "it belongs in ...". */
static unsigned
dialect(const struct loader *l, unsigned where)
{
	unsigned own = where & (l->today ? ~(unsigned)IN_PLAIN : ~(unsigned)(IN_ACCOUNT | IN_LOCAL | IN_REMOTE));

	return own ? own : where;
}

/* Somebody's own variable: some value says %(name)s. */
static bool
is_referenced(const struct loader *l, const char *name)
{
	char *reference = xasprintf("%%(%s)s", name);
	bool found = false;
	size_t i, j;

	for (i = 0; i < l->ini.n && !found; i++)
		for (j = 0; j < l->ini.v[i].n && !found; j++)
			found = strstr(buf_str(&l->ini.v[i].v[j].value), reference) != NULL;
	free(reference);
	return found;
}

static void
unknown_option(struct loader *l, struct place p, const struct ini_option *opt)
{
	const struct option *row = option_find(opt->name, dialect(l, EVERYWHERE));

	if (!row)
		row = option_find(opt->name, EVERYWHERE);
	if (row) {
		loader_warn(l, opt->line, "%s has no effect in [%s]; it belongs in %s", opt->name, p.sec->name,
		    option_place(dialect(l, row->where)));
		return;
	}
	if (is_referenced(l, opt->name))
		return;
	row = option_nearest(opt->name, p.where);
	if (row)
		loader_warn(l, opt->line, "unknown option %s: ignored; did you mean %s?", opt->name, row->name);
	else
		loader_warn(l, opt->line, "unknown option %s: ignored", opt->name);
}

/* An option that starts with a blank has become a part of the one above: the commonest slip of all. */
static void
glued_lines(struct loader *l, const struct ini_option *opt)
{
	const char *line = buf_str(&opt->value);

	while ((line = strchr(line, '\n'))) {
		size_t len = strcspn(++line, "=:\n");
		char *name;

		if (line[len] != '=' && line[len] != ':')
			continue;
		name = slice_dup(slice_trim((struct slice){ line, len }));
		if (option_find(name, EVERYWHERE))
			loader_warn(l, opt->line, "the indented line '%s = ...' is taken as part of %s;"
			    " remove the blanks before it", name, opt->name);
		free(name);
	}
}

void
check_place(struct loader *l, struct place p)
{
	size_t i;

	for (i = 0; p.sec && i < p.sec->n; i++) {
		const struct ini_option *opt = &p.sec->v[i];

		if (opt->earlier)
			loader_warn(l, opt->line, "%s is already in line %u; the last one counts", opt->name,
			    opt->earlier);
		if (opt->cut && (p.where & (IN_ACCOUNT | IN_LOCAL | IN_REMOTE)))
			loader_warn(l, opt->line, "%s: what follows ' ;' is taken as a comment", opt->name);
		glued_lines(l, opt);
		if (!option_find(opt->name, p.where))
			unknown_option(l, p, opt);
	}
}

void
check_value(struct loader *l, const struct option *row, const struct ini_option *opt, const char *value)
{
	size_t len = strlen(value);
	bool command = row->type == OPT_COMMAND || row->type == OPT_RAW || row->type == OPT_LITERAL;

	if (command || row->type == OPT_SEP)
		return;
	if (len > 1 && (value[0] == '"' || value[0] == '\'') && value[len - 1] == value[0])
		loader_warn(l, opt->line, "%s: the quotes are taken as part of the value; remove them", row->name);
	if (row->type != OPT_SECRET && strstr(value, " #"))
		loader_warn(l, opt->line, "%s: '%s' is taken as part of the value; a comment needs a line of its own",
		    row->name, strstr(value, " #") + 1);
}

static bool
in_use(const struct loader *l, const char *section)
{
	size_t i;

	for (i = 0; i < l->s->naccounts; i++)
		if (strcmp(l->s->accounts[i].name, section) == 0)
			return true;
	return false;
}

static void
check_section_name(struct loader *l, const struct ini_section *sec)
{
	static const char *const known[] = { "general", "mbnames", "DEFAULT", "ui.Tk.Blinkenlights" };
	size_t i;

	for (i = 0; i < countof(known); i++)
		if (strcmp(sec->name, known[i]) == 0)
			return;
	for (i = 0; i < countof(known) && !in_use(l, sec->name); i++)
		if (edit_distance(sec->name, known[i], 2) <= 2)
			loader_warn(l, sec->line, "section [%s] is not used; did you mean [%s]?", sec->name, known[i]);
}

static void
check_permissions(struct loader *l)
{
	struct os_stat st;
	bool password = false;
	size_t i;

	for (i = 0; i < l->s->naccounts; i++)
		password |= l->s->accounts[i].pass != NULL;
	if (password && os_stat(l->ini.file, &st) == 0 && (st.mode & 044))
		loader_warn(l, 0, "others can read this file and the password in it: chmod 600 %s", l->ini.file);
}

void
check_file(struct loader *l)
{
	static const struct {
		const char *name;
		unsigned where;
	} shared[] = {
		{ "general", IN_GENERAL }, { "mbnames", IN_MBNAMES }, { "ui.Tk.Blinkenlights", IN_TK },
		{ "DEFAULT", EVERYWHERE },
	};
	size_t i;

	for (i = 0; i < countof(shared); i++)
		check_place(l, (struct place){ ini_section(&l->ini, shared[i].name), shared[i].where });
	for (i = 0; i < l->ini.n; i++)
		check_section_name(l, &l->ini.v[i]);
	check_permissions(l);
}
