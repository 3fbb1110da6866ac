/*
 * format.c - events in words, one row a kind. Fixed phrases are those people grep their logs for since
 * 2003. A dry run's line is the line of the real run behind "Would: ".
 */
#include "ui.h"

#include <string.h>

#include "../base/buf.h"

/*
 * %a account, %A the same and ": " if there is one, %f folder, %F likewise, %t text, %u UID, %m "7 messages",
 * %e ", 2 failures" or nothing, %d kind of debugging, %c minutes and seconds. The text of a flag event is "letters in
 * side set": %l, %s, %i.
 */
static const char *const words[EV_KINDS] = {
	[EV_BANNER]	   = "%t",
	[EV_NOTE]	   = "%A%t",
	[EV_WARN]	   = "WARNING: %A%t",
	[EV_ERROR]	   = "ERROR: %A%F%t",
	[EV_DEBUG]	   = "DEBUG[%d]: %t",
	[EV_ACCOUNT_START] = "***** Processing account %a",
	[EV_ACCOUNT_END]   = "***** Finished processing account %a%e",
	[EV_CONNECT]	   = "Establishing connection to %t.",
	[EV_FOLDERS]	   = "Copying folder structure from IMAP to Maildir",
	[EV_MAKE_LOCAL]	   = "Creating folder Maildir[%f]",
	[EV_MAKE_REMOTE]   = "Creating folder IMAP[%f]",
	[EV_FOLDER_START]  = "Syncing %f: IMAP -> Maildir",
	[EV_DOWNLOAD]	   = "Copy message %u IMAP[%f] -> Maildir[%f]",
	[EV_UPLOAD]	   = "Copy message %t Maildir[%f] -> IMAP[%f]",
	[EV_ADOPT]	   = "Pairing %m (%t) of IMAP[%f] with those in Maildir[%f]",
	[EV_ADD_FLAGS]	   = "Adding flags %l to %m (%i) on %s[%f]",
	[EV_DEL_FLAGS]	   = "Deleting flags %l to %m (%i) on %s[%f]",
	[EV_DEL_LOCAL]	   = "Deleting %m (%t) in Maildir[%f]",
	[EV_DEL_REMOTE]	   = "Deleting %m (%t) in IMAP[%f]",
	[EV_HELD]	   = "WARNING: %A%F%t",
	[EV_SLEEP]	   = "Sleeping for %c",
};

static const char *const debug_names[DEBUG_KINDS] = {
	[DEBUG_IMAP]	= "imap",
	[DEBUG_MAILDIR] = "maildir",
};

/* The part of "S in Maildir 1:5,7" that the letter asks for; empty if the text is not like that. */
static struct slice
flag_part(const char *text, char letter)
{
	const char *in = strstr(text, " in "), *side, *set;

	if (!in)
		return slice_of(letter == 'i' ? text : "");
	side = in + 4;
	set = side + strcspn(side, " ");
	if (letter == 'l')
		return (struct slice){ text, (size_t)(in - text) };
	if (letter == 's')
		return (struct slice){ side, (size_t)(set - side) };
	return slice_of(*set ? set + 1 : set);
}

static void
add_count(struct buf *b, uint64_t n, const char *what)
{
	buf_printf(b, "%llu %s%s", (unsigned long long)n, what, n == 1 ? "" : "s");
}

static void
add_field(struct buf *b, const struct event *ev, char letter)
{
	switch (letter) {
	case 'A':
	case 'a':
		buf_printf(b, "%s%s", ev->account, letter == 'A' && *ev->account ? ": " : "");
		break;
	case 'F':
	case 'f':
		buf_printf(b, "%s%s", ev->folder, letter == 'F' && *ev->folder ? ": " : "");
		break;
	case 't':
		buf_puts(b, ev->text);
		break;
	case 'u':
		buf_printf(b, "%lu", (unsigned long)ev->uid);
		break;
	case 'm':
		add_count(b, ev->n, "message");
		break;
	case 'e':
		if (ev->total) {
			buf_puts(b, ", ");
			add_count(b, ev->total, "failure");
		}
		break;
	case 'd':
		buf_puts(b, ev->n < DEBUG_KINDS ? debug_names[ev->n] : "?");
		break;
	case 'c':
		buf_printf(b, "%lu:%02u", (unsigned long)(ev->n / 60), (unsigned)(ev->n % 60));
		break;
	default:
		buf_addslice(b, flag_part(ev->text, letter));
	}
}

bool
ui_format(const struct event *ev, char *buf, size_t cap)
{
	struct buf line = BUF_INIT, shown = BUF_INIT;
	const char *p = words[ev->kind];

	if (!p || (ev->kind == EV_SLEEP && ev->n == 0))
		return false;
	if (ev->planned && ev->kind != EV_HELD)
		buf_puts(&line, "Would: ");
	for (; *p; p++)
		if (*p == '%')
			add_field(&line, ev, *++p);
		else
			buf_putc(&line, (unsigned char)*p);
	/* Names of folders are as the server or the disk has them. */
	buf_add_printable(&shown, buf_slice(&line), cap);
	buf_truncate(&shown, shown.len < cap ? shown.len : cap - 1);
	memcpy(buf, buf_str(&shown), shown.len + 1);
	buf_free(&line);
	buf_free(&shown);
	return true;
}
