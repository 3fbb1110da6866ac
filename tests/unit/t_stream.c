/* t_stream.c - net/stream and net/dial against a peer thread on the loopback, and through commands. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/base/os.h"
#include "../../src/base/stop.h"
#include "../../src/base/thr.h"
#include "../../src/net/stream.h"
#include "tap.h"

#define CHUNK	16384
#define TOTAL	(4u << 20)

struct peer {
	int lfd;
	unsigned port;
	void (*act)(int fd);
	pthread_t thread;
};

static void *
peer_main(void *arg)
{
	struct peer *p = arg;
	int fd = accept(p->lfd, NULL, NULL);

	if (fd >= 0) {
		p->act(fd);
		close(fd);
	}
	return NULL;
}

/* A listener whose first caller gets act(). */
static void
peer_start(struct peer *p, void (*act)(int fd))
{
	struct err e = ERR_INIT;
	struct sockaddr_in in;
	socklen_t len = sizeof(in);

	memset(&in, 0, sizeof(in));
	in.sin_family = AF_INET;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->lfd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(p->lfd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(p->lfd, 1) < 0
	    || getsockname(p->lfd, (struct sockaddr *)&in, &len) < 0)
		abort();
	p->port = ntohs(in.sin_port);
	p->act = act;
	if (thr_spawn(&p->thread, peer_main, p, &e) < 0)
		abort();
}

static void
peer_end(struct peer *p)
{
	thr_join(p->thread);
	close(p->lfd);
}

static void
act_echo(int fd)
{
	static char b[CHUNK];
	ssize_t n, put, r;

	while ((n = read(fd, b, sizeof(b))) > 0)
		for (put = 0; put < n; put += r)
			if ((r = write(fd, b + put, (size_t)(n - put))) <= 0)
				return;
}

static void
act_flood(int fd)
{
	static const char b[CHUNK];

	while (write(fd, b, sizeof(b)) > 0)
		;
}

static void
act_silent(int fd)
{
	char c;

	while (read(fd, &c, 1) > 0)
		;
}

static void
act_bye(int fd)
{
	if (write(fd, "* BYE busy\r\n", 12) != 12)
		abort();
}

static char
pattern(size_t i)
{
	return (char)(i * 7 + i / 251);
}

/* Consumes what is there, but for some octets; false if it is not what was sent. */
static bool
drain(struct stream *s, size_t *at, size_t keep)
{
	struct slice v = stream_peek(s);
	size_t i;

	for (i = 0; i < v.len; i++)
		if (v.p[i] != pattern(*at + i))
			return false;
	v.len -= v.len < keep ? v.len : keep;
	*at += v.len;
	stream_consume(s, v.len);
	return true;
}

static void
test_both_ways(void)
{
	struct err e = ERR_INIT;
	char b[CHUNK];
	struct stream *s;
	struct peer p;
	size_t sent, i, got = 0;
	bool same = true;

	peer_start(&p, act_echo);
	s = stream_dial("127.0.0.1", p.port, NULL, 5000, &e);
	ok(s != NULL, "connects: %s", e.msg);
	ok(stream_is_loopback(s) && !stream_is_tls(s) && !stream_is_tunnel(s), "knows what it is");
	for (sent = 0; sent < TOTAL && same; sent += CHUNK) {
		for (i = 0; i < CHUNK; i++)
			b[i] = pattern(sent + i);
		same = stream_write(s, b, CHUNK, &e) == 0 && drain(s, &got, 1);
	}
	ok(same, "4 MiB out while they come back, without a call to read: %s", e.msg);
	while (same && got < TOTAL)
		same = stream_fill(s, &e) == 0 && drain(s, &got, got + 65536 < TOTAL);
	ok(same, "all of them came back: %s", e.msg);
	stream_close(s);
	peer_end(&p);
}

static void
test_view(void)
{
	struct err e = ERR_INIT;
	struct stream *s;
	struct peer p;
	struct slice v;

	peer_start(&p, act_echo);
	s = stream_dial("localhost", p.port, NULL, 5000, &e);
	ok(s && stream_write(s, "one two", 7, &e) == 0 && stream_fill(s, &e) == 0,
	    "waiting for an answer sends the question: %s", e.msg);
	v = stream_peek(s);
	stream_consume(s, 4);
	ok(v.len == 7 && memcmp(v.p, "one two", 7) == 0, "a view survives stream_consume");
	ok(slice_is(stream_peek(s), "two"), "the rest is still there");
	stream_close(s);
	peer_end(&p);
}

