/* wire.c - the rest of base/os.h on the simulated machine: clock, poll, pipes, sockets that end in a fake_server. */
#include "../../src/base/os.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../fake-imapd/fake.h"
#include "machine.h"

/* Hands the server's answer over when its time has come; true: there is something to read. */
static bool
socket_ready(struct fd *d)
{
	size_t n;

	fake_output(d->conn, &n);
	if (!n)
		return fake_closed(d->conn);
	if (!d->ready_us)
		d->ready_us = sim.now_us + fake_delay_ms(d->conn) * 1000;
	return sim.now_us >= d->ready_us;
}

size_t
wire_portion(size_t n)
{
	return sim.conf.short_io && n > 1 ? 1 + (size_t)sim_rand(&sim.rng, n) : n;
}

static ssize_t
socket_read(struct fd *d, void *p, size_t n)
{
	const char *out;
	size_t have;

	if (!socket_ready(d)) {
		errno = EAGAIN;
		return -1;
	}
	out = fake_output(d->conn, &have);
	if (n > have)
		n = have;
	n = wire_portion(n);
	memcpy(p, out, n);
	fake_sent(d->conn, n);
	if (n == have)
		d->ready_us = 0;
	return (ssize_t)n;
}

static ssize_t
pipe_read(struct fd *d, void *p, size_t n)
{
	if (!d->pipe) {
		errno = EBADF;
		return -1;
	}
	if (!d->pipe->len && d->peer >= 0) {
		errno = EAGAIN;
		return -1;
	}
	if (n > d->pipe->len)
		n = d->pipe->len;
	memcpy(p, d->pipe->p, n);
	buf_consume(d->pipe, n);
	return (ssize_t)n;
}

ssize_t
wire_read(struct fd *d, void *p, size_t n)
{
	if (n == 0)
		return 0;
	return d->kind == FD_SOCKET ? socket_read(d, p, n) : pipe_read(d, p, n);
}

ssize_t
wire_write(struct fd *d, const void *p, size_t n)
{
	if (d->kind == FD_SOCKET) {
		if (fake_closed(d->conn)) {
			errno = EPIPE;
			return -1;
		}
		fake_set_time(sim.conf.server, os_time());
		fake_input(d->conn, p, n);
	} else if (d->peer >= 0)
		buf_add(sim.fd[d->peer].pipe, p, n);
	return (ssize_t)n;
}

void
wire_close(struct fd *d)
{
	if (d->peer >= 0)
		sim.fd[d->peer].peer = -1;
	if (d->pipe)
		buf_free(d->pipe);
	free(d->pipe);
	if (d->conn)
		fake_disconnect(d->conn);
}

/* ---- clock, poll, random numbers ---- */

int64_t
os_mono_us(void)
{
	machine_tick(1);
	return sim.now_us;
}

int64_t
os_mono_ms(void)
{
	return os_mono_us() / 1000;
}

int64_t
os_time_ns(void)
{
	machine_tick(1);
	return START_NS + sim.now_us * 1000;
}

int64_t
os_time(void)
{
	return os_time_ns() / 1000000000;
}

static int
poll_once(struct pollfd *v, size_t n, int64_t *next_us)
{
	struct fd *d;
	int ready = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		v[i].revents = 0;
		d = v[i].fd < 0 ? NULL : fd_get(v[i].fd);
		if (!d)
			v[i].revents = v[i].fd < 0 ? 0 : POLLNVAL;
		else if (d->kind == FD_SOCKET) {
			if (socket_ready(d))
				v[i].revents = v[i].events & POLLIN;
			else if (d->ready_us && (*next_us < 0 || d->ready_us < *next_us))
				*next_us = d->ready_us;
			v[i].revents |= v[i].events & POLLOUT;
		} else if (d->kind == FD_PIPE && d->pipe && (d->pipe->len || d->peer < 0))
			v[i].revents = v[i].events & POLLIN;
		ready += v[i].revents != 0;
	}
	return ready;
}

int
os_poll(struct pollfd *v, size_t n, int timeout_ms)
{
	int64_t end = timeout_ms < 0 ? -1 : sim.now_us + (int64_t)timeout_ms * 1000, next;
	int ready;

	if (machine_enter("poll", "", false, NULL))
		return -1;
	for (;;) {
		next = -1;
		ready = poll_once(v, n, &next);
		if (ready || timeout_ms == 0)
			return ready;
		if (next < 0 && end < 0) {
			sim_trace("poll would wait for ever");
			sim_trace_tail(stderr);
			abort();
		}
		if (next < 0 || (end >= 0 && next > end)) {
			machine_tick(end > sim.now_us ? end - sim.now_us : 0);
			return 0;
		}
		machine_tick(next - sim.now_us);
	}
}

int
os_random(void *p, size_t n)
{
	unsigned char *to = p;

	while (n--)
		*to++ = (unsigned char)sim_rand(&sim.rng, 256);
	return 0;
}

/* ---- processes, pipes, sockets ---- */

const char *
os_hostname(void)
{
	return "sim";
}

long
os_pid(void)
{
	return sim.pid;
}

char *
os_home(const char *user)
{
	return !user || strcmp(user, "sim") == 0 ? xstrdup("/home/sim") : NULL;
}

int
os_spawn(const char *command, int *to_child, int *from_child, pid_t *pid)
{
	(void)command, (void)to_child, (void)from_child, (void)pid;
	errno = ENOSYS;			/* nothing runs on this machine but the one process */
	return -1;
}

int
os_wait(pid_t pid, int *exit_status)
{
	(void)pid, (void)exit_status;
	errno = ECHILD;
	return -1;
}

void
os_kill(pid_t pid)
{
	(void)pid;
}

int
os_set_nonblock(int fd)
{
	return fd_get(fd) ? 0 : -1;
}

int
os_pipe(int fd[2])
{
	struct fd *r, *w;

	fd[0] = fd_new(FD_PIPE);
	fd[1] = fd[0] < 0 ? -1 : fd_new(FD_PIPE);
	if (fd[1] < 0)
		return -1;
	r = fd_get(fd[0]);
	w = fd_get(fd[1]);
	r->pipe = xcalloc(1, sizeof(*r->pipe));
	r->peer = fd[1] - FD_BASE;
	w->peer = fd[0] - FD_BASE;
	return 0;
}

int
sim_socket(void)
{
	int fd;

	if (machine_enter("connect", "", true, NULL))
		return -1;
	if (!sim.conf.server) {
		errno = ECONNREFUSED;
		return -1;
	}
	fd = fd_new(FD_SOCKET);
	if (fd >= 0)
		fd_get(fd)->conn = fake_connect(sim.conf.server, false);
	return fd;
}

