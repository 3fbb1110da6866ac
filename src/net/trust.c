/* trust.c - see trust.h. */
#include "trust.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/base64.h"
#include "../base/os.h"

#define BUNDLE_MAX	(8u << 20)

enum { DER_SEQUENCE = 0x30, DER_VERSION = 0xa0, DER_ANY = -1 };

const char *
trust_file(const char *cafile)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt",		/* Debian, Alpine, OpenWrt */
		"/etc/pki/tls/certs/ca-bundle.crt",		/* Fedora, RHEL */
		"/etc/ssl/ca-bundle.pem",			/* SUSE */
		"/etc/ssl/cert.pem",				/* BSDs, macOS */
		"/usr/local/share/certs/ca-root-nss.crt",	/* FreeBSD */
		"/etc/openssl/certs/ca-certificates.crt",	/* NetBSD */
	};
	const char *env = getenv("SSL_CERT_FILE");
	struct os_stat st;
	size_t i;

	if (cafile)
		return cafile;
	if (env && *env)
		return env;
	for (i = 0; i < countof(places); i++)
		if (os_stat(places[i], &st) == 0 && st.is_reg)
			return places[i];
	return NULL;
}

/*
 * Takes the next DER element off the front (X.690 8.1): *whole with its header, *content without. Lengths of
 * up to three octets: no certificate is larger.
 */
static bool
der_next(struct slice *in, int tag, struct slice *whole, struct slice *content)
{
	const unsigned char *p = (const unsigned char *)in->p;
	size_t head = 2, len, n;

	if (in->len < 2 || (tag != DER_ANY && p[0] != tag) || (p[0] & 0x1f) == 0x1f)
		return false;
	len = p[1];
	if (len & 0x80) {
		n = len & 0x7f;
		if (n < 1 || n > 3 || in->len < 2 + n)
			return false;
		for (len = 0; n > 0; n--)
			len = len << 8 | p[head++];
	}
	if (len > in->len - head)
		return false;
	*whole = (struct slice){ in->p, head + len };
	*content = (struct slice){ in->p + head, len };
	in->p += head + len;
	in->len -= head + len;
	return true;
}

/* RFC 5280 4.1: version, serialNumber, signature, issuer, validity, subject. */
bool
trust_cert_names(struct slice der, struct slice *issuer, struct slice *subject)
{
	struct slice cert, tbs, skip, ignored;

	if (!der_next(&der, DER_SEQUENCE, &skip, &cert) || !der_next(&cert, DER_SEQUENCE, &skip, &tbs))
		return false;
	der_next(&tbs, DER_VERSION, &skip, &ignored);	/* absent in version 1 */
	return der_next(&tbs, DER_ANY, &skip, &ignored) && der_next(&tbs, DER_SEQUENCE, &skip, &ignored)
	    && der_next(&tbs, DER_SEQUENCE, issuer, &ignored)
	    && der_next(&tbs, DER_SEQUENCE, &skip, &ignored)
	    && der_next(&tbs, DER_SEQUENCE, subject, &ignored);
}

static void *
copy(const void *p, size_t n)
{
	return memcpy(xmalloc(n), p, n);
}

static void
set_key(br_x509_pkey *to, const br_x509_pkey *from)
{
	*to = *from;
	if (from->key_type == BR_KEYTYPE_RSA) {
		to->key.rsa.n = copy(from->key.rsa.n, from->key.rsa.nlen);
		to->key.rsa.e = copy(from->key.rsa.e, from->key.rsa.elen);
	} else {
		to->key.ec.q = copy(from->key.ec.q, from->key.ec.qlen);
	}
}

/* A root with a key that BearSSL does not know cannot be used, and is no reason to refuse the others. */
static void
add_anchor(struct trust *t, struct slice der, struct slice subject)
{
	br_x509_decoder_context dc;
	br_x509_trust_anchor *ta;
	br_x509_pkey *key;

	br_x509_decoder_init(&dc, NULL, NULL);
	br_x509_decoder_push(&dc, der.p, der.len);
	key = br_x509_decoder_get_pkey(&dc);
	if (!key || (key->key_type != BR_KEYTYPE_RSA && key->key_type != BR_KEYTYPE_EC))
		return;
	t->v = xreallocarray(t->v, t->n + 1, sizeof(*t->v));
	ta = &t->v[t->n++];
	ta->dn.data = copy(subject.p, subject.len);
	ta->dn.len = subject.len;
	/* without the CA flag it vouches for itself only: a server's own certificate given as cafile */
	ta->flags = br_x509_decoder_isCA(&dc) ? BR_X509_TA_CA : 0;
	set_key(&ta->pkey, key);
}

static bool
is_wanted(struct slice subject, const struct slice *wanted, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (slice_eq(subject, wanted[i]))
			return true;
	return false;
}

/* The base64 of one PEM block. The hot loop of a start: 200 KB go through it. */
static void
decode(struct buf *der, struct slice text)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t i;
	int v;

	buf_reset(der);
	buf_reserve(der, text.len);
	for (i = 0; i < text.len; i++) {
		v = base64_value((unsigned char)text.p[i]);
		if (v < 0)
			continue;	/* line ends, padding */
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			der->p[der->len++] = (char)(acc >> bits & 0xff);
		}
	}
}

static void
scan(struct trust *t, const char *pem, const struct slice *wanted, size_t n, size_t *seen)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END ";
	struct slice issuer, subject;
	struct buf der = BUF_INIT;
	const char *stop;

	while ((pem = strstr(pem, begin)) != NULL) {
		pem += sizeof(begin) - 1;
		stop = strstr(pem, end);
		if (!stop)
			break;
		decode(&der, (struct slice){ pem, (size_t)(stop - pem) });
		++*seen;
		if (trust_cert_names(buf_slice(&der), &issuer, &subject) && is_wanted(subject, wanted, n))
			add_anchor(t, buf_slice(&der), subject);
		pem = stop;
	}
	buf_free(&der);
}

int
trust_load(struct trust *t, const char *file, const struct slice *wanted, size_t n, struct err *e)
{
	struct buf pem = BUF_INIT;
	size_t seen = 0;
	int r = os_read_file(file, BUNDLE_MAX, &pem);

	if (r < 0)
		err_sys(e, ERR_CONNECTION, "cannot read the trusted certificates in %s", file);
	else
		scan(t, buf_str(&pem), wanted, n, &seen);
	if (r == 0 && seen == 0)
		r = err_set(e, ERR_CONNECTION, "%s holds no certificate (PEM is expected)", file);
	buf_free(&pem);
	return r;
}

void
trust_free(struct trust *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		br_x509_pkey *key = &t->v[i].pkey;

		free(t->v[i].dn.data);
		if (key->key_type == BR_KEYTYPE_RSA) {
			free(key->key.rsa.n);
			free(key->key.rsa.e);
		} else {
			free(key->key.ec.q);
		}
	}
	free(t->v);
	*t = (struct trust){ NULL, 0 };
}
