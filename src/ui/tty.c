/*
 * tty.c - TTY.TTYUI: messages on a plain terminal, with the name of the thread that speaks, and a last
 * line that is redrawn while messages are on their way. No terminal description is needed: blanks
 * overwrite what stood there.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "../base/buf.h"
#include "../base/os.h"
#include "../base/stop.h"
#include "rows.h"

#define MAX_JOBS	32		/* folders shown at a time; more are not counted in the last line */
#define STATUS_WIDTH	78
#define REDRAW_MS	200

/* One folder that is being copied. */
struct job {
	char account[64], folder[256];
	uint64_t n, total;		/* message of messages */
	uint64_t bytes, partial;	/* finished ones', and of the one on its way */
};

/* UI thread only. */
static struct {
	struct job job[MAX_JOBS];
	size_t njobs;
	uint64_t folders, messages, bytes;	/* done */
	int64_t start, drawn;			/* os_mono_ms(); 0: nothing is copied */
	size_t width;				/* of the line that stands there */
} tty;

static bool
tty_usable(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void
erase_status(void)
{
	if (tty.width)
		printf("\r%*s\r", (int)tty.width, "");
	tty.width = 0;
}

static struct job *
job_of(const struct event *ev)
{
	size_t i;

	for (i = 0; i < tty.njobs; i++)
		if (strcmp(tty.job[i].folder, ev->folder) == 0 && strcmp(tty.job[i].account, ev->account) == 0)
			return &tty.job[i];
	return NULL;
}

static void
job_begin(const struct event *ev)
{
	struct job *j;

	if (tty.njobs == MAX_JOBS || job_of(ev))
		return;
	j = &tty.job[tty.njobs++];
	memset(j, 0, sizeof(*j));
	memcpy(j->account, ev->account, sizeof(j->account));
	memcpy(j->folder, ev->folder, sizeof(j->folder));
}

static void
job_finish(const struct event *ev)
{
	struct job *j = job_of(ev);

	if (!j)
		return;
	tty.folders++;
	tty.messages += j->n;
	tty.bytes += j->bytes;
	*j = tty.job[--tty.njobs];
}

static void
job_count(const struct event *ev)
{
	struct job *j = job_of(ev);

	if (!j || ev->planned)
		return;
	j->total = ev->total;
	j->n = ev->n;
	if (ev->kind == EV_PROGRESS) {
		j->partial = ev->bytes;
	} else {
		j->bytes += ev->bytes;
		j->partial = 0;
	}
	if (tty.start == 0) {
		tty.folders = tty.messages = tty.bytes = 0;
		tty.start = os_mono_ms();
	}
}

static void
add_size(struct buf *b, uint64_t bytes)
{
	if (bytes < 1000000)
		buf_printf(b, "%u kB", (unsigned)((bytes + 999) / 1000));
	else
		buf_printf(b, "%llu.%u MB", (unsigned long long)(bytes / 1000000),
		    (unsigned)(bytes / 100000 % 10));
}

/* "3 folders done, 120 of 400 messages, 3.4 MB, 512 kB/s, 0:12 left" */
static void
status_text(struct buf *b, int64_t elapsed_ms)
{
	uint64_t n = tty.messages, total = tty.messages, bytes = tty.bytes;
	uint64_t ms = elapsed_ms > 0 ? (uint64_t)elapsed_ms : 1;
	size_t i;

	for (i = 0; i < tty.njobs; i++) {
		n += tty.job[i].n;
		total += tty.job[i].total;
		bytes += tty.job[i].bytes + tty.job[i].partial;
	}
	buf_printf(b, "%llu folder%s done, %llu of %llu messages, ", (unsigned long long)tty.folders,
	    tty.folders == 1 ? "" : "s", (unsigned long long)n, (unsigned long long)total);
	add_size(b, bytes);
	buf_puts(b, ", ");
	add_size(b, bytes * 1000 / ms);
	buf_puts(b, "/s");
	if (n && total > n) {
		uint64_t left = ms * (total - n) / n / 1000;

		buf_printf(b, ", %llu:%02u left", (unsigned long long)(left / 60), (unsigned)(left % 60));
	}
}

static void
draw_status(void)
{
	struct buf text = BUF_INIT;
	int64_t now = os_mono_ms();

	if (tty.start && tty.njobs && now - tty.drawn >= REDRAW_MS) {
		erase_status();
		status_text(&text, now - tty.start);
		buf_truncate(&text, text.len < STATUS_WIDTH ? text.len : STATUS_WIDTH);
		fputs(buf_str(&text), stdout);
		tty.width = text.len;
		tty.drawn = now;
	}
	buf_free(&text);
}

static void
print_line(const struct event *ev, const char *line)
{
	erase_status();
	if (*ev->thread && strcmp(ev->thread, "main") != 0)
		printf("%s:\n   %s\n", ev->thread, line);
	else
		printf("%s\n", line);
}

static void
tty_event(const struct event *ev)
{
	char line[UI_LINE];

	if (ui_format(ev, line, sizeof(line)))
		print_line(ev, line);
	if (ev->kind == EV_FOLDER_START)
		job_begin(ev);
	else if (ev->kind == EV_FOLDER_END)
		job_finish(ev);
	else if (ev->kind == EV_DOWNLOAD || ev->kind == EV_UPLOAD || ev->kind == EV_PROGRESS)
		job_count(ev);
	else if (ev->kind == EV_SLEEP)
		tty.start = 0;
	if (tty.njobs == 0)
		erase_status();
	draw_status();
	fflush(stdout);
}

/* One line from the terminal, which a request to stop interrupts. */
static int
read_line(char *buf, size_t cap)
{
	struct pollfd p[2] = { { STDIN_FILENO, POLLIN, 0 }, { stop_fd(), POLLIN, 0 } };
	size_t n = 0;
	char c;

	for (;;) {
		if (os_poll(p, 2, -1) < 0 || p[1].revents)
			return -1;
		if (!p[0].revents)
			continue;
		if (os_read(STDIN_FILENO, &c, 1) != 1)
			return -1;
		if (c == '\n')
			break;
		if (n + 1 == cap)
			return -1;
		buf[n++] = c;
	}
	buf[n] = '\0';
	return 0;
}

static int
tty_ask(const struct event *question, char *buf, size_t cap)
{
	struct termios shown, hidden;
	bool changed;
	int rc;

	erase_status();
	fflush(stdout);
	/* Before the prompt: who answers it at once is neither shown nor dropped with what was typed ahead. */
	changed = tcgetattr(STDIN_FILENO, &shown) == 0;
	if (changed) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
		changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
	}
	printf("%s%s%s", question->account, *question->account ? ": " : "", question->text);
	fflush(stdout);
	rc = read_line(buf, cap);
	if (changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	printf("\n");
	fflush(stdout);
	return rc;
}

static void
tty_close(void)
{
	erase_status();
	fflush(stdout);
}

const struct ui ui_tty = {
	"TTY.TTYUI", "ttyui", "messages and progress on a terminal",
	tty_usable, tty_event, tty_ask, tty_close
};
