/*
 * t_state.c - the state log: what was committed comes back, whatever is cut off or damaged; what was not committed
 * never does.
 */
#include "../../src/sync/state.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../src/base/crc32.h"
#include "../../src/base/os.h"
#include "../../src/base/path.h"
#include "tap.h"

static char dir[64];
static char *path, *bad;
static const struct state_id id = { "imap.example.org", "user name", "INBOX/100%", "INBOX.100%" };

static struct state_rec
rec(uint32_t uid, unsigned flags)
{
	struct state_rec r;

	memset(&r, 0, sizeof r);
	r.uid = uid;
	r.flags = (uint8_t)flags;
	r.base = (uint64_t)uid * 0x9e3779b97f4a7c15U;
	r.size = uid * 3;
	return r;
}

static void
put(struct state *s, uint32_t uid, unsigned flags)
{
	struct state_rec r = rec(uid, flags);

	state_put(s, &r);
}

static int
open_it(struct state *s)
{
	struct err e = ERR_INIT;
	int r = state_open(s, path, &id, false, &e);

	if (r == -1)
		printf("# %s\n", e.msg);
	return r;
}

static int
commit(struct state *s)
{
	struct err e = ERR_INIT;
	int r = state_commit(s, &e);

	if (r == -1)
		printf("# %s\n", e.msg);
	return r;
}

static void
fresh(void)
{
	unlink(path);
	unlink(bad);
}

static void
write_file(const char *p, size_t n)
{
	int fd;

	unlink(path);
	fd = os_open(path, OS_CREATE);
	if (fd == -1 || os_write_all(fd, p, n) == -1 || os_close(fd) == -1)
		abort();
}

static uint64_t
file_size(void)
{
	struct os_stat st;

	return os_stat(path, &st) == 0 ? st.size : 0;
}

static struct intent
an_intent(void)
{
	struct intent i;
	size_t k;

	memset(&i, 0, sizeof i);
	i.uidvalidity = 7;
	i.uidnext = 4294967295U;
	i.tries = 1;
	i.base = 0xfedcba9876543210U;
	i.size = (uint64_t)5 << 32;
	i.msgid = 1;
	i.date = -86400;
	i.sent_at = 1046866957;
	for (k = 0; k < sizeof i.hash; k++)
		i.hash[k] = (unsigned char)(250 + k);
	return i;
}

static void
test_round_trip(void)
{
	struct intent in = an_intent();
	struct state_point pt = { 9, 4, UINT64_MAX, { UINT64_MAX, -1, 2 }, { 3, INT64_MAX, 0 } };
	struct state s;
	struct state_rec marked = rec(8, MD_ALL), held = rec(9, 0);
	uint32_t a, b;

	fresh();
	ok(open_it(&s) == 0 && !s.existed && !s.rebuilt && s.nrecs == 0, "no file: empty");
	ok(commit(&s) == 0 && file_size() == 0, "nothing to write, nothing is created");
	state_set_uidvalidity(&s, 1234567890);
	put(&s, 5, MD_SEEN);
	put(&s, 3, 0);
	put(&s, 4294967295U, MD_ALL);
	marked.marked = true;
	state_put(&s, &marked);
	held.held = true;
	state_put(&s, &held);
	a = state_intent(&s, &in);
	b = state_intent(&s, &in);
	state_intent_try(&s, b, 2, 1046867000);
	state_intent_close(&s, a);
	state_set_point(&s, &pt);
	put(&s, 4, 0);
	state_drop(&s, 4);
	state_drop(&s, 99);
	ok(state_find(&s, 4) == NULL && state_find(&s, 3) != NULL, "found before the commit");
	ok(commit(&s) == 0, "committed");
	is_int((long long)s.nrecs, 5, "recs is exact after the commit");
	state_close(&s);

	ok(open_it(&s) == 0 && s.existed && !s.rebuilt, "read back");
	is_int(s.uidvalidity, 1234567890, "uidvalidity");
	ok(s.nrecs == 5 && s.recs[0].uid == 3 && s.recs[1].uid == 5 && s.recs[2].uid == 8 && s.recs[3].uid == 9 &&
	    s.recs[4].uid == 4294967295U, "ascending");
	ok(s.recs[2].marked && !s.recs[3].marked && s.recs[2].flags == MD_ALL && !s.recs[2].held && s.recs[3].held,
	    "marked, held and flags");
	ok(s.recs[1].base == rec(5, 0).base && s.recs[1].size == 15, "base and size");
	in.id = b;
	in.tries = 2;
	in.sent_at = 1046867000;
	ok(s.nintents == 1 && memcmp(&s.intents[0].hash, in.hash, 16) == 0 && s.intents[0].id == b &&
	    s.intents[0].tries == 2 && s.intents[0].sent_at == in.sent_at && s.intents[0].date == in.date &&
	    s.intents[0].uidnext == in.uidnext && s.intents[0].size == in.size &&
	    s.intents[0].base == in.base && s.intents[0].msgid == 1 && s.intents[0].uidvalidity == 7, "intent");
	ok(s.has_point && memcmp(&s.point, &pt, sizeof pt) == 0, "point");
	ok(state_intent(&s, &in) == b + 1, "a new intent's id");
	state_close(&s);
	ok(open_it(&s) == 0 && s.nintents == 1, "what was not committed is forgotten");
	state_set_point(&s, &pt);
	put(&s, 5, MD_SEEN);
	state_set_uidvalidity(&s, 1234567890);
	ok(s.pending.len == 0, "what is so already is not written");
	state_reset(&s);
	put(&s, 1, 0);
	ok(commit(&s) == 0, "reset");
	state_close(&s);
	ok(open_it(&s) == 0 && s.nrecs == 1 && s.nintents == 0 && !s.has_point && s.uidvalidity == 0, "after reset");
	state_close(&s);
}

