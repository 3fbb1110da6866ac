/*
 * stream.c - see stream.h. Bytes go through these places:
 *
 *	out: written by the caller, not yet handed over     tls: the engine's own two records
 *	raw: ciphertext read in one gulp (TLS only)          in:  for the caller, [head, len) not yet consumed
 *
 * push() moves bytes outwards and pull() inwards, as far as it goes without waiting; wait_for() is the only
 * place that waits. Whoever waits to write also reads: two peers with full buffers would wait for ever.
 */
#include "stream.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/prof.h"
#include "../base/stop.h"
#include "dial.h"
#include "tls.h"

#define IN_SIZE		(64u * 1024)
#define IN_MAX		(1024u * 1024)
#define IN_ROOM		4096		/* less than this is not worth a system call */
#define OUT_SIZE	(16u * 1024)
#define RAW_SIZE	(32u * 1024)
#define LINGER_MS	300		/* for a tunnel's command to end by itself */

struct stream {
	int rfd, wfd;			/* the same for TCP */
	pid_t pid;			/* the tunnel's command, 0: none */
	struct tls *tls;
	bool tunnel, loopback;
	bool spoke;			/* sent something since the last wait for input */
	int timeout_ms;
	char *peer;
	struct buf in;
	size_t head;			/* consumed part of in */
	struct buf raw;
	size_t raw_head;
	size_t out_head, out_len;
	char out[OUT_SIZE];
};

static struct stream *
stream_new(int rfd, int wfd, int timeout_ms)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->rfd = rfd;
	s->wfd = wfd;
	s->timeout_ms = timeout_ms;
	buf_reserve(&s->in, IN_SIZE);
	return s;
}

/* End of file or a reset; a tunnel's command may have said why by its exit status. */
static int
closed(struct stream *s, int code, struct err *e)
{
	int status;

	if (s->tls && tls_error(s->tls, e) < 0)
		return -1;
	if (s->pid && os_reap(s->pid, LINGER_MS, &status) == 0) {
		s->pid = 0;
		return err_retry(e, ERR_CONNECTION, "connection closed by %s: the command ended with status %d",
		    s->peer, status);
	}
	return err_retry(e, ERR_CONNECTION, "connection closed by %s%s%s", s->peer, code ? ": " : "",
	    code ? strerror(code) : "");
}

/* 1: some were written; 0: the kernel takes no more now; -1: error. */
static int
send_some(struct stream *s, const void *p, size_t n, size_t *sent, struct err *e)
{
	ssize_t r;

	*sent = 0;
	prof_begin(PROF_NET_WAIT);
	r = os_write(s->wfd, p, n);
	prof_end(PROF_NET_WAIT);
	if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (r < 0)
		return closed(s, errno, e);
	*sent = (size_t)r;
	s->spoke = true;
	prof_add(PROF_BYTES_OUT, *sent);
	return 1;
}

static int
push_plain(struct stream *s, struct err *e)
{
	size_t sent;
	int r;

	while (s->out_head < s->out_len) {
		r = send_some(s, s->out + s->out_head, s->out_len - s->out_head, &sent, e);
		if (r <= 0)
			return r;
		s->out_head += sent;
	}
	return 0;
}

/* Plaintext into the engine, as one record; false: it takes none now. */
static bool
encrypt(struct stream *s)
{
	size_t n, left = s->out_len - s->out_head;
	void *p;

	if (left == 0)
		return false;
	p = tls_write_buf(s->tls, &n);
	if (!p || n == 0)
		return false;
	n = n < left ? n : left;
	prof_begin(PROF_TLS);
	memcpy(p, s->out + s->out_head, n);
	tls_written(s->tls, n);
	tls_flush(s->tls);
	prof_end(PROF_TLS);
	s->out_head += n;
	return true;
}

static int
push_tls(struct stream *s, struct err *e)
{
	const void *p;
	size_t n, sent;
	int r;

	do {
		while ((p = tls_send_buf(s->tls, &n)) != NULL && n > 0) {
			r = send_some(s, p, n, &sent, e);
			if (r <= 0)
				return r;
			tls_sent(s->tls, sent);
		}
	} while (encrypt(s));
	return 0;
}

static int
push(struct stream *s, struct err *e)
{
	int r = s->tls ? push_tls(s, e) : push_plain(s, e);

	if (s->out_head == s->out_len)
		s->out_head = s->out_len = 0;
	return r;
}

static bool
all_pushed(const struct stream *s)
{
	return s->out_len == 0 && !(s->tls && (tls_state(s->tls) & TLS_WANT_SEND));
}

