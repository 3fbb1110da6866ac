/*
 * serve.c - see serve.h. Every connection has a thread that polls its socket and moves bytes between it (or the TLS
 * engine) and the fake_conn; the lock is held only while the fake server works.
 */
#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../src/base/mem.h"
#include "../../src/base/os.h"
#include "../../src/base/thr.h"
#include "tlsd.h"

struct peer {
	struct serve *sv;
	struct peer *next;
	pthread_t thread;
	int fd;
	bool finished;			/* protected by the lock: the thread may be joined */
};

struct serve {
	struct fake_server *server;
	struct tlsd_key *key;		/* NULL: plain */
	int fd;
	unsigned port;
	int wake[2];			/* a byte in it ends the listener */
	pthread_t listener;
	pthread_mutex_t lock;
	/* protected by the lock */
	struct peer *peers;
	int64_t delay;
	bool stopping;
};

void
serve_lock(struct serve *sv)
{
	thr_lock(&sv->lock);
}

void
serve_unlock(struct serve *sv)
{
	thr_unlock(&sv->lock);
}

unsigned
serve_port(const struct serve *sv)
{
	return sv->port;
}

void
serve_set_delay(struct serve *sv, int64_t ms)
{
	thr_lock(&sv->lock);
	sv->delay = ms;
	thr_unlock(&sv->lock);
}

/* What a thread keeps of its connection. */
struct link {
	struct peer *peer;
	struct fake_conn *conn;
	struct tlsd *tls;		/* NULL: plain */
	struct due {			/* output up to here may be sent from then on */
		uint64_t upto;
		int64_t when;
	} *due;
	size_t ndue, due_cap;
	uint64_t made, sent;		/* octets of output since the beginning */
	bool closing, idling, eof;
};

/* Output that has come since the last look is due after the delay: as if the line were so long. Lock held. */
static void
note_output(struct link *k)
{
	int64_t when = os_mono_ms() + k->peer->sv->delay + fake_delay_ms(k->conn);
	size_t n;

	fake_output(k->conn, &n);
	k->closing = fake_closed(k->conn);
	k->idling = fake_idling(k->conn);
	if (k->sent + n == k->made)
		return;
	k->made = k->sent + n;
	if (k->ndue > 0 && k->due[k->ndue - 1].when > when)
		when = k->due[k->ndue - 1].when;	/* nothing overtakes */
	k->due = xgrow(k->due, k->ndue, &k->due_cap, sizeof(*k->due));
	k->due[k->ndue].upto = k->made;
	k->due[k->ndue++].when = when;
}

/* Octets that may be sent now. */
static size_t
sendable(const struct link *k, int64_t now)
{
	uint64_t upto = k->sent;

	for (size_t i = 0; i < k->ndue && k->due[i].when <= now; i++)
		upto = k->due[i].upto;
	return (size_t)(upto - k->sent);
}

static int
timeout_of(const struct link *k, int64_t now)
{
	int64_t wait = k->idling ? 20 : -1;	/* in IDLE news may come from other connections */

	if (k->ndue > 0 && k->due[0].when > now && (wait < 0 || k->due[0].when - now < wait))
		wait = k->due[0].when - now;
	return (int)wait;
}

static void
took(struct link *k, size_t n)
{
	size_t done = 0;

	thr_lock(&k->peer->sv->lock);
	fake_sent(k->conn, n);
	thr_unlock(&k->peer->sv->lock);
	k->sent += n;
	while (done < k->ndue && k->due[done].upto <= k->sent)
		done++;
	k->ndue -= done;
	memmove(k->due, k->due + done, k->ndue * sizeof(*k->due));
}

static void
took_in(struct link *k, const void *p, size_t n)
{
	thr_lock(&k->peer->sv->lock);
	fake_input(k->conn, p, n);
	note_output(k);
	thr_unlock(&k->peer->sv->lock);
}