static void
test_identity(void)
{
	static const struct state_id others[] = {
		{ "other", "user name", "INBOX/100%", "INBOX.100%" },
		{ "imap.example.org", "user", "INBOX/100%", "INBOX.100%" },
		{ "imap.example.org", "user name", "INBOX", "INBOX.100%" },
		{ "imap.example.org", "user name", "INBOX/100%", "" },
	};
	static const char *const fields[] = { "(host)", "(user)", "(remote)", "(local)" };
	struct err e = ERR_INIT;
	struct state s;
	size_t i;

	for (i = 0; i < countof(others); i++) {
		ok(state_open(&s, path, &others[i], false, &e) == -1, "another %s is refused", fields[i]);
		ok(strstr(e.msg, fields[i]) != NULL && e.radius == ERR_FOLDER, "the message says so");
	}
}

/* A header as a later version would write it. */
static void
test_newer(void)
{
	static const char text[] = "H offlineimap-state 2 whatever";
	static const unsigned char zero[8] = { 0 };
	struct err e = ERR_INIT;
	struct state s;
	char line[64];
	int n;

	n = snprintf(line, sizeof line, "%08lx %s\n",
	    (unsigned long)crc32_add(crc32_add(0, zero, 8), text, sizeof text - 1), text);
	write_file(line, (size_t)n);
	ok(state_open(&s, path, &id, false, &e) == -1 && strstr(e.msg, "version 2") != NULL, "newer version");
	printf("# %s\n", e.msg);
}

/* Three batches: UIDs 1..2, then 3..4 with the flags of 1, then 5..6 without 1. */
static size_t
three_batches(struct buf *whole, uint64_t end[3])
{
	struct state s;

	fresh();
	open_it(&s);
	put(&s, 1, 0);
	put(&s, 2, 0);
	commit(&s);
	end[0] = file_size();
	put(&s, 3, 0);
	put(&s, 4, 0);
	put(&s, 1, MD_SEEN);
	commit(&s);
	end[1] = file_size();
	put(&s, 5, 0);
	put(&s, 6, 0);
	state_drop(&s, 1);
	commit(&s);
	end[2] = file_size();
	state_close(&s);
	if (os_read_file(path, 100000, whole) == -1)
		abort();
	return whole->len;
}

