/*
 * quiet.c - Noninteractive.Quiet: nothing but warnings, errors and what was asked for with -d.
 */
#include "rows.h"

static void
quiet_event(const struct event *ev)
{
	if (ev->kind == EV_WARN || ev->kind == EV_ERROR || ev->kind == EV_HELD || ev->kind == EV_DEBUG)
		ui_print(ev);
}

const struct ui ui_quiet = {
	"Noninteractive.Quiet", "quiet", "warnings and errors only; cannot ask for a password",
	NULL, quiet_event, NULL, NULL
};
