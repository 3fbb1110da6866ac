/* serve.h - a fake_server on a loopback port: one thread per connection, plain or TLS. For main.c and for tests. */
#ifndef SERVE_H
#define SERVE_H

#include <stdbool.h>

#include "fake.h"

struct serve;

/* port 0: any; cert and key: PEM files, NULL: plain. NULL on failure, with a message in why. */
struct serve *serve_start(struct fake_server *s, unsigned port, const char *cert, const char *key,
	    char *why, size_t cap);
unsigned serve_port(const struct serve *sv);
/* The server's lock: hold it around every fake_ call while the server runs. */
void	serve_lock(struct serve *sv);
void	serve_unlock(struct serve *sv);
/* A long line: what is answered goes out so much later, whatever is pipelined. The TLS handshake is not delayed. */
void	serve_set_delay(struct serve *sv, int64_t ms);
void	serve_stop(struct serve *sv);		/* closes all connections, joins all threads */

#endif
