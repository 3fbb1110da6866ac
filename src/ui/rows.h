/*
 * rows.h - private to src/ui: the interfaces that ui.c lists, and what they share.
 */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include "ui.h"

#define UI_LINE		2048		/* room for any formatted event */

extern const struct ui ui_tty, ui_basic, ui_quiet;

/* Noninteractive.Basic's way: warnings and errors on standard error, the rest on standard output. */
void	ui_print(const struct event *ev);

#endif
