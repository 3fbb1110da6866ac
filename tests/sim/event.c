/* event.c - base/event.h on the simulated machine: every event is a line of the trace; nobody is there to answer. */
#include "../../src/base/event.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim.h"

static uint64_t failures;
static char last_error[500];

void
event_post(const struct event *ev)
{
	sim_trace("event %d%s %s/%s uid %lu %lu of %lu: %s", (int)ev->kind, ev->planned ? " planned" : "", ev->account,
	    ev->folder, (unsigned long)ev->uid, (unsigned long)ev->n, (unsigned long)ev->total, ev->text);
}

void
event_note(const char *account, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sim_trace("note %s: %s", account ? account : "", text);
}

void
event_warn(const char *account, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sim_trace("warning %s: %s", account ? account : "", text);
}

void
event_error(const char *account, const char *folder, const struct err *e)
{
	if (e->stopped)
		return;
	failures++;
	snprintf(last_error, sizeof(last_error), "%.60s: %s", folder ? folder : "", e->msg);
	sim_trace("error %s/%s", account ? account : "", last_error);
}

const char *
sim_last_error(void)
{
	return last_error;
}

uint64_t
event_failures(void)
{
	return failures;
}

void
event_debug_enable(enum debug_kind k)
{
	(void)k;
}

bool
event_debug_on(enum debug_kind k)
{
	(void)k;
	return false;
}

void
event_debug(enum debug_kind k, const char *fmt, ...)
{
	(void)k, (void)fmt;
}

int
event_ask(const char *account, const char *prompt, char *buf, size_t cap)
{
	(void)account, (void)prompt, (void)buf, (void)cap;
	return -1;
}

bool
event_take(struct event *ev, bool *ask)
{
	(void)ev, (void)ask;
	return false;
}

void
event_answer(const char *answer)
{
	(void)answer;
}

void
event_close(void)
{
}
