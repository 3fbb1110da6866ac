/*
 * stream.h - one byte stream over TCP, TLS or a tunnel's pipes, with deadlines. Reading goes on while
 * writing (poll both ways), so that two full buffers can never wait for each other.
 * One thread owns a stream. Errors: radius ERR_CONNECTION, retry set for time-outs, resets and
 * refused connections, not for certificates; e->stopped when the program is stopping.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "../base/buf.h"
#include "../base/err.h"

struct stream;

struct stream_tls {
	const char *host;		/* name to verify; never empty */
	const char *cafile;		/* NULL: the system's trust store */
};

/* TCP to host:port, then TLS if tls is not NULL. timeout_ms: for connecting and for every later wait. */
struct stream *stream_dial(const char *host, unsigned port, const struct stream_tls *tls, int timeout_ms,
	    struct err *e);
/* A command under /bin/sh -c whose stdin and stdout carry the bytes. */
struct stream *stream_tunnel(const char *command, int timeout_ms, struct err *e);
void	stream_close(struct stream *s);			/* close_notify is sent, nothing is waited for; NULL is fine */

/*
 * Bytes received and not yet consumed; a view valid until the next stream_ call but stream_consume.
 * stream_fill waits until there is more than before: 0 ok, -1 error. End of file is an error here
 * ("connection closed by ..."): IMAP never ends in the middle of anything.
 */
struct slice stream_peek(const struct stream *s);
void	stream_consume(struct stream *s, size_t n);
int	stream_fill(struct stream *s, struct err *e);

/* Queues bytes; hands them to the kernel when 16 KiB have come together or at stream_flush. */
int	stream_write(struct stream *s, const void *p, size_t n, struct err *e);
/* All queued bytes handed to the kernel (reading meanwhile as needed). */
int	stream_flush(struct stream *s, struct err *e);

bool	stream_is_tls(const struct stream *s);
bool	stream_is_tunnel(const struct stream *s);
bool	stream_is_loopback(const struct stream *s);	/* the peer's address is on this machine */
const char *stream_peer(const struct stream *s);	/* "host:port", or "tunnel" */

#endif