/* Which of the three batches the state shows; 0: none, -1: something that never was. */
static int
batches_of(const struct state *s)
{
	static const uint32_t uids[3][5] = { { 1, 2 }, { 1, 2, 3, 4 }, { 2, 3, 4, 5, 6 } };
	static const size_t n[3] = { 2, 4, 5 };
	struct state_rec want;
	size_t i, k;

	if (s->nrecs == 0)
		return 0;
	for (i = 0; i < 3; i++) {
		for (k = 0; k < n[i] && s->nrecs == n[i]; k++) {
			want = rec(uids[i][k], i == 1 && k == 0 ? MD_SEEN : 0);
			if (memcmp(&want, &s->recs[k], sizeof want) != 0)
				break;
		}
		if (s->nrecs == n[i] && k == n[i])
			return (int)i + 1;
	}
	return -1;
}

static void
test_truncated(const struct buf *whole, const uint64_t end[3])
{
	int bad_atoms = 0, bad_rebuilds = 0, bad_appends = 0, want;
	struct state s;
	size_t n;

	for (n = 0; n < whole->len; n++) {
		write_file(whole->p, n);
		want = (n >= end[0]) + (n >= end[1]) + (n >= end[2]);
		if (open_it(&s) == -1) {
			bad_atoms++;
			continue;
		}
		bad_atoms += batches_of(&s) != want;
		bad_rebuilds += s.rebuilt != (want == 0);
		if (file_size() != n)
			bad_appends++;		/* opening changes nothing */
		put(&s, 100, 0);
		bad_appends += commit(&s) == -1;
		state_close(&s);
		bad_appends += open_it(&s) == -1 || state_find(&s, 100) == NULL || s.rebuilt;
		state_close(&s);
	}
	is_int(bad_atoms, 0, "cut at every octet: whole batches or nothing");
	is_int(bad_rebuilds, 0, "cut at every octet: rebuilt only without a closed batch");
	is_int(bad_appends, 0, "cut at every octet: the next batch is stored");
}

static void
test_flipped(const struct buf *whole, const uint64_t end[3])
{
	int invented = 0, kept = 0, unsure = 0, refused = 0;
	struct buf b = BUF_INIT;
	struct state s;
	size_t i, bit;

	for (i = 0; i < whole->len; i++) {
		for (bit = 0; bit < 8; bit++) {
			buf_reset(&b);
			buf_addslice(&b, buf_slice(whole));
			b.p[i] = (char)((unsigned char)b.p[i] ^ 1U << bit);
			write_file(b.p, b.len);
			if (open_it(&s) == -1) {
				refused++;
				continue;
			}
			invented += batches_of(&s) == -1;
			kept += batches_of(&s) == 3;
			unsure += i < end[1] && !s.rebuilt;
			state_close(&s);
		}
	}
	buf_free(&b);
	is_int(refused, 0, "every bit flipped: never refused");
	is_int(invented, 0, "every bit flipped: no record that never was");
	is_int(kept, 0, "every bit flipped: none goes unnoticed");
	is_int(unsure, 0, "damage before the last batch: rebuilt");
}

/* A line taken out, doubled, or put elsewhere; a tail that another run wrote. */
static void
test_shuffled(const struct buf *whole, const uint64_t end[3])
{
	struct buf b = BUF_INIT;
	struct state s;
	const char *second = memchr(whole->p, '\n', whole->len);

	second++;
	buf_add(&b, whole->p, (size_t)(second - whole->p));
	buf_add(&b, strchr(second, '\n') + 1, whole->len - (size_t)(strchr(second, '\n') + 1 - whole->p));
	write_file(b.p, b.len);
	ok(open_it(&s) == 0 && s.nrecs == 0 && s.rebuilt, "a line taken out of the first batch");
	state_close(&s);
	buf_reset(&b);
	buf_add(&b, whole->p, (size_t)end[1]);
	buf_add(&b, whole->p + end[0], (size_t)(end[1] - end[0]));
	write_file(b.p, b.len);
	ok(open_it(&s) == 0 && batches_of(&s) == 2 && !s.rebuilt, "a doubled batch does not count");
	state_close(&s);
	buf_reset(&b);
	buf_addslice(&b, buf_slice(whole));
	buf_puts(&b, "garbage without an end");
	write_file(b.p, b.len);
	ok(open_it(&s) == 0 && batches_of(&s) == 3 && !s.rebuilt, "garbage at the end");
	state_close(&s);
	buf_free(&b);
}

