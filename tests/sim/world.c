/* world.c - makes the world of a history from its seed, and looks at it. */
#include "world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *remote, *local;
} folders[FOLDERS] = {
	{ "INBOX", "INBOX" },
	{ "Work", "Work" },
	{ "Lists/dev", "Lists.dev" },
	{ "New one", "New one" },
	{ "Mine", "Mine" },
};

static const struct {
	unsigned bit;
	const char *name;
} flag_names[] = {
	{ MD_DRAFT, "\\Draft" },
	{ MD_FLAGGED, "\\Flagged" },
	{ MD_REPLIED, "\\Answered" },
	{ MD_SEEN, "\\Seen" },
	{ MD_TRASHED, "\\Deleted" },
};

const char *
world_folder(unsigned folder, enum side side)
{
	return side == LOCAL ? folders[folder].local : folders[folder].remote;
}

void
world_complain(struct world *w, unsigned bad, const char *fmt, ...)
{
	char line[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	w->verdict |= bad;
	buf_printf(&w->complaints, "  %s\n", line);
	sim_trace("!! %s", line);
}

/* ---- making it ---- */

static void
make_server(struct world *w)
{
	static const struct {
		enum fake_cap cap;
		unsigned of_ten;	/* seeds that have it */
	} caps[] = {
		{ FAKE_UIDPLUS, 6 }, { FAKE_LITERALPLUS, 6 }, { FAKE_SASL_IR, 5 }, { FAKE_NAMESPACE, 5 },
		{ FAKE_BINARY, 5 }, { FAKE_ENABLE, 5 }, { FAKE_CONDSTORE, 6 }, { FAKE_QRESYNC, 5 },
		{ FAKE_LIST_STATUS, 5 }, { FAKE_ESEARCH, 5 }, { FAKE_MOVE, 5 }, { FAKE_UNSELECT, 5 },
		{ FAKE_ID, 5 }, { FAKE_CRAM_MD5, 5 },
	};
	unsigned i, n = (unsigned)sim_rand(&w->rng, 3);
	bool on;

	fake_set_time(w->server, os_time());
	for (i = 0; i < countof(caps); i++) {
		on = sim_rand(&w->rng, 10) < caps[i].of_ten;
		fake_set_cap(w->server, caps[i].cap, on);
		if (caps[i].cap == FAKE_UIDPLUS && !on)
			w->keeps_marked = true;
	}
	fake_add_user(w->server, USER, "secret");
	for (i = 0; i <= n; i++) {
		if (i)
			fake_create(w->server, USER, folders[i].remote);
		w->there[i] = true;
	}
}

static void
make_settings(struct world *w)
{
	struct account_conf *a = &w->account;

	a->name = "Sim";
	a->file = "simtest";
	a->root = ROOT;
	a->sep = ".";
	a->host = "imap.sim";
	a->user = USER;
	a->pass = "secret";
	a->port = 143;
	a->security = SEC_PLAIN;
	a->clear_password = true;
	a->reference = "";
	a->maxconnections = 1;
	a->expunge = sim_rand(&w->rng, 6) != 0;
	a->createfolders = sim_rand(&w->rng, 2) != 0;
	a->timeout_ms = 60000;
	if (!a->expunge)
		w->keeps_marked = true;
	w->settings.metadata = "/home/sim/.offlineimap";
	w->settings.maxsyncaccounts = 1;
	w->settings.fsync = true;
	w->settings.single = true;
	w->settings.accounts = a;
	w->settings.naccounts = 1;
}

void
world_make(struct world *w, uint64_t seed)
{
	static const int64_t stamps[] = { 1, 4000000, 1000000000, 2000000000 };
	struct sim_conf c;

	memset(w, 0, sizeof(*w));
	w->seed = seed;
	w->rng = sim_seed(seed, 2);
	memset(w->virgin, true, sizeof(w->virgin));
	memset(&c, 0, sizeof(c));
	c.seed = seed;
	c.kind = sim_rand(&w->rng, 3) == 0 ? OS_FS_OTHER : OS_FS_LOCAL;
	c.stamp_ns = stamps[sim_rand(&w->rng, c.kind == OS_FS_LOCAL ? 2 : countof(stamps))];
	c.dir_race = sim_rand(&w->rng, 2) != 0;
	c.short_io = sim_rand(&w->rng, 4) == 0;
	c.server = w->server = fake_new();
	sim_boot(&c);
	make_server(w);
	make_settings(w);
	world_write(w);			/* the empty one */
}

void
world_free(struct world *w)
{
	unsigned i;

	for (i = 0; i < w->nletters; i++)
		buf_free(&w->letter[i]);
	buf_free(&w->complaints);
	sim_halt();
	fake_free(w->server);
}

/* Letters that have been trouble to somebody: without Message-ID, body, end of line, or without anything. */
unsigned
world_write(struct world *w)
{
	struct buf *b = &w->letter[w->nletters];
	unsigned i, n = w->nletters, kind = (unsigned)sim_rand(&w->rng, 9);

	if (n == LETTERS)
		return LETTERS;
	w->nletters++;
	if (n == 0)
		return n;		/* the first one has not an octet */
	buf_printf(b, "From: <writer@sim>\nSubject: letter T%05u\n", n);
	if (kind != 1)
		buf_printf(b, "Message-ID: <T%05u@sim>\n", n);
	switch (kind) {
	case 2:
		return n;
	case 3:
		buf_puts(b, "\nno end of line");
		return n;
	case 4:
		buf_puts(b, "\n8 bits \xe4\xf6\xfc, a lone CR \r within\n");
		return n;
	case 5:
		buf_puts(b, "\n.\n)\n* 1 EXPUNGE\nA1 OK {5}\n{3+}\n");
		return n;
	case 6:
		buf_putc(b, '\n');
		for (i = 0; i < 400; i++)
			buf_printf(b, "line %u of a longer letter, which fills some buffers\n", i);
		return n;
	default:
		buf_puts(b, "\nHello.\n");
		return n;
	}
}

/* ---- looking at it ---- */

void
world_flag_names(unsigned flags, char out[64])
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < countof(flag_names); i++)
		if (flags & flag_names[i].bit) {
			if (out[0])
				strcat(out, " ");
			strcat(out, flag_names[i].name);
		}
}

