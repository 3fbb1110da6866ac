/*
 * delayproxy.c - delayproxy PORT-FILE SERVER-PORT MILLISECONDS COUNT-FILE: listens on a free port of loopback, which it
 * writes into PORT-FILE, and hands everything on to SERVER-PORT after half that time, both ways: a long line to a near
 * server. For each connection that the client has closed it appends "flights up down" to COUNT-FILE: octets both
 * ways, and how often the client spoke after the server had (connecting is one): round trips, and a few more where
 * the client speaks while the server still does.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 65536, MAX_CONNECTIONS = 64, QUEUE_MAX = 16 << 20 };

struct piece {
	struct piece *next;
	double due;
	size_t len, sent;		/* len 0: the end */
	char data[PIECE];
};

struct way {				/* one direction */
	int in, out;
	struct piece *head, **tail;
	size_t queued;
	int ended;			/* in has */
};

struct connection {
	struct way way[2];		/* up, down */
	unsigned long flights, octets[2];
	int last;			/* direction of the last octets */
};

static struct connection *table[MAX_CONNECTIONS];

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "delayproxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
loopback(unsigned port, struct sockaddr_in *a)
{
	memset(a, 0, sizeof(*a));
	a->sin_family = AF_INET;
	a->sin_port = htons((unsigned short)port);
	a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
listen_somewhere(const char *port_file)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	int s = loopback(0, &a);
	FILE *f;

	if (s < 0 || bind(s, (struct sockaddr *)&a, len) < 0 || listen(s, 16) < 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) < 0)
		die("listen");
	f = fopen(port_file, "w");
	if (!f || fprintf(f, "%u\n", (unsigned)ntohs(a.sin_port)) < 0 || fclose(f) != 0)
		die(port_file);
	return s;
}

static void
open_way(struct way *w, int in, int out)
{
	int one = 1;

	w->in = in;
	w->out = out;
	w->tail = &w->head;
	fcntl(in, F_SETFL, O_NONBLOCK);
	setsockopt(in, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static void
add_connection(int listener, unsigned server_port)
{
	struct sockaddr_in a;
	struct connection *c = calloc(1, sizeof(*c));
	int client = accept(listener, NULL, NULL), server = loopback(server_port, &a), i;

	if (!c || client < 0 || server < 0 || connect(server, (struct sockaddr *)&a, sizeof(a)) < 0)
		die("connect");
	open_way(&c->way[0], client, server);
	open_way(&c->way[1], server, client);
	c->flights = 1;
	for (i = 0; i < MAX_CONNECTIONS && table[i]; i++)
		;
	if (i == MAX_CONNECTIONS)
		die("too many connections");
	table[i] = c;
}

static void
count(const struct connection *c, const char *file)
{
	FILE *f = fopen(file, "a");

	if (!f || fprintf(f, "%lu %lu %lu\n", c->flights, c->octets[0], c->octets[1]) < 0 || fclose(f) != 0)
		die(file);
}

static void
take(struct connection *c, int dir, double delay, const char *count_file)
{
	struct way *w = &c->way[dir];
	struct piece *p = malloc(sizeof(*p));
	ssize_t n;

	if (!p)
		die("memory");
	n = read(w->in, p->data, sizeof(p->data));
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		free(p);
		return;
	}
	p->next = NULL;
	p->due = now() + delay;
	p->sent = 0;
	p->len = n > 0 ? (size_t)n : 0;
	*w->tail = p;
	w->tail = &p->next;
	w->queued += p->len;
	w->ended = p->len == 0;
	c->octets[dir] += p->len;
	if (p->len > 0) {
		c->flights += dir == 0 && c->last == 1;
		c->last = dir;
	}
	if (w->ended && dir == 0)
		count(c, count_file);
}

static void
give(struct way *w)
{
	while (w->head && w->head->due <= now()) {
		struct piece *p = w->head;
		ssize_t n = 0;

		if (p->len == 0)
			shutdown(w->out, SHUT_WR);
		else {
			n = write(w->out, p->data + p->sent, p->len - p->sent);
			if (n < 0 && (errno == EAGAIN || errno == EINTR))
				return;
		}
		p->sent += n > 0 ? (size_t)n : p->len - p->sent;	/* gone: dropped */
		if (p->sent < p->len)
			return;
		w->queued -= p->len;
		w->head = p->next;
		if (!w->head)
			w->tail = &w->head;
		free(p);
	}
}

static void
close_if_done(int i)
{
	struct connection *c = table[i];

	if (!c->way[0].ended || !c->way[1].ended || c->way[0].head || c->way[1].head)
		return;
	close(c->way[0].in);
	close(c->way[1].in);
	free(c);
	table[i] = NULL;
}

/* What to wait for in this direction; returns when its next piece is due. */
static double
watch(const struct way *w, struct pollfd *in, struct pollfd *out)
{
	in->fd = w->ended || w->queued > QUEUE_MAX ? -1 : w->in;
	in->events = POLLIN;
	out->fd = w->head && w->head->due <= now() ? w->out : -1;
	out->events = POLLOUT;
	return w->head && out->fd < 0 ? w->head->due : now() + 1;
}

int
main(int argc, char **argv)
{
	static struct pollfd p[1 + 4 * MAX_CONNECTIONS];
	double delay, due, next;
	unsigned server_port;
	int i, dir;

	if (argc != 5) {
		fprintf(stderr, "usage: delayproxy PORT-FILE SERVER-PORT MILLISECONDS COUNT-FILE\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	server_port = (unsigned)strtoul(argv[2], NULL, 10);
	delay = (double)strtoul(argv[3], NULL, 10) / 2000;
	p[0].fd = listen_somewhere(argv[1]);
	p[0].events = POLLIN;
	for (;;) {
		next = now() + 1;
		for (i = 0; i < 2 * MAX_CONNECTIONS; i++) {
			p[1 + 2 * i].fd = p[2 + 2 * i].fd = -1;
			if (!table[i / 2])
				continue;
			due = watch(&table[i / 2]->way[i % 2], &p[1 + 2 * i], &p[2 + 2 * i]);
			next = due < next ? due : next;
		}
		due = next - now();
		poll(p, sizeof(p) / sizeof(*p), due > 0 ? (int)(due * 1000) + 1 : 0);
		for (i = 0; i < MAX_CONNECTIONS; i++) {
			for (dir = 0; table[i] && dir < 2; dir++) {
				if (p[1 + 4 * i + 2 * dir].fd >= 0 && p[1 + 4 * i + 2 * dir].revents)
					take(table[i], dir, delay, argv[4]);
				give(&table[i]->way[dir]);
			}
			if (table[i])
				close_if_done(i);
		}
		if (p[0].revents)
			add_connection(p[0].fd, server_port);
	}
}
