/*
 * ini.h - the configuration file as text: sections, options, values, each with its line. Knows the
 * syntax of Python 2.2's ConfigParser and nothing of what the options mean. Pure.
 */
#ifndef CONF_INI_H
#define CONF_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/buf.h"
#include "../base/err.h"

struct ini_option {
	char *name;			/* lower case */
	struct buf value;		/* as written; continuation lines follow after a newline each */
	unsigned line;
	unsigned earlier;		/* line of the same option further up, which this one replaces; 0: none */
	bool cut;			/* an inline comment was cut off */
};

struct ini_section {
	char *name;
	unsigned line;
	struct ini_option *v;
	size_t n, cap;
};

struct ini {
	char *file;
	struct ini_section *v;
	size_t n, cap;
};

/* How % signs are read: see ini_expand. */
enum ini_percent {
	INI_PERCENT_2003,		/* %% means % only in a value that holds %( */
	INI_PERCENT_TODAY		/* %% always means % */
};

/*
 * -1: e names file and line of everything that cannot be parsed, radius ERR_RUN. Call ini_free in both
 * cases; it overwrites the values, which may be passwords.
 */
int	ini_parse(struct ini *ini, const char *file, struct slice text, struct err *e);
void	ini_free(struct ini *ini);

const struct ini_section *ini_section(const struct ini *ini, const char *name);	/* NULL: none */
/* The section's option, or [DEFAULT]'s, or NULL. sec may be NULL. */
const struct ini_option *ini_get(const struct ini *ini, const struct ini_section *sec, const char *name);
/*
 * Appends the value with %(name)s replaced from the section and [DEFAULT], up to 10 levels deep.
 * -1: e names the line and the culprit.
 */
int	ini_expand(const struct ini *ini, const struct ini_section *sec, const struct ini_option *opt,
	    enum ini_percent percent, struct buf *out, struct err *e);

#endif
