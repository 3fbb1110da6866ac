/* session.c - a connection's life: greeting, capabilities, login, logout (RFC 9051 3, 6.1, 6.2). */
#include "conn.h"

#include <stdlib.h>
#include <string.h>

#include "../base/base64.h"
#include "../base/os.h"
#include "sasl.h"

enum { ATTEMPTS_MAX = 2, PORT_TLS = 993, PORT_PLAIN = 143 };

/* ---- opening ---- */

static struct stream *
dial_tls(const struct account_conf *conf, unsigned port, struct err *e)
{
	struct stream_tls tls;

	tls.host = conf->host;
	tls.cafile = conf->cafile;
	return stream_dial(conf->host, port, &tls, conf->timeout_ms, e);
}

/* 2003 named neither port nor TLS. A certificate that fails must not lead to a plain line. */
static struct stream *
dial_try(const struct account_conf *conf, struct err *e)
{
	struct err first = ERR_INIT;
	struct stream *s = dial_tls(conf, PORT_TLS, &first);

	if (s == NULL && first.retry && !first.stopped)
		s = stream_dial(conf->host, PORT_PLAIN, NULL, conf->timeout_ms, e);
	if (s == NULL)
		*e = first;
	return s;
}

static struct stream *
dial(const struct account_conf *conf, struct err *e)
{
	if (conf->tunnel)
		return stream_tunnel(conf->tunnel, conf->timeout_ms, e);
	switch (conf->security) {
	case SEC_TLS:
		return dial_tls(conf, conf->port, e);
	case SEC_PLAIN:
		return stream_dial(conf->host, conf->port, NULL, conf->timeout_ms, e);
	case SEC_TRY:
		return dial_try(conf, e);
	}
	return NULL;
}

/* Would a secret go out in the clear where nobody has allowed it? */
static bool
is_open_line(const struct imap *c)
{
	return !stream_is_tls(c->s) && !stream_is_tunnel(c->s) && !stream_is_loopback(c->s)
	    && !c->conf->clear_password;
}

static int
greeting(struct imap *c, struct err *e)
{
	const char *peer = stream_peer(c->s);
	struct resp r;

	if (conn_next(c, &r, e) == CONN_ERROR) {
		/* A server that waits for our first TLS message says nothing. */
		if (r.status == STATUS_NONE && !e->stopped && !stream_is_tls(c->s) && !stream_is_tunnel(c->s))
			err_wrap(e, "no greeting (a TLS port needs \"ssl = yes\")");
		return -1;
	}
	c->authenticated = r.status == STATUS_PREAUTH;
	if (r.kind != RESP_UNTAGGED || (r.status != STATUS_OK && !c->authenticated))
		return err_set(e, ERR_CONNECTION,
		    "%s: this is no IMAP server: its first line is no greeting", peer);
	if (c->conf->tunnel && !c->authenticated)
		return err_set(e, ERR_ACCOUNT, "%s: the server behind preauthtunnel wants a login; the "
		    "command must start one that is logged in already (\"* PREAUTH\")", peer);
	if (c->authenticated && is_open_line(c))
		return err_set(e, ERR_ACCOUNT, "%s: the server says we are logged in already, on a "
		    "line without encryption: it cannot be trusted", peer);
	return 0;
}

static int
ask_capability(struct imap *c, struct err *e)
{
	struct answer a;

	c->caps = 0;
	buf_puts(conn_begin(c), "CAPABILITY");
	if (conn_send(c, SENT_OTHER, &a, e) < 0 || conn_wait(c, &a, e) < 0)
		return -1;
	c->caps_known = true;			/* none, if it would not say */
	return 0;
}

