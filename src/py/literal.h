/*
 * literal.h - the one piece of Python that needs no interpreter: a constant string. Pure.
 */
#ifndef PY_LITERAL_H
#define PY_LITERAL_H

#include <stdbool.h>

#include "../base/buf.h"

/*
 * Evaluates string literals ('...', "...", triple quotes, prefixes r u b in any case), written side by
 * side or joined by +, with white space and # comments between them. true: their bytes are appended to out. false: the
 * text is something else and out is unchanged; *why says in a few words what stands in the way.
 */
bool	py_literal(struct slice expr, struct buf *out, const char **why);

#endif
