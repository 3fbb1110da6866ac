/* dial.c - see dial.h: the real one. */
#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "../base/buf.h"
#include "../base/os.h"
#include "../base/prof.h"
#include "../base/stop.h"

#define RACE_MAX	8		/* addresses of one name that are tried */
#define HEAD_START_MS	250		/* RFC 8305 5: then the next address joins the race */

/* Connections under way; the stop pipe stands in the last place. */
struct race {
	struct pollfd p[RACE_MAX + 1];
	size_t n;			/* without the stop pipe */
	int code;			/* errno of the last that failed */
};

/* A finished attempt leaves the race. */
static void
drop(struct race *r, size_t i)
{
	os_close(r->p[i].fd);
	r->p[i] = r->p[--r->n];
}

static void
start(struct race *r, const struct addrinfo *ai)
{
	int fd = os_tcp_socket(ai->ai_family);

	if (fd < 0) {
		r->code = errno;
		return;
	}
	r->p[r->n].fd = fd;
	r->p[r->n++].events = POLLOUT;
	/* EINTR: it goes on in the background all the same */
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0 && errno != EINPROGRESS && errno != EINTR) {
		r->code = errno;
		drop(r, r->n - 1);
	}
}

/* The first that is connected, taken out of the race; -1: none yet. */
static int
winner(struct race *r)
{
	size_t i = 0;
	int fd, code;
	socklen_t len;

	while (i < r->n) {
		if (!r->p[i].revents) {
			i++;
			continue;
		}
		len = sizeof(code);
		fd = r->p[i].fd;
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
			code = errno;
		if (code == 0) {
			r->p[i] = r->p[--r->n];
			return fd;
		}
		r->code = code;
		drop(r, i);
	}
	return -1;
}

/* Waits for any of them, at most ms. false: the program is stopping. */
static bool
wait_any(struct race *r, int64_t ms)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		r->p[i].revents = 0;
	r->p[r->n].fd = stop_fd();
	r->p[r->n].events = POLLIN;
	r->p[r->n].revents = 0;
	prof_begin(PROF_NET_WAIT);
	os_poll(r->p, r->n + 1, (int)ms);
	prof_end(PROF_NET_WAIT);
	return !r->p[r->n].revents;
}

/* A connected descriptor; -1: r->code says why not, 0 when the program is stopping. */
static int
run(struct race *r, const struct addrinfo *ai, int timeout_ms)
{
	int64_t now = os_mono_ms(), end = now + timeout_ms, next = now;
	int fd;

	for (;;) {
		while (ai && r->n < RACE_MAX && (now >= next || r->n == 0)) {
			start(r, ai);
			ai = ai->ai_next;
			next = now + HEAD_START_MS;
		}
		if (r->n == 0)
			return -1;
		if (now >= end) {
			r->code = ETIMEDOUT;
			return -1;
		}
		if (!wait_any(r, ai && next < end && r->n < RACE_MAX ? next - now : end - now)) {
			r->code = 0;
			return -1;
		}
		fd = winner(r);
		if (fd >= 0)
			return fd;
		now = os_mono_ms();
	}
}

static bool
peer_is_loopback(int fd)
{
	static const unsigned char mapped[13] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127 };
	static const unsigned char one[16] = { [15] = 1 };
	struct sockaddr_storage ss;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;
	socklen_t len = sizeof(ss);

	memset(&ss, 0, sizeof(ss));
	if (getpeername(fd, (struct sockaddr *)&ss, &len) < 0)
		return false;
	if (ss.ss_family == AF_INET) {
		memcpy(&in, &ss, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (ss.ss_family != AF_INET6)
		return false;
	memcpy(&in6, &ss, sizeof(in6));
	return memcmp(in6.sin6_addr.s6_addr, one, sizeof(one)) == 0
	    || memcmp(in6.sin6_addr.s6_addr, mapped, sizeof(mapped)) == 0;
}

static int
resolve(const char *host, unsigned port, struct addrinfo **list, struct err *e)
{
	struct addrinfo hints;
	char service[16];
	int code;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	snprintf(service, sizeof(service), "%u", port);
	prof_begin(PROF_NET_WAIT);
	code = getaddrinfo(host, service, &hints, list);
	/* RFC 6761 6.3: "localhost" is this machine, also where no /etc/hosts says so. */
	if (code != 0 && slice_is_nocase(slice_of(host), "localhost"))
		code = getaddrinfo("127.0.0.1", service, &hints, list);
	prof_end(PROF_NET_WAIT);
	if (code == 0)
		return 0;
	err_set(e, ERR_CONNECTION, "cannot find the address of %s: %s", host,
	    code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
	e->retry = code == EAI_AGAIN || code == EAI_SYSTEM;
	return -1;
}

int
dial_tcp(const char *host, unsigned port, int timeout_ms, bool *loopback, struct err *e)
{
	struct race r = { .code = 0 };
	struct addrinfo *list;
	int fd, on = 1;

	if (resolve(host, port, &list, e) < 0)
		return -1;
	fd = run(&r, list, timeout_ms);
	freeaddrinfo(list);
	while (r.n)
		drop(&r, 0);
	if (fd < 0 && r.code == 0)
		return err_stop(e);
	if (fd < 0)
		return err_retry(e, ERR_CONNECTION, "cannot connect to %s:%u: %s", host, port,
		    strerror(r.code));
	/* both are comforts: a failure changes nothing that matters */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	*loopback = peer_is_loopback(fd);
	return fd;
}