/* Only the kernel can stand in the way: not so a TLS engine that waits for the peer's next handshake message. */
static bool
wants_to_write(const struct stream *s)
{
	return s->tls ? (tls_state(s->tls) & TLS_WANT_SEND) != 0 : s->out_len > 0;
}

static size_t
unread(const struct stream *s)
{
	return s->in.len - s->head;
}

/*
 * Makes room for need bytes in s->in. It grows beyond its size only while the caller does not consume: he is
 * writing, or waits for a line to end. Not done in stream_consume(), which must leave the view as it is.
 */
static int
make_room(struct stream *s, size_t need, struct err *e)
{
	if (unread(s) == 0) {
		s->head = 0;
		buf_reset(&s->in);
		if (s->in.cap > 2 * IN_SIZE)
			buf_free(&s->in);
		buf_reserve(&s->in, IN_SIZE);
	}
	if (s->in.cap - s->in.len > need)
		return 0;
	buf_consume(&s->in, s->head);
	s->head = 0;
	if (s->in.len >= IN_MAX)
		return err_set(e, ERR_CONNECTION, "%s sends without end what cannot be used yet", s->peer);
	buf_reserve(&s->in, need);
	return 0;
}

/* 1: *b has more; 0: there is nothing now; -1: error or end. */
static int
receive(struct stream *s, struct buf *b, size_t room, struct err *e)
{
	ssize_t r;

	prof_begin(PROF_NET_WAIT);
	r = os_read(s->rfd, b->p + b->len, room);
	prof_end(PROF_NET_WAIT);
	if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (r <= 0)
		return closed(s, r < 0 ? errno : 0, e);
	b->len += (size_t)r;
	b->p[b->len] = '\0';
	prof_add(PROF_BYTES_IN, (uint64_t)r);
	return 1;
}

/* Ciphertext into the engine, plaintext out of it, until neither moves. */
static int
decrypt(struct stream *s, struct err *e)
{
	const void *plain;
	void *cipher;
	size_t n, left;

	for (;;) {
		plain = tls_read_buf(s->tls, &n);
		if (plain && n > 0) {
			if (make_room(s, n, e) < 0)
				return -1;
			buf_add(&s->in, plain, n);
			tls_read_done(s->tls, n);
			continue;
		}
		left = s->raw.len - s->raw_head;
		cipher = tls_recv_buf(s->tls, &n);
		if (!cipher || n == 0 || left == 0)
			break;
		n = n < left ? n : left;
		memcpy(cipher, s->raw.p + s->raw_head, n);
		tls_received(s->tls, n);
		s->raw_head += n;
	}
	return tls_state(s->tls) & TLS_CLOSED ? closed(s, 0, e) : 0;
}

static int
pull_tls(struct stream *s, struct err *e)
{
	int r;

	if (s->raw_head == s->raw.len) {
		s->raw_head = 0;
		buf_reset(&s->raw);
		r = receive(s, &s->raw, RAW_SIZE, e);
		if (r <= 0)
			return r;
	}
	prof_begin(PROF_TLS);
	r = decrypt(s, e);
	prof_end(PROF_TLS);
	return r;
}

static int
pull(struct stream *s, struct err *e)
{
	if (s->tls)
		return pull_tls(s, e) < 0 ? -1 : 0;
	if (make_room(s, IN_ROOM, e) < 0)
		return -1;
	return receive(s, &s->in, s->in.cap - s->in.len - 1, e) < 0 ? -1 : 0;
}

/* Waits until the kernel has something to read, or room for what it refused. */
static int
wait_for(struct stream *s, struct err *e)
{
	int64_t start = os_mono_ms();
	struct pollfd p[3];
	size_t n = 2;
	int r;

	memset(p, 0, sizeof(p));
	p[0].fd = s->rfd;
	p[0].events = POLLIN;
	p[1].fd = stop_fd();
	p[1].events = POLLIN;
	if (wants_to_write(s)) {
		p[n].fd = s->wfd;
		p[n++].events = POLLOUT;
	} else if (s->spoke) {
		s->spoke = false;
		prof_add(PROF_FLIGHTS, 1);
	}
	prof_begin(PROF_NET_WAIT);
	r = os_poll(p, n, s->timeout_ms);
	prof_end(PROF_NET_WAIT);
	if (r < 0)
		return err_sys(e, ERR_CONNECTION, "%s: cannot wait for data", s->peer);
	if (p[1].revents)
		return err_stop(e);
	/* 0 may also be a signal: then the caller tries and comes back */
	if (r == 0 && os_mono_ms() - start >= s->timeout_ms)
		return err_retry(e, ERR_CONNECTION, "no answer from %s for %d seconds", s->peer,
		    (s->timeout_ms + 999) / 1000);
	return 0;
}

