/*
 * t_ui.c - events in words; the choice of an interface; TTY.TTYUI on a pseudo-terminal.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../src/base/buf.h"
#include "../../src/base/stop.h"
#include "../../src/ui/rows.h"
#include "tap.h"

static const struct {
	struct event ev;
	const char *line;		/* NULL: this kind has none */
} formats[] = {
	{ { .kind = EV_BANNER, .text = "offlineimap 1" }, "offlineimap 1" },
	{ { .kind = EV_NOTE, .text = "x" }, "x" },
	{ { .kind = EV_NOTE, .account = "A", .text = "x" }, "A: x" },
	{ { .kind = EV_WARN, .account = "A", .text = "x" }, "WARNING: A: x" },
	{ { .kind = EV_ERROR, .account = "A", .folder = "F", .text = "x" }, "ERROR: A: F: x" },
	{ { .kind = EV_ERROR, .text = "x" }, "ERROR: x" },
	{ { .kind = EV_DEBUG, .n = DEBUG_IMAP, .text = "x" }, "DEBUG[imap]: x" },
	{ { .kind = EV_DEBUG, .n = DEBUG_MAILDIR, .text = "x" }, "DEBUG[maildir]: x" },
	{ { .kind = EV_ACCOUNT_START, .account = "A" }, "***** Processing account A" },
	{ { .kind = EV_ACCOUNT_END, .account = "A" }, "***** Finished processing account A" },
	{ { .kind = EV_ACCOUNT_END, .account = "A", .total = 1 },
	    "***** Finished processing account A, 1 failure" },
	{ { .kind = EV_CONNECT, .account = "A", .text = "h:993" }, "Establishing connection to h:993." },
	{ { .kind = EV_FOLDERS }, "Copying folder structure from IMAP to Maildir" },
	{ { .kind = EV_MAKE_LOCAL, .folder = "F" }, "Creating folder Maildir[F]" },
	{ { .kind = EV_MAKE_REMOTE, .folder = "F" }, "Creating folder IMAP[F]" },
	{ { .kind = EV_FOLDER_START, .folder = "F" }, "Syncing F: IMAP -> Maildir" },
	{ { .kind = EV_FOLDER_END, .folder = "F" }, NULL },
	{ { .kind = EV_PROGRESS, .folder = "F" }, NULL },
	{ { .kind = EV_DOWNLOAD, .folder = "F", .uid = 4294967295u }, "Copy message 4294967295 IMAP[F] -> Maildir[F]" },
	{ { .kind = EV_DOWNLOAD, .folder = "F", .uid = 7, .planned = true },
	    "Would: Copy message 7 IMAP[F] -> Maildir[F]" },
	{ { .kind = EV_UPLOAD, .folder = "F", .text = "1.2.h" }, "Copy message 1.2.h Maildir[F] -> IMAP[F]" },
	{ { .kind = EV_ADOPT, .folder = "F", .n = 2, .text = "1:2" },
	    "Pairing 2 messages (1:2) of IMAP[F] with those in Maildir[F]" },
	{ { .kind = EV_ADD_FLAGS, .folder = "F", .n = 3, .text = "S in Maildir 1:3" },
	    "Adding flags S to 3 messages (1:3) on Maildir[F]" },
	{ { .kind = EV_DEL_FLAGS, .folder = "F", .n = 1, .text = "RS in IMAP 4" },
	    "Deleting flags RS to 1 message (4) on IMAP[F]" },
	{ { .kind = EV_DEL_FLAGS, .folder = "F", .n = 1, .text = "odd" },
	    "Deleting flags  to 1 message (odd) on [F]" },
	{ { .kind = EV_DEL_LOCAL, .folder = "F", .n = 1, .text = "9" }, "Deleting 1 message (9) in Maildir[F]" },
	{ { .kind = EV_DEL_REMOTE, .folder = "F", .n = 2, .text = "8,9" }, "Deleting 2 messages (8,9) in IMAP[F]" },
	{ { .kind = EV_HELD, .account = "A", .folder = "F", .text = "x", .planned = true }, "WARNING: A: F: x" },
	{ { .kind = EV_SLEEP, .n = 125 }, "Sleeping for 2:05" },
	{ { .kind = EV_SLEEP }, NULL },
	{ { .kind = EV_FOLDER_START, .folder = "F\033[2J" }, "Syncing F\\x1b[2J: IMAP -> Maildir" },
};

