/*
 * settings.h - the configuration as the program uses it: immutable once conf_load() has returned, so every
 * thread reads it freely. All strings belong to the settings and live until settings_free().
 */
#ifndef CONF_SETTINGS_H
#define CONF_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/err.h"

enum security {
	SEC_TLS,		/* TLS from the first byte */
	SEC_PLAIN,		/* plain TCP */
	SEC_TRY			/* 2003 dialect with neither ssl nor remoteport: TLS on 993 first, then plain on 143 */
};

struct account_conf {
	const char *name;
	const char *file;		/* where the account's section starts, for messages */
	unsigned line;

	/* local side */
	const char *root;		/* localfolders, tilde expanded */
	const char *sep;		/* local folder separator, not empty */

	/* remote side */
	const char *tunnel;		/* preauthtunnel, or NULL */
	const char *host, *user;	/* NULL only with a tunnel */
	unsigned port;
	enum security security;
	bool clear_password;		/* "ssl = no" is written out: a password may go in clear */
	const char *pass, *passfile, *passcmd;	/* each may be NULL; used in the order cmd, pass, file, prompt */
	const char *cafile;		/* sslcacertfile, or NULL: the system's store */
	const char *reference;		/* "" by default */
	unsigned maxconnections;	/* >= 1; 1 with -1 */
	bool holdconnectionopen;
	unsigned keepalive_s;		/* 0: none */
	int64_t autorefresh_ms;		/* 0: once */
	bool expunge;
	bool createfolders;
	int timeout_ms;			/* socktimeout */
};

struct mbnames_conf {
	bool enabled;
	const char *filename, *header, *peritem, *sep, *footer;
};

struct settings {
	const char *metadata;
	unsigned maxsyncaccounts;
	const char **ui;		/* preferred interfaces in order; nui may be 0: the built-in order */
	size_t nui;
	bool ui_forced;			/* from -u: only this one, and it must be usable */
	bool ignore_readonly;
	bool fsync;			/* yes; "no" keeps every order but skips the waiting (not power safe) */
	struct mbnames_conf mbnames;
	struct account_conf *accounts;	/* in the order they are to start */
	size_t naccounts;
	bool single;			/* -1 */
	bool dry_run;			/* --dry-run */
	const char **allow_delete;	/* --allow-delete FOLDER, repeatable */
	size_t nallow_delete;
	void *arena;			/* conf's own: owns all the strings */
};

/* What the command line overrides; NULL or false: not given. */
struct conf_override {
	const char *accounts;		/* -a */
	const char *ui;			/* -u */
	bool single, once, dry_run;	/* -1, -o, --dry-run */
	const char **allow_delete;
	size_t nallow_delete;
};

/*
 * Reads file (both dialects; NULL: the default places). Warnings about unknown, misspelt or misplaced
 * options go to warn, called with one line each ("file:line: ..."). -1: e names file and line, radius ERR_RUN.
 * Main thread, before any other.
 */
int	conf_load(struct settings *s, const char *file, const struct conf_override *o,
	    void (*warn)(const char *line), struct err *e);
void	settings_free(struct settings *s);

#endif
