/*
 * options.h - the command line. One table makes the parser and --help; a test compares it with
 * offlineimap(1).
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "conf/settings.h"

/* All strings are argv's. */
struct options {
	const char *config;		/* -c, or NULL */
	const char *debug;		/* -d, or NULL */
	const char *profile;		/* -P, or NULL */
	bool help, version, info;
	struct conf_override over;	/* options_free frees its list of folders */
};

/* -1: one line about what is wrong with the command line. Call options_free in both cases. */
int	options_parse(struct options *o, int argc, char *const *argv, struct err *e);
void	options_free(struct options *o);
/* The text of --help on standard output. */
void	options_help(void);

#endif
