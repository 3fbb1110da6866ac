/*
 * ui.c - the table of interfaces, the choice among them, and the thread that serves the chosen one.
 */
#include "ui.h"

#include <string.h>

#include "../base/buf.h"
#include "../base/prof.h"
#include "../base/thr.h"
#include "rows.h"

#define ANSWER_MAX	512

/* In the order they are tried without a ui line. No event function: the interface is not there yet. */
static const struct ui later[] = {
	{ "Tk.Blinkenlights", NULL, NULL, NULL, NULL, NULL, NULL },
	{ "Tk.VerboseUI", "Tk.TkUI", NULL, NULL, NULL, NULL, NULL },
	{ "Curses.Blinkenlights", "blinkenlights", NULL, NULL, NULL, NULL, NULL },
	{ "MachineUI", NULL, NULL, NULL, NULL, NULL, NULL },
	{ "syslog", NULL, NULL, NULL, NULL, NULL, NULL },
};
static const struct ui *const table[] = {
	&later[0], &later[1], &later[2], &ui_tty, &ui_basic, &ui_quiet, &later[3], &later[4],
};

/* Set by ui_start, before the thread. */
static const struct ui *serving;
static pthread_t thread;

static bool
usable(const struct ui *ui)
{
	return ui->event && (!ui->usable || ui->usable());
}

static const struct ui *
find(const char *name)
{
	size_t i;

	for (i = 0; i < countof(table); i++)
		if (slice_is_nocase(slice_of(name), table[i]->name) ||
		    (table[i]->alias && slice_is_nocase(slice_of(name), table[i]->alias)))
			return table[i];
	return NULL;
}

static int
unknown(const char *name, struct err *e)
{
	struct buf list = BUF_INIT, shown = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(table); i++)
		if (table[i]->event)
			buf_printf(&list, "%s%s", list.len ? ", " : "", table[i]->name);
	buf_add_printable(&shown, slice_of(name), 60);
	err_set(e, ERR_RUN, "there is no user interface '%s'; there are %s", buf_str(&shown), buf_str(&list));
	buf_free(&list);
	buf_free(&shown);
	return -1;
}

static const struct ui *
forced(const char *name, struct err *e)
{
	const struct ui *ui = find(name);

	if (!ui)
		unknown(name, e);
	else if (!ui->event)
		err_set(e, ERR_RUN, "the user interface %s is not there yet", ui->name);
	else if (!usable(ui))
		err_set(e, ERR_RUN, "the user interface %s needs a terminal for its input and output", ui->name);
	else
		return ui;
	return NULL;
}

static const struct ui *
first_of_table(void)
{
	size_t i;

	for (i = 0; i < countof(table); i++)
		if (usable(table[i]))
			return table[i];
	return NULL;			/* never: Basic is always usable */
}

const struct ui *
ui_choose(const struct settings *s, struct err *e)
{
	const struct ui *ui;
	bool some_later = false;
	size_t i;

	if (s->ui_forced)
		return forced(s->ui[0], e);
	for (i = 0; i < s->nui; i++) {
		ui = find(s->ui[i]);
		if (!ui) {
			unknown(s->ui[i], e);
			return NULL;
		}
		if (usable(ui))
			return ui;
		some_later |= !ui->event;
	}
	/* A list of nothing but interfaces that come later must not stop anybody. */
	if (s->nui == 0 || some_later)
		return first_of_table();
	err_set(e, ERR_RUN, "no user interface of the ui line can be used here: without a terminal, add "
	    "Noninteractive.Basic to it");
	return NULL;
}

static void
answer_question(const struct ui *ui, const struct event *question)
{
	char answer[ANSWER_MAX];
	bool answered = ui->ask && ui->ask(question, answer, sizeof(answer)) == 0;

	event_answer(answered ? answer : NULL);
	mem_wipe(answer, sizeof(answer));
}

static void *
serve(void *unused)
{
	const struct ui *ui = serving;
	struct event ev;
	bool ask;

	(void)unused;
	thr_set_name("User interface");
	while (event_take(&ev, &ask))
		if (ask)
			answer_question(ui, &ev);
		else
			ui->event(&ev);
	if (ui->close)
		ui->close();
	prof_thread_end();
	return NULL;
}

int
ui_start(const struct ui *ui, struct err *e)
{
	serving = ui;
	return thr_spawn(&thread, serve, NULL, e);
}

void
ui_stop(void)
{
	event_close();
	thr_join(thread);
}

void
ui_list(void (*row)(const char *name, const char *help))
{
	size_t i;

	for (i = 0; i < countof(table); i++)
		if (table[i]->event)
			row(table[i]->name, table[i]->help);
}
