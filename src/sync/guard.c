/* guard.c - see guard.h. */
#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include "../base/event.h"
#include "../base/num.h"
#include "../base/os.h"
#include "../base/path.h"

enum { GUARD_FEW = 100, HELD_FILE_MAX = 1 << 20 };

bool
guard_folder_exceeds(uint64_t deletions, uint64_t known, bool trash)
{
	return !trash && deletions > GUARD_FEW && deletions > known / 2;
}

bool
guard_account_exceeds(uint64_t deletions, uint64_t known)
{
	return deletions > GUARD_FEW && deletions > known / 4;
}

static uint64_t
deletions(const struct folder_result *r)
{
	return uidset_count(&r->delete_remote) + uidset_count(&r->delete_local);
}

/* FOLDER.state -> FOLDER.ending */
static char *
beside_state(const char *state_path, const char *ending)
{
	size_t n = strlen(state_path) - strlen("state");
	struct buf b = BUF_INIT;

	buf_add(&b, state_path, n);
	buf_puts(&b, ending);
	return buf_steal(&b);
}

/* "count N" is the first line of both files. */
static bool
read_count(const char *path, uint64_t *count)
{
	struct buf b = BUF_INIT;
	struct slice line;
	bool good = false;

	if (os_read_file(path, HELD_FILE_MAX, &b) == 0) {
		line = buf_slice(&b);
		if (slice_has_prefix(line, "count ")) {
			const char *end = memchr(line.p, '\n', line.len);

			line.len = end ? (size_t)(end - line.p) : line.len;
			line.p += 6;
			line.len -= 6;
			good = num_u64(line, count);
		}
	}
	buf_free(&b);
	return good;
}

static void
write_set(struct buf *out, const char *what, const struct uidset *s)
{
	size_t at = 0;

	if (s->n == 0)
		return;
	buf_puts(out, what);
	uidset_format(s, &at, HELD_FILE_MAX / 4, out);
	buf_puts(out, "\n");
}

static void
write_held(const struct sync_env *env, const struct folder *f, const struct folder_result *r)
{
	char *path = beside_state(f->state_path, "held");
	struct buf b = BUF_INIT;

	buf_printf(&b, "count %llu\nremote %s\nlocal %s\n", (unsigned long long)deletions(r),
	    f->remote, f->local);
	write_set(&b, "to delete on the server: ", &r->delete_remote);
	write_set(&b, "to delete locally: ", &r->delete_local);
	if (os_replace_file(path, b.p, b.len) < 0)
		event_warn(env->account->name, "cannot write %s: %s", path, strerror(errno));
	buf_free(&b);
	free(path);
}

/* A dry run writes no permission: it reads what --allow-delete would turn into one. */
static bool
would_be_allowed(const struct settings *s, const struct folder *f)
{
	size_t i;

	for (i = 0; s->dry_run && i < s->nallow_delete; i++)
		if (strcmp(s->allow_delete[i], f->remote) == 0 ||
		    strcmp(s->allow_delete[i], f->local) == 0)
			return true;
	return false;
}

/* A permission is used up by the run that it serves. */
static bool
take_permission(const struct sync_env *env, const struct folder *f, uint64_t n)
{
	char *path = beside_state(f->state_path,
	    would_be_allowed(env->settings, f) ? "held" : "allow");
	uint64_t count = 0;
	bool allowed = read_count(path, &count) && n <= count;

	if (allowed && !env->settings->dry_run)
		os_unlink(path);
	free(path);
	return allowed;
}

static void
hold(const struct sync_env *env, const struct folder *f, struct folder_result *r)
{
	struct event ev = { 0 };

	ev.kind = EV_HELD;
	ev.planned = env->settings->dry_run;
	ev.n = deletions(r);
	snprintf(ev.account, sizeof(ev.account), "%s", env->account->name);
	snprintf(ev.folder, sizeof(ev.folder), "%s", f->remote);
	snprintf(ev.text, sizeof(ev.text), "%llu deletions on the server and %llu in the Maildir "
	    "are held back, of %llu messages: if they are meant, run: offlineimap --allow-delete "
	    "'%s'", (unsigned long long)uidset_count(&r->delete_remote),
	    (unsigned long long)uidset_count(&r->delete_local), (unsigned long long)r->known,
	    f->remote);
	event_post(&ev);
	if (!env->settings->dry_run)
		write_held(env, f, r);
	uidset_reset(&r->delete_remote);
	uidset_reset(&r->delete_local);
}

static void
forget_held(const struct sync_env *env, const struct folder *f)
{
	char *path = beside_state(f->state_path, "held");

	if (!env->settings->dry_run)
		os_unlink(path);	/* usually there is none */
	free(path);
}

/* What was allowed by name counts neither for its folder nor for the account. */
static bool *
permitted(const struct sync_env *env, const struct folder *f, const struct folder_result *r,
    size_t n)
{
	bool *v = xcalloc(n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t d = deletions(&r[i]);

		v[i] = d > 0 && take_permission(env, &f[i], d);
		if (v[i])
			forget_held(env, &f[i]);
	}
	return v;
}

bool
guard_check(const struct sync_env *env, const struct folder *f, struct folder_result *r, size_t n)
{
	bool *allowed = permitted(env, f, r, n), any = false;
	uint64_t all = 0, known = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!f[i].trash && !allowed[i])
			all += deletions(&r[i]);
		known += r[i].known;
	}
	for (i = 0; i < n; i++) {
		uint64_t d = deletions(&r[i]);

		if (d == 0 || allowed[i] || (!guard_folder_exceeds(d, r[i].known, f[i].trash) &&
		    (f[i].trash || !guard_account_exceeds(all, known))))
			continue;
		hold(env, &f[i], &r[i]);
		any = true;
	}
	free(allowed);
	return any;
}

/* Does this .held file speak of the folder? */
static bool
names_folder(const char *path, const char *folder)
{
	struct buf b = BUF_INIT, remote = BUF_INIT, local = BUF_INIT;
	bool it = false;

	if (os_read_file(path, HELD_FILE_MAX, &b) == 0) {
		buf_printf(&remote, "\nremote %s\n", folder);
		buf_printf(&local, "\nlocal %s\n", folder);
		it = strstr(buf_str(&b), buf_str(&remote)) || strstr(buf_str(&b), buf_str(&local));
	}
	buf_free(&b);
	buf_free(&remote);
	buf_free(&local);
	return it;
}

static int
allow_one(const char *dir, const char *name, const char *folder, struct err *e)
{
	size_t n = strlen(name);
	char *held, *allow;
	int got = 0;

	if (n <= 5 || strcmp(name + n - 5, ".held") != 0)
		return 0;
	held = path_join(dir, name);
	allow = xasprintf("%.*sallow", (int)(strlen(held) - 4), held);
	if (names_folder(held, folder))
		got = os_rename(held, allow) == 0 ? 1 :
		    err_sys(e, ERR_RUN, "cannot write %s", allow);
	free(held);
	free(allow);
	return got;
}

int
guard_allow(const struct account_conf *a, const char *metadata, const char *folder, struct err *e)
{
	char *account = path_encode(a->name), *dir = path_join(metadata, account);
	struct os_dir *d = os_dir_open(dir);
	const char *name;
	int got = 0;

	if (d) {
		while (got == 0 && os_dir_next(d, &name) == 1)
			got = allow_one(dir, name, folder, e);
		os_dir_close(d);
	}
	free(account);
	free(dir);
	return got;
}
