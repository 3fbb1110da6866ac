/* t_maildir.c - one folder on a real disk: created, delivered to, scanned, renamed and removed under readers' hands. */
#include "../../src/maildir/maildir.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/md5.h"
#include "../../src/base/os.h"
#include "../../src/base/path.h"
#include "tap.h"

#define INBOX	"7e33429f656f1e6e9d79b29c3f82c57e"
#define SENT	"7f8c0283f16925caed8e632086b81b9c"

static char top[64];
static struct maildir m;
static struct err e;

static char *
file(const char *sub, const char *name)
{
	return path_join3(m.path, sub, name);
}

static void
make_file(const char *sub, const char *name, const char *text)
{
	char *path = file(sub, name);
	int fd = os_open(path, OS_CREATE);

	if (fd == -1 || os_write_all(fd, text, strlen(text)) == -1 || os_close(fd) == -1)
		abort();
	free(path);
}

static bool
there(const char *sub, const char *name)
{
	char *path = file(sub, name);
	struct os_stat st;
	bool r = os_lstat(path, &st) == 0;

	free(path);
	return r;
}

static void
move(const char *sub, const char *name, const char *to_sub, const char *to)
{
	char *a = file(sub, name), *b = file(to_sub, to);

	if (os_rename(a, b) == -1)
		abort();
	free(a);
	free(b);
}

static size_t
empty_dir(const char *path)
{
	struct os_dir *d = os_dir_open(path);
	const char *name;
	size_t n = 0;
	char *p;

	while (d != NULL && os_dir_next(d, &name) == 1) {
		p = path_join(path, name);
		if (os_unlink(p) == -1) {
			empty_dir(p);
			os_rmdir(p);
		}
		free(p);
		n++;
	}
	if (d != NULL)
		os_dir_close(d);
	return n;
}

/* Empties tmp/, new/ and cur/; returns how many entries lay in tmp/. */
static size_t
clear(void)
{
	static const char *const subs[] = { "new", "cur", "tmp" };
	size_t i, n = 0;
	char *p;

	for (i = 0; i < 3; i++) {
		p = path_join(m.path, subs[i]);
		n = empty_dir(p);
		free(p);
	}
	return n;
}

static void
test_folder(void)
{
	uint32_t uv = 0;
	char *p;

	ok(maildir_exists(&m, &e) == 0, "not there");
	ok(maildir_create(&m, &e) == 0 && maildir_exists(&m, &e) == 1, "created, with parents");
	ok(maildir_create(&m, &e) == 0, "and once more");
	is_str(m.fmd5, INBOX, "fmd5");
	ok(maildir_marker_read(&m, &uv, &e) == 0, "no marker");
	ok(maildir_marker_write(&m, 4294967295U, &e) == 0 && maildir_marker_read(&m, &uv, &e) == 1 &&
	    uv == 4294967295U, "marker written and read");
	p = path_join(m.path, "cur");
	os_rmdir(p);
	ok(maildir_exists(&m, &e) == -1 && strstr(e.msg, "cur") != NULL,
	    "with a marker but without cur/ it is an error");
	free(p);
	p = path_join(m.path, "offlineimap.uidvalidity");
	os_unlink(p);
	ok(maildir_exists(&m, &e) == 0, "without a marker it is half made");
	ok(maildir_create(&m, &e) == 0 && maildir_exists(&m, &e) == 1, "completed");
	make_file(".", "offlineimap.uidvalidity", "12x\n");
	ok(maildir_marker_read(&m, &uv, &e) == -1 && e.radius == ERR_FOLDER, "a marker that is no number");
	os_unlink(p);
	free(p);
}

/* in: as from the server; out: as in the file; wire: as an upload of that file announces it. */
static const struct {
	const char *in, *out;
	unsigned wire;
} conversions[] = {
	{ "", "", 0 },
	{ "a\r\nb\r\n", "a\nb\n", 6 },
	{ "a\nb\n", "a\nb\n", 6 },
	{ "a\rb", "a\rb", 3 },
	{ "a\r", "a\r", 2 },
	{ "\r\r\n", "\r\n", 2 },
	{ "\r\n\r\n", "\n\n", 4 },
	{ "\r\r", "\r\r", 2 },
	{ "\n\r\n\r", "\n\n\r", 5 },
};