/* Ciphertext that the engine could not take when it came: it had to answer first. */
static bool
has_raw(const struct stream *s)
{
	return s->raw_head < s->raw.len;
}

static int
handshake(struct stream *s, struct err *e)
{
	while (!(tls_state(s->tls) & TLS_CAN_WRITE)) {
		if (push(s, e) < 0)
			return -1;
		if (!has_raw(s) && wait_for(s, e) < 0)
			return -1;
		if (pull(s, e) < 0)
			return -1;
	}
	return 0;
}

struct stream *
stream_dial(const char *host, unsigned port, const struct stream_tls *tls, int timeout_ms, struct err *e)
{
	struct stream *s;
	bool loopback;
	int fd;

	fd = dial_tcp(host, port, timeout_ms, &loopback, e);
	if (fd < 0)
		return NULL;
	s = stream_new(fd, fd, timeout_ms);
	s->loopback = loopback;
	s->peer = xasprintf("%s:%u", host, port);
	if (!tls)
		return s;
	s->tls = tls_new(tls->host, tls->cafile, e);
	buf_reserve(&s->raw, RAW_SIZE);
	if (s->tls && handshake(s, e) == 0)
		return s;
	stream_close(s);
	return NULL;
}

struct stream *
stream_tunnel(const char *command, int timeout_ms, struct err *e)
{
	int to = -1, from = -1;
	struct stream *s;
	pid_t pid;

	if (os_spawn(command, &to, &from, &pid) < 0) {
		err_sys(e, ERR_CONNECTION, "cannot start the tunnel");
		e->retry = true;
		return NULL;
	}
	s = stream_new(from, to, timeout_ms);
	s->pid = pid;
	s->tunnel = true;
	s->peer = xstrdup("tunnel");
	if (os_set_nonblock(to) == 0 && os_set_nonblock(from) == 0)
		return s;
	err_sys(e, ERR_CONNECTION, "tunnel");
	stream_close(s);
	return NULL;
}

void
stream_close(struct stream *s)
{
	struct err ignored = ERR_INIT;
	int status;

	if (!s)
		return;
	if (s->tls)
		tls_shutdown(s->tls);
	push(s, &ignored);
	os_close(s->rfd);
	if (s->wfd != s->rfd)
		os_close(s->wfd);
	if (s->pid)
		os_reap(s->pid, LINGER_MS, &status);
	tls_free(s->tls);
	buf_wipe(&s->in);
	buf_free(&s->raw);
	free(s->peer);
	mem_wipe(s->out, sizeof(s->out));	/* a password passed through it */
	free(s);
}

struct slice
stream_peek(const struct stream *s)
{
	return (struct slice){ s->in.p + s->head, unread(s) };
}

void
stream_consume(struct stream *s, size_t n)
{
	s->head += n < unread(s) ? n : unread(s);
}

int
stream_fill(struct stream *s, struct err *e)
{
	size_t before = unread(s);
	/* after a question no answer can be there yet: ask poll, not read */
	bool ready = has_raw(s) || !s->spoke;
	struct err later = ERR_INIT;

	for (;;) {
		/* a peer that hung up may have said why: read that first */
		if (push(s, e) < 0)
			return pull(s, &later) == 0 && unread(s) > before ? 0 : -1;
		if (ready && pull(s, e) < 0)
			return unread(s) > before ? 0 : -1;
		if (unread(s) > before)
			return 0;
		if (!(has_raw(s) && !wants_to_write(s)) && wait_for(s, e) < 0)
			return -1;
		ready = true;
	}
}

int
stream_flush(struct stream *s, struct err *e)
{
	for (;;) {
		if (push(s, e) < 0)
			return -1;
		if (all_pushed(s))
			return 0;
		if (wait_for(s, e) < 0 || pull(s, e) < 0)
			return -1;
	}
}

int
stream_write(struct stream *s, const void *p, size_t n, struct err *e)
{
	const char *from = p;
	size_t part;

	while (n > 0) {
		part = OUT_SIZE - s->out_len;
		part = n < part ? n : part;
		memcpy(s->out + s->out_len, from, part);
		s->out_len += part;
		from += part;
		n -= part;
		if (s->out_len == OUT_SIZE && stream_flush(s, e) < 0)
			return -1;
	}
	return 0;
}

bool
stream_is_tls(const struct stream *s)
{
	return s->tls != NULL;
}

bool
stream_is_tunnel(const struct stream *s)
{
	return s->tunnel;
}

bool
stream_is_loopback(const struct stream *s)
{
	return s->loopback;
}

const char *
stream_peer(const struct stream *s)
{
	return s->peer;
}
