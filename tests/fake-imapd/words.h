/*
 * words.h - the lexer of the server: one complete command (with its literals in place) taken apart from left to
 * right. Quoted strings are unescaped where they stand, so what it returns is borrowed from the command and a command
 * can be read only once. Every function returns false and leaves the position undefined if something else stands there.
 */
#ifndef FAKE_WORDS_H
#define FAKE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "../../src/base/buf.h"

struct words {
	char *p, *end;			/* without the final line end */
};

struct range {
	uint32_t lo, hi;		/* lo <= hi after set_resolve(); before it 0 stands for "*" */
};
struct set {
	struct range *r;
	size_t n, cap;
};

bool	words_char(struct words *w, char c);
bool	words_peek(const struct words *w, char c);
bool	words_end(const struct words *w);
bool	words_atom(struct words *w, struct slice *out);
bool	words_is(struct words *w, const char *word);	/* an atom, ASCII case folded; not taken if it differs */
bool	words_string(struct words *w, struct slice *out);	/* quoted or literal, no NUL */
bool	words_binary(struct words *w, struct slice *out);	/* literal8 (RFC 3516 4.4) */
bool	words_astring(struct words *w, struct slice *out);
bool	words_pattern(struct words *w, struct slice *out);	/* list-mailbox: * and % allowed in the atom */
bool	words_flag(struct words *w, struct slice *out);
bool	words_u32(struct words *w, uint32_t *out);
bool	words_u64(struct words *w, uint64_t *out);

/* RFC 3501 9 sequence-set. *out is filled (set_free) also on failure. "$" is not known here. */
bool	words_set(struct words *w, struct set *out);
bool	words_at_set(const struct words *w);		/* does a sequence set begin here? */
void	set_resolve(struct set *s, uint32_t last);	/* puts last for "*", sorts, joins */
bool	set_has(const struct set *s, uint32_t v);	/* after set_resolve */
void	set_free(struct set *s);
/* Appends ascending numbers one by one; set_put_end is due after the last. */
struct set_out {
	struct buf *out;
	uint32_t lo, hi;		/* the range not yet written; lo 0: none */
	bool any;
};
void	set_put(struct set_out *o, uint32_t v);
void	set_put_end(struct set_out *o);

#endif
