/* t_sasl.c - mechanisms against the examples of their RFCs, and which is chosen when. */
#include "../../src/imap/caps.h"
#include "../../src/imap/imap.h"
#include "../../src/imap/sasl.h"
#include "tap.h"

#define PLAIN	CAP_BIT(CAP_AUTH_PLAIN)
#define CRAM	CAP_BIT(CAP_AUTH_CRAM_MD5)
#define NOLOGIN	CAP_BIT(CAP_LOGINDISABLED)

static const struct {
	uint32_t caps;
	bool may_show;
	const char *order;
} choices[] = {
	{ PLAIN | CRAM, true, "CRAM-MD5 PLAIN LOGIN " },
	{ PLAIN | CRAM, false, "CRAM-MD5 " },
	{ PLAIN, true, "PLAIN LOGIN " },
	{ PLAIN, false, "" },
	{ PLAIN | NOLOGIN, true, "PLAIN " },
	{ NOLOGIN, true, "" },
	{ 0, true, "LOGIN " },
	{ 0, false, "" },
	{ CAP_BIT(CAP_SASL_IR) | CAP_BIT(CAP_IDLE), true, "LOGIN " },
};

struct exchange {
	uint32_t caps;
	const char *user, *password, *challenge;
	const char *answer;
	size_t len;
};

static const struct exchange exchanges[] = {
	/* RFC 2195 2 */
	{ CRAM, "tim", "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>",
	    "tim b913a602c7eda7a495b4e6e7334d3890", 36 },
	/* the sixth of the published test cases of HMAC-MD5: a key longer than a block */
	{ CRAM, "u", "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	    "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	    "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
	    "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa",
	    "Test Using Larger Than Block-Size Key - Hash Key First", "u 6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd", 34 },
	/* RFC 4616 4 */
	{ PLAIN, "tim", "tanstaaftanstaaf", "", "\0tim\0tanstaaftanstaaf", 21 },
};

static void
test_choice(size_t i)
{
	const struct sasl_mech *m;
	struct buf b = BUF_INIT;
	unsigned from = 0;

	while ((m = sasl_choose(choices[i].caps, choices[i].may_show, &from)))
		buf_printf(&b, "%s ", m->name);
	is_str(buf_str(&b), choices[i].order, "mechanisms in order");
	buf_free(&b);
}

static void
test_exchange(const struct exchange *x)
{
	struct buf b = BUF_INIT;
	unsigned from = 0;
	const struct sasl_mech *m = sasl_choose(x->caps, true, &from);

	m->respond(slice_of(x->challenge), x->user, x->password, &b);
	ok(b.len == x->len && memcmp(b.p, x->answer, x->len) == 0, "%s answers", m->name);
	buf_free(&b);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < countof(choices); i++)
		test_choice(i);
	for (i = 0; i < countof(exchanges); i++)
		test_exchange(&exchanges[i]);
	return done();
}
