/* sasl.c - see sasl.h. */
#include "sasl.h"

#include <string.h>

#include <bearssl.h>

#include "caps.h"
#include "imap.h"

/* RFC 2195 2: user, blank, HMAC-MD5 of the challenge with the password as key, in lower hex. */
static void
cram_md5(struct slice challenge, const char *user, const char *password, struct buf *out)
{
	unsigned char mac[br_md5_SIZE];
	br_hmac_key_context key;
	br_hmac_context hmac;
	size_t i;

	br_hmac_key_init(&key, &br_md5_vtable, password, strlen(password));
	br_hmac_init(&hmac, &key, 0);
	br_hmac_update(&hmac, challenge.p, challenge.len);
	br_hmac_out(&hmac, mac);
	buf_puts(out, user);
	buf_putc(out, ' ');
	for (i = 0; i < sizeof(mac); i++)
		buf_printf(out, "%02x", (unsigned)mac[i]);
	mem_wipe(&key, sizeof(key));
	mem_wipe(&hmac, sizeof(hmac));
}

/* RFC 4616 2: [authzid] NUL authcid NUL passwd. */
static void
plain(struct slice challenge, const char *user, const char *password, struct buf *out)
{
	(void)challenge;
	buf_putc(out, '\0');
	buf_puts(out, user);
	buf_putc(out, '\0');
	buf_puts(out, password);
}

static const struct sasl_mech mechs[] = {
	{ "CRAM-MD5", CAP_BIT(CAP_AUTH_CRAM_MD5), 0, false, false, cram_md5 },
	{ "PLAIN", CAP_BIT(CAP_AUTH_PLAIN), 0, true, true, plain },
	{ "LOGIN", 0, CAP_BIT(CAP_LOGINDISABLED), true, false, NULL },
};

const struct sasl_mech *
sasl_choose(uint32_t caps, bool may_show_secret, unsigned *from)
{
	const struct sasl_mech *m;

	while (*from < countof(mechs)) {
		m = &mechs[(*from)++];
		if ((m->needs & ~caps) == 0 && (m->unless & caps) == 0
		    && (may_show_secret || !m->shows_secret))
			return m;
	}
	return NULL;
}
