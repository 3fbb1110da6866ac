/* tlsd.c - see tlsd.h. */
#include "tlsd.h"

#include <bearssl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/buf.h"
#include "../../src/base/os.h"

enum { MAX_CHAIN = 8 };

struct tlsd_key {
	br_x509_certificate chain[MAX_CHAIN];
	size_t n;
	br_skey_decoder_context key;	/* owns the numbers that the key points into */
	int type;			/* BR_KEYTYPE_RSA, BR_KEYTYPE_EC, 0: none yet */
};

struct tlsd {
	br_ssl_server_context server;
	unsigned char io[BR_SSL_BUFSIZE_BIDI];
};

struct pem {				/* the object being decoded */
	struct buf der;
	char name[128];
};

static void
pem_bytes(void *to, const void *p, size_t n)
{
	buf_add(to, p, n);
}

static bool
keep(struct tlsd_key *k, struct pem *o)
{
	unsigned char *copy;

	if (strcmp(o->name, "CERTIFICATE") == 0 && k->n < MAX_CHAIN) {
		copy = xmalloc(o->der.len + 1);
		memcpy(copy, buf_str(&o->der), o->der.len);
		k->chain[k->n].data = copy;
		k->chain[k->n++].data_len = o->der.len;
		return true;
	}
	if (strstr(o->name, "PRIVATE KEY") != NULL && k->type == 0) {
		br_skey_decoder_init(&k->key);
		br_skey_decoder_push(&k->key, buf_str(&o->der), o->der.len);
		k->type = br_skey_decoder_last_error(&k->key) == 0 ? br_skey_decoder_key_type(&k->key) : 0;
		return k->type != 0;
	}
	return true;
}

static bool
read_pem(struct tlsd_key *k, const char *text, size_t n)
{
	br_pem_decoder_context pem;
	struct pem o = { BUF_INIT, "" };
	bool good = true;

	br_pem_decoder_init(&pem);
	while (n > 0 && good) {
		size_t took = br_pem_decoder_push(&pem, text, n);

		text += took;
		n -= took;
		switch (br_pem_decoder_event(&pem)) {
		case BR_PEM_BEGIN_OBJ:
			snprintf(o.name, sizeof(o.name), "%s", br_pem_decoder_name(&pem));
			buf_reset(&o.der);
			br_pem_decoder_setdest(&pem, pem_bytes, &o.der);
			break;
		case BR_PEM_END_OBJ:
			good = keep(k, &o);
			break;
		case BR_PEM_ERROR:
			good = false;
			break;
		}
	}
	buf_free(&o.der);
	return good;
}

static int
load_file(struct tlsd_key *k, const char *path, char *why, size_t cap)
{
	struct buf text = BUF_INIT;
	int rc = -1;

	if (os_read_file(path, 1 << 20, &text) < 0) {
		snprintf(why, cap, "%s: %s", path, strerror(errno));
	} else {
		buf_putc(&text, '\n');		/* the decoder wants the last line ended */
		rc = read_pem(k, text.p, text.len) ? 0 : -1;
		if (rc < 0)
			snprintf(why, cap, "%s: not a PEM file that can be used", path);
	}
	buf_wipe(&text);
	return rc;
}

struct tlsd_key *
tlsd_load(const char *cert, const char *key, char *why, size_t cap)
{
	struct tlsd_key *k = xcalloc(1, sizeof(*k));

	if (load_file(k, cert, why, cap) == 0 &&
	    (k->type != 0 || load_file(k, key, why, cap) == 0)) {
		if (k->n > 0 && k->type != 0)
			return k;
		snprintf(why, cap, "%s, %s: a certificate or its key is missing", cert, key);
	}
	tlsd_unload(k);
	return NULL;
}

void
tlsd_unload(struct tlsd_key *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < k->n; i++)
		free(k->chain[i].data);
	mem_wipe(&k->key, sizeof(k->key));
	free(k);
}

struct tlsd *
tlsd_new(const struct tlsd_key *k)
{
	struct tlsd *t = xcalloc(1, sizeof(*t));
	unsigned char seed[32];

	if (k->type == BR_KEYTYPE_RSA)
		br_ssl_server_init_full_rsa(&t->server, k->chain, k->n, br_skey_decoder_get_rsa(&k->key));
	else
		br_ssl_server_init_full_ec(&t->server, k->chain, k->n, BR_KEYTYPE_EC,
		    br_skey_decoder_get_ec(&k->key));
	if (os_random(seed, sizeof(seed)) == 0)
		br_ssl_engine_inject_entropy(&t->server.eng, seed, sizeof(seed));
	mem_wipe(seed, sizeof(seed));
	br_ssl_engine_set_buffer(&t->server.eng, t->io, sizeof(t->io), 1);
	br_ssl_server_reset(&t->server);
	return t;
}

void
tlsd_free(struct tlsd *t)
{
	mem_wipe(t, sizeof(*t));
	free(t);
}

/* 1: something moved, 0: nothing can move now, -1: over. */
static int
send_records(struct tlsd *t, int fd)
{
	size_t n;
	unsigned char *p = br_ssl_engine_sendrec_buf(&t->server.eng, &n);
	ssize_t put;

	if (p == NULL)
		return 0;
	put = os_write(fd, p, n);
	if (put < 0)
		return errno == EAGAIN ? 0 : -1;
	br_ssl_engine_sendrec_ack(&t->server.eng, (size_t)put);
	return 1;
}

static int
receive_records(struct tlsd *t, int fd)
{
	size_t n;
	unsigned char *p = br_ssl_engine_recvrec_buf(&t->server.eng, &n);
	ssize_t got;

	if (p == NULL)
		return 0;
	got = os_read(fd, p, n);
	if (got < 0)
		return errno == EAGAIN ? 0 : -1;
	if (got == 0)
		return -1;
	br_ssl_engine_recvrec_ack(&t->server.eng, (size_t)got);
	return 1;
}

int
tlsd_pump(struct tlsd *t, int fd)
{
	for (;;) {
		int sent = send_records(t, fd), got;

		if (sent < 0 || br_ssl_engine_current_state(&t->server.eng) == BR_SSL_CLOSED)
			return -1;
		got = receive_records(t, fd);
		if (got < 0)
			return -1;
		if (sent + got == 0)
			return 0;
	}
}

bool
tlsd_wants_write(const struct tlsd *t)
{
	return (br_ssl_engine_current_state(&t->server.eng) & BR_SSL_SENDREC) != 0;
}

char *
tlsd_input(struct tlsd *t, size_t *n)
{
	return (char *)br_ssl_engine_recvapp_buf(&t->server.eng, n);
}

void
tlsd_took(struct tlsd *t, size_t n)
{
	br_ssl_engine_recvapp_ack(&t->server.eng, n);
}

size_t
tlsd_put(struct tlsd *t, const void *p, size_t n)
{
	size_t room;
	unsigned char *to = br_ssl_engine_sendapp_buf(&t->server.eng, &room);

	if (to == NULL)
		return 0;
	if (n > room)
		n = room;
	memcpy(to, p, n);
	br_ssl_engine_sendapp_ack(&t->server.eng, n);
	br_ssl_engine_flush(&t->server.eng, 0);
	return n;
}

void
tlsd_bye(struct tlsd *t, int fd)
{
	br_ssl_engine_close(&t->server.eng);
	while (send_records(t, fd) > 0)
		;
}