/* Standard input is no terminal here. */
static const struct {
	const char *list[3];
	bool forced;
	const char *chosen;		/* NULL: an error with these words */
	const char *words;
} choices[] = {
	{ { NULL }, false, "Noninteractive.Basic", NULL },
	{ { "Noninteractive.Quiet" }, false, "Noninteractive.Quiet", NULL },
	{ { "quiet", "basic" }, false, "Noninteractive.Quiet", NULL },
	{ { "Tk.Blinkenlights", "TTY.TTYUI", "Noninteractive.Quiet" }, false, "Noninteractive.Quiet", NULL },
	{ { "blinkenlights" }, false, "Noninteractive.Basic", NULL },
	{ { "TTY.TTYUI" }, false, NULL, "add Noninteractive.Basic" },
	{ { "Nothing" }, false, NULL, "no user interface 'Nothing'; there are TTY.TTYUI, Noninteractive.Basic," },
	{ { "BASIC" }, true, "Noninteractive.Basic", NULL },
	{ { "Curses.Blinkenlights" }, true, NULL, "Curses.Blinkenlights is not there yet" },
	{ { "Tk.TkUI" }, true, NULL, "Tk.VerboseUI is not there yet" },
	{ { "TTY.TTYUI" }, true, NULL, "TTY.TTYUI needs a terminal" },
	{ { "x" }, true, NULL, "no user interface 'x'" },
};

static void
check_formats(void)
{
	char line[UI_LINE], tiny[8];
	size_t i;

	for (i = 0; i < countof(formats); i++) {
		bool some = ui_format(&formats[i].ev, line, sizeof(line));

		is_str(some ? line : NULL, formats[i].line, formats[i].line ? formats[i].line : "no line");
	}
	ui_format(&formats[7].ev, tiny, sizeof(tiny));
	is_int((long long)strlen(tiny), 7, "a short buffer is filled, not more");
}

static void
check_choices(void)
{
	size_t i;

	for (i = 0; i < countof(choices); i++) {
		struct settings s = { 0 };
		struct err e = ERR_INIT;
		const char *list[3];
		const struct ui *ui;

		memcpy(list, choices[i].list, sizeof(list));
		s.ui = list;
		while (s.nui < countof(list) && list[s.nui])
			s.nui++;
		s.ui_forced = choices[i].forced;
		ui = ui_choose(&s, &e);
		if (choices[i].chosen)
			is_str(ui ? ui->name : e.msg, choices[i].chosen, choices[i].chosen);
		else if (!ok(!ui && e.radius == ERR_RUN && strstr(e.msg, choices[i].words), "%s", choices[i].words))
			printf("# %s\n", e.msg);
	}
}

/* What the program shows and asks, with the pseudo-terminal as its terminal. Ends with 0 if all is well. */
static void
on_terminal(int slave)
{
	struct event ev = { .kind = EV_FOLDER_START, .account = "A", .folder = "F", .thread = "main" };
	char answer[32];
	struct err e;

	alarm(10);		/* a question that nothing ends must not end the test run */
	dup2(slave, 0);
	dup2(slave, 1);
	stop_init(&e);
	if (!ui_tty.usable())
		_exit(2);
	ui_tty.event(&ev);
	ev.kind = EV_DOWNLOAD;
	memcpy(ev.thread, "worker", 7);
	ev.uid = 5;
	ev.n = 1;
	ev.total = 4;
	ev.bytes = 3000;
	ui_tty.event(&ev);
	snprintf(ev.text, sizeof(ev.text), "Password: ");
	if (ui_tty.ask(&ev, answer, sizeof(answer)) < 0 || strcmp(answer, "secret") != 0)
		_exit(3);
	stop_request();
	if (ui_tty.ask(&ev, answer, sizeof(answer)) == 0)
		_exit(4);
	ui_tty.close();
	_exit(0);
}

static void
read_until(int fd, struct buf *seen, const char *what)
{
	char chunk[256];
	struct pollfd p = { fd, POLLIN, 0 };
	ssize_t n;

	while ((!what || !strstr(buf_str(seen), what)) && poll(&p, 1, 3000) > 0 &&
	    (n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(seen, chunk, (size_t)n);
}

static void
check_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, status = -1;
	struct buf seen = BUF_INIT;
	struct termios t;
	pid_t pid;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0) {
		ok(true, "pseudo-terminal # SKIP none here");
		return;
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		on_terminal(slave);
	read_until(master, &seen, "Password: ");
	ok(tcgetattr(slave, &t) == 0 && !(t.c_lflag & ECHO), "no echo while the password is typed");
	ok(write(master, "secret\n", 7) == 7, "typed");
	waitpid(pid, &status, 0);
	is_int(status, 0, "the answer arrives; a request to stop ends the next question");
	ok(tcgetattr(slave, &t) == 0 && (t.c_lflag & ECHO), "echo is back");
	close(slave);
	read_until(master, &seen, NULL);
	ok(!strstr(buf_str(&seen), "secret"), "the password is not shown");
	ok(strstr(buf_str(&seen), "Syncing F: IMAP -> Maildir\r\n") == seen.p, "main thread: the plain line");
	ok(strstr(buf_str(&seen), "worker:\r\n   Copy message 5 ") != NULL, "other threads: name, indented line");
	ok(strstr(buf_str(&seen), "0 folders done, 1 of 4 messages, 3 kB") != NULL, "progress");
	ok(strstr(buf_str(&seen), "\rA: Password: ") != NULL, "the prompt takes its place");
	close(master);
	buf_free(&seen);
}

int
main(void)
{
	if (!freopen("/dev/null", "r", stdin))
		return 1;
	check_formats();
	check_terminal();
	check_choices();
	return done();
}
