/*
 * t_durable.c - the Maildir and the state log on the simulated machine: killed at every call, every call failing,
 * the power cut afterwards; and scans while somebody renames the files. What was reported done must be there, what
 * is there must be whole. The simulation's sources are included, so that they stand before the real os in the link.
 */
#include "../sim/fs.c"
#include "../sim/machine.c"
#include "../sim/os.c"
#include "../sim/dir.c"
#include "../sim/wire.c"

#include "../../src/base/path.h"
#include "../../src/maildir/maildir.h"
#include "../../src/sync/state.h"

#include "tap.h"

/* A killed process frees nothing. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void
boot(uint64_t seed)
{
	struct sim_conf c = { 0, 1, OS_FS_LOCAL, false, false, NULL };

	c.seed = seed;
	c.dir_race = true;
	sim_boot(&c);
}

static enum sim_fate
kill_at(void *arg, uint64_t n, const char *call, bool changes)
{
	(void)call, (void)changes;
	return n == *(uint64_t *)arg ? SIM_KILL_HALF : SIM_GO;
}

/* How a process ends: killed at call n, call n failing once, or all from n on; then perhaps the power fails. */
enum end { KILLED, FAILED, FAILED_ALL, ENDS };

static void
run_until(void (*body)(void *), uint64_t n, enum end end, bool power)
{
	if (end == KILLED)
		sim_set_hook(kill_at, &n);
	else
		sim_fail(n, n % 2 == 0 ? ENOSPC : EIO, end == FAILED_ALL);
	sim_process(body, NULL, NULL);
	sim_set_hook(NULL, NULL);
	sim_fail(0, 0, false);
	if (power)
		sim_power_loss(n + 1);
}

/* All ends of body at all its calls: check must find nothing wrong. */
static void
every_end(const char *what, void (*body)(void *), unsigned (*check)(void))
{
	static const char *const names[ENDS] = { "killed", "failing once", "failing ever after" };
	uint64_t n, total;
	unsigned wrong;
	int k;

	boot(1);
	ok(sim_process(body, NULL, NULL) && check() == 0, "%s: left alone", what);
	total = sim_calls();
	sim_halt();
	for (k = 0; k < ENDS * 2; k++) {
		wrong = 0;
		for (n = 1; n <= total; n++) {
			boot(n);
			run_until(body, n, (enum end)(k / 2), k % 2);
			wrong += check();
			sim_halt();
		}
		ok(wrong == 0, "%s: %s at each of %u calls%s", what, names[k / 2], (unsigned)total,
		    k % 2 ? ", then the power fails" : "");
	}
}

/* ---- the state log: batch k gives all records the flags k; the log is written anew in between ---- */

enum { RECORDS = 400, BATCHES = 7 };
static const struct state_id id = { "host", "user", "INBOX", "INBOX" };
static const char state_path[] = "/home/sim/INBOX.state";
static unsigned stored;			/* the last batch that was reported stored */

static int
store_batch(struct state *s, unsigned k)
{
	struct state_rec r;
	struct err e = ERR_INIT;
	unsigned i;

	memset(&r, 0, sizeof r);
	for (i = 1; i <= RECORDS; i++) {
		r.uid = i;
		r.flags = (uint8_t)k;
		r.base = i;
		state_put(s, &r);
	}
	return state_commit(s, &e);
}

static void
write_batches(void *arg)
{
	struct state s;
	struct err e = ERR_INIT;
	unsigned k;

	(void)arg;
	stored = 0;
	if (state_open(&s, state_path, &id, true, &e) == -1)
		return;
	for (k = 1; k <= BATCHES; k++) {
		if (store_batch(&s, k) == -1)
			break;
		stored = k;
	}
	/* the same batch again: stored now, or refused for ever */
	if (k <= BATCHES && state_commit(&s, &e) == 0)
		stored = k;
	state_close(&s);
}

/* The batch that the state holds; -1: a mixture. */
static int
batch_of(const struct state *s)
{
	size_t i;

	for (i = 0; i < s->nrecs; i++)
		if (s->nrecs != RECORDS || s->recs[i].flags != s->recs[0].flags || s->recs[i].uid != i + 1)
			return -1;
	return s->nrecs == 0 ? 0 : s->recs[0].flags;
}

static unsigned
check_batches(void)
{
	struct state s;
	struct err e = ERR_INIT;
	unsigned wrong;
	int k;

	if (state_open(&s, state_path, &id, true, &e) == -1)
		return 1;
	k = batch_of(&s);
	wrong = s.rebuilt || k < (int)stored || k > (int)stored + 1;
	wrong |= store_batch(&s, 20) == -1;
	state_close(&s);
	if (state_open(&s, state_path, &id, true, &e) == -1)
		return 1;
	wrong |= s.rebuilt || batch_of(&s) != 20;
	state_close(&s);
	return wrong;
}

