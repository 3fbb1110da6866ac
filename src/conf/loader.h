/*
 * loader.h - private to src/conf: what its files share while a configuration is being read.
 */
#ifndef CONF_LOADER_H
#define CONF_LOADER_H

#include "ini.h"
#include "option.h"
#include "settings.h"

struct loader {
	struct ini ini;
	struct settings *s;
	const struct conf_override *o;
	void (*warn)(const char *line);
	struct err *e;
	bool today;			/* the file has [Account X] sections */
	int timeout_ms;			/* [general] socktimeout, for the accounts */
};

/* A section and the places whose options it may hold. */
struct place {
	const struct ini_section *sec;	/* NULL: only [DEFAULT] */
	unsigned where;
};

void	loader_warn(struct loader *l, unsigned line, const char *fmt, ...) PRINTF_LIKE(3, 4);
int	loader_fail(struct loader *l, unsigned line, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Takes over s, a malloced string, until settings_free. */
const char *settings_keep(struct settings *s, char *string);

/* Stores every option of the place at its member of base and complains about what does not work. */
int	place_load(struct loader *l, struct place p, void *base);
/* One value, expanded; *out is NULL if it is not there. opt (may be NULL) is set with it. */
int	place_value(struct loader *l, struct place p, const char *name, const char **out,
	    const struct ini_option **opt);
/* The same as yes or no; *out is left alone if it is not there. */
int	place_bool(struct loader *l, struct place p, const char *name, bool *out);

/* Fills *a from the section or sections of the account that the item of the accounts list names. */
int	account_load(struct loader *l, struct slice item, unsigned line, struct account_conf *a);
/* What only shows when all accounts are known: two on one tree. */
int	accounts_check(struct loader *l);

/* Warnings, never errors: options that nobody reads, values that look like slips. */
void	check_place(struct loader *l, struct place p);
void	check_file(struct loader *l);
void	check_value(struct loader *l, const struct option *row, const struct ini_option *opt, const char *value);

#endif