static bool
convert(size_t row, size_t cut1, size_t cut2)
{
	const char *in = conversions[row].in;
	size_t n = strlen(in);
	struct md_delivery d;
	struct buf got = BUF_INIT;
	bool good;

	good = maildir_deliver_start(&m, &d, &e) == 0 &&
	    maildir_deliver_data(&d, in, cut1, &e) == 0 &&
	    maildir_deliver_data(&d, in + cut1, cut2 - cut1, &e) == 0 &&
	    maildir_deliver_data(&d, in + cut2, n - cut2, &e) == 0 && maildir_deliver_end(&m, &d, 0, &e) == 0 &&
	    os_read_file(d.tmp, 1000, &got) == 0;
	good = good && slice_is(buf_slice(&got), conversions[row].out) && d.size == got.len &&
	    d.wire == conversions[row].wire;
	buf_free(&got);
	maildir_deliver_abort(&d);
	maildir_deliver_abort(&d);
	return good;
}

static void
test_conversion(void)
{
	size_t i, a, b, n;
	bool good;

	for (i = 0; i < countof(conversions); i++) {
		n = strlen(conversions[i].in);
		good = true;
		for (a = 0; a <= n; a++)
			for (b = a; b <= n; b++)
				good = good && convert(i, a, b);
		ok(good, "conversion %u, cut anywhere", (unsigned)i);
	}
	is_int((long long)clear(), 0, "nothing stays in tmp/");
}

/* Pieces around the size of the buffer, against the same octets in one go. */
static void
test_big(void)
{
	enum { N = 200000 };
	char *in = xmalloc(N);
	struct md_delivery d;
	struct buf want = BUF_INIT, got = BUF_INIT;
	size_t i, k;

	for (i = 0; i < N; i++)
		in[i] = "ab\r\n\r\rcd\n"[i * i % 97 % 9];
	for (i = 0; i < N; i++)
		if (!(in[i] == '\r' && i + 1 < N && in[i + 1] == '\n'))
			buf_putc(&want, in[i]);
	maildir_deliver_start(&m, &d, &e);
	for (i = 0; i < N; i += k) {
		k = i % 3 == 0 ? 1 : i % 40000 + 1;
		k = k < N - i ? k : N - i;
		maildir_deliver_data(&d, in + i, k, &e);
	}
	ok(maildir_deliver_end(&m, &d, 0, &e) == 0 && os_read_file(d.tmp, N, &got) == 0 &&
	    slice_eq(buf_slice(&want), buf_slice(&got)) && d.size == want.len, "a big message in odd pieces");
	maildir_deliver_abort(&d);
	buf_free(&want);
	buf_free(&got);
	free(in);
}

static char *
deliver(uint32_t uid, unsigned flags, int64_t date)
{
	struct md_delivery d;
	char *name = NULL;

	if (maildir_deliver_start(&m, &d, &e) == -1 || maildir_deliver_data(&d, "x\r\n", 3, &e) == -1 ||
	    maildir_deliver_end(&m, &d, date, &e) == -1 ||
	    maildir_deliver_publish(&m, &d, uid, flags, &name, &e) == -1)
		printf("# %s\n", e.msg);
	maildir_deliver_abort(&d);
	return name;
}

static void
test_publish(void)
{
	char *a = deliver(42, 0, 1046866957), *b = deliver(43, MD_SEEN, 0), *c = deliver(0, MD_DRAFT, -1), *path;
	struct os_stat st;
	struct md_delivery d;
	char *name;

	ok(there("new", a) && strstr(a, ",U=42,FMD5=" INBOX ":2,") != NULL, "without flags in new/");
	ok(there("cur", b) && strstr(b, ",U=43,FMD5=" INBOX ":2,S") != NULL, "with flags in cur/");
	ok(there("cur", c) && strstr(c, ",U=") == NULL && strstr(c, ":2,D") != NULL, "without UID");
	path = file("new", a);
	ok(os_stat(path, &st) == 0 && st.mtime == 1046866957, "the date is the file's");
	ok(st.mode == 0600, "nobody else may read it");
	free(path);
	ok(maildir_sync(&m, &e) == 0, "synced");
	maildir_deliver_start(&m, &d, &e);
	maildir_deliver_end(&m, &d, 0, &e);
	free(d.base);
	d.base = xstrndup(a, (size_t)(strchr(a, ',') - a));
	ok(maildir_deliver_publish(&m, &d, 42, 0, &name, &e) == -1 && name == NULL, "never over an existing file");
	ok(there("new", a), "which is still there");
	is_int((long long)clear(), 0, "nothing stays in tmp/");
	free(a);
	free(b);
	free(c);
}

