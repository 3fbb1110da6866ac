/* t_source.c - message files read for an upload: line ends, sizes, hashes, the Message-ID, and what is refused. */
#include "../../src/maildir/maildir.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/base/md5.h"
#include "../../src/base/os.h"
#include "../../src/base/path.h"
#include "tap.h"

static char top[64];
static struct maildir m;
static struct err e;

static void
make_file(const char *path, const char *p, size_t n)
{
	int fd = os_open(path, OS_TRUNCATE);

	if (fd == -1 || os_write_all(fd, p, n) == -1 || os_close(fd) == -1)
		abort();
}

static char *
message(const char *p, size_t n)
{
	char *path = path_join3(m.path, "cur", "1.h:2,S");

	make_file(path, p, n);
	return path;
}

/* Everything that a source gives, read in pieces of cap octets at most. */
static bool
read_all(struct md_source *s, size_t cap, struct buf *out)
{
	char *piece = xmalloc(cap);
	ssize_t n;

	while ((n = maildir_source_read(s, piece, cap, &e)) > 0)
		buf_add(out, piece, (size_t)n);
	free(piece);
	return n == 0;
}

#define TEXT(s)	s, sizeof s - 1
static const struct {
	const char *in;
	size_t len;
	const char *wire;
	size_t wire_len;
	bool has_nul;
} bodies[] = {
	{ TEXT(""), TEXT(""), false },
	{ TEXT("a: b\n\nc\n"), TEXT("a: b\r\n\r\nc\r\n"), false },
	{ TEXT("a\r\nb\nc\r\n"), TEXT("a\r\nb\r\nc\r\n"), false },
	{ TEXT("\n"), TEXT("\r\n"), false },
	{ TEXT("\r"), TEXT("\r"), false },
	{ TEXT("\r\r\n\n\r"), TEXT("\r\r\n\r\n\r"), false },
	{ TEXT("\n\n\n\n\n"), TEXT("\r\n\r\n\r\n\r\n\r\n"), false },
	{ TEXT("a\0b\n"), TEXT("a\0b\r\n"), true },
	{ TEXT("\xff\x80\n"), TEXT("\xff\x80\r\n"), false },
};

static void
test_bodies(void)
{
	struct md_source s;
	struct buf got = BUF_INIT;
	unsigned char hash[16];
	struct md5 md5;
	size_t i, cap;
	bool good;
	char *path;

	for (i = 0; i < countof(bodies); i++) {
		path = message(bodies[i].in, bodies[i].len);
		md5_init(&md5);
		md5_add(&md5, bodies[i].wire, bodies[i].wire_len);
		md5_end(&md5, hash);
		good = true;
		for (cap = 2; cap < 14; cap++) {
			buf_reset(&got);
			good = good && maildir_source_open(&m, "1.h:2,S", &s, &e) == 0 && read_all(&s, cap, &got) &&
			    s.size == bodies[i].len && s.wire == bodies[i].wire_len && got.len == s.wire &&
			    memcmp(buf_str(&got), bodies[i].wire, got.len) == 0 && s.has_nul == bodies[i].has_nul &&
			    memcmp(s.hash, hash, 16) == 0;
			maildir_source_close(&s);
		}
		ok(good, "body %u in pieces of 2 to 13 octets", (unsigned)i);
		os_unlink(path);
		free(path);
	}
	buf_free(&got);
}

static const struct { const char *message, *id; } ids[] = {
	{ "Message-ID: <a@b>\n\n", "<a@b>" },
	{ "From: x\nMESSAGE-id:<a@b>\nTo: y\n\nbody", "<a@b>" },
	{ "From: x\r\nMessage-Id: \t <a@b> \r\n\r\n", "<a@b>" },
	{ "Message-ID:\n <a@b>\n\n", "<a@b>" },
	{ "Message-ID: <a\n\t@b>\n\n", "<a\t@b>" },
	{ "Message-ID : <a@b>\n\n", "<a@b>" },
	{ "Message-ID: <a@b>", "<a@b>" },
	{ "Message-ID: <a@b>\nMessage-ID: <c@d>\n\n", "<a@b>" },
	{ "Message-ID: <a\r@b>\n\n", "<a@b>" },
	{ "Message-ID:\nMessage-ID: <c@d>\n\n", NULL },
	{ "Message-ID:  \n\n", NULL },
	{ "Message-IDs: <a@b>\n\n", NULL },
	{ "Message-I: <a@b>\n\n", NULL },
	{ "X-Message-ID: <a@b>\n\n", NULL },
	{ " Message-ID: <a@b>\n\n", NULL },
	{ "Subject: x\n Message-ID: <a@b>\n\n", NULL },
	{ "Subject: x\n\nMessage-ID: <a@b>\n", NULL },
	{ "\nMessage-ID: <a@b>\n", NULL },
	{ "\r\nMessage-ID: <a@b>\n", NULL },
	{ "Message-ID\n: <a@b>\n\n", NULL },
	{ "", NULL },
};

