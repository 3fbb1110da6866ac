/*
 * options.c - the command line in the manner of getopt, with the few long names that are needed.
 */
#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ui/ui.h"

#define AT(m)		offsetof(struct options, m)
#define FOLDER_LIST	((size_t)-1)	/* the one option that may be repeated */

static const struct row {
	char letter;			/* '\0': only the long name */
	const char *name;		/* NULL: only the letter */
	const char *arg;		/* what --help calls its argument; NULL: none */
	size_t at;			/* a const char * if there is an argument, else a bool */
	const char *help;
} rows[] = {
	{ '1', NULL, NULL, AT(over.single), "one connection, one thing after the other" },
	{ 'P', NULL, "DIR", AT(profile), "write into the new directory DIR where the time goes; needs -1" },
	{ 'a', NULL, "LIST", AT(over.accounts), "synchronise these accounts, separated by commas" },
	{ 'c', NULL, "FILE", AT(config), "read this configuration file" },
	{ 'd', NULL, "TYPE[,TYPE]", AT(debug), "show what goes on inside; types: imap, maildir" },
	{ 'o', NULL, NULL, AT(over.once), "synchronise once, whatever autorefresh says" },
	{ 'u', NULL, "NAME", AT(over.ui), "use this user interface" },
	{ 'h', "help", NULL, AT(help), "show this text" },
	{ 'V', "version", NULL, AT(version), "show the version" },
	{ '\0', "dry-run", NULL, AT(over.dry_run), "show what would be done, change nothing" },
	{ '\0', "info", NULL, AT(info), "connect, show what the server can do and the folders" },
	{ '\0', "allow-delete", "FOLDER", FOLDER_LIST, "carry out the deletions in FOLDER that were held back" },
};

static const struct {
	int status;
	const char *help;
} statuses[] = {
	{ 0, "everything is in step" },
	{ 1, "a message, a folder or an account was not synchronised" },
	{ 2, "wrong command line or configuration" },
	{ 3, "the local folders are not there; is a disk not mounted?" },
	{ 4, "deletions were held back" },
	{ 5, "another offlineimap is at work on an account" },
	{ 6, "a connection or a login failed" },
};

static void
set(struct options *o, const struct row *r, const char *arg)
{
	struct conf_override *over = &o->over;
	char *member = (char *)o + r->at;

	if (r->at == FOLDER_LIST) {
		over->allow_delete = xreallocarray(over->allow_delete, over->nallow_delete + 1,
		    sizeof(*over->allow_delete));
		over->allow_delete[over->nallow_delete++] = arg;
	} else if (r->arg) {
		*(const char **)(void *)member = arg;
	} else {
		*(bool *)member = true;
	}
}

static int
wrong(struct err *e, const char *what, const char *dashes, struct slice name)
{
	struct buf shown = BUF_INIT;

	buf_puts(&shown, dashes);
	buf_add_printable(&shown, name, 60);
	err_set(e, ERR_RUN, what, buf_str(&shown));
	buf_free(&shown);
	return -1;
}

/* "--name", "--name=value" or "--name value"; *i moves on past the value. */
static int
long_option(struct options *o, char *const *argv, int *i, struct err *e)
{
	const char *text = argv[*i] + 2, *eq = strchr(text, '=');
	struct slice name = { text, eq ? (size_t)(eq - text) : strlen(text) };
	const struct row *r = rows, *end = rows + countof(rows);

	while (r < end && !(r->name && slice_is(name, r->name)))
		r++;
	if (r == end)
		return wrong(e, "unknown option %s", "--", name);
	if (eq && !r->arg)
		return wrong(e, "option %s takes no value", "--", name);
	if (r->arg && !eq && !argv[++*i])
		return wrong(e, "option %s needs a value", "--", name);
	set(o, r, eq ? eq + 1 : argv[*i]);
	return 0;
}

/* "-1o", "-cFILE" or "-c FILE"; *i moves on past the value. */
static int
short_options(struct options *o, char *const *argv, int *i, struct err *e)
{
	const char *p = argv[*i] + 1;

	while (*p) {
		const struct row *r = rows, *end = rows + countof(rows);

		while (r < end && r->letter != *p)
			r++;
		if (r == end)
			return wrong(e, "unknown option %s", "-", (struct slice){ p, 1 });
		p++;
		if (!r->arg) {
			set(o, r, NULL);
			continue;
		}
		if (!*p && !(p = argv[++*i]))
			return wrong(e, "option %s needs a value", "-", (struct slice){ &r->letter, 1 });
		set(o, r, p);
		return 0;
	}
	return 0;
}

static int
check(const struct options *o, struct err *e)
{
	if (o->profile && !o->over.single)
		return err_set(e, ERR_RUN, "-P needs -1 as well: with several threads the tables mean little");
	if (o->info && o->over.nallow_delete)
		return err_set(e, ERR_RUN, "--info changes nothing: --allow-delete does not go with it");
	return 0;
}

int
options_parse(struct options *o, int argc, char *const *argv, struct err *e)
{
	int i, rc = 0;

	memset(o, 0, sizeof(*o));
	/* Whoever asks for help gets it, whatever else is wrong. */
	for (i = 1; i < argc; i++)
		o->help |= strcmp(argv[i], "--help") == 0;
	for (i = 1; i < argc && rc == 0 && !o->help; i++) {
		if (strcmp(argv[i], "--") == 0 && i + 1 == argc)
			break;
		if (argv[i][0] != '-' || argv[i][1] == '\0' || strcmp(argv[i], "--") == 0)
			rc = wrong(e, "there is nothing to do with the word '%s'", "", slice_of(argv[i]));
		else if (argv[i][1] == '-')
			rc = long_option(o, argv, &i, e);
		else
			rc = short_options(o, argv, &i, e);
	}
	if (rc == 0 && !o->help && !o->version)
		rc = check(o, e);
	return rc;
}

void
options_free(struct options *o)
{
	free(o->over.allow_delete);
	o->over.allow_delete = NULL;
}

static void
help_row(const char *name, const char *help)
{
	printf("  %-24s %s\n", name, help);
}

void
options_help(void)
{
	char name[60];
	size_t i;

	printf("usage: offlineimap [-1o] [-P DIR] [-a LIST] [-c FILE] [-d TYPE[,TYPE]] [-u NAME]\n"
	    "                   [--dry-run] [--info] [--allow-delete FOLDER]\n"
	    "       offlineimap -h | --help | -V | --version\n\n"
	    "Keeps IMAP accounts and local Maildir folders the same, both ways.\n\noptions:\n");
	for (i = 0; i < countof(rows); i++) {
		const struct row *r = &rows[i];

		snprintf(name, sizeof(name), "%s%.*s%s%s%s%s%s", r->letter ? "-" : "", r->letter != 0, &r->letter,
		    r->letter && r->name ? ", " : "", r->name ? "--" : "", r->name ? r->name : "",
		    r->arg ? " " : "", r->arg ? r->arg : "");
		help_row(name, r->help);
	}
	printf("\nuser interfaces, for -u and the ui line:\n");
	ui_list(help_row);
	printf("\nexit status:\n");
	for (i = 0; i < countof(statuses); i++) {
		snprintf(name, sizeof(name), "%d", statuses[i].status);
		help_row(name, statuses[i].help);
	}
	help_row("128 + n", "stopped by signal n");
	printf("\nconfiguration: ~/.config/offlineimap/config or ~/.offlineimaprc; see offlineimap(1) and"
	    " offlineimaprc(5)\n");
}