static void
test_unique(void)
{
	enum { N = 2000 };
	char **names = xcalloc(N, sizeof *names);
	struct md_delivery d;
	size_t i;
	bool good = true;

	for (i = 0; i < N; i++) {
		good = good && maildir_deliver_start(&m, &d, &e) == 0;
		names[i] = xstrdup(d.base);
		good = good && (i == 0 || strcmp(names[i], names[i - 1]) != 0) && strchr(d.base, ',') == NULL &&
		    strchr(d.base, ':') == NULL && strchr(d.base, '/') == NULL;
		maildir_deliver_abort(&d);
	}
	ok(good, "names differ");
	for (i = 0; i < N; i++)
		free(names[i]);
	free(names);
}

static const struct md_file *
find(const struct md_list *l, const char *base)
{
	return md_list_find(l, md5_64(base, strlen(base)));
}

static void
test_scan(void)
{
	const struct md_file *f;
	struct md_list l;
	char *path;
	size_t i;
	bool sorted = true;

	make_file("new", "1.a.host", "x");
	make_file("cur", "2.a.host,U=7,FMD5=" INBOX ":2,FS", "x");
	make_file("cur", "3.a.host,U=8,FMD5=" SENT ":2,S", "x");
	make_file("cur", "4.a.host,U=9:2,P", "x");
	make_file("cur", "5.a.host:1,x", "x");
	make_file("cur", ".nfs0001", "x");
	make_file("new", ".hidden.x", "x");
	make_file("cur", "plain", "x");
	make_file("cur", "6.a.host:2,S", "x");
	make_file("new", "6.a.host", "y");
	path = file("cur", "subdirectory");
	os_mkdir(path);
	free(path);
	ok(maildir_scan(&m, false, &l, &e) == 0, "scanned");
	is_int((long long)l.n, 8, "files");
	for (i = 1; i < l.n; i++)
		sorted = sorted && (l.v[i - 1].base < l.v[i].base || (l.v[i - 1].base == l.v[i].base &&
		    strcmp(md_list_name(&l, &l.v[i - 1]), md_list_name(&l, &l.v[i])) < 0));
	ok(sorted, "sorted");
	ok(l.proof && l.at_ms > 0, "absence is proved");
	f = find(&l, "1.a.host");
	ok(f != NULL && f->in_new && f->flags == 0 && f->uid == 0, "delivered by another");
	f = find(&l, "2.a.host");
	ok(f != NULL && !f->in_new && f->flags == (MD_FLAGGED | MD_SEEN) && f->uid == 7 && f->foreign_uid == 0,
	    "ours");
	f = find(&l, "3.a.host");
	ok(f != NULL && f->uid == 0 && f->foreign_uid == 8, "from another folder");
	f = find(&l, "4.a.host");
	ok(f != NULL && f->uid == 0 && f->foreign_uid == 0, "a UID without FMD5 says nothing");
	ok(find(&l, "5.a.host") != NULL && find(&l, "plain") != NULL, "strange names");
	ok(find(&l, "subdirectory") == NULL, "a directory is none");
	f = find(&l, "6.a.host");
	ok(f != NULL && strcmp(md_list_name(&l, f), "6.a.host") == 0 && f[1].base == f->base && !f[1].in_new,
	    "two files of one base are both kept");
	ok(find(&l, "7.a.host") == NULL, "what is not there");
	md_list_free(&l);
	clear();
	ok(maildir_scan(&m, false, &l, &e) == 0 && l.n == 0 && l.proof && find(&l, "x") == NULL, "an empty folder");
	path = xstrdup(m.path);
	m.path[strlen(m.path) - 1] = 'x';
	ok(maildir_changed(&m, &l, &e) == -1, "without the folder nothing is proved");
	md_list_free(&l);
	ok(maildir_scan(&m, false, &l, &e) == -1 && l.n == 0 && e.radius == ERR_FOLDER, "no directory, no list");
	free(m.path);
	m.path = path;
}

