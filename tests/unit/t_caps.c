/* t_caps.c - CAPABILITY words. */
#include "../../src/imap/caps.h"
#include "../../src/imap/imap.h"
#include "../../src/imap/limits.h"
#include "tap.h"

static const struct {
	const char *words;
	uint32_t caps;
} rows[] = {
	{ "", 0 },
	{ "   ", 0 },
	{ "IMAP4rev1", CAP_BIT(CAP_IMAP4REV1) },
	{ "imap4REV1  uidplus ", CAP_BIT(CAP_IMAP4REV1) | CAP_BIT(CAP_UIDPLUS) },
	{ "LITERAL+ LITERAL-", CAP_BIT(CAP_LITERALPLUS) | CAP_BIT(CAP_LITERALMINUS) },
	{ "LITERAL + SASL-I SASL-IRX", 0 },
	{ "AUTH=PLAIN AUTH=CRAM-MD5 AUTH=GSSAPI", CAP_BIT(CAP_AUTH_PLAIN) | CAP_BIT(CAP_AUTH_CRAM_MD5) },
	{ "LOGINDISABLED SASL-IR ID IDLE", CAP_BIT(CAP_LOGINDISABLED) | CAP_BIT(CAP_SASL_IR) | CAP_BIT(CAP_ID)
	    | CAP_BIT(CAP_IDLE) },
	{ "MOVE UNSELECT ENABLE CONDSTORE QRESYNC", CAP_BIT(CAP_MOVE) | CAP_BIT(CAP_UNSELECT) | CAP_BIT(CAP_ENABLE)
	    | CAP_BIT(CAP_CONDSTORE) | CAP_BIT(CAP_QRESYNC) },
	{ "LIST-STATUS LIST-EXTENDED ESEARCH NAMESPACE BINARY", CAP_BIT(CAP_LIST_STATUS) | CAP_BIT(CAP_LIST_EXTENDED)
	    | CAP_BIT(CAP_ESEARCH) | CAP_BIT(CAP_NAMESPACE) | CAP_BIT(CAP_BINARY) },
};

int
main(void)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < countof(rows); i++)
		is_int(caps_parse(slice_of(rows[i].words)), rows[i].caps, rows[i].words);
	for (i = 0; i < LIMIT_CAPABILITIES; i++)
		buf_puts(&b, "X ");
	buf_puts(&b, "UIDPLUS");
	is_int(caps_parse(buf_slice(&b)), 0, "words beyond the limit are not looked at");
	buf_free(&b);
	return done();
}
