/*
 * t_literal.c - constant Python strings: what they come to, or why not.
 */
#include "../../src/py/literal.h"
#include "tap.h"

static const struct {
	const char *expr, *value;	/* value NULL: refused */
	const char *why;
} rows[] = {
	{ "'a'", "a", NULL },
	{ "\"a'b\"", "a'b", NULL },
	{ "''", "", NULL },
	{ "''''a''b'''", "'a''b", NULL },
	{ "\"\"\"a\nb\"\"\"", "a\nb", NULL },
	{ " 'a'\t\"b\" ", "ab", NULL },
	{ "'a' + 'b'+'c'", "abc", NULL },
	{ "'a' # no 'b'", "a", NULL },
	{ "'a' \\\n 'b'", "ab", NULL },
	{ "r'\\n\\'' u'x' B\"y\" Rb'\\z'", "\\n\\'xy\\z", NULL },
	{ "'\\n\\t\\\\\\'\\\"\\a\\r'", "\n\t\\'\"\a\r", NULL },
	{ "'\\x41\\101\\7\\18'", "AA\a\0018", NULL },
	{ "'\\[\\q'", "\\[\\q", NULL },
	{ "'a\\\nb'", "ab", NULL },
	{ "", NULL, "nothing there" },
	{ "  ", NULL, "not a string in quotes" },
	{ "a", NULL, "not a string in quotes" },
	{ "'a' +", NULL, "not a string in quotes" },
	{ "+ 'a'", NULL, "not a string in quotes" },
	{ "'a' % x", NULL, "not a string in quotes" },
	{ "f'a'", NULL, "not a string in quotes" },
	{ "'a", NULL, "the closing quote is missing" },
	{ "'a\nb'", NULL, "the closing quote is missing" },
	{ "'a\\", NULL, "the closing quote is missing" },
	{ "r'a\\", NULL, "the closing quote is missing" },
	{ "'''a''", NULL, "the closing quote is missing" },
	{ "'\\x4g'", NULL, "\\x without two hexadecimal digits" },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < countof(rows); i++) {
		struct buf out = BUF_INIT;
		const char *why = NULL;
		char name[20];

		snprintf(name, sizeof(name), "row %u", (unsigned)i);
		buf_puts(&out, ">");
		if (py_literal(slice_of(rows[i].expr), &out, &why)) {
			is_str(buf_str(&out) + 1, rows[i].value, name);
		} else {
			is_str(why, rows[i].why, name);
			is_str(buf_str(&out), ">", "nothing is added");
		}
		buf_free(&out);
	}
	return done();
}
