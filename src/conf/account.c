/*
 * account.c - one account out of either dialect: [Test] of 2003, or [Account Test] with two [Repository]
 * sections of today, and the rules that hold between its options.
 */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#define PORT_TLS	993
#define PORT_PLAIN	143

/* Where an account's options stand; of 2003 all three are the same section. */
struct sources {
	struct place account, local, remote;
	bool today;
	bool gmail;
};

static struct slice
without_blanks(struct slice s, char *room)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		if (!strchr(" \t\n", s.p[i]))
			room[n++] = s.p[i];
	return (struct slice){ room, n };
}

static const struct ini_section *
section_of(struct loader *l, const char *kind, struct slice name)
{
	struct buf b = BUF_INIT;
	const struct ini_section *sec;

	buf_puts(&b, kind);
	buf_addslice(&b, name);
	sec = ini_section(&l->ini, buf_str(&b));
	buf_free(&b);
	return sec;
}

static bool
reserved(struct slice name)
{
	return slice_is(name, "general") || slice_is(name, "mbnames") || slice_is(name, "DEFAULT") ||
	    slice_has_prefix(name, "ui.") || slice_has_prefix(name, "Repository ") ||
	    slice_has_prefix(name, "Account ");
}

/* [Account name] first, then [name]; *today says which. */
static const struct ini_section *
account_section(struct loader *l, struct slice name, bool *today)
{
	const struct ini_section *sec = section_of(l, "Account ", name);

	*today = sec != NULL;
	return sec || reserved(name) ? sec : section_of(l, "", name);
}

/* The name as written, then without the blanks, which the program of 2003 dropped. */
static int
find_account(struct loader *l, struct slice item, unsigned line, struct account_conf *a, struct sources *src)
{
	char *room = xmalloc(item.len);
	struct slice name = item;
	const struct ini_section *sec = account_section(l, name, &src->today);

	if (!sec) {
		name = without_blanks(item, room);
		sec = account_section(l, name, &src->today);
	}
	a->name = settings_keep(l->s, slice_dup(sec ? name : item));
	free(room);
	if (!sec)
		return loader_fail(l, line, "account %s: there is no section [Account %s] and no section [%s]",
		    a->name, a->name, a->name);
	a->file = settings_keep(l->s, xstrdup(l->ini.file));
	a->line = sec->line;
	src->account = src->local = src->remote = (struct place){ sec, IN_PLAIN };
	return 0;
}

static int
repository(struct loader *l, struct sources *src, const char *option, unsigned where, struct place *out)
{
	const struct ini_option *opt;
	const char *name;

	if (place_value(l, src->account, option, &name, &opt) < 0)
		return -1;
	if (!name)
		return loader_fail(l, src->account.sec->line, "[%s] has no %s line", src->account.sec->name, option);
	*out = (struct place){ section_of(l, "Repository ", slice_of(name)), where };
	if (!out->sec)
		return loader_fail(l, opt->line, "%s: there is no section [Repository %s]", option, name);
	return 0;
}

/* Compares the type line with the side it is used on. */
static int
check_type(struct loader *l, struct place p, const char *const allowed[2], int *found)
{
	const struct ini_option *opt;
	const char *type;

	if (place_value(l, p, "type", &type, &opt) < 0)
		return -1;
	if (!type)
		return loader_fail(l, p.sec->line, "[%s] has no type line: 'type = %s' or 'type = %s'",
		    p.sec->name, allowed[0], allowed[1]);
	for (*found = 0; *found < 2; ++*found)
		if (slice_is_nocase(slice_of(type), allowed[*found]))
			return 0;
	return loader_fail(l, opt->line, "type = %s: the %s must be %s or %s", type,
	    p.where == IN_LOCAL ? "localrepository" : "remoterepository", allowed[0], allowed[1]);
}

static int
find_repositories(struct loader *l, struct sources *src)
{
	static const char *const local_types[] = { "Maildir", "GmailMaildir" };
	static const char *const remote_types[] = { "IMAP", "Gmail" };
	int local, remote;

	if (!src->today)
		return 0;
	src->account.where = IN_ACCOUNT;
	if (repository(l, src, "localrepository", IN_LOCAL, &src->local) < 0 ||
	    repository(l, src, "remoterepository", IN_REMOTE, &src->remote) < 0 ||
	    check_type(l, src->local, local_types, &local) < 0 ||
	    check_type(l, src->remote, remote_types, &remote) < 0)
		return -1;
	if (local == 1)
		loader_warn(l, src->local.sec->line, "type = GmailMaildir: labels are not synchronised yet");
	src->gmail = remote == 1;
	return 0;
}

static int
load_places(struct loader *l, const struct sources *src, struct account_conf *a)
{
	if (place_load(l, src->account, a) < 0)
		return -1;
	check_place(l, src->account);
	if (!src->today)
		return 0;
	if (place_load(l, src->local, a) < 0 || place_load(l, src->remote, a) < 0)
		return -1;
	check_place(l, src->local);
	check_place(l, src->remote);
	return 0;
}

