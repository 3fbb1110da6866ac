/*
 * ui.h - the user interfaces: one file each, one row in ui.c's table. All calls are made on the UI thread,
 * which alone touches the terminal; they see events, never accounts.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/err.h"
#include "../base/event.h"
#include "../conf/settings.h"

struct ui {
	const char *name;		/* "TTY.TTYUI" */
	const char *alias;		/* today's name, "ttyui"; compared without case; NULL: none */
	const char *help;		/* one line */
	bool	(*usable)(void);	/* NULL: always */
	void	(*event)(const struct event *ev);
	/* Reads an answer without echo; 0, or -1: end of input. NULL: this interface cannot ask. */
	int	(*ask)(const struct event *question, char *buf, size_t cap);
	void	(*close)(void);		/* NULL: nothing to do */
};

/*
 * The first usable one of the settings' list (built-in order if the list is empty): names of interfaces that come
 * later are passed over, but refused by name when forced with -u; an unknown name is an error. NULL: e, ERR_RUN.
 */
const struct ui *ui_choose(const struct settings *s, struct err *e);
/* Starts the UI thread; ui_stop drains the queue and joins it. */
int	ui_start(const struct ui *ui, struct err *e);
void	ui_stop(void);
void	ui_list(void (*row)(const char *name, const char *help));	/* for --help */

/* The event as one line without a line end, in the words of the 2003 program; false: this kind has none. */
bool	ui_format(const struct event *ev, char *buf, size_t cap);

#endif