/* Stamps: not to be trusted right after a change; later the same, until the next. */
static void
test_stamps(void)
{
	struct md_list a, b;
	bool coarse;			/* stamps in whole seconds, as qemu for s390x shows them */

	make_file("cur", "1.a.host", "x");
	maildir_scan(&m, false, &a, &e);
	ok(!a.settled && a.proof, "racy: a second pass, not settled");
	is_int((long long)a.n, 1, "two passes, one entry");
	coarse = a.cur_stamp.mtime_ns % 1000000000 == 0;
	md_list_free(&a);
	poll(NULL, 0, coarse ? 1100 : 40);
	maildir_scan(&m, false, &a, &e);
	ok(a.settled == !a.network, "settled after a while");
	maildir_scan(&m, false, &b, &e);
	ok(memcmp(&a.cur_stamp, &b.cur_stamp, sizeof a.cur_stamp) == 0 &&
	    memcmp(&a.new_stamp, &b.new_stamp, sizeof a.new_stamp) == 0, "unchanged");
	is_int(maildir_changed(&m, &a, &e), 0, "unchanged when looked at alone");
	md_list_free(&b);
	if (coarse)
		poll(NULL, 0, 1100);
	make_file("new", "2.a.host", "x");
	maildir_scan(&m, false, &b, &e);
	ok(memcmp(&a.cur_stamp, &b.cur_stamp, sizeof a.cur_stamp) == 0 &&
	    memcmp(&a.new_stamp, &b.new_stamp, sizeof a.new_stamp) != 0, "new/ changed");
	is_int(maildir_changed(&m, &a, &e), 1, "since the first scan");
	is_int(maildir_changed(&m, &b, &e), 0, "and not since");
	md_list_free(&a);
	md_list_free(&b);
	clear();
}

static void
test_clean_tmp(void)
{
	struct md_list l;
	struct md_delivery d;

	maildir_deliver_start(&m, &d, &e);
	make_file("tmp", "somebody.elses", "x");
	make_file("tmp", "offlineimap-1046866957_0.4711.host", "x");
	maildir_scan(&m, false, &l, &e);
	md_list_free(&l);
	ok(there("tmp", "offlineimap-1046866957_0.4711.host"), "kept without clean_tmp");
	maildir_scan(&m, true, &l, &e);
	ok(l.n == 0, "tmp/ is not listed");
	md_list_free(&l);
	ok(there("tmp", "somebody.elses") && !there("tmp", "offlineimap-1046866957_0.4711.host"), "ours are removed");
	ok(maildir_deliver_end(&m, &d, 0, &e) == 0, "the open file is complete");
	maildir_deliver_abort(&d);
	clear();
}