static bool
is_loopback(const char *host)
{
	return slice_is_nocase(slice_of(host), "localhost") || strcmp(host, "::1") == 0 ||
	    slice_has_prefix(slice_of(host), "127.");
}

/* Where today's program would use STARTTLS, plain text would give the password away. */
static int
check_starttls(struct loader *l, const struct sources *src, const struct account_conf *a)
{
	bool starttls = src->today && !is_loopback(a->host);
	const struct ini_option *opt = ini_get(&l->ini, src->remote.sec, "starttls");

	if (place_bool(l, src->remote, "starttls", &starttls) < 0)
		return -1;
	if (a->security == SEC_TLS || !starttls)
		return 0;
	return loader_fail(l, opt ? opt->line : src->remote.sec->line, "[%s] asks for STARTTLS, which is not"
	    " supported yet: write 'ssl = yes' for TLS%s", src->remote.sec->name, src->today ?
	    ", or 'ssl = no' and 'starttls = no' for plain text" : ", or remove 'starttls = yes'");
}

static void
plain_without_word(struct loader *l, const struct sources *src, const struct account_conf *a)
{
	if (!is_loopback(a->host))
		loader_warn(l, src->remote.sec->line, "[%s] has no ssl line: %s; add 'ssl = yes' for TLS, or"
		    " 'ssl = no' to allow the password in plain text", a->name, a->security == SEC_TRY ?
		    "TLS on port 993 is tried first, then plain text on 143" :
		    "with a remoteport that means plain text");
}

/* Plain text only where it is asked for; a port alone asks for it in the 2003 dialect. */
static int
choose_security(struct loader *l, const struct sources *src, struct account_conf *a)
{
	bool ssl = true;
	const struct ini_option *opt = ini_get(&l->ini, src->remote.sec, "ssl");

	if (place_bool(l, src->remote, "ssl", &ssl) < 0)
		return -1;
	if (src->gmail && !ssl) {
		loader_warn(l, opt->line, "type = Gmail always uses TLS: ssl = no is ignored");
		ssl = true;
	}
	a->security = !ssl ? SEC_PLAIN : opt || src->today ? SEC_TLS : a->port ? SEC_PLAIN : SEC_TRY;
	a->clear_password = !ssl;
	if (a->port == 0)
		a->port = a->security == SEC_PLAIN ? PORT_PLAIN : PORT_TLS;
	if (!opt && a->security != SEC_TLS)
		plain_without_word(l, src, a);
	return check_starttls(l, src, a);
}

static int
check_remote(struct loader *l, const struct sources *src, struct account_conf *a)
{
	if (a->cafile && slice_is_nocase(slice_of(a->cafile), "OS-DEFAULT"))
		a->cafile = NULL;
	if (a->tunnel) {
		a->security = SEC_PLAIN;
		a->clear_password = true;
		return 0;
	}
	if (!a->host && src->gmail)
		a->host = "imap.gmail.com";
	if (!a->host || !a->user)
		return loader_fail(l, src->remote.sec->line, "[%s] has no %s line (only a preauthtunnel does"
		    " without)", src->remote.sec->name, a->host ? "remoteuser" : "remotehost");
	return choose_security(l, src, a);
}

int
account_load(struct loader *l, struct slice item, unsigned line, struct account_conf *a)
{
	struct sources src = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, false, false };

	if (find_account(l, item, line, a, &src) < 0 || find_repositories(l, &src) < 0 ||
	    load_places(l, &src, a) < 0)
		return -1;
	if (!a->root)
		return loader_fail(l, src.local.sec->line, "[%s] has no localfolders line", src.local.sec->name);
	a->timeout_ms = l->timeout_ms;
	if (l->o->single)
		a->maxconnections = 1;
	if (l->o->once)
		a->autorefresh_ms = 0;
	return check_remote(l, &src, a);
}

static size_t
path_len(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* Is the directory of b the one of a, or inside it? */
static bool
contains(const struct account_conf *a, const struct account_conf *b, bool *same)
{
	size_t n = path_len(a->root), m = path_len(b->root);

	*same = n == m;
	return m >= n && memcmp(a->root, b->root, n) == 0 && (*same || b->root[n] == '/');
}

int
accounts_check(struct loader *l)
{
	const struct account_conf *a, *b, *end = l->s->accounts + l->s->naccounts;
	bool same;

	for (a = l->s->accounts; a < end; a++)
		for (b = l->s->accounts; b < end; b++) {
			if (a == b || !contains(a, b, &same))
				continue;
			if (same)
				return loader_fail(l, b->line, "accounts %s and %s have the same localfolders %s;"
				    " each needs its own", a->name, b->name, a->root);
			if (strcmp(a->sep, "/") == 0)
				return loader_fail(l, b->line, "localfolders of account %s lies inside that of %s,"
				    " which with 'sep = /' would take it for its own folders", b->name, a->name);
		}
	return 0;
}
