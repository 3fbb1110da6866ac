/* secret.c - see secret.h. */
#include "secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/buf.h"
#include "../base/event.h"
#include "../base/os.h"

enum { SECRET_MAX = 4096 };

/* The first line, without its end. */
static char *
first_line(const struct buf *b)
{
	struct slice line = buf_slice(b);
	const char *end = line.len ? memchr(line.p, '\n', line.len) : NULL;

	if (end)
		line.len = (size_t)(end - line.p);
	while (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return slice_dup(line);
}

static int
from_file(struct secret *s, const struct account_conf *a, struct err *e)
{
	struct buf b = BUF_INIT;
	int got = os_read_file(a->passfile, SECRET_MAX, &b);
	char *line;

	if (got < 0) {
		err_sys(e, ERR_ACCOUNT, "remotepassfile: %s", a->passfile);
	} else {
		line = first_line(&b);
		/* 2003 trims the file's line, and only it. */
		s->value = slice_dup(slice_trim(slice_of(line)));
		mem_wipe(line, strlen(line));
		free(line);
	}
	buf_wipe(&b);
	return got;
}

static int
read_all(int fd, struct buf *b)
{
	ssize_t n;

	do {
		buf_reserve(b, 256);
		n = os_read(fd, b->p + b->len, 255);
		if (n > 0)
			b->len += (size_t)n;
	} while (n > 0 && b->len < SECRET_MAX);
	if (b->p)
		b->p[b->len] = '\0';
	return n < 0 ? -1 : 0;
}

static int
from_command(struct secret *s, const struct account_conf *a, struct err *e)
{
	struct buf b = BUF_INIT;
	int from, status = 0, got;
	pid_t pid;

	if (os_spawn(a->passcmd, NULL, &from, &pid) < 0)
		return err_sys(e, ERR_ACCOUNT, "remotepasscmd: cannot run '%s'", a->passcmd);
	got = read_all(from, &b);
	os_close(from);
	if (os_wait(pid, &status) < 0 || status != 0 || got < 0)
		got = err_set(e, ERR_ACCOUNT, "remotepasscmd: '%s' ended with status %d: it must "
		    "print the password on its first line and end with 0", a->passcmd, status);
	else {
		s->value = first_line(&b);
		if (*s->value == '\0')
			got = err_set(e, ERR_ACCOUNT, "remotepasscmd: '%s' printed nothing",
			    a->passcmd);
	}
	if (got < 0)
		secret_forget(s);
	buf_wipe(&b);
	return got;
}

static int
from_user(struct secret *s, const struct account_conf *a, const char *why, struct err *e)
{
	char prompt[512], answer[512];

	snprintf(prompt, sizeof(prompt), "%s%sEnter password for %s on %s: ", why ? why : "",
	    why ? ". " : "", a->user ? a->user : "?", a->host ? a->host : "?");
	if (event_ask(a->name, prompt, answer, sizeof(answer)) < 0)
		return err_set(e, ERR_ACCOUNT, "no password: this user interface cannot ask for "
		    "one; give remotepass, remotepassfile or remotepasscmd at %s:%u", a->file,
		    a->line);
	s->value = xstrdup(answer);
	s->asked = true;
	mem_wipe(answer, sizeof(answer));
	return 0;
}

int
secret_get(struct secret *s, const struct account_conf *a, const char *why, struct err *e)
{
	if (s->value)
		return 0;
	if (a->passcmd)
		return from_command(s, a, e);
	if (a->pass) {
		s->value = xstrdup(a->pass);
		return 0;
	}
	if (a->passfile)
		return from_file(s, a, e);
	return from_user(s, a, why, e);
}

void
secret_forget(struct secret *s)
{
	if (s->value)
		mem_wipe(s->value, strlen(s->value));
	free(s->value);
	s->value = NULL;
}