static void
test_bye(void)
{
	struct err e = ERR_INIT;
	struct stream *s;
	struct peer p;

	peer_start(&p, act_bye);
	s = stream_dial("127.0.0.1", p.port, NULL, 5000, &e);
	peer_end(&p);
	/* the first write is answered by a reset, the second fails */
	ok(s && stream_write(s, "a login\r\n", 9, &e) == 0 && stream_flush(s, &e) == 0
	    && os_poll(NULL, 0, 20) == 0 && stream_write(s, "b list\r\n", 8, &e) == 0
	    && stream_fill(s, &e) == 0
	    && slice_is(stream_peek(s), "* BYE busy\r\n"), "last words are heard: %s", e.msg);
	stream_consume(s, 12);
	ok(stream_fill(s, &e) < 0 && e.retry && strstr(e.msg, "connection closed by 127.0.0.1:"),
	    "then: %s", e.msg);
	stream_close(s);
}

static void
test_limits(void)
{
	struct err e = ERR_INIT;
	static char b[TOTAL * 4];
	struct stream *s;
	struct peer p;

	peer_start(&p, act_flood);
	s = stream_dial("127.0.0.1", p.port, NULL, 5000, &e);
	ok(s && stream_write(s, b, sizeof(b), &e) < 0 && !e.retry, "a flood ends: %s", e.msg);
	stream_close(s);
	peer_end(&p);

	peer_start(&p, act_silent);
	s = stream_dial("127.0.0.1", p.port, NULL, 50, &e);
	ok(s && stream_fill(s, &e) < 0 && e.retry && e.radius == ERR_CONNECTION, "silence: %s", e.msg);
	stream_close(s);
	peer_end(&p);
	ok(!stream_dial("127.0.0.1", p.port, NULL, 500, &e) && e.retry, "nobody there: %s", e.msg);
	ok(!stream_dial("no such host.invalid", 143, NULL, 500, &e), "no such host: %s", e.msg);
}

/* A port whose queue of callers is full: it neither accepts nor refuses. */
static void
test_deadline(void)
{
	struct err e = ERR_INIT;
	struct sockaddr_in in;
	socklen_t len = sizeof(in);
	struct stream *first[3] = { NULL };
	int64_t start, took;
	size_t i;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&in, 0, sizeof(in));
	in.sin_family = AF_INET;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, 0) < 0
	    || getsockname(fd, (struct sockaddr *)&in, &len) < 0)
		abort();
	start = os_mono_ms();
	for (i = 0; i < countof(first); i++) {
		first[i] = stream_dial("127.0.0.1", ntohs(in.sin_port), NULL, 60, &e);
		if (!first[i])
			break;
	}
	took = os_mono_ms() - start;
	ok(i < countof(first) && e.retry && took >= 55 && took < 1000, "connecting has a deadline: %s", e.msg);
	for (i = 0; i < countof(first); i++)
		stream_close(first[i]);
	close(fd);
}

static void
test_tunnel(void)
{
	struct err e = ERR_INIT;
	int64_t start = os_mono_ms();
	struct stream *s;

	s = stream_tunnel("cat", 5000, &e);
	ok(s && stream_is_tunnel(s) && stream_write(s, "hello", 5, &e) == 0 && stream_fill(s, &e) == 0
	    && slice_is(stream_peek(s), "hello"), "through cat: %s", e.msg);
	stream_close(s);
	s = stream_tunnel("exit 3", 5000, &e);
	ok(s && stream_fill(s, &e) < 0 && e.retry && strstr(e.msg, "status 3"), "failed: %s", e.msg);
	stream_close(s);
	s = stream_tunnel("exec sleep 30", 5000, &e);
	stream_close(s);
	ok(os_mono_ms() - start < 3000, "closing does not wait for the command");
}

static void *
stop_soon(void *arg)
{
	(void)arg;
	os_poll(NULL, 0, 30);
	stop_request();
	return NULL;
}

static void
test_stop(void)
{
	struct err e = ERR_INIT;
	struct stream *s;
	struct peer p;
	pthread_t t;

	peer_start(&p, act_silent);
	s = stream_dial("127.0.0.1", p.port, NULL, 5000, &e);
	if (thr_spawn(&t, stop_soon, NULL, &e) < 0)
		abort();
	ok(s && stream_fill(s, &e) < 0 && e.stopped, "a wait ends when the program is to stop");
	thr_join(t);
	ok(!stream_dial("127.0.0.1", p.port, NULL, 5000, &e) && e.stopped, "connecting, too");
	stream_close(s);
	peer_end(&p);
}

int
main(void)
{
	struct err e = ERR_INIT;

	signal(SIGPIPE, SIG_IGN);
	if (stop_init(&e) < 0)
		return 1;
	test_both_ways();
	test_view();
	test_bye();
	test_limits();
	test_deadline();
	test_tunnel();
	test_stop();
	return done();
}
