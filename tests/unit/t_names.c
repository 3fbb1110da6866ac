/* t_names.c - mailbox names into local folder names and back; nothing leads out of the root. */
#include <stdlib.h>

#include "../../src/sync/names.h"
#include "tap.h"

static const struct {
	const char *remote;
	char delim;
	const char *sep, *local;
} rows[] = {
	{ "INBOX", '/', ".", "INBOX" },
	{ "Lists/foo bar", '/', ".", "Lists.foo bar" },
	{ "INBOX.Sent", '.', ".", "INBOX.Sent" },
	{ "INBOX.Sent", '.', "/", "INBOX/Sent" },
	{ "a/b", '/', "/", "a/b" },
	{ "a/b", '.', ".", "a%2Fb" },
	{ "a/b", '.', "/", "a%2Fb" },
	{ "a/b", 0, ".", "a%2Fb" },
	{ "a\\b", '/', ".", "a\\b" },
	{ "a\\b", '\\', ".", "a.b" },
	{ "Entw&APw-rfe", '/', ".", "Entw&APw-rfe" },
	{ "100%", '/', ".", "100%" },
	{ "50%2F", '/', ".", "50%252F" },
	{ "*", '/', ".", "*" },
	{ "say \"hi\"", '/', ".", "say \"hi\"" },
	{ "..", '/', ".", "%2E." },
	{ ".", '/', ".", "%2E" },
	{ "../../etc", '/', "/", "%2E./%2E./etc" },
	{ "../../etc", '.', "/", "%00/%00/%2F/%00/%2Fetc" },
	{ "../x", '/', ".", "...x" },
	{ "/etc", '/', "/", "%00/etc" },
	{ "/etc", '.', ".", "%2Fetc" },
	{ "a//b", '/', "/", "a/%00/b" },
	{ "a/cur", '/', "/", "a/%63ur" },
	{ "new", '/', ".", "%6Eew" },
	{ "tmp", '/', "/", "%74mp" },
	{ "x.cur", '/', ".", "x.cur" },
	{ "offlineimap.uidvalidity", '/', ".", "%6Ffflineimap.uidvalidity" },
	{ "bell\a", '/', ".", "bell%07" },
	{ "del\177", '/', ".", "del%7F" },
	{ "r\303\244tsel", '/', ".", "r\303\244tsel" },
	{ "a/b", '/', "__", "a__b" },
};

static bool
leads_out(const char *local)
{
	return local[0] == '\0' || local[0] == '/' || strcmp(local, "..") == 0 || strncmp(local, "../", 3) == 0 ||
	    strstr(local, "/../") || (strlen(local) >= 3 && strcmp(local + strlen(local) - 3, "/..") == 0) ||
	    strstr(local, "//");
}

/* Every name of up to four characters of a nasty alphabet. */
static void
exhaust(char delim, const char *sep)
{
	static const char alphabet[] = "./%2a";
	unsigned n, i, bad = 0, total = 0;
	char name[5];

	for (n = 0; n < 5 * 5 * 5 * 5 * 4; n++) {
		struct buf local = BUF_INIT, back = BUF_INIT;
		unsigned len = 1 + n % 4, k = n / 4;

		for (i = 0; i < len; i++, k /= 5)
			name[i] = alphabet[k % 5];
		name[len] = '\0';
		name_to_local(&local, name, delim, sep);
		name_to_remote(&back, buf_str(&local), delim, sep);
		total++;
		/* A flat separator inside a name cannot be told from the hierarchy: only the way in is checked. */
		if (leads_out(buf_str(&local)) || (strcmp(sep, "/") == 0 && strcmp(buf_str(&back), name) != 0)) {
			if (bad++ == 0)
				printf("# first: %s -> %s -> %s\n", name, buf_str(&local), buf_str(&back));
		}
		buf_free(&local);
		buf_free(&back);
	}
	ok(bad == 0, "%u names with delimiter '%c' and separator '%s' stay inside", total, delim ? delim : '0', sep);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		struct buf local = BUF_INIT;

		name_to_local(&local, rows[i].remote, rows[i].delim, rows[i].sep);
		is_str(buf_str(&local), rows[i].local, rows[i].remote);
		buf_free(&local);
	}
	exhaust('/', "/");
	exhaust('.', "/");
	exhaust(0, "/");
	exhaust('/', ".");
	exhaust('.', ".");
	ok(name_maps_back("Work.2026", '/', "."), "a plain local name maps back");
	ok(name_maps_back("a/b", '.', "/"), "a nested one too");
	ok(!name_maps_back("50%2F", '.', "/") || name_maps_back("a%2Fb", '.', "/"),
	    "an encoded slash maps back to itself");
	ok(!name_maps_back("cur", '/', "."), "a reserved name does not");
	return done();
}
