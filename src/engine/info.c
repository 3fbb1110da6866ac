/* info.c - --info: what the server offers and which folder becomes which; nothing is changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/buf.h"
#include "../base/event.h"
#include "../base/os.h"
#include "../imap/imap.h"
#include "../sync/names.h"
#include "engine.h"
#include "secret.h"

static void
print_folders(struct buf *out, const struct account_conf *a, const struct mailbox_list *l)
{
	struct buf local = BUF_INIT;
	size_t i;

	buf_printf(out, "  %-40s %s\n", "Mailbox", "Local folder");
	for (i = 0; i < l->n; i++) {
		struct buf shown = BUF_INIT;

		buf_reset(&local);
		name_to_local(&local, l->v[i].name, l->v[i].delim, a->sep);
		buf_add_printable(&shown, slice_of(l->v[i].name), 200);
		buf_printf(out, "  %-40s %s\n", buf_str(&shown),
		    l->v[i].noselect ? "(cannot be selected)" : buf_str(&local));
		buf_free(&shown);
	}
	buf_free(&local);
}

static void
print_account(struct buf *out, const struct account_conf *a, struct imap *c,
    const struct mailbox_list *l)
{
	buf_printf(out, "Account %s\n  Server: %s", a->name, a->tunnel ? a->tunnel : a->host);
	if (!a->tunnel)
		buf_printf(out, ":%u", a->port);
	buf_puts(out, "\n  Capabilities: ");
	buf_add_printable(out, imap_capability_text(c), 4000);
	buf_printf(out, "\n  Local folders: %s, separator '%s'; the server's delimiter: ", a->root,
	    a->sep);
	if (l->delim)
		buf_printf(out, "'%c'\n", l->delim);
	else
		buf_puts(out, "none\n");
	print_folders(out, a, l);
}

static int
log_in(struct imap *c, const struct account_conf *a, struct err *e)
{
	struct secret secret = { 0 };
	int got;

	if (imap_is_authenticated(c))
		return 0;
	got = imap_login_possible(c, e);
	if (got == 0)
		got = secret_get(&secret, a, NULL, e);
	if (got == 0)
		got = imap_login(c, secret.value, e);
	secret_forget(&secret);
	return got;
}

static int
show(const struct account_conf *a, struct err *e)
{
	struct imap *c = imap_open(a, e);
	struct mailbox_list list = { 0 };
	struct buf out = BUF_INIT;

	if (!c)
		return -1;
	if (log_in(c, a, e) < 0 || imap_list(c, a->reference, &list, e) < 0) {
		imap_close(c);
		return -1;
	}
	print_account(&out, a, c, &list);
	imap_logout(c);
	mailbox_list_free(&list);
	if (os_write_all(1, out.p, out.len) < 0)
		err_sys(e, ERR_RUN, "standard output");
	buf_free(&out);
	return e->radius == ERR_NONE ? 0 : -1;
}

int
engine_info(const struct settings *s, struct outcome *o)
{
	size_t i;

	for (i = 0; i < s->naccounts; i++) {
		struct err e = ERR_INIT;

		if (show(&s->accounts[i], &e) < 0) {
			event_error(s->accounts[i].name, NULL, &e);
			o->network = true;
		}
	}
	return o->network ? -1 : 0;
}
