/* t_tls.c - net/tls through net/stream against "openssl s_server" with certificates made on the spot. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/num.h"
#include "../../src/base/os.h"
#include "../../src/base/stop.h"
#include "../../src/net/stream.h"
#include "tap.h"

#define NAME	"mail.example.org"
#define LINE	15000
#define LINES	200

/*
 * A root, an authority below it, and servers signed by that: a good one, one that has expired, one with a short
 * key, one signed with SHA-1; one that signed itself, and another, which it must not. chain.pem is in the wrong
 * order, with a stranger.
 */
static const char make_certificates[] =
	"exec >log 2>&1\n"
	"ec='ec -pkeyopt ec_paramgen_curve:P-256'\n"
	"leaf() { # name, key, hash, days, authority\n"
	"	openssl req -newkey $2 -nodes -keyout $1.key -subj /CN=$1 -out $1.csr &&\n"
	"	printf 'subjectAltName=DNS:" NAME ",DNS:*.wild.example.org' >$1.ext &&\n"
	"	openssl x509 -req -in $1.csr -CA ${5-sub}.pem -CAkey ${5-sub}.key -set_serial 7"
	" -$3 -days $4 -extfile $1.ext -out $1.pem\n"
	"}\n"
	"openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -subj /CN=Root -days 9 -out root.pem &&\n"
	"openssl req -x509 -newkey $ec -nodes -keyout other.key -subj /CN=Other -days 9 -out other.pem &&\n"
	"openssl req -newkey $ec -nodes -keyout sub.key -subj /CN=Sub -out sub.csr &&\n"
	"printf 'basicConstraints=critical,CA:TRUE' >sub.ext &&\n"
	"openssl x509 -req -in sub.csr -CA root.pem -CAkey root.key -set_serial 5 -days 9 -extfile sub.ext"
	" -out sub.pem &&\n"
	"leaf good \"$ec\" sha256 9 && leaf old \"$ec\" sha256 -1 && leaf short rsa:1024 sha256 9 &&\n"
	"leaf sha1 rsa:2048 sha1 9 &&\n"
	"openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -subj /CN=Self -days 9"
	" -addext subjectAltName=DNS:" NAME " -addext basicConstraints=CA:FALSE -out self.pem &&\n"
	"leaf below \"$ec\" sha256 9 self &&\n"
	"cat other.pem root.pem sub.pem >chain.pem && cat other.pem root.pem >both.pem\n"
	"echo nothing >empty.pem\n";

struct server {
	int in, out;
	pid_t pid;
	unsigned port;
};

/* The line "ACCEPT address:port" tells that it listens, and where. */
static bool
server_start(struct server *s, const char *dir, const char *cert, const char *options)
{
	char *cmd = xasprintf("cd '%s' && exec openssl s_server -accept 127.0.0.1:0 -cert %s.pem -key %s.key "
	    "-cert_chain chain.pem -rev %s 2>&1", dir, cert, cert, options);
	struct buf b = BUF_INIT;
	const char *at = NULL, *end;
	uint32_t port = 0;
	char part[256];
	ssize_t n;

	if (os_spawn(cmd, &s->in, &s->out, &s->pid) < 0)
		abort();
	free(cmd);
	while ((n = os_read(s->out, part, sizeof(part))) > 0) {
		buf_add(&b, part, (size_t)n);
		at = strstr(buf_str(&b), "ACCEPT 127.0.0.1:");
		end = at ? strchr(at, '\n') : NULL;
		if (end && num_u32((struct slice){ at + 17, (size_t)(end - at) - 17 }, &port))
			break;
	}
	if (!port)
		printf("# s_server says: %s\n", buf_str(&b));
	buf_free(&b);
	s->port = port;
	return port != 0;
}

static void
server_stop(struct server *s)
{
	int status;

	os_kill(s->pid);
	os_wait(s->pid, &status);
	os_close(s->in);
	os_close(s->out);
}

