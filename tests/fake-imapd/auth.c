/* auth.c - LOGIN and AUTHENTICATE: PLAIN (RFC 4616) with or without SASL-IR (RFC 4959), CRAM-MD5 (RFC 2195). */
#include <stdio.h>
#include <string.h>

#include "../../src/base/base64.h"
#include "../../src/base/md5.h"
#include "conn.h"

static enum verdict
welcome(struct fake_conn *c, struct user *u)
{
	conn_login(c, u);
	say(c, SAY_OK, "[CAPABILITY ");
	conn_add_caps(c, &c->text);
	buf_puts(&c->text, "] logged in");
	return SAY_OK;
}

static enum verdict
check(struct fake_conn *c, struct slice name, struct slice password)
{
	struct user *u = server_user(c->server, name);

	if (u == NULL || !slice_is(password, u->password))
		return say(c, SAY_NO, "[AUTHENTICATIONFAILED] no such user or wrong password");
	return welcome(c, u);
}

enum verdict
cmd_login(struct fake_conn *c, struct words *w)
{
	struct slice name, password;

	if (conn_cap(c, FAKE_LOGINDISABLED))
		return say(c, SAY_NO, "[PRIVACYREQUIRED] LOGIN is disabled");
	if (!words_char(w, ' ') || !words_astring(w, &name) || !words_char(w, ' ') ||
	    !words_astring(w, &password) || !words_end(w))
		return say_bad_args(c);
	return check(c, name, password);
}

/* authzid NUL authcid NUL password */
static enum verdict
plain(struct fake_conn *c, struct slice line)
{
	struct buf answer = BUF_INIT;
	enum verdict v = SAY_BAD;
	const char *name, *password;

	if (slice_is(line, "*"))
		return say(c, SAY_BAD, "given up");
	say(c, SAY_BAD, "that is no PLAIN answer");
	if (base64_decode(&answer, line) && answer.len > 0 &&
	    (name = memchr(answer.p, '\0', answer.len)) != NULL) {
		size_t left = answer.len - (size_t)(++name - answer.p);

		password = memchr(name, '\0', left);
		if (password != NULL) {
			struct slice user = { name, (size_t)(password - name) };
			struct slice pass = { password + 1, left - user.len - 1 };

			v = check(c, user, pass);
		}
	}
	buf_wipe(&answer);
	return v;
}

/* RFC 2104; the key is at most a block long after the first step. */
static void
hmac_md5(const char *key, const void *p, size_t n, unsigned char out[16])
{
	unsigned char pad[64], digest[16];
	size_t len = strlen(key);
	struct md5 m;

	memset(pad, 0, sizeof(pad));
	if (len > sizeof(pad)) {
		md5_init(&m);
		md5_add(&m, key, len);
		md5_end(&m, pad);
	} else {
		memcpy(pad, key, len);
	}
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36;
	md5_init(&m);
	md5_add(&m, pad, sizeof(pad));
	md5_add(&m, p, n);
	md5_end(&m, digest);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	md5_init(&m);
	md5_add(&m, pad, sizeof(pad));
	md5_add(&m, digest, sizeof(digest));
	md5_end(&m, out);
}

static void
challenge(const struct fake_conn *c, char text[64])
{
	snprintf(text, 64, "<%lu.20030301@fake-imapd.invalid>", (unsigned long)c->serial);
}

static enum verdict
cram(struct fake_conn *c, struct slice line)
{
	struct buf answer = BUF_INIT;
	unsigned char digest[16];
	char text[64], hex[33];
	struct user *u = NULL;
	bool good = false;

	if (slice_is(line, "*"))
		return say(c, SAY_BAD, "given up");
	if (base64_decode(&answer, line) && answer.len > 33 && answer.p[answer.len - 33] == ' ')
		u = server_user(c->server, (struct slice){ answer.p, answer.len - 33 });
	if (u != NULL) {
		challenge(c, text);
		hmac_md5(u->password, text, strlen(text), digest);
		for (size_t i = 0; i < sizeof(digest); i++)
			snprintf(hex + 2 * i, 3, "%02x", digest[i]);
		good = memcmp(hex, answer.p + answer.len - 32, 32) == 0;
	}
	buf_wipe(&answer);
	return good ? welcome(c, u) : say(c, SAY_NO, "[AUTHENTICATIONFAILED] no such user or wrong password");
}

enum verdict
cmd_authenticate(struct fake_conn *c, struct words *w)
{
	struct slice mechanism, first;
	char text[64];

	if (!words_char(w, ' ') || !words_atom(w, &mechanism))
		return say_bad_args(c);
	if (slice_is_nocase(mechanism, "PLAIN") && conn_cap(c, FAKE_PLAIN)) {
		if (words_char(w, ' ')) {
			first.p = w->p;
			first.len = (size_t)(w->end - w->p);
			if (!conn_cap(c, FAKE_SASL_IR))
				return say_bad_args(c);
			return plain(c, slice_is(first, "=") ? slice_of("") : first);
		}
		buf_puts(&c->out, "+ \r\n");
		c->more = plain;
	} else if (slice_is_nocase(mechanism, "CRAM-MD5") && conn_cap(c, FAKE_CRAM_MD5)) {
		challenge(c, text);
		buf_puts(&c->out, "+ ");
		base64_encode(&c->out, text, strlen(text));
		buf_puts(&c->out, "\r\n");
		c->more = cram;
	} else {
		return say(c, SAY_NO, "that mechanism is not offered");
	}
	return words_end(w) ? SAY_LATER : (c->more = NULL, say_bad_args(c));
}