/* The kernel may forget what it could not write and call the next fsync a success: no second chance. */
static void
fail_fsync(void *arg)
{
	struct state s;
	struct err e = ERR_INIT;

	(void)arg;
	state_open(&s, state_path, &id, true, &e);
	ok(store_batch(&s, 1) == 0 && store_batch(&s, 2) == 0, "the log is open for appending");
	sim_fail(sim_calls() + 2, EIO, false);
	ok(store_batch(&s, 3) == -1 && store_batch(&s, 4) == -1, "after a failed fsync nothing is stored any more");
	state_close(&s);
}

static void
test_fsync(void)
{
	boot(1);
	sim_process(fail_fsync, NULL, NULL);
	sim_halt();
}

/* ---- deliveries: messages 1 to 4 in two batches, then one gets a flag and one is removed ---- */

static struct maildir m;
static bool delivered[5], removed;	/* reported durable */
static char *names[5];

static int
deliver(unsigned i)
{
	struct md_delivery d;
	struct err e = ERR_INIT;
	char text[64];

	snprintf(text, sizeof text, "message %u\r\n.\r\n", i);
	if (maildir_deliver_start(&m, &d, &e) == -1)
		return -1;
	if (maildir_deliver_data(&d, text, strlen(text), &e) == -1 || maildir_deliver_end(&m, &d, 0, &e) == -1) {
		maildir_deliver_abort(&d);
		return -1;
	}
	return maildir_deliver_publish(&m, &d, i, i % 2 ? MD_SEEN : 0, &names[i], &e);
}

static int
deliver_two(unsigned i)
{
	struct err e = ERR_INIT;

	if (deliver(i) == -1 || deliver(i + 1) == -1 || maildir_sync(&m, &e) == -1)
		return -1;
	delivered[i] = delivered[i + 1] = true;
	return 0;
}

static void
work(void *arg)
{
	struct err e = ERR_INIT;
	char *name = NULL;

	(void)arg;
	memset(delivered, 0, sizeof delivered);
	memset(names, 0, sizeof names);
	removed = false;
	if (maildir_create(&m, &e) == -1 || deliver_two(1) == -1 || deliver_two(3) == -1)
		return;
	if (maildir_rename(&m, names[2], 0, 0, MD_FLAGGED, &name, &e) != 0)
		return;
	free(name);
	if (maildir_remove(&m, names[3], &e) == 0 && maildir_sync(&m, &e) == 0)
		removed = true;
}

static bool
is_whole(const struct md_file *f, const char *name)
{
	char *path = path_join3(m.path, f->in_new ? "new" : "cur", name), want[64];
	struct buf text = BUF_INIT;
	bool same;

	snprintf(want, sizeof want, "message %u\n.\n", (unsigned)f->uid);
	same = os_read_file(path, 1000, &text) == 0 && slice_is(buf_slice(&text), want);
	buf_free(&text);
	free(path);
	return same;
}

/* Completed by the next run, as after any crash; then what is in the folder, each message at most once. */
static unsigned
check_messages(void)
{
	struct err e = ERR_INIT;
	struct md_list l;
	unsigned seen[5] = { 0 }, wrong = 0, i;

	for (i = 0; i < 5; i++)
		free(names[i]);
	memset(names, 0, sizeof names);
	if (maildir_create(&m, &e) == -1 || maildir_scan(&m, true, &l, &e) == -1)
		return 1;
	for (i = 0; i < l.n; i++) {
		wrong += l.v[i].uid < 1 || l.v[i].uid > 4 || !is_whole(&l.v[i], md_list_name(&l, &l.v[i]));
		if (wrong == 0)
			seen[l.v[i].uid]++;
	}
	for (i = 1; i < 5; i++)
		wrong += seen[i] > 1 || (delivered[i] && i != 3 && seen[i] == 0);
	wrong += removed && seen[3] > 0;
	md_list_free(&l);
	return wrong;
}

/* ---- scans under a renamer's hands ---- */

enum { FILES = 30 };

struct renamer {
	uint64_t rng;
	uint64_t first, last, again;	/* it is awake at calls first to last - 1, and from again on */
	unsigned flags[FILES];
	bool in_cur[FILES];
	unsigned renames;
};

static char *
file_path(const struct renamer *r, unsigned i)
{
	char set[8];

	md_flags_letters(r->flags[i], set);
	return xasprintf("%s/%s/%u.x.host:2,%s", m.path, r->in_cur[i] ? "cur" : "new", i, set);
}

/* As a mail reader: marks a file and moves it to cur/. */
static void
rename_one(struct renamer *r)
{
	unsigned i = (unsigned)sim_rand(&r->rng, FILES);
	char *from = file_path(r, i), *to;

	r->flags[i] ^= 1U << sim_rand(&r->rng, 5);
	r->in_cur[i] = true;
	to = file_path(r, i);
	sim_user(true);
	if (os_rename(from, to) == -1)
		fprintf(stderr, "%s: no such file\n", from);
	sim_user(false);
	r->renames++;
	free(from);
	free(to);
}

