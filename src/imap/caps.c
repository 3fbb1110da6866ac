/* caps.c - see caps.h. */
#include "caps.h"

#include "imap.h"
#include "limits.h"

static const char *const names[CAP_COUNT] = {
	[CAP_IMAP4REV1] = "IMAP4rev1",
	[CAP_UIDPLUS] = "UIDPLUS",
	[CAP_LITERALPLUS] = "LITERAL+",
	[CAP_LITERALMINUS] = "LITERAL-",
	[CAP_SASL_IR] = "SASL-IR",
	[CAP_LOGINDISABLED] = "LOGINDISABLED",
	[CAP_AUTH_CRAM_MD5] = "AUTH=CRAM-MD5",
	[CAP_AUTH_PLAIN] = "AUTH=PLAIN",
	[CAP_NAMESPACE] = "NAMESPACE",
	[CAP_BINARY] = "BINARY",
	[CAP_ENABLE] = "ENABLE",
	[CAP_CONDSTORE] = "CONDSTORE",
	[CAP_QRESYNC] = "QRESYNC",
	[CAP_LIST_STATUS] = "LIST-STATUS",
	[CAP_LIST_EXTENDED] = "LIST-EXTENDED",
	[CAP_ESEARCH] = "ESEARCH",
	[CAP_MOVE] = "MOVE",
	[CAP_IDLE] = "IDLE",
	[CAP_UNSELECT] = "UNSELECT",
	[CAP_ID] = "ID",
};
static_assert_(CAP_COUNT <= 32, caps_fit_into_a_word);

static uint32_t
cap_bit(struct slice word)
{
	unsigned i;

	for (i = 0; i < CAP_COUNT; i++)
		if (slice_is_nocase(word, names[i]))
			return CAP_BIT(i);
	return 0;
}

uint32_t
caps_parse(struct slice words)
{
	const char *p = words.len ? words.p : "", *end = p + words.len;
	struct slice word;
	uint32_t caps = 0;
	unsigned n;

	for (n = 0; n < LIMIT_CAPABILITIES; n++) {
		while (p < end && *p == ' ')
			p++;
		if (p == end)
			break;
		for (word.p = p; p < end && *p != ' '; p++)
			;
		word.len = (size_t)(p - word.p);
		caps |= cap_bit(word);
	}
	return caps;
}
