/*
 * fuzz_ini.c - any bytes as a configuration file: each value expanded both ways and read as a Python string.
 */
#include <stdint.h>

#include "../../src/conf/ini.h"
#include "../../src/conf/value.h"
#include "../../src/py/literal.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
read_option(const struct ini *ini, const struct ini_section *sec, const struct ini_option *opt)
{
	struct buf value = BUF_INIT;
	struct err e = ERR_INIT;
	const char *why;
	int64_t ms;
	int how;

	for (how = INI_PERCENT_2003; how <= INI_PERCENT_TODAY; how++) {
		buf_reset(&value);
		if (ini_expand(ini, sec, opt, (enum ini_percent)how, &value, &e) == 0)
			value_minutes(buf_str(&value), &ms);
	}
	buf_reset(&value);
	py_literal(buf_slice(&opt->value), &value, &why);
	buf_free(&value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct slice text = { (const char *)data, len };
	struct err e = ERR_INIT;
	struct ini ini;
	size_t i, j;

	if (ini_parse(&ini, "fuzz", text, &e) == 0)
		for (i = 0; i < ini.n; i++)
			for (j = 0; j < ini.v[i].n; j++)
				read_option(&ini, &ini.v[i], &ini.v[i].v[j]);
	ini_free(&ini);
	return 0;
}