static void
test_set_aside(const struct buf *whole)
{
	struct buf b = BUF_INIT, aside = BUF_INIT;
	struct state s;

	fresh();
	buf_addslice(&b, buf_slice(whole));
	b.p[30] ^= 1;
	write_file(b.p, b.len);
	ok(open_it(&s) == 0 && s.rebuilt && !s.existed && s.nrecs == 0, "damaged: no records");
	ok(access(bad, F_OK) == -1, "opening sets nothing aside");
	put(&s, 1, 0);
	ok(commit(&s) == 0, "commit");
	put(&s, 2, 0);
	ok(commit(&s) == 0, "and another");
	state_close(&s);
	ok(os_read_file(bad, 100000, &aside) == 0 && slice_eq(buf_slice(&aside), buf_slice(&b)), "kept as .bad");
	ok(open_it(&s) == 0 && s.existed && !s.rebuilt && s.nrecs == 2, "the new log");
	state_close(&s);
	buf_free(&b);
	buf_free(&aside);
}

static void
test_rewrite(void)
{
	struct state s;
	uint64_t most = 0;
	unsigned i, k;
	bool good = true;

	fresh();
	open_it(&s);
	for (i = 0; i < 60; i++) {
		for (k = 1; k <= 100; k++)
			put(&s, k, (i + k) % (MD_ALL + 1));
		good = good && commit(&s) == 0;
		most = file_size() > most ? file_size() : most;
	}
	ok(good && most > 50000 && most < 70000, "the log is written anew when it has grown");
	state_close(&s);
	ok(open_it(&s) == 0 && s.nrecs == 100 && s.recs[9].flags == (59 + 10) % 32, "and nothing is lost");
	state_close(&s);
}

/* In any order, as parallel downloads give them; dropped and put again. */
static void
test_order(void)
{
	enum { N = 20000 };
	struct state s;
	uint32_t uid = 1, i;
	bool good = true;

	fresh();
	open_it(&s);
	for (i = 0; i < N; i++) {
		uid = (uid + 7919) % 20011;
		put(&s, uid + 1, uid % 32);
	}
	for (i = 1; i <= N + 11; i += 2)
		state_drop(&s, i);
	good = commit(&s) == 0;
	for (i = 1; i < s.nrecs; i++)
		good = good && s.recs[i - 1].uid < s.recs[i].uid && s.recs[i].uid % 2 == 0;
	ok(good, "ascending, without the dropped");
	put(&s, 1, 3);
	ok(state_find(&s, 1) != NULL, "put again");
	commit(&s);
	i = (uint32_t)s.nrecs;
	state_close(&s);
	ok(open_it(&s) == 0 && s.nrecs == i && s.recs[0].uid == 1 && s.recs[0].flags == 3, "the same from disk");
	state_close(&s);
}

static void
test_unwritable(void)
{
	struct err e = ERR_INIT;
	struct state s;

	ok(state_open(&s, "/nonexistent/x.state", &id, true, &e) == 0, "no directory: nothing to read");
	put(&s, 1, 0);
	ok(state_commit(&s, &e) == -1 && e.radius >= ERR_FOLDER, "but the commit fails");
	printf("# %s\n", e.msg);
	state_close(&s);
}

int
main(void)
{
	struct buf whole = BUF_INIT;
	uint64_t end[3];

	snprintf(dir, sizeof dir, "/tmp/t_state.%ld", os_pid());
	if (os_mkdir(dir) == -1)
		return 1;
	path = path_join(dir, "INBOX.state");
	bad = path_join(dir, "INBOX.state.bad");
	test_round_trip();
	test_identity();
	test_newer();
	three_batches(&whole, end);
	test_truncated(&whole, end);
	test_flipped(&whole, end);
	test_shuffled(&whole, end);
	test_set_aside(&whole);
	test_rewrite();
	test_order();
	test_unwritable();
	buf_free(&whole);
	fresh();
	rmdir(dir);
	free(path);
	free(bad);
	return done();
}
