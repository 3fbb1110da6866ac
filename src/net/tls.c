/*
 * tls.c - see tls.h. BearSSL does the work; here are the choices: TLS 1.2 only, key exchange with forward
 * secrecy only, no SHA-1, no small keys.
 *
 * BearSSL wants the trust anchors before it sees the chain, in order. So our own X.509 engine stands in front
 * of its "minimal" one: it keeps the whole chain, finds the issuers' anchors, and replays the chain sorted.
 */
#include "tls.h"

#include <stdlib.h>
#include <string.h>

#include <bearssl.h>

#include "../base/date.h"
#include "../base/os.h"
#include "trust.h"

#define CHAIN_MAX	(64u * 1024)
#define CERTS_MAX	32

/* A box without a clock battery starts in 1970: it cannot be earlier than this program (1 Nov 2026). */
#define CLOCK_FLOOR	1793491200

struct verifier {
	const br_x509_class *vtable;		/* must be first: BearSSL calls us by it */
	br_x509_minimal_context minimal;
	struct trust anchors;
	struct buf der;				/* all certificates, one after the other */
	size_t start[CERTS_MAX + 1];		/* where each begins; [n] is the end of the last */
	size_t n;
	bool too_large;
	const char *cafile;			/* the tls's */
	struct err why;				/* trust file missing and the like */
};

struct tls {
	br_ssl_client_context client;
	struct verifier x509;
	char *host, *cafile;
	unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
};

static int64_t
now(void)
{
	int64_t t = os_time();

	return t > CLOCK_FLOOR ? t : CLOCK_FLOOR;
}

static struct verifier *
verifier_of(const br_x509_class **ctx)
{
	return (struct verifier *)(void *)ctx;
}

static struct slice
cert(const struct verifier *v, size_t i)
{
	return (struct slice){ v->der.p + v->start[i], v->start[i + 1] - v->start[i] };
}

static void
start_chain(const br_x509_class **ctx, const char *host)
{
	struct verifier *v = verifier_of(ctx);

	buf_reset(&v->der);
	v->n = 0;
	v->too_large = false;
	v->minimal.vtable->start_chain(&v->minimal.vtable, host);
}

static void
start_cert(const br_x509_class **ctx, uint32_t length)
{
	struct verifier *v = verifier_of(ctx);

	if (v->n == CERTS_MAX || length > CHAIN_MAX - v->der.len)
		v->too_large = true;
	if (!v->too_large)
		v->start[v->n] = v->der.len;
}

static void
append(const br_x509_class **ctx, const unsigned char *p, size_t n)
{
	struct verifier *v = verifier_of(ctx);

	if (!v->too_large)
		buf_add(&v->der, p, n);
}

static void
end_cert(const br_x509_class **ctx)
{
	struct verifier *v = verifier_of(ctx);

	if (!v->too_large)
		v->start[++v->n] = v->der.len;
}

/*
 * The server's certificate first, then each one's issuer. Servers send chains in any order and with strangers
 * in them; RFC 8446 4.4.2 asks clients to bear it. Returns the length of the path.
 */
static size_t
sort_chain(const struct slice *issuer, const struct slice *subject, size_t n, size_t path[CERTS_MAX])
{
	bool used[CERTS_MAX] = { true };
	size_t len = 1, i;

	path[0] = 0;
	for (;;) {
		for (i = 1; i < n; i++)
			if (!used[i] && slice_eq(subject[i], issuer[path[len - 1]]))
				break;
		if (i >= n)
			return len;
		used[i] = true;
		path[len++] = i;
	}
}

static unsigned
end_chain(const br_x509_class **ctx)
{
	struct verifier *v = verifier_of(ctx);
	const br_x509_class **m = &v->minimal.vtable;
	struct slice issuer[CERTS_MAX + 1], subject[CERTS_MAX], c;
	size_t path[CERTS_MAX], len, i;

	if (v->too_large)
		return BR_ERR_X509_LIMIT_EXCEEDED;
	if (v->n == 0)
		return BR_ERR_X509_EMPTY_CHAIN;
	for (i = 0; i < v->n; i++)
		if (!trust_cert_names(cert(v, i), &issuer[i], &subject[i]))
			return BR_ERR_X509_UNEXPECTED;
	len = sort_chain(issuer, subject, v->n, path);
	issuer[v->n] = subject[0];	/* the server's own certificate may be the trusted one */
	trust_free(&v->anchors);
	if (trust_load(&v->anchors, v->cafile, issuer, v->n + 1, &v->why) < 0)
		return BR_ERR_X509_NOT_TRUSTED;
	v->minimal.trust_anchors = v->anchors.v;
	v->minimal.trust_anchors_num = v->anchors.n;
	for (i = 0; i < len; i++) {
		c = cert(v, path[i]);
		(*m)->start_cert(m, (uint32_t)c.len);
		(*m)->append(m, (const unsigned char *)c.p, c.len);
		(*m)->end_cert(m);
	}
	return (*m)->end_chain(m);
}

