/*
 * basic.c - Noninteractive.Basic: one line an event, for logs and cron.
 */
#include <stdio.h>

#include "rows.h"

void
ui_print(const struct event *ev)
{
	FILE *f = ev->kind == EV_WARN || ev->kind == EV_ERROR || ev->kind == EV_HELD ? stderr : stdout;
	char line[UI_LINE];

	if (!ui_format(ev, line, sizeof(line)))
		return;
	fprintf(f, "%s\n", line);
	fflush(f);
}

const struct ui ui_basic = {
	"Noninteractive.Basic", "basic", "plain lines, for logs; cannot ask for a password",
	NULL, ui_print, NULL, NULL
};