static unsigned
flags_of_names(const char *names)
{
	unsigned flags = 0;
	size_t i;

	for (i = 0; i < countof(flag_names); i++)
		if (strstr(names, flag_names[i].name))
			flags |= flag_names[i].bit;
	return flags;
}

/* With LF in the Maildir, with CRLF on the server, and else octet by octet. */
static bool
reads(const struct buf *lf, enum side side, const char *p, size_t n)
{
	size_t i = 0, k;

	for (k = 0; k < lf->len && i < n; k++) {
		if (side == REMOTE && lf->p[k] == '\n' && p[i++] != '\r')
			return false;
		if (i == n || p[i++] != lf->p[k])
			return false;
	}
	return k == lf->len && i == n;
}

static unsigned
recognise(const struct world *w, enum side side, const char *p, size_t n)
{
	unsigned i;

	for (i = 0; i < w->nletters && !reads(&w->letter[i], side, p, n); i++)
		;
	return i < w->nletters ? i : LETTERS;
}

static struct item *
item_new(struct view *v, enum side side, unsigned folder)
{
	struct item *it;

	v->v = xgrow(v->v, v->n, &v->cap, sizeof(*v->v));
	it = &v->v[v->n++];
	memset(it, 0, sizeof(*it));
	it->side = side;
	it->folder = folder;
	return it;
}

static void
look_local(struct world *w, unsigned folder, const char *sub, struct view *v)
{
	char *dir = xasprintf("%s/%s/%s", ROOT, folders[folder].local, sub);
	struct os_dir *d = os_dir_open(dir);
	struct buf text = BUF_INIT;
	struct md_name parsed;
	struct item *it;
	const char *name;

	while (d && os_dir_next(d, &name) > 0) {
		if (name[0] == '.')
			continue;
		it = item_new(v, LOCAL, folder);
		it->path = xasprintf("%s/%s", dir, name);
		md_name_parse(name, &parsed);
		it->flags = parsed.flags;
		it->uid = parsed.uid;
		it->base = parsed.base;
		os_read_file(it->path, 1 << 20, &text);
		it->letter = recognise(w, LOCAL, text.p, text.len);
	}
	os_dir_close(d);
	buf_free(&text);
	free(dir);
}

static void
look_remote(struct world *w, unsigned folder, struct view *v)
{
	struct fake_view m;
	struct item *it;
	size_t i;

	for (i = 0; fake_look(w->server, USER, folders[folder].remote, i, &m); i++) {
		it = item_new(v, REMOTE, folder);
		it->uid = m.uid;
		it->flags = flags_of_names(m.flags);
		it->letter = recognise(w, REMOTE, m.body, m.size);
	}
}

void
world_look(struct world *w, struct view *v)
{
	unsigned f;

	memset(v, 0, sizeof(*v));
	sim_user(true);
	for (f = 0; f < FOLDERS; f++) {
		look_local(w, f, "new", v);
		look_local(w, f, "cur", v);
		look_remote(w, f, v);
	}
	sim_user(false);
}

void
view_free(struct view *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		free(v->v[i].path);
	free(v->v);
}
