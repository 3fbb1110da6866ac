/*
 * t_man.c - offlineimaprc(5) has every option of the table, under its heading and with its default, and no
 * other. Runs in the top directory.
 */
#include <stdlib.h>

#include "../../src/base/buf.h"
#include "../../src/base/os.h"
#include "../../src/conf/option.h"
#include "tap.h"

#define PAGE	"man/offlineimaprc.5"

/* One ".TP .B name" of the page. */
struct entry {
	char name[64];
	const char *heading;		/* into the page */
	struct slice text;
};

static struct entry entries[256];
static size_t nentries;

static struct slice
next_line(const char **p)
{
	size_t len = strcspn(*p, "\n");
	struct slice line = { *p, len };

	*p += len + ((*p)[len] == '\n');
	return line;
}

/* "ignore\-readonly" as it is meant */
static void
plain_name(char *dst, size_t cap, struct slice s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len && n + 1 < cap; i++)
		if (s.p[i] != '\\' && s.p[i] != '"')
			dst[n++] = s.p[i];
	dst[n] = '\0';
}

static void
read_page(const char *page)
{
	const char *p = page, *heading = "";
	bool tagged = false;

	while (*p && nentries < countof(entries)) {
		struct slice line = next_line(&p);

		if (slice_has_prefix(line, ".SH "))
			heading = line.p + 4;
		if (tagged && slice_has_prefix(line, ".B ")) {
			struct entry *e = &entries[nentries++];

			plain_name(e->name, sizeof(e->name), (struct slice){ line.p + 3, line.len - 3 });
			e->heading = heading;
			e->text = (struct slice){ p, 0 };
		}
		tagged = slice_is(line, ".TP");
		if (nentries && !tagged && !slice_has_prefix(line, ".SH "))
			entries[nentries - 1].text.len = (size_t)(p - entries[nentries - 1].text.p);
	}
}

static const char *
heading_of(const struct option *row)
{
	static const char *const by_state[] = {
		[OPT_PYTHON] = "\"PYTHON EXPRESSIONS\"", [OPT_UNSAFE] = "\"OPTIONS THAT ARE REFUSED\"",
		[OPT_LATER] = "\"OPTIONS THAT ARE IGNORED\"", [OPT_OBSOLETE] = "\"OPTIONS WITHOUT A MEANING\"",
	};

	if (row->state != OPT_DONE)
		return by_state[row->state];
	return row->where & IN_GENERAL ? "\"OPTIONS OF [general]\"" : row->where & IN_MBNAMES ?
	    "\"OPTIONS OF [mbnames]\"" : row->where & IN_TK ? "\"OPTIONS OF [ui.Tk.Blinkenlights]\"" :
	    "\"OPTIONS OF AN ACCOUNT\"";
}

static bool
has_default(const struct entry *e, const char *def)
{
	char word[64], *text = slice_dup(e->text), *at = text;
	bool found = false;

	/* ".BR yes ." or ".B yes" after a line that begins with "Default" */
	snprintf(word, sizeof(word), "%s", def);
	while (!found && (at = strstr(at, "\n.B"))) {
		char value[64];

		at += strcspn(at, " ") + 1;
		plain_name(value, sizeof(value), (struct slice){ at, strcspn(at, " \n") });
		found = strcmp(value, word) == 0;
	}
	found = found && (strstr(text, "Default") == text || strstr(text, "\nDefault"));
	free(text);
	return found;
}

static const struct entry *
entry_of(const struct option *row)
{
	const char *heading = heading_of(row);
	size_t i;

	for (i = 0; i < nentries; i++)
		if (strcmp(entries[i].name, row->name) == 0 &&
		    strncmp(entries[i].heading, heading, strlen(heading)) == 0)
			return &entries[i];
	return NULL;
}

static void
check_entry(const struct entry *e)
{
	size_t i, rows = 0, twice = 0;

	for (i = 0; i < noptions; i++)
		rows += entry_of(&options[i]) == e;
	for (i = 0; i < nentries; i++)
		twice += strcmp(entries[i].name, e->name) == 0 && entries[i].heading == e->heading;
	ok(rows > 0, "the program has %s", e->name);
	ok(twice == 1, "%s is described once under its heading", e->name);
}

int
main(void)
{
	struct buf page = BUF_INIT;
	size_t i;

	if (os_read_file(PAGE, 1 << 20, &page) < 0) {
		printf("1..0 # SKIP no " PAGE " here\n");
		return 0;
	}
	read_page(buf_str(&page));
	for (i = 0; i < noptions; i++) {
		const struct option *row = &options[i];
		const struct entry *e = entry_of(row);

		ok(e != NULL, "%s is described under %s", row->name, heading_of(row));
		if (e && row->def && *row->def)
			ok(has_default(e, row->def), "%s: the default is %s", row->name, row->def);
	}
	for (i = 0; i < nentries; i++)
		check_entry(&entries[i]);
	buf_free(&page);
	return done();
}