static const br_x509_pkey *
get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
	const struct verifier *v = (const struct verifier *)(const void *)ctx;

	return v->minimal.vtable->get_pkey(&v->minimal.vtable, usages);
}

static const br_x509_class verifier_class = {
	.context_size = sizeof(struct verifier),
	.start_chain = start_chain,
	.start_cert = start_cert,
	.append = append,
	.end_cert = end_cert,
	.end_chain = end_chain,
	.get_pkey = get_pkey,
};

/* ChaCha20 is fast everywhere; AES and GHASH only with instructions of their own, and only then they come first. */
static bool
has_fast_gcm(void)
{
	return (br_aes_x86ni_ctr_get_vtable() && br_ghash_pclmul_get())
	    || (br_aes_pwr8_ctr_get_vtable() && br_ghash_pwr8_get());
}

static void
set_suites(br_ssl_engine_context *eng)
{
	static const uint16_t gcm[] = {
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	};
	static const uint16_t chacha[] = {
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	};
	static const uint16_t cbc[] = {		/* for servers of about 2012 */
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, BR_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, BR_TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
	};
	uint16_t all[countof(gcm) + countof(chacha) + countof(cbc)];
	bool fast = has_fast_gcm();

	memcpy(fast ? all : all + countof(chacha), gcm, sizeof(gcm));
	memcpy(fast ? all + countof(gcm) : all, chacha, sizeof(chacha));
	memcpy(all + countof(gcm) + countof(chacha), cbc, sizeof(cbc));
	br_ssl_engine_set_suites(eng, all, countof(all));
}