struct imap *
imap_open(const struct account_conf *conf, struct err *e)
{
	struct stream *s = dial(conf, e);
	unsigned char random;
	struct imap *c;

	if (s == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->conf = conf;
	c->s = s;
	if (os_random(&random, sizeof(random)) < 0)
		random = 0;
	c->prefix = (char)('A' + random % 26);
	if (greeting(c, e) < 0 || (!c->caps_known && ask_capability(c, e) < 0)) {
		imap_close(c);
		return NULL;
	}
	return c;
}

/* ---- what is known ---- */

bool
imap_is_authenticated(const struct imap *c)
{
	return c->authenticated;
}

bool
imap_has(const struct imap *c, enum imap_cap cap)
{
	return (c->caps >> cap & 1) != 0;
}

struct slice
imap_capability_text(const struct imap *c)
{
	return buf_slice(&c->caps_text);
}

/* ---- login ---- */

int
imap_login_possible(const struct imap *c, struct err *e)
{
	bool open_line = is_open_line(c);
	unsigned from = 0, any = 0;

	if (conn_alive(c, e) < 0)
		return -1;
	if (sasl_choose(c->caps, !open_line, &from))
		return 0;
	if (open_line && sasl_choose(c->caps, true, &any))
		return err_set(e, ERR_ACCOUNT, "%s: the password would cross the network unencrypted, "
		    "which is not allowed; in the account that starts at %s:%u add \"ssl = yes\" (with "
		    "the right remoteport), or \"ssl = no\" to allow it", stream_peer(c->s),
		    c->conf->file ? c->conf->file : "?", c->conf->line);
	return err_set(e, ERR_ACCOUNT, "%s: the server offers no way to log in that this program "
	    "knows (CRAM-MD5, PLAIN, LOGIN); if it speaks TLS, set \"ssl = yes\"", stream_peer(c->s));
}

/* RFC 9051 4.3: 8-bit and control characters only fit into a literal. */
static bool
needs_literal(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			return true;
	return false;
}

/* 1: written, or in the buffer; 0: the command was answered before it was complete. */
static int
login_argument(struct imap *c, const char *s, struct answer *a, struct err *e)
{
	size_t n = strlen(s);
	bool plus = conn_literal_plus(c, n);
	struct resp r;
	int go;

	if (!needs_literal(s)) {
		conn_quoted(&c->cmd, s);
		return 1;
	}
	buf_printf(&c->cmd, "{%lu%s}\r\n", (unsigned long)n, plus ? "+" : "");
	if (conn_part(c, SENT_OTHER, a, e) < 0)
		return -1;
	go = plus ? 1 : conn_go(c, a, &r, e);
	if (go == 1)
		buf_puts(&c->cmd, s);
	return go;
}

static int
login_command(struct imap *c, const char *password, struct answer *a, struct err *e)
{
	int go;

	memset(a, 0, sizeof(*a));
	buf_puts(conn_begin(c), "LOGIN ");
	go = login_argument(c, c->conf->user, a, e);
	if (go != 1)
		return go;
	buf_putc(&c->cmd, ' ');
	go = login_argument(c, password, a, e);
	if (go != 1)
		return go;
	return conn_send(c, SENT_OTHER, a, e) < 0 ? -1 : conn_wait(c, a, e);
}

/*
 * Answers the challenge in text, which mechanisms that speak first do not need; "*"
 * (RFC 9051 6.2.2) if it is not base64.
 */
static int
answer_challenge(struct imap *c, const struct sasl_mech *m, const char *password, struct slice text,
    struct err *e)
{
	struct buf challenge = BUF_INIT, raw = BUF_INIT, line = BUF_INIT;
	int result;

	if (m->initial || base64_decode(&challenge, text)) {
		m->respond(buf_slice(&challenge), c->conf->user, password, &raw);
		base64_encode(&line, raw.p, raw.len);
	} else {
		buf_putc(&line, '*');
	}
	buf_puts(&line, "\r\n");
	result = conn_raw(c, line.p, line.len, e);
	buf_wipe(&raw);
	buf_wipe(&line);
	buf_free(&challenge);
	return result;
}

/* One challenge, one answer; a server that asks for more is told to stop. */
static int
converse(struct imap *c, const struct sasl_mech *m, const char *password, bool answered,
    struct answer *a, struct err *e)
{
	struct resp r;
	int go;

	while ((go = conn_go(c, a, &r, e)) == 1) {
		if (!answered && answer_challenge(c, m, password, r.text, e) < 0)
			return -1;
		if (answered && conn_raw(c, "*\r\n", 3, e) < 0)
			return -1;
		answered = true;
	}
	return go;
}

static int
authenticate(struct imap *c, const struct sasl_mech *m, const char *password, struct answer *a,
    struct err *e)
{
	bool initial = m->initial && imap_has(c, CAP_SASL_IR);
	struct buf raw = BUF_INIT;
	const struct slice none = { NULL, 0 };

	buf_printf(conn_begin(c), "AUTHENTICATE %s", m->name);
	if (initial) {
		m->respond(none, c->conf->user, password, &raw);
		buf_putc(&c->cmd, ' ');
		base64_encode(&c->cmd, raw.p, raw.len);
		buf_wipe(&raw);
	}
	if (conn_send(c, SENT_OTHER, a, e) < 0)
		return -1;
	return converse(c, m, password, initial, a, e);
}

static int
attempt(struct imap *c, const struct sasl_mech *m, const char *password, struct answer *a,
    struct err *e)
{
	int result;

	c->secret = true;
	result = m->respond ? authenticate(c, m, password, a, e) : login_command(c, password, a, e);
	c->secret = false;
	buf_wipe(&c->cmd);
	buf_wipe(&c->in);			/* a server may echo what it was sent */
	return result;
}

/* The server judged the password or itself, not the mechanism: another try would be hammering. */
static bool
is_final(const struct answer *a)
{
	return a->code == CODE_AUTHENTICATIONFAILED || a->code == CODE_AUTHORIZATIONFAILED
	    || a->code == CODE_EXPIRED || conn_busy(a);
}

static int
login_refused(const struct imap *c, const struct answer *a, struct err *e)
{
	struct buf what = BUF_INIT;

	buf_puts(&what, "the login of user ");
	buf_add_printable(&what, slice_of(c->conf->user), 100);
	conn_refused(c, a, ERR_ACCOUNT, buf_str(&what), e);
	buf_free(&what);
	return -1;
}

int
imap_login(struct imap *c, const char *password, struct err *e)
{
	const struct sasl_mech *m;
	unsigned row = 0, tries;
	struct answer a;

	if (imap_login_possible(c, e) < 0)
		return -1;
	if (strpbrk(password, "\r\n") || strpbrk(c->conf->user, "\r\n"))
		return err_set(e, ERR_ACCOUNT, "%s: user name and password must not contain line ends",
		    stream_peer(c->s));
	memset(&a, 0, sizeof(a));
	for (tries = 0; tries < ATTEMPTS_MAX; tries++) {
		m = sasl_choose(c->caps, !is_open_line(c), &row);
		if (m == NULL)
			break;
		c->caps_known = false;		/* RFC 9051 7.2.2: they may be others after login */
		if (attempt(c, m, password, &a, e) < 0)
			return -1;
		if (a.status == STATUS_OK) {
			c->authenticated = true;
			return c->caps_known ? 0 : ask_capability(c, e);
		}
		if (is_final(&a))
			break;
	}
	return login_refused(c, &a, e);
}

/* ---- the rest ---- */

int
imap_noop(struct imap *c, struct err *e)
{
	struct answer a;

	if (fetch_settle(c, e) < 0)
		return -1;
	buf_puts(conn_begin(c), "NOOP");
	if (conn_send(c, SENT_OTHER, &a, e) < 0 || conn_wait(c, &a, e) < 0)
		return -1;
	return 0;
}

void
imap_logout(struct imap *c)
{
	struct err ignored = ERR_INIT;
	struct answer a;

	if (c == NULL)
		return;
	if (c->nsent == 0) {	/* else it might land inside a literal, or have to wait */
		buf_puts(conn_begin(c), "LOGOUT");
		if (conn_send(c, SENT_OTHER, &a, &ignored) == 0)
			stream_flush(c->s, &ignored);
	}
	imap_close(c);
}

void
imap_close(struct imap *c)
{
	if (c == NULL)
		return;
	stream_close(c->s);
	fetch_free(c);
	append_free(c);
	buf_free(&c->cmd);
	buf_free(&c->in);
	buf_free(&c->scratch);
	buf_free(&c->caps_text);
	free(c);
}
