/*
 * load.c - from the file to struct settings: where the file is, [general], [mbnames], the accounts in order.
 */
#include "settings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/path.h"
#include "../py/literal.h"
#include "loader.h"
#include "value.h"

#define MAX_FILE	(256 * 1024)
#define MAX_ACCOUNTS	256

struct arena {
	char **v;
	size_t n, cap;
};

const char *
settings_keep(struct settings *s, char *string)
{
	struct arena *a = s->arena;

	a->v = xgrow(a->v, a->n, &a->cap, sizeof(*a->v));
	return a->v[a->n++] = string;
}

void
settings_free(struct settings *s)
{
	struct arena *a = s->arena;
	size_t i;

	for (i = 0; a && i < a->n; i++) {
		mem_wipe(a->v[i], strlen(a->v[i]));	/* one of them may be a password */
		free(a->v[i]);
	}
	if (a)
		free(a->v);
	free(a);
	free(s->accounts);
	free(s->ui);
	free(s->allow_delete);
	memset(s, 0, sizeof(*s));
}

/* "file:line: text", in one printable line whatever stood in the file. */
static void
message(const struct loader *l, unsigned line, struct buf *out, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;

	buf_vprintf(&text, fmt, ap);
	buf_puts(out, l->ini.file);
	if (line)
		buf_printf(out, ":%u", line);
	buf_puts(out, ": ");
	buf_add_printable(out, buf_slice(&text), sizeof(l->e->msg));
	buf_wipe(&text);
}

void
loader_warn(struct loader *l, unsigned line, const char *fmt, ...)
{
	struct buf whole = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	message(l, line, &whole, fmt, ap);
	va_end(ap);
	l->warn(buf_str(&whole));
	buf_free(&whole);
}

int
loader_fail(struct loader *l, unsigned line, const char *fmt, ...)
{
	struct buf whole = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	message(l, line, &whole, fmt, ap);
	va_end(ap);
	err_set(l->e, ERR_RUN, "%s", buf_str(&whole));
	buf_free(&whole);
	return -1;
}

static bool
exists(const char *path)
{
	struct os_stat st;

	return os_stat(path, &st) == 0;
}

/* Today's place if there is a file, else the place of 2003, where a missing file is reported. malloced. */
static char *
default_file(struct err *e)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	char *home = os_home(NULL), *dir, *file;

	if (!home) {
		err_set(e, ERR_RUN, "no home directory: set HOME, or name the configuration file with -c");
		return NULL;
	}
	dir = xdg && *xdg ? xstrdup(xdg) : path_join(home, ".config");
	file = path_join3(dir, "offlineimap", "config");
	if (!exists(file)) {
		free(file);
		file = path_join(home, ".offlineimaprc");
	}
	free(dir);
	free(home);
	return file;
}

static char *
file_name(const char *file, struct err *e)
{
	const char *why;
	char *path;

	if (!file)
		return default_file(e);
	path = value_path(file, false, &why);
	if (!path)
		err_set(e, ERR_RUN, "configuration file %s: %s", file, why);
	return path;
}

static int
read_file(struct ini *ini, const char *path, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	if (os_read_file(path, MAX_FILE, &text) == 0) {
		rc = ini_parse(ini, path, buf_slice(&text), e);
		if (rc < 0)
			ini_free(ini);
	} else if (errno == ENOENT) {
		rc = err_set(e, ERR_RUN, "the configuration file %s does not exist; offlineimap(1)"
		    " shows how to write one, -c names another", path);
	} else {
		rc = err_sys(e, ERR_RUN, "configuration file %s", path);
	}
	buf_wipe(&text);
	return rc;
}

static void
add_ui(struct settings *s, struct slice name)
{
	s->ui = xreallocarray(s->ui, s->nui + 1, sizeof(*s->ui));
	s->ui[s->nui++] = settings_keep(s, slice_dup(name));
}

static int
load_ui(struct loader *l, struct place general)
{
	struct slice list, item;
	const char *value;

	l->s->ui_forced = l->o->ui != NULL;
	if (l->s->ui_forced) {
		add_ui(l->s, slice_of(l->o->ui));
		return 0;
	}
	if (place_value(l, general, "ui", &value, NULL) < 0)
		return -1;
	list = slice_of(value);
	while (value && value_item(&list, &item))
		if (item.len)
			add_ui(l->s, item);
	return 0;
}

static int
load_general(struct loader *l)
{
	struct place general = { ini_section(&l->ini, "general"), IN_GENERAL };

	if (!general.sec)
		return loader_fail(l, 0, "there is no [general] section");
	if (place_load(l, general, l->s) < 0 || load_ui(l, general) < 0)
		return -1;
	if (l->o->single)
		l->s->maxsyncaccounts = 1;
	l->s->single = l->o->single;
	l->s->dry_run |= l->o->dry_run;
	return 0;
}

