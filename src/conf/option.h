/*
 * option.h - every option of the configuration file is one row: the loader stores by it, the checks warn
 * by it, and a test compares the rows with offlineimaprc(5).
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include <stdbool.h>
#include <stddef.h>

enum option_where {			/* bits */
	IN_GENERAL = 1,
	IN_PLAIN = 2,			/* 2003: [Test] */
	IN_ACCOUNT = 4,			/* today: [Account Test] */
	IN_LOCAL = 8,			/* [Repository X] named by localrepository */
	IN_REMOTE = 16,			/* [Repository X] named by remoterepository */
	IN_MBNAMES = 32,
	IN_TK = 64			/* [ui.Tk.Blinkenlights] */
};

enum option_type {			/* and the member's type in settings.h */
	OPT_STRING,			/* const char *, one line; empty means not given */
	OPT_SECRET,			/* the same, never shown */
	OPT_COMMAND,			/* the same, may have several lines */
	OPT_PATH,			/* the same, ~ expanded */
	OPT_SEP,			/* const char *, not empty */
	OPT_BOOL,			/* bool */
	OPT_NUMBER,			/* unsigned */
	OPT_TIMEOUT,			/* seconds into int milliseconds; 0 means the default */
	OPT_MINUTES,			/* fractions too, into int64_t milliseconds */
	OPT_LIST,			/* the loader reads it itself */
	OPT_LITERAL,			/* const char *, a Python string in quotes */
	OPT_RAW				/* const char *, no % expansion */
};

enum option_state {
	OPT_DONE,			/* works */
	OPT_PYTHON,			/* a Python expression: an error until the interpreter is there */
	OPT_LATER,			/* of today's program, may be ignored: a warning */
	OPT_UNSAFE,			/* of today's program, ignoring it would harm: an error */
	OPT_OBSOLETE			/* has no meaning any more: accepted in silence */
};

struct option {
	const char *name;		/* a final * stands for any one letter */
	enum option_type type;
	const char *def;		/* as it would be written; of OPT_LATER and OPT_UNSAFE what we do; NULL: none */
	unsigned min, max;		/* OPT_NUMBER, OPT_TIMEOUT */
	unsigned where;
	enum option_state state;
	size_t at;			/* where it is stored; OPTION_NOWHERE: only checked */
	const char *help;
};
#define OPTION_NOWHERE	((size_t)-1)

extern const struct option options[];
extern const size_t noptions;

bool	option_named(const struct option *row, const char *name);
/* The row for name in one of the places; NULL: none. */
const struct option *option_find(const char *name, unsigned where);
/* The nearest existing name, preferring the given places; NULL: nothing is near. */
const struct option *option_nearest(const char *name, unsigned where);
/* "[Account X] or [Repository X]": static text for messages. */
const char *option_place(unsigned where);
/* Number of single-character edits that turn one into the other, but never more than max + 1. */
unsigned edit_distance(const char *a, const char *b, unsigned max);

#endif
