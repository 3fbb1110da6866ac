/*
 * value.h - the text of one option made into what it means. Pure but for the home directory and the
 * environment that paths may name.
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"

bool	value_bool(const char *s, bool *out);		/* 1 yes true on, 0 no false off, any case */
bool	value_number(const char *s, unsigned *out);	/* decimal, a sign is allowed */
bool	value_minutes(const char *s, int64_t *ms);	/* decimal, a fraction is allowed; up to ten years */
/*
 * ~ and ~user at the start; with variables also $NAME and ${NAME}, as today's program does. malloced;
 * NULL: *why says what is unknown.
 */
char	*value_path(const char *s, bool variables, const char **why);
/* The next item of a comma list, trimmed; false: no more. An empty item comes with len 0. */
bool	value_item(struct slice *list, struct slice *item);

#endif
