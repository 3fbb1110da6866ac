/*
 * value.c - see value.h.
 */
#include "value.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../base/num.h"
#include "../base/os.h"

#define MS_PER_MINUTE	60000
#define MAX_MINUTES	(10 * 366 * 24 * 60)

bool
value_bool(const char *s, bool *out)
{
	static const char *const words[] = { "0", "1", "no", "yes", "false", "true", "off", "on" };
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (slice_is_nocase(slice_of(s), words[i])) {
			*out = i % 2;
			return true;
		}
	return false;
}

bool
value_number(const char *s, unsigned *out)
{
	int64_t n;

	if (!num_i64(slice_of(s), &n) || n < 0 || n > INT_MAX)
		return false;
	*out = (unsigned)n;
	return true;
}

/* No floating point: a router may have none, and 0.1 must not become 5999 ms. */
bool
value_minutes(const char *s, int64_t *ms)
{
	struct slice text = slice_of(s);
	const char *point;
	int64_t scale = MS_PER_MINUTE;
	uint32_t whole = 0, i;
	bool any = false;

	if (text.len && text.p[0] == '+')
		text = slice_of(s + 1);
	point = memchr(text.p, '.', text.len);
	if (!point)
		point = text.p + text.len;
	if (text.len < 1 || (text.len == 1 && *point == '.'))
		return false;
	if (point > text.p && (!num_u32((struct slice){ text.p, (size_t)(point - text.p) }, &whole) ||
	    whole > MAX_MINUTES))
		return false;
	*ms = (int64_t)whole * MS_PER_MINUTE;
	for (i = 0; *point && point[1 + i]; i++) {
		if (!ascii_is_digit((unsigned char)point[1 + i]))
			return false;
		*ms += (point[1 + i] - '0') * (scale /= 10);
		any |= point[1 + i] != '0';
	}
	if (any && *ms == 0)
		*ms = 1;		/* 0 would mean "once" */
	return true;
}

/* "~" or "~user" at *s, which is moved behind it; NULL: nobody of that name. */
static char *
home_of(const char **s)
{
	size_t len = strcspn(*s, "/");
	char *user = len > 1 ? xstrndup(*s + 1, len - 1) : NULL;
	char *home = os_home(user);

	free(user);
	*s += len;
	return home;
}

/* $NAME or ${NAME} at *s, which is moved behind it. NULL: no such variable, or a $ that is just a $. */
static const char *
variable_at(const char **s)
{
	const char *name = *s + 1, *value;
	bool braces = *name == '{';
	size_t len = 0;
	char *copy;

	name += braces;
	while (ascii_is_alnum((unsigned char)name[len]) || name[len] == '_')
		len++;
	if (len == 0 || (braces && name[len] != '}'))
		return NULL;
	copy = xstrndup(name, len);
	value = getenv(copy);
	free(copy);
	*s = name + len + braces;
	return value;
}

char *
value_path(const char *s, bool variables, const char **why)
{
	struct buf path = BUF_INIT;
	const char *value;
	char *home;

	if (*s == '~') {
		home = home_of(&s);
		if (!home) {
			*why = "no such user, or no home directory";
			return NULL;
		}
		buf_puts(&path, home);
		free(home);
	}
	while (*s) {
		if (*s != '$' || !variables) {
			buf_putc(&path, (unsigned char)*s++);
			continue;
		}
		value = variable_at(&s);
		if (!value) {
			buf_free(&path);
			*why = "no such environment variable";
			return NULL;
		}
		buf_puts(&path, value);
	}
	return buf_steal(&path);
}

bool
value_item(struct slice *list, struct slice *item)
{
	const char *comma;

	if (!list->p)
		return false;
	comma = list->len ? memchr(list->p, ',', list->len) : NULL;
	*item = slice_trim((struct slice){ list->p, comma ? (size_t)(comma - list->p) : list->len });
	if (comma) {
		list->len -= (size_t)(comma + 1 - list->p);
		list->p = comma + 1;
	} else {
		*list = (struct slice){ NULL, 0 };
	}
	return true;
}