/* Today's program evaluates peritem; that of 2003 writes its quotes out. */
static int
load_peritem(struct loader *l, struct place p)
{
	const struct ini_option *opt = ini_get(&l->ini, p.sec, "peritem");
	struct buf text = BUF_INIT;
	const char *why;

	if (!l->today)
		return 0;
	if (!py_literal(slice_of(l->s->mbnames.peritem), &text, &why))
		return loader_fail(l, opt->line, "peritem: only a plain string in quotes works yet, other"
		    " Python expressions are not supported: %s", why);
	l->s->mbnames.peritem = settings_keep(l->s, buf_steal(&text));
	return 0;
}

static int
load_mbnames(struct loader *l)
{
	struct place p = { ini_section(&l->ini, "mbnames"), IN_MBNAMES };
	struct mbnames_conf *m = &l->s->mbnames;
	const char *missing;

	if (!p.sec)
		return 0;
	/* Without it nothing else is looked at: nobody wants an error about a list that he does not write. */
	if (place_bool(l, p, "enabled", &m->enabled) < 0)
		return -1;
	if (!m->enabled)
		return 0;
	if (place_load(l, p, m) < 0)
		return -1;
	missing = !m->filename ? "filename" : !m->header ? "header" : !m->peritem ? "peritem" :
	    !m->sep ? "sep" : !m->footer ? "footer" : NULL;
	if (missing)
		return loader_fail(l, p.sec->line, "[mbnames] has no %s line", missing);
	return load_peritem(l, p);
}

static int
load_tk(struct loader *l)
{
	struct place p = { ini_section(&l->ini, "ui.Tk.Blinkenlights"), IN_TK };

	if (!p.sec)
		return 0;
	loader_warn(l, p.sec->line, "Tk.Blinkenlights is not there yet: its section is checked, but not used");
	return place_load(l, p, NULL);
}

static bool
same_account(struct loader *l, const char *name)
{
	size_t i;

	for (i = 0; i + 1 < l->s->naccounts; i++)
		if (strcmp(l->s->accounts[i].name, name) == 0)
			return true;
	return false;
}

static int
load_accounts(struct loader *l)
{
	struct place general = { ini_section(&l->ini, "general"), IN_GENERAL };
	const struct ini_option *opt;
	struct slice list, item;
	struct account_conf *a;
	const char *value;
	unsigned line;

	if (place_value(l, general, "accounts", &value, &opt) < 0)
		return -1;
	line = l->o->accounts || !opt ? 0 : opt->line;
	if (l->o->accounts)
		value = l->o->accounts;
	if (!value || !*value)
		return loader_fail(l, line, "no accounts: [general] needs a line such as 'accounts = Test'");
	l->s->accounts = xcalloc(MAX_ACCOUNTS, sizeof(*l->s->accounts));
	for (list = slice_of(value); value_item(&list, &item); ) {
		if (item.len == 0)
			return loader_fail(l, line, "an empty name in the list of accounts '%s';"
			    " is there a comma too many?", value);
		if (l->s->naccounts == MAX_ACCOUNTS)
			return loader_fail(l, line, "more than %d accounts", MAX_ACCOUNTS);
		a = &l->s->accounts[l->s->naccounts++];
		if (account_load(l, item, line, a) < 0)
			return -1;
		if (same_account(l, a->name))
			return loader_fail(l, line, "account %s is in the list twice", a->name);
	}
	return accounts_check(l);
}

static void
keep_permissions(struct loader *l)
{
	struct settings *s = l->s;
	size_t i;

	s->nallow_delete = l->o->nallow_delete;
	s->allow_delete = xcalloc(s->nallow_delete, sizeof(*s->allow_delete));
	for (i = 0; i < s->nallow_delete; i++)
		s->allow_delete[i] = settings_keep(s, xstrdup(l->o->allow_delete[i]));
}

int
conf_load(struct settings *s, const char *file, const struct conf_override *o,
    void (*warn)(const char *line), struct err *e)
{
	struct loader l = { { NULL, NULL, 0, 0 }, s, o, warn, e, false, 60000 };
	char *path = file_name(file, e);
	size_t i;
	int rc;

	memset(s, 0, sizeof(*s));
	if (!path || read_file(&l.ini, path, e) < 0) {
		free(path);
		return -1;
	}
	s->arena = xcalloc(1, sizeof(struct arena));
	for (i = 0; i < l.ini.n; i++)
		l.today |= slice_has_prefix(slice_of(l.ini.v[i].name), "Account ");
	keep_permissions(&l);
	rc = load_general(&l) < 0 || load_accounts(&l) < 0 || load_mbnames(&l) < 0 || load_tk(&l) < 0 ? -1 : 0;
	if (rc == 0)
		check_file(&l);
	else
		settings_free(s);
	ini_free(&l.ini);
	free(path);
	return rc;
}