#define U7	",U=7,FMD5=" INBOX
static const struct {
	const char *sub, *has;		/* what is on disk */
	const char *name;		/* what was there last time */
	uint32_t uid;
	unsigned was, want;
	const char *to_sub, *to;	/* NULL: gone */
} renames[] = {
	{ "cur", "1.h:2,S", "1.h:2,S", 0, MD_SEEN, MD_SEEN, "cur", "1.h:2,S" },
	{ "cur", "1.h:2,S", "1.h:2,S", 0, MD_SEEN, MD_FLAGGED, "cur", "1.h:2,F" },
	{ "cur", "1.h:2,S", "1.h:2,S", 0, MD_SEEN, 0, "cur", "1.h:2," },
	{ "new", "1.h:2,", "1.h:2,", 0, 0, MD_SEEN, "cur", "1.h:2,S" },
	{ "new", "1.h", "1.h", 0, 0, 0, "new", "1.h" },
	{ "new", "1.h", "1.h", 7, 0, 0, "new", "1.h" U7 ":2," },
	{ "cur", "1.h:2,PS", "1.h:2,PS", 7, MD_SEEN, MD_SEEN | MD_TRASHED, "cur", "1.h" U7 ":2,PST" },
	{ "cur", "1.h,U=9,FMD5=" SENT ":2,S", "1.h,U=9,FMD5=" SENT ":2,S", 7, MD_SEEN, MD_SEEN,
	    "cur", "1.h" U7 ":2,S" },
	/* a reader was there meanwhile: it moved the file, set R, and we set S */
	{ "cur", "1.h:2,R", "1.h", 0, 0, MD_SEEN, "cur", "1.h:2,RS" },
	/* it set F and we take S away */
	{ "cur", "1.h:2,FS", "1.h:2,S", 0, MD_SEEN, 0, "cur", "1.h:2,F" },
	{ "cur", "1.h:2,S", "1.h:2,", 7, 0, 0, "cur", "1.h" U7 ":2,S" },
	{ "cur", "2.h:2,S", "1.h:2,S", 0, MD_SEEN, 0, NULL, NULL },
	/* the same base under another UID is another message */
	{ "cur", "1.h,U=8,FMD5=" INBOX ":2,S", "1.h" U7 ":2,S", 0, MD_SEEN, 0, NULL, NULL },
	{ "cur", "1.h:1,x", "1.h:1,x", 0, 0, MD_SEEN, "cur", "1.h:1,x" },
};

static void
test_renames(void)
{
	char *got;
	size_t i;
	int r;

	for (i = 0; i < countof(renames); i++) {
		make_file(renames[i].sub, renames[i].has, "x");
		got = NULL;
		r = maildir_rename(&m, renames[i].name, renames[i].uid, renames[i].was, renames[i].want, &got, &e);
		if (renames[i].to == NULL)
			ok(r == 1 && got == NULL && there(renames[i].sub, renames[i].has), "rename %u: gone",
			    (unsigned)i);
		else if (!ok(r == 0 && got != NULL && strcmp(got, renames[i].to) == 0 &&
		    there(renames[i].to_sub, renames[i].to), "rename %u", (unsigned)i))
			printf("# %d %s\n", r, got ? got : e.msg);
		free(got);
		clear();
	}
	make_file("new", "1.h", "x");
	make_file("cur", "1.h:2,S", "y");
	got = NULL;
	ok(maildir_rename(&m, "1.h", 0, 0, MD_SEEN, &got, &e) == -1 && e.radius == ERR_MESSAGE && got == NULL,
	    "never over another message");
	ok(there("new", "1.h") && there("cur", "1.h:2,S"), "both are still there");
	clear();
}

static void
test_remove(void)
{
	make_file("new", "1.h", "x");
	make_file("cur", "2.h:2,S", "x");
	make_file("cur", "3.h" U7 ":2,S", "x");
	ok(maildir_remove(&m, "1.h", &e) == 0 && !there("new", "1.h"), "removed");
	ok(maildir_remove(&m, "1.h", &e) == 0, "gone already");
	move("cur", "2.h:2,S", "cur", "2.h:2,FS");
	ok(maildir_remove(&m, "2.h:2,S", &e) == 0 && !there("cur", "2.h:2,FS"), "renamed meanwhile");
	ok(maildir_remove(&m, "3.h,U=8,FMD5=" INBOX ":2,", &e) == 0 && there("cur", "3.h" U7 ":2,S"),
	    "another message of that base stays");
	clear();
}

int
main(void)
{
	char *path;

	snprintf(top, sizeof top, "/tmp/t_maildir.%ld", os_pid());
	if (os_mkdir(top) == -1)
		return 1;
	path = path_join(top, "a/b/INBOX");
	maildir_init(&m, path, "INBOX", true);
	free(path);
	test_folder();
	test_conversion();
	test_big();
	test_publish();
	test_unique();
	test_scan();
	test_stamps();
	test_clean_tmp();
	test_renames();
	test_remove();
	maildir_fini(&m);
	empty_dir(top);
	os_rmdir(top);
	return done();
}