static const struct {
	const char *what, *cert, *options, *cafile, *host;
	const char *want;		/* part of the error, NULL: it works */
} cases[] = {
	{ "misordered chain with strangers", "good", "", "both.pem", NAME, NULL },
	{ "name in other case, with root dot", "good", "", "root.pem", "MAIL.example.ORG.", NULL },
	{ "wildcard", "good", "", "root.pem", "a.wild.example.org", NULL },
	{ "authority in the middle is trusted", "good", "", "sub.pem", NAME, NULL },
	{ "own certificate is trusted", "self", "", "self.pem", NAME, NULL },
	{ "own certificate, signed by another, is trusted", "good", "", "good.pem", NAME, NULL },
	{ "a server is no authority", "below", "", "self.pem", NAME, "unknown authority" },
	{ "only ChaCha20", "good", "-cipher ECDHE-ECDSA-CHACHA20-POLY1305", "root.pem", NAME, NULL },
	{ "only AES-GCM", "good", "-cipher ECDHE-ECDSA-AES256-GCM-SHA384", "root.pem", NAME, NULL },
	{ "only CBC", "good", "-cipher ECDHE-ECDSA-AES128-SHA256", "root.pem", NAME, NULL },
	{ "wrong name", "good", "", "root.pem", "mail.example.com", "for another name" },
	{ "wildcard is one label", "good", "", "root.pem", "a.b.wild.example.org", "for another name" },
	{ "own certificate, wrong name", "self", "", "self.pem", "mail.example.com", "for another name" },
	{ "unknown authority", "good", "", "other.pem", NAME, "unknown authority" },
	{ "own certificate is unknown", "self", "", "root.pem", NAME, "unknown authority" },
	{ "expired", "old", "", "root.pem", NAME, "expired or not yet valid (the clock says" },
	{ "short key", "short", "-cipher ALL:@SECLEVEL=0", "root.pem", NAME, "too short" },
	{ "SHA-1", "sha1", "-cipher ALL:@SECLEVEL=0", "root.pem", NAME, "SHA-1" },
	{ "TLS 1.3 only", "good", "-tls1_3", "root.pem", NAME, "refuses TLS 1.2" },
	{ "no cipher suite in common", "good", "-cipher ECDHE-ECDSA-AES128-SHA", "root.pem", NAME,
	    "none of our cipher suites" },
	{ "no such file", "good", "", "nowhere.pem", NAME, "nowhere.pem: " },
	{ "no certificate in the file", "good", "", "empty.pem", NAME, "holds no certificate" },
	{ "address", "good", "", "root.pem", "127.0.0.1", "against an address" },
	{ "IPv6 address", "good", "", "root.pem", "::1", "against an address" },
	{ "no name", "good", "", "root.pem", "", "host name" },
};

static void
try_case(const char *dir, size_t i)
{
	struct stream_tls tls = { cases[i].host, NULL };
	char *ca = xasprintf("%s/%s", dir, cases[i].cafile);
	struct err e = ERR_INIT;
	struct stream *s = NULL;
	struct server server;
	bool good;

	tls.cafile = ca;
	if (server_start(&server, dir, cases[i].cert, cases[i].options))
		s = stream_dial("127.0.0.1", server.port, &tls, 5000, &e);
	if (cases[i].want)
		good = !s && !e.retry && e.radius == ERR_CONNECTION && strstr(e.msg, cases[i].want);
	else
		good = s && stream_is_tls(s) && stream_write(s, "olleh\n", 6, &e) == 0
		    && stream_fill(s, &e) == 0 && slice_is(stream_peek(s), "hello\n");
	ok(good, "%s: %s", cases[i].what, e.msg);
	stream_close(s);
	server_stop(&server);
	free(ca);
}

/* The server sends each line back reversed: the last letter shows which it was. */
static void
try_bulk(const char *dir)
{
	char *ca = xasprintf("%s/root.pem", dir), line[LINE];
	struct stream_tls tls = { NAME, ca };
	struct err e = ERR_INIT;
	size_t i, got = 0, want = (size_t)LINE * LINES;
	struct server server;
	struct stream *s = NULL;
	bool good;

	if (server_start(&server, dir, "good", ""))
		s = stream_dial("127.0.0.1", server.port, &tls, 5000, &e);
	good = s != NULL;
	for (i = 0; i < LINES && good; i++) {
		memset(line, 'a' + (int)(i % 26), LINE - 1);
		line[LINE - 1] = '\n';
		good = stream_write(s, line, LINE, &e) == 0;
		got += stream_peek(s).len;
		stream_consume(s, stream_peek(s).len);
	}
	while (good && got < want) {
		good = stream_fill(s, &e) == 0;
		got += stream_peek(s).len;
		stream_consume(s, stream_peek(s).len);
	}
	ok(good && got == want, "3 MB both ways: %s", e.msg);
	stream_close(s);
	server_stop(&server);
	free(ca);
}

static void
remove_dir(const char *dir)
{
	char *cmd = xasprintf("rm -rf '%s'", dir);

	if (system(cmd) != 0)
		printf("# cannot remove %s\n", dir);
	free(cmd);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/t_tls.%ld", tmp ? tmp : "/tmp", os_pid()), *cmd;
	struct err e = ERR_INIT;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	if (system("openssl version >/dev/null 2>&1") != 0) {
		puts("1..0 # SKIP there is no openssl command");
		return 0;
	}
	if (stop_init(&e) < 0 || os_mkdir(dir) < 0)
		return 1;
	cmd = xasprintf("cd '%s'\n%s", dir, make_certificates);
	if (!ok(system(cmd) == 0, "makes certificates"))
		return done();
	for (i = 0; i < countof(cases); i++)
		try_case(dir, i);
	try_bulk(dir);
	remove_dir(dir);
	free(cmd);
	free(dir);
	return done();
}
