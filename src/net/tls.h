/*
 * tls.h - a TLS 1.2 client session (BearSSL) as a pure engine: ciphertext and plaintext in and out, no
 * descriptor. Certificates are verified against trust anchors looked up lazily (trust.h); host names are
 * checked, an empty one is refused; entropy comes from the kernel. One thread owns a session.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "../base/buf.h"
#include "../base/err.h"

struct tls;

struct tls *tls_new(const char *host, const char *cafile, struct err *e);
void	tls_free(struct tls *t);

enum { TLS_WANT_SEND = 1, TLS_WANT_RECV = 2, TLS_CAN_WRITE = 4, TLS_CAN_READ = 8, TLS_CLOSED = 16 };
unsigned tls_state(const struct tls *t);

/* Windows into the engine's buffers; *n is 0 when that direction is not ready. Then acknowledge n bytes. */
const void *tls_send_buf(struct tls *t, size_t *n);	/* ciphertext for the network */
void	tls_sent(struct tls *t, size_t n);
void	*tls_recv_buf(struct tls *t, size_t *n);	/* room for ciphertext from the network */
void	tls_received(struct tls *t, size_t n);
void	*tls_write_buf(struct tls *t, size_t *n);	/* room for plaintext to send */
void	tls_written(struct tls *t, size_t n);
void	tls_flush(struct tls *t);			/* closes the current record */
const void *tls_read_buf(struct tls *t, size_t *n);	/* plaintext received */
void	tls_read_done(struct tls *t, size_t n);
void	tls_shutdown(struct tls *t);			/* queues close_notify */

/* 0: no failure so far. Else -1 and one sentence: what is wrong with which certificate and what to do. */
int	tls_error(const struct tls *t, struct err *e);

#endif
