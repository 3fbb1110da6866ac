/* mbnames.c - see mbnames.h. Process-wide: what each account has, guarded by one leaf lock. */
#include "mbnames.h"

#include <stdlib.h>
#include <string.h>

#include "../base/os.h"
#include "../base/thr.h"

struct listed {				/* one account's folders, in their order */
	char **v;
	size_t n;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct listed *accounts;		/* by index in settings->accounts; protected by lock */

static void
remember(struct listed *l, const struct tree *t)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	l->v = xcalloc(t->n + 1, sizeof(*l->v));
	l->n = t->n;
	for (i = 0; i < t->n; i++)
		l->v[i] = xstrdup(t->v[i].local);
}

/* peritem is a %-format of which only the two keys and %% mean something, as in 2003. */
static void
put_item(struct buf *out, const char *peritem, const char *account, const char *folder)
{
	static const char key_account[] = "%(accountname)s", key_folder[] = "%(foldername)s";

	while (*peritem) {
		if (strncmp(peritem, key_account, sizeof(key_account) - 1) == 0) {
			buf_puts(out, account);
			peritem += sizeof(key_account) - 1;
		} else if (strncmp(peritem, key_folder, sizeof(key_folder) - 1) == 0) {
			buf_puts(out, folder);
			peritem += sizeof(key_folder) - 1;
		} else {
			if (peritem[0] == '%' && peritem[1] == '%')
				peritem++;
			buf_putc(out, *peritem++);
		}
	}
}

/* false while an account has not reported any folder yet. */
static bool
compose(const struct settings *s, struct buf *out)
{
	const struct mbnames_conf *m = &s->mbnames;
	bool first = true;
	size_t i, k;

	buf_puts(out, m->header);
	for (i = 0; i < s->naccounts; i++) {
		if (accounts[i].n == 0)
			return false;
		for (k = 0; k < accounts[i].n; k++) {
			if (!first)
				buf_puts(out, m->sep);
			put_item(out, m->peritem, s->accounts[i].name, accounts[i].v[k]);
			first = false;
		}
	}
	buf_puts(out, m->footer);
	return true;
}

int
mbnames_update(const struct settings *s, const struct account_conf *a, const struct tree *t,
    struct err *e)
{
	struct buf text = BUF_INIT;
	bool ready;
	int got = 0;

	if (!s->mbnames.enabled || s->dry_run)
		return 0;
	thr_lock(&lock);
	if (!accounts)
		accounts = xcalloc(s->naccounts, sizeof(*accounts));
	remember(&accounts[a - s->accounts], t);
	ready = compose(s, &text);
	thr_unlock(&lock);
	if (ready && os_replace_file(s->mbnames.filename, text.p ? text.p : "", text.len) < 0)
		got = err_sys(e, ERR_ACCOUNT, "mbnames: cannot write %s", s->mbnames.filename);
	buf_free(&text);
	return got;
}
