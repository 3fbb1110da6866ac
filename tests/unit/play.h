/*
 * play.h - a server for t_imap and t_fetch that plays a script, over TCP to this machine. A script is a
 * list of lines; the first character says what to do:
 *	S	send the rest and CRLF; $1 is the tag of the first command read, $ of the last one
 *	s	send the rest as it is
 *	C	read a line, which must be a tag, a blank and the rest
 *	L	read a line, which must be the rest
 *	R	send the text behind the number so many times, with CRLF each; r: without
 *	B	send every octet of the rest alone, then CRLF
 *	D	send every octet of the rest 15 ms after the last, while the client listens
 */
#ifndef PLAY_H
#define PLAY_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/imap/imap.h"
#include "tap.h"

enum { TAGS_MAX = 64, LINE = 4096 };

struct server {
	const char *const *script;
	int listener, fd;
	unsigned port;
	pthread_t thread;
	char in[65536];
	size_t n;
	char tag[TAGS_MAX][16];
	unsigned ntags;
	size_t left;			/* of play_limit */
	char wrong[3 * LINE];		/* the first step that did not go as the script says */
};

static struct server srv;
static size_t play_limit = SIZE_MAX;	/* octets that the server sends before it hangs up */
static struct account_conf conf;

/* ---- the server ---- */

/* false: the limit is reached. */
static inline bool
send_text(struct server *s, const char *text, bool one_by_one)
{
	char out[2 * LINE], digit[2] = "";
	size_t n = 0, i;
	unsigned k;

	for (; *text && n < LINE; text++) {
		if (*text != '$') {
			out[n++] = *text;
			continue;
		}
		k = s->ntags;
		if (text[1] >= '1' && text[1] <= '9') {
			digit[0] = *++text;
			k = (unsigned)(digit[0] - '0');
		}
		n += (size_t)snprintf(out + n, LINE, "%s", k > 0 ? s->tag[k - 1] : "?");
	}
	if (n > s->left)
		n = s->left;
	s->left -= n;
	for (i = 0; one_by_one && i < n; i++)
		if (write(s->fd, out + i, 1) != 1)
			return false;
	if (!one_by_one && n > 0 && write(s->fd, out, n) != (ssize_t)n)
		return false;
	return s->left > 0;
}

static inline bool
send_slowly(struct server *s, const char *text)
{
	struct pollfd hung_up;

	hung_up.fd = s->fd;
	hung_up.events = POLLIN;
	for (; *text && poll(&hung_up, 1, 15) == 0; text++)
		if (write(s->fd, text, 1) != 1)
			return false;
	return *text == '\0';
}

/* "500 text"; nothing is replaced in it. */
static inline bool
send_many(struct server *s, const char *step, const char *line_end)
{
	char *text;
	unsigned long i, times = strtoul(step, &text, 10);
	struct buf all = BUF_INIT;
	ssize_t sent = 0;

	for (i = 0; i < times; i++) {
		buf_puts(&all, text + 1);
		buf_puts(&all, line_end);
	}
	while (all.len > 0 && (sent = write(s->fd, all.p, all.len)) > 0)
		buf_consume(&all, (size_t)sent);
	buf_free(&all);
	return sent >= 0;
}

/* Without CRLF; false: the client has gone. */
static inline bool
read_line(struct server *s, char *line)
{
	char *nl;
	ssize_t r;
	size_t len;

	while ((nl = memchr(s->in, '\n', s->n)) == NULL) {
		r = read(s->fd, s->in + s->n, sizeof(s->in) - s->n);
		if (r <= 0)
			return false;
		s->n += (size_t)r;
	}
	len = (size_t)(nl - s->in);
	memcpy(line, s->in, len < LINE ? len : LINE - 1);
	line[len < LINE ? len : LINE - 1] = '\0';
	if (len > 0 && line[len - 1] == '\r')
		line[len - 1] = '\0';
	s->n -= len + 1;
	memmove(s->in, nl + 1, s->n);
	return true;
}

static inline bool
expect(struct server *s, const char *want, bool tagged)
{
	char line[LINE], *got = line;

	if (!read_line(s, line)) {
		snprintf(s->wrong, sizeof(s->wrong), "end of file, want %s", want);
		return false;
	}
	if (tagged && strchr(line, ' ')) {
		got = strchr(line, ' ') + 1;
		snprintf(s->tag[s->ntags++ % TAGS_MAX], sizeof(s->tag[0]), "%.*s", (int)(got - line - 1), line);
	}
	if (strcmp(got, want) == 0)
		return true;
	snprintf(s->wrong, sizeof(s->wrong), "got %s, want %s", got, want);
	return false;
}

static inline void *
serve(void *arg)
{
	struct server *s = arg;
	const char *const *step;
	bool good = true;
	int on = 1;

	s->fd = accept(s->listener, NULL, NULL);
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (step = s->script; *step && good; step++) {
		switch (**step) {
		case 'S':
		case 'B':
			good = send_text(s, *step + 1, **step == 'B') && send_text(s, "\r\n", false);
			break;
		case 's':
			good = send_text(s, *step + 1, false);
			break;
		case 'D':
			good = send_slowly(s, *step + 1);
			break;
		case 'R':
		case 'r':
			good = send_many(s, *step + 1, **step == 'R' ? "\r\n" : "");
			break;
		case 'C':
		case 'L':
			good = expect(s, *step + 1, **step == 'C');
			break;
		}
	}
	shutdown(s->fd, SHUT_WR);
	while (good && read(s->fd, s->in, sizeof(s->in)) > 0)
		;
	close(s->fd);
	return NULL;
}

static inline void
play(const char *const *script)
{
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	memset(&srv, 0, sizeof(srv));
	srv.script = script;
	srv.left = play_limit;
	srv.listener = socket(AF_INET, SOCK_STREAM, 0);
	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(srv.listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(srv.listener, 1) < 0
	    || getsockname(srv.listener, (struct sockaddr *)&a, &n) < 0)
		abort();
	srv.port = ntohs(a.sin_port);
	memset(&conf, 0, sizeof(conf));
	conf.name = "Test";
	conf.file = "rc";
	conf.line = 7;
	conf.host = "127.0.0.1";
	conf.user = "joe";
	conf.port = srv.port;
	conf.security = SEC_PLAIN;
	conf.timeout_ms = 3000;
	if (pthread_create(&srv.thread, NULL, serve, &srv) != 0)
		abort();
}

static inline void
end(struct imap *c, const char *what)
{
	imap_close(c);
	close(srv.listener);
	pthread_join(srv.thread, NULL);
	is_str(srv.wrong, "", what);
}

#define IN	"S* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS] hi"

/* The client, connected and logged in. */
static inline struct imap *
start(const char *const *script)
{
	struct err e = ERR_INIT;
	struct imap *c;

	play(script);
	c = imap_open(&conf, &e);
	if (!ok(c != NULL, "open %s", e.msg))
		exit(1);
	return c;
}

#define OPEN	"CSELECT \"INBOX\"", "S* 3 EXISTS", "S* OK [UIDVALIDITY 77] x", "S$ OK"

static inline struct imap *
start_selected(const char *const *script, const char *mailbox)
{
	struct imap *c = start(script);
	struct mailbox_status st;
	struct err e = ERR_INIT;

	is_int(imap_select(c, mailbox, false, &st, NULL, &e), 0, "SELECT");
	return c;
}

#endif