/* -1: the connection is over. */
static int
move_plain(struct link *k, short ready)
{
	static const size_t chunk = 65536;
	size_t n = sendable(k, os_mono_ms()), have;
	ssize_t got;

	if (ready & (POLLIN | POLLHUP | POLLERR)) {
		char *in = xmalloc(chunk);

		got = os_read(k->peer->fd, in, chunk);
		if (got > 0)
			took_in(k, in, (size_t)got);
		free(in);
		if (got == 0)
			k->eof = true;
		else if (got < 0 && errno != EAGAIN)
			return -1;
	}
	if (n > 0) {
		const char *out = fake_output(k->conn, &have);	/* only this thread changes this connection */

		got = os_write(k->peer->fd, out, n < have ? n : have);
		if (got > 0)
			took(k, (size_t)got);
		else if (got < 0 && errno != EAGAIN)
			return -1;
	}
	return 0;
}

static int
move_tls(struct link *k)
{
	const char *out;
	size_t n, have;
	bool moved;
	char *in;

	/* Until nothing moves: what the engine holds already, poll does not see. */
	do {
		moved = false;
		if (tlsd_pump(k->tls, k->peer->fd) < 0)
			return -1;
		while ((in = tlsd_input(k->tls, &n)) != NULL) {
			took_in(k, in, n);
			tlsd_took(k->tls, n);
			moved = true;
		}
		if ((n = sendable(k, os_mono_ms())) > 0) {
			out = fake_output(k->conn, &have);
			n = tlsd_put(k->tls, out, n < have ? n : have);
			if (n > 0) {
				took(k, n);
				moved = true;
			}
		}
	} while (moved);
	return 0;
}

static void
converse(struct link *k)
{
	struct serve *sv = k->peer->sv;

	for (;;) {
		struct pollfd p = { k->peer->fd, POLLIN, 0 };
		int64_t now = os_mono_ms();
		bool stopping;

		if (k->tls ? tlsd_wants_write(k->tls) : sendable(k, now) > 0)
			p.events |= POLLOUT;
		if (k->eof || k->closing)
			p.events &= ~POLLIN;
		if (os_poll(&p, 1, timeout_of(k, now)) < 0)
			return;
		if ((k->tls ? move_tls(k) : move_plain(k, p.revents)) < 0)
			return;
		thr_lock(&sv->lock);
		note_output(k);
		stopping = sv->stopping;
		thr_unlock(&sv->lock);
		if (stopping ||
		    ((k->closing || k->eof) && k->sent == k->made &&
			!(k->tls && tlsd_wants_write(k->tls))))
			return;
	}
}

/*
 * Waits a little for the client to hang up too: closing a socket with unread input resets the connection, and what was
 * sent last could be lost on its way.
 */
static void
linger(struct serve *sv, int fd)
{
	int64_t end = os_mono_ms() + 1000, left;
	char waste[4096];

	shutdown(fd, SHUT_WR);
	while ((left = end - os_mono_ms()) > 0) {
		struct pollfd p[2] = { { fd, POLLIN, 0 }, { sv->wake[0], POLLIN, 0 } };

		if (os_poll(p, 2, (int)left) < 0 || p[1].revents != 0)
			return;
		if (p[0].revents != 0 && os_read(fd, waste, sizeof(waste)) <= 0 && errno != EAGAIN)
			return;
	}
}

static void *
peer_run(void *arg)
{
	struct peer *p = arg;
	struct serve *sv = p->sv;
	struct link k;

	memset(&k, 0, sizeof(k));
	k.peer = p;
	thr_lock(&sv->lock);
	k.conn = fake_connect(sv->server, sv->key != NULL);
	note_output(&k);
	thr_unlock(&sv->lock);
	if (sv->key != NULL)
		k.tls = tlsd_new(sv->key);
	converse(&k);
	if (k.tls != NULL) {
		tlsd_bye(k.tls, p->fd);
		tlsd_free(k.tls);
	}
	free(k.due);
	thr_lock(&sv->lock);
	fake_disconnect(k.conn);
	thr_unlock(&sv->lock);
	linger(sv, p->fd);
	thr_lock(&sv->lock);
	os_close(p->fd);
	p->fd = -1;
	p->finished = true;
	thr_unlock(&sv->lock);
	return NULL;
}

