/* t_trust.c - net/trust: names out of certificates, anchors out of PEM files, and no trust in either's form. */
#include <stdlib.h>

#include "../../src/base/base64.h"
#include "../../src/base/os.h"
#include "../../src/net/trust.h"
#include "tap.h"

/* "C=XX, CN=Test Root", self-signed, P-256 */
static const char pem[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBmDCCAT+gAwIBAgIUeBDC/1qIXemZrfXudtdd4RZx08wwCgYIKoZIzj0EAwIw\n"
	"ITELMAkGA1UEBhMCWFgxEjAQBgNVBAMMCVRlc3QgUm9vdDAgFw0yNjExMjMwODQ4\n"
	"MzBaGA8yMTI2MTAzMDA4NDgzMFowITELMAkGA1UEBhMCWFgxEjAQBgNVBAMMCVRl\n"
	"c3QgUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCoeuqomvyO3yYWre7Bn\n"
	"eA5YUfP68wXvDw6qhhsrS8rPSGnd6hTUfh+/0b2lS6rLYVspS9jzgTGBlnoSK0rG\n"
	"taejUzBRMB0GA1UdDgQWBBSft3uUNq4cXF3REo1tiVXexsAPRDAfBgNVHSMEGDAW\n"
	"gBSft3uUNq4cXF3REo1tiVXexsAPRDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49\n"
	"BAMCA0cAMEQCIEtfKWozf7G7TKzWzFO4ZdUxQrrbzdJOUZkekG2NdRAaAiAX9wSC\n"
	"AA7SLdM+2bDYXGyWN8MBeWdDH5BmpugNweyruA==\n"
	"-----END CERTIFICATE-----\n";

static void
to_der(struct buf *der)
{
	struct buf text = BUF_INIT;
	const char *p = strchr(pem, '\n'), *end = strstr(pem, "-----END");

	for (; p < end; p++)
		if (*p != '\n')
			buf_putc(&text, *p);
	if (!base64_decode(der, buf_slice(&text)))
		abort();
	buf_free(&text);
}

static void
test_names(const struct buf *der)
{
	static const char common_name[] = "Test Root";
	struct slice issuer, subject;
	struct buf bad = BUF_INIT;
	bool good = true;
	size_t i;

	ok(trust_cert_names(buf_slice(der), &issuer, &subject), "reads a certificate");
	ok(slice_eq(issuer, subject) && subject.len == 35
	    && memcmp(subject.p + subject.len - 9, common_name, 9) == 0, "issuer and subject, whole");
	/* in memory of its own size, so that a read beyond it is seen */
	for (i = 0; i < 150 && good; i++) {
		char *part = slice_dup((struct slice){ der->p, i });

		good = !trust_cert_names((struct slice){ part, i }, &issuer, &subject);
		free(part);
	}
	ok(good, "no prefix of it is one");
	for (i = 0; i < der->len * 8; i++) {
		buf_reset(&bad);
		buf_add(&bad, der->p, der->len);
		bad.p[i / 8] = (char)(bad.p[i / 8] ^ 1 << i % 8);
		if (trust_cert_names(buf_slice(&bad), &issuer, &subject)
		    && subject.p + subject.len > bad.p + bad.len)
			good = false;
	}
	ok(good, "a flipped bit leads to nothing outside");
	ok(!trust_cert_names(slice_of("\x30\x84\xff\xff\xff\xff"), &issuer, &subject)
	    && !trust_cert_names(slice_of("\x30\x80\x30\x80"), &issuer, &subject), "odd lengths");
	buf_free(&bad);
}

static size_t
anchors_in(const char *file, const char *text, struct slice wanted, struct err *e)
{
	struct trust t = { NULL, 0 };
	size_t n;

	os_replace_file(file, text, strlen(text));
	err_clear(e);
	trust_load(&t, file, &wanted, 1, e);
	n = t.n;
	if (n)
		ok(t.v[0].flags == BR_X509_TA_CA && t.v[0].pkey.key_type == BR_KEYTYPE_EC
		    && t.v[0].pkey.key.ec.curve == BR_EC_secp256r1 && t.v[0].dn.len == wanted.len, "its anchor");
	trust_free(&t);
	return n;
}

static void
test_load(const struct buf *der)
{
	const char *tmp = getenv("TMPDIR");
	char *file = xasprintf("%s/t_trust.%ld", tmp ? tmp : "/tmp", os_pid()), *text, *end;
	struct slice issuer, subject;
	struct err e = ERR_INIT;

	trust_cert_names(buf_slice(der), &issuer, &subject);
	text = xasprintf("# comment\n%s%s", pem, pem);
	is_int((long long)anchors_in(file, text, subject, &e), 2, "finds each that is wanted");
	is_int((long long)anchors_in(file, text, slice_of("other"), &e), 0, "and no other");
	ok(e.radius == ERR_NONE, "which is no error");
	end = strstr(text, "-----END");
	*end = '\0';
	is_int((long long)anchors_in(file, text, subject, &e), 0, "an unfinished one is none");
	ok(e.radius == ERR_CONNECTION && strstr(e.msg, "holds no certificate"), "said so: %s", e.msg);
	end[-100] = '\0';
	text[60] = '!';
	strncat(text, "\n-----END CERTIFICATE-----\n", 30);
	is_int((long long)anchors_in(file, text, subject, &e), 0, "a damaged one is passed over");
	os_unlink(file);
	is_str(trust_file("x.pem"), "x.pem", "the file that is named");
	setenv("SSL_CERT_FILE", "y.pem", 1);
	is_str(trust_file(NULL), "y.pem", "then SSL_CERT_FILE");
	free(text);
	free(file);
}

int
main(void)
{
	struct buf der = BUF_INIT;

	to_der(&der);
	test_names(&der);
	test_load(&der);
	buf_free(&der);
	return done();
}