static enum sim_fate
rename_sometimes(void *arg, uint64_t n, const char *call, bool changes)
{
	struct renamer *r = arg;

	(void)call, (void)changes;
	if (((n >= r->first && n < r->last) || n >= r->again) && sim_rand(&r->rng, 4) == 0)
		rename_one(r);
	return SIM_GO;
}

static struct md_list list;

static void
scan(void *arg)
{
	struct err e = ERR_INIT;

	(void)arg;
	if (maildir_scan(&m, false, &list, &e) == -1)
		memset(&list, 0, sizeof list);
}

/* Every file once, under a name that it has or had: how many that is not so for. */
static unsigned
count_missed(void)
{
	unsigned i, k, times, missed = 0;
	char base[32];

	for (i = 0; i < FILES; i++) {
		snprintf(base, sizeof base, "%u.", i);
		for (k = times = 0; k < list.n; k++)
			times += strncmp(md_list_name(&list, &list.v[k]), base, strlen(base)) == 0;
		missed += times != 1;
	}
	return missed;
}

static void
prepare(struct renamer *r, uint64_t seed)
{
	struct err e = ERR_INIT;
	unsigned i;
	char *path;

	boot(seed);
	memset(r, 0, sizeof *r);
	r->rng = sim_seed(seed, 2);
	sim_user(true);
	maildir_create(&m, &e);
	for (i = 0; i < FILES; i++) {
		r->in_cur[i] = i % 2 == 0;
		path = file_path(r, i);
		os_close(os_open(path, OS_CREATE));
		free(path);
	}
	sim_user(false);
	sim_advance(10000);
}

static void
test_scans(void)
{
	unsigned missed = 0, unproved = 0, settled = 0, quiet = 0, renames = 0;
	struct renamer r;
	uint64_t seed;

	for (seed = 1; seed <= 300; seed++) {
		prepare(&r, seed);
		sim_process(scan, NULL, NULL);
		quiet += !list.settled || count_missed() > 0;
		md_list_free(&list);
		/* awake until the end of the first pass at the latest, and again when both are through */
		r.first = sim_calls() + 1 + sim_rand(&r.rng, 10);
		r.last = sim_calls() + FILES;
		r.again = sim_calls() + 2 * FILES + 14;
		sim_set_hook(rename_sometimes, &r);
		sim_process(scan, NULL, NULL);
		sim_set_hook(NULL, NULL);
		renames += r.renames;
		missed += count_missed();
		unproved += !list.proof;
		settled += list.settled && r.renames > 0;
		md_list_free(&list);
		sim_halt();
	}
	is_int(quiet, 0, "a quiet folder is settled after one pass");
	ok(missed == 0 && unproved == 0, "%u renames in the middle of 300 scans: each file found, once", renames);
	is_int(settled, 0, "  ... and none of these scans counts as settled");
}

/* ---- a file that another takes the place of while it is measured ---- */

static void
put_file(const char *sub, const char *name, const char *text)
{
	char *path = path_join3(m.path, sub, name);
	int fd = os_open(path, OS_TRUNCATE);

	os_write_all(fd, text, strlen(text));
	os_close(fd);
	free(path);
}

static enum sim_fate
replace_at_second_open(void *arg, uint64_t n, const char *call, bool changes)
{
	unsigned *opens = arg;
	char *from, *to;

	(void)n, (void)changes;
	if (strcmp(call, "open") == 0 && ++*opens == 2) {
		from = path_join3(m.path, "tmp", "x");
		to = path_join3(m.path, "cur", "1.x.host:2,");
		sim_user(true);
		os_rename(from, to);
		sim_user(false);
		free(from);
		free(to);
	}
	return SIM_GO;
}

static void
open_source(void *arg)
{
	struct err e = ERR_INIT;
	struct md_source s;

	(void)arg;
	ok(maildir_source_open(&m, "1.x.host:2,", &s, &e) == -1 && e.radius == ERR_MESSAGE && e.retry,
	    "replaced between the two passes");
	maildir_source_close(&s);
}

static void
test_replaced(void)
{
	struct err e = ERR_INIT;
	unsigned opens = 0;

	boot(1);
	sim_user(true);
	maildir_create(&m, &e);
	put_file("cur", "1.x.host:2,", "abc");
	put_file("tmp", "x", "xyz");
	sim_user(false);
	sim_set_hook(replace_at_second_open, &opens);
	sim_process(open_source, NULL, NULL);
	sim_set_hook(NULL, NULL);
	sim_halt();
}

int
main(void)
{
	every_end("state", write_batches, check_batches);
	test_fsync();
	maildir_init(&m, "/home/sim/Mail/INBOX", "INBOX", true);
	every_end("messages", work, check_messages);
	test_scans();
	test_replaced();
	maildir_fini(&m);
	return done();
}