/* Joins the threads that have ended, or all of them. */
static void
reap(struct serve *sv, bool all)
{
	struct peer *done = NULL, **at;

	thr_lock(&sv->lock);
	for (at = &sv->peers; *at != NULL;) {
		struct peer *p = *at;

		if (!all && !p->finished) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		p->next = done;
		done = p;
	}
	thr_unlock(&sv->lock);
	while (done != NULL) {
		struct peer *p = done;

		done = p->next;
		thr_join(p->thread);
		free(p);
	}
}

static void
welcome(struct serve *sv, int fd)
{
	struct peer *p = xcalloc(1, sizeof(*p));
	struct err e = ERR_INIT;
	int one = 1;

	p->sv = sv;
	p->fd = fd;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	os_set_nonblock(fd);
	thr_lock(&sv->lock);
	if (thr_spawn(&p->thread, peer_run, p, &e) < 0) {
		fprintf(stderr, "fake-imapd: %s\n", e.msg);
		os_close(fd);
		free(p);
	} else {
		p->next = sv->peers;
		sv->peers = p;
	}
	thr_unlock(&sv->lock);
}

static void *
listen_run(void *arg)
{
	struct serve *sv = arg;

	for (;;) {
		struct pollfd p[2] = { { sv->fd, POLLIN, 0 }, { sv->wake[0], POLLIN, 0 } };
		int fd;

		if (os_poll(p, 2, -1) < 0 || (p[1].revents & POLLIN))
			return NULL;
		reap(sv, false);
		if ((p[0].revents & POLLIN) && (fd = accept(sv->fd, NULL, NULL)) >= 0)
			welcome(sv, fd);
	}
}

static int
open_port(struct serve *sv, unsigned port)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	int one = 1;

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sv->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (sv->fd < 0)
		return -1;
	setsockopt(sv->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(sv->fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(sv->fd, 128) < 0 ||
	    getsockname(sv->fd, (struct sockaddr *)&a, &len) < 0 || os_set_nonblock(sv->fd) < 0)
		return -1;
	sv->port = ntohs(a.sin_port);
	return os_pipe(sv->wake);
}

struct serve *
serve_start(struct fake_server *s, unsigned port, const char *cert, const char *key, char *why, size_t cap)
{
	struct serve *sv = xcalloc(1, sizeof(*sv));
	struct err e = ERR_INIT;

	sv->server = s;
	sv->fd = sv->wake[0] = sv->wake[1] = -1;
	pthread_mutex_init(&sv->lock, NULL);
	if (cert != NULL && (sv->key = tlsd_load(cert, key, why, cap)) == NULL)
		goto fail;
	if (open_port(sv, port) < 0) {
		snprintf(why, cap, "port %u on 127.0.0.1: %s", port, strerror(errno));
		goto fail;
	}
	if (thr_spawn(&sv->listener, listen_run, sv, &e) < 0) {
		snprintf(why, cap, "%s", e.msg);
		goto fail;
	}
	return sv;
fail:
	if (sv->fd >= 0)
		os_close(sv->fd);
	if (sv->wake[0] >= 0) {
		os_close(sv->wake[0]);
		os_close(sv->wake[1]);
	}
	tlsd_unload(sv->key);
	pthread_mutex_destroy(&sv->lock);
	free(sv);
	return NULL;
}

void
serve_stop(struct serve *sv)
{
	ssize_t put = os_write(sv->wake[1], "", 1);

	if (put != 1)
		abort();		/* a fresh pipe takes a byte */
	thr_join(sv->listener);
	thr_lock(&sv->lock);
	sv->stopping = true;
	for (struct peer *p = sv->peers; p != NULL; p = p->next)
		if (p->fd >= 0)
			shutdown(p->fd, SHUT_RDWR);
	thr_unlock(&sv->lock);
	reap(sv, true);
	os_close(sv->fd);
	os_close(sv->wake[0]);
	os_close(sv->wake[1]);
	tlsd_unload(sv->key);
	pthread_mutex_destroy(&sv->lock);
	free(sv);
}