static void
test_ids(void)
{
	struct md_source s;
	size_t i;
	uint64_t want;
	char *path;

	for (i = 0; i < countof(ids); i++) {
		path = message(ids[i].message, strlen(ids[i].message));
		want = ids[i].id == NULL ? 0 : md5_64(ids[i].id, strlen(ids[i].id));
		ok(maildir_source_open(&m, "1.h:2,S", &s, &e) == 0 && s.msgid == want, "Message-ID %u", (unsigned)i);
		maildir_source_close(&s);
		os_unlink(path);
		free(path);
	}
}

/* A file of many buffers, its Message-ID and a CR LF lying across their edges. */
static void
test_big(void)
{
	struct buf in = BUF_INIT, wire = BUF_INIT, got = BUF_INIT;
	struct md_source s;
	size_t pad, i;
	bool good = true;
	char *path;

	for (pad = 16370; pad < 16400; pad += 3) {
		buf_reset(&in);
		buf_reset(&wire);
		buf_reset(&got);
		buf_puts(&in, "X: ");
		for (i = 0; i < pad; i++)
			buf_putc(&in, 'x');
		buf_puts(&in, "\nMessage-ID: <a@b>\r\n\n");
		for (i = 0; i < 60000; i++)
			buf_putc(&in, i % 7 == 3 ? '\n' : 'y');
		for (i = 0; i < in.len; i++) {
			if (in.p[i] == '\n' && in.p[i - 1] != '\r')
				buf_putc(&wire, '\r');
			buf_putc(&wire, in.p[i]);
		}
		path = message(in.p, in.len);
		good = good && maildir_source_open(&m, "1.h:2,S", &s, &e) == 0 && read_all(&s, 32768, &got) &&
		    slice_eq(buf_slice(&got), buf_slice(&wire)) && s.wire == wire.len &&
		    s.msgid == md5_64("<a@b>", 5);
		maildir_source_close(&s);
		free(path);
	}
	ok(good, "across the buffers' edges");
	buf_free(&in);
	buf_free(&wire);
	buf_free(&got);
}

static void
test_refused(void)
{
	char *path = message("a\n", 2), *moved = path_join3(m.path, "cur", "1.h:2,FS");
	struct md_source s;
	struct buf got = BUF_INIT;

	os_set_mtime(path, 1046866957);
	os_rename(path, moved);
	ok(maildir_source_open(&m, "1.h:2,S", &s, &e) == 0 && s.mtime == 1046866957, "renamed meanwhile");
	make_file(moved, "abc\n", 4);
	ok(!read_all(&s, 100, &got) && e.radius == ERR_MESSAGE && e.retry, "longer than it was measured");
	maildir_source_close(&s);
	ok(maildir_source_open(&m, "1.h:2,S", &s, &e) == 0, "measured again");
	make_file(moved, "a", 1);
	ok(!read_all(&s, 100, &got) && e.radius == ERR_MESSAGE, "shorter than it was measured");
	printf("# %s\n", e.msg);
	maildir_source_close(&s);
	os_unlink(moved);
	ok(maildir_source_open(&m, "1.h:2,S", &s, &e) == 1, "gone");
	maildir_source_close(&s);
	if (symlink("/etc/passwd", moved) == -1)
		abort();
	ok(maildir_source_open(&m, "1.h:2,FS", &s, &e) == -1 && e.radius == ERR_MESSAGE, "a symbolic link");
	printf("# %s\n", e.msg);
	os_unlink(moved);
	os_mkdir(moved);
	ok(maildir_source_open(&m, "1.h:2,FS", &s, &e) == -1 && e.radius == ERR_MESSAGE, "a directory");
	os_rmdir(moved);
	if (mkfifo(moved, 0600) == -1)
		abort();
	ok(maildir_source_open(&m, "1.h:2,FS", &s, &e) == -1 && e.radius == ERR_MESSAGE, "a pipe does not hang it");
	os_unlink(moved);
	buf_free(&got);
	free(path);
	free(moved);
}

int
main(void)
{
	static const char *const subs[] = { "tmp", "new", "cur" };
	size_t i;
	char *p;

	snprintf(top, sizeof top, "/tmp/t_source.%ld", os_pid());
	maildir_init(&m, top, "INBOX", false);
	if (maildir_create(&m, &e) == -1)
		return 1;
	test_bodies();
	test_ids();
	test_big();
	test_refused();
	for (i = 0; i < 3; i++) {
		p = path_join(top, subs[i]);
		os_rmdir(p);
		free(p);
	}
	os_rmdir(top);
	maildir_fini(&m);
	return done();
}
