/* log.c - the log of commands: what clients sent, as text, without their secrets. */
#include <string.h>

#include "../../src/base/num.h"
#include "conn.h"

static void
put_line(struct fake_conn *c, const char *text)
{
	struct buf *log = &c->server->log;

	buf_puts(log, c->user ? c->user->name : "-");
	buf_putc(log, ' ');
	buf_add_printable(log, c->tag, 64);
	buf_putc(log, ' ');
	buf_puts(log, text);
	buf_putc(log, '\n');
}

/* The command as one line: short literals in place, long ones as {n}, nothing that follows a LOGIN's name. */
void
log_command(struct fake_conn *c, const char *p, const char *end)
{
	struct buf line = BUF_INIT;
	bool login = slice_is_nocase((struct slice){ p, (size_t)(end - p) < 6 ? 0 : 6 }, "LOGIN ");
	bool auth = slice_is_nocase((struct slice){ p, (size_t)(end - p) < 13 ? 0 : 13 }, "AUTHENTICATE ");

	if (login || auth) {
		struct slice first = { p, login ? 6 : 13 };

		while (first.p + first.len < end && strchr(" \r\n{", first.p[first.len]) == NULL)
			first.len++;
		buf_add_printable(&line, slice_trim(first), 200);
		if (login || first.p + first.len < end)
			buf_puts(&line, " ***");
		p = end;
	}
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end, *open = stop;
		struct slice text = { p, (size_t)(stop - p) }, digits = { NULL, 0 };
		uint64_t n = 0;

		text = slice_trim(text);
		buf_add_printable(&line, text, 1000);
		if (nl == NULL)
			break;
		while (open > p && *open != '{')
			open--;
		digits.p = open + 1;
		while (ascii_is_digit((unsigned char)digits.p[digits.len]))
			digits.len++;
		p = nl + 1;
		if (!num_u64(digits, &n) || n > (size_t)(end - p))
			break;
		if (n <= 256 && memchr(p, '\n', (size_t)n) == NULL)
			buf_add_printable(&line, (struct slice){ p, (size_t)n }, 256);
		p += n;
		if (p < end && *p == ' ')
			buf_putc(&line, ' ');
	}
	put_line(c, buf_str(&line));
	buf_free(&line);
}