/* The parts of br_ssl_client_init_full() that we want: the others would only make the program larger. */
static void
configure(struct tls *t)
{
	static const struct { int id; const br_hash_class *impl; } hashes[] = {
		{ br_sha256_ID, &br_sha256_vtable }, { br_sha384_ID, &br_sha384_vtable },
		{ br_sha512_ID, &br_sha512_vtable },
	};
	br_ssl_engine_context *eng = &t->client.eng;
	br_x509_minimal_context *m = &t->x509.minimal;
	int64_t clock = now();
	size_t i;

	br_ssl_client_zero(&t->client);
	br_ssl_engine_set_versions(eng, BR_TLS12, BR_TLS12);
	br_ssl_engine_add_flags(eng, BR_OPT_NO_RENEGOTIATION);
	set_suites(eng);
	br_ssl_engine_set_default_rsavrfy(eng);
	br_ssl_engine_set_default_ecdsa(eng);
	br_ssl_engine_set_prf_sha256(eng, &br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(eng, &br_tls12_sha384_prf);
	br_ssl_engine_set_default_aes_gcm(eng);
	br_ssl_engine_set_default_chapol(eng);
	br_ssl_engine_set_default_aes_cbc(eng);

	br_x509_minimal_init(m, &br_sha256_vtable, NULL, 0);
	br_x509_minimal_set_rsa(m, br_ssl_engine_get_rsavrfy(eng));
	br_x509_minimal_set_ecdsa(m, br_ssl_engine_get_ec(eng), br_ssl_engine_get_ecdsa(eng));
	br_x509_minimal_set_minrsa(m, 2048 / 8);
	br_x509_minimal_set_time(m, (uint32_t)(719528 + clock / 86400), (uint32_t)(clock % 86400));
	for (i = 0; i < countof(hashes); i++) {
		br_ssl_engine_set_hash(eng, hashes[i].id, hashes[i].impl);
		br_x509_minimal_set_hash(m, hashes[i].id, hashes[i].impl);
	}
	t->x509.vtable = &verifier_class;
	br_ssl_engine_set_x509(eng, &t->x509.vtable);
	br_ssl_engine_set_buffers_bidi(eng, t->in, sizeof(t->in), t->out, sizeof(t->out));
}

/* Certificates name hosts; BearSSL knows no address in them. */
static bool
is_address(const char *host)
{
	return strchr(host, ':') || host[strspn(host, "0123456789.")] == '\0';
}

static int
check_host(const char *host, struct err *e)
{
	/* BearSSL takes an empty name as "do not check it" */
	if (!host || !*host || strcmp(host, ".") == 0)
		return err_set(e, ERR_CONNECTION, "TLS needs the server's host name (remotehost)");
	if (is_address(host))
		return err_set(e, ERR_CONNECTION, "TLS with %s: a certificate cannot be checked against "
		    "an address; set remotehost to the server's name", host);
	return 0;
}

/* From the kernel, whatever the processor offers; without it there is no secret and no connection. */
static int
seed(struct tls *t, struct err *e)
{
	unsigned char random[32];

	if (os_random(random, sizeof(random)) < 0)
		return err_sys(e, ERR_CONNECTION, "TLS: the system gives no random numbers");
	br_ssl_engine_inject_entropy(&t->client.eng, random, sizeof(random));
	mem_wipe(random, sizeof(random));
	return 0;
}

struct tls *
tls_new(const char *host, const char *cafile, struct err *e)
{
	const char *anchors = trust_file(cafile);
	struct tls *t;
	size_t n;

	if (check_host(host, e) < 0)
		return NULL;
	if (!anchors) {
		err_set(e, ERR_CONNECTION, "no trusted certificates found on this system: "
		    "name a PEM file in sslcacertfile");
		return NULL;
	}
	t = xcalloc(1, sizeof(*t));
	t->host = xstrdup(host);
	n = strlen(host);
	if (t->host[n - 1] == '.')	/* the name of a certificate has no root dot (RFC 6125 6.4.1) */
		t->host[n - 1] = '\0';
	t->cafile = xstrdup(anchors);
	t->x509.cafile = t->cafile;
	configure(t);
	if (seed(t, e) < 0) {
		tls_free(t);
		return NULL;
	}
	if (!br_ssl_client_reset(&t->client, t->host, 0)) {
		tls_error(t, e);
		tls_free(t);
		return NULL;
	}
	return t;
}

void
tls_free(struct tls *t)
{
	if (!t)
		return;
	trust_free(&t->x509.anchors);
	buf_free(&t->x509.der);
	free(t->host);
	free(t->cafile);
	mem_wipe(t, sizeof(*t));	/* keys, and mail that was on its way */
	free(t);
}

unsigned
tls_state(const struct tls *t)
{
	static const struct { unsigned theirs, ours; } map[] = {
		{ BR_SSL_SENDREC, TLS_WANT_SEND }, { BR_SSL_RECVREC, TLS_WANT_RECV },
		{ BR_SSL_SENDAPP, TLS_CAN_WRITE }, { BR_SSL_RECVAPP, TLS_CAN_READ },
		{ BR_SSL_CLOSED, TLS_CLOSED },
	};
	unsigned theirs = br_ssl_engine_current_state(&t->client.eng), ours = 0;
	size_t i;

	for (i = 0; i < countof(map); i++)
		if (theirs & map[i].theirs)
			ours |= map[i].ours;
	return ours;
}

/* BearSSL returns NULL and leaves *n alone when a direction is not ready. */
const void *
tls_send_buf(struct tls *t, size_t *n)
{
	*n = 0;
	return br_ssl_engine_sendrec_buf(&t->client.eng, n);
}

void
tls_sent(struct tls *t, size_t n)
{
	br_ssl_engine_sendrec_ack(&t->client.eng, n);
}

void *
tls_recv_buf(struct tls *t, size_t *n)
{
	*n = 0;
	return br_ssl_engine_recvrec_buf(&t->client.eng, n);
}

void
tls_received(struct tls *t, size_t n)
{
	br_ssl_engine_recvrec_ack(&t->client.eng, n);
}

void *
tls_write_buf(struct tls *t, size_t *n)
{
	*n = 0;
	return br_ssl_engine_sendapp_buf(&t->client.eng, n);
}

void
tls_written(struct tls *t, size_t n)
{
	br_ssl_engine_sendapp_ack(&t->client.eng, n);
}

void
tls_flush(struct tls *t)
{
	br_ssl_engine_flush(&t->client.eng, 0);
}

const void *
tls_read_buf(struct tls *t, size_t *n)
{
	*n = 0;
	return br_ssl_engine_recvapp_buf(&t->client.eng, n);
}

void
tls_read_done(struct tls *t, size_t n)
{
	br_ssl_engine_recvapp_ack(&t->client.eng, n);
}

void
tls_shutdown(struct tls *t)
{
	br_ssl_engine_close(&t->client.eng);
}

/* Errors that the next attempt will meet again. */
static const struct {
	int code;
	const char *text;
} lasting[] = {
	{ BR_ERR_X509_BAD_SERVER_NAME, "its certificate is for another name; check remotehost" },
	{ BR_ERR_X509_NOT_TRUSTED, "its certificate is signed by an unknown authority; if you trust it, put "
	    "the authority's certificate in a PEM file and name that in sslcacertfile" },
	{ BR_ERR_X509_NOT_CA, "its certificate is signed by one that is no authority" },
	{ BR_ERR_X509_FORBIDDEN_KEY_USAGE, "its certificate must not be used for this" },
	{ BR_ERR_X509_WEAK_PUBLIC_KEY, "a key in its certificate chain is too short (RSA needs 2048 bits)" },
	{ BR_ERR_X509_CRITICAL_EXTENSION, "its certificates have a critical extension not known here" },
	{ BR_ERR_X509_BAD_SIGNATURE, "a signature in its certificate chain is wrong" },
	{ BR_ERR_X509_UNSUPPORTED, "its certificates use SHA-1 or a kind of key or signature not known here" },
	{ BR_ERR_X509_LIMIT_EXCEEDED, "its certificate chain is too large" },
	{ BR_ERR_NO_RANDOM, "no random numbers for TLS" },
	{ BR_ERR_NO_CLIENT_AUTH, "it asks for a client certificate, which is not supported" },
	{ BR_ERR_UNSUPPORTED_VERSION, "it offers no TLS 1.2 on this port; most servers speak TLS on 993" },
	{ BR_ERR_RECV_FATAL_ALERT + BR_ALERT_PROTOCOL_VERSION, "it refuses TLS 1.2" },
	{ BR_ERR_RECV_FATAL_ALERT + BR_ALERT_HANDSHAKE_FAILURE, "it accepts none of our cipher suites "
	    "(ECDHE with AES or ChaCha20)" },
	{ BR_ERR_RECV_FATAL_ALERT + BR_ALERT_INSUFFICIENT_SECURITY, "it accepts none of our cipher suites "
	    "(ECDHE with AES or ChaCha20)" },
};

static int
expired(const struct tls *t, struct err *e)
{
	struct buf clock = BUF_INIT;

	date_imap(&clock, now());
	err_set(e, ERR_CONNECTION, "%s: its certificate is expired or not yet valid (the clock says %s)",
	    t->host, buf_str(&clock));
	buf_free(&clock);
	return -1;
}

int
tls_error(const struct tls *t, struct err *e)
{
	int code = br_ssl_engine_last_error(&t->client.eng);
	size_t i;

	if (code == BR_ERR_OK)
		return 0;
	if (t->x509.why.radius != ERR_NONE) {
		*e = t->x509.why;
		return -1;
	}
	if (code == BR_ERR_X509_EXPIRED)
		return expired(t, e);
	for (i = 0; i < countof(lasting); i++)
		if (lasting[i].code == code)
			return err_set(e, ERR_CONNECTION, "%s: %s", t->host, lasting[i].text);
	if (code >= BR_ERR_X509_OK && code < BR_ERR_X509_NOT_TRUSTED)
		return err_set(e, ERR_CONNECTION, "%s: its certificate cannot be read (BearSSL error %d)",
		    t->host, code);
	/* RFC 5246 7.2 */
	if (code >= BR_ERR_RECV_FATAL_ALERT && code < BR_ERR_SEND_FATAL_ALERT)
		return err_retry(e, ERR_CONNECTION, "%s: it ended the connection with TLS alert %d",
		    t->host, code - BR_ERR_RECV_FATAL_ALERT);
	return err_retry(e, ERR_CONNECTION, "%s: TLS failed (BearSSL error %d); is it a TLS port?",
	    t->host, code);
}
