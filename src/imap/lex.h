/*
 * lex.h - one response of a server as tokens (RFC 9051 4). Pure; never reads past its text, allocates nothing but
 * the scratch space of strings with escapes. Lenient where real servers are sloppy and no doubt arises: runs of
 * blanks, 8-bit characters in atoms and quoted strings.
 */
#ifndef IMAP_LEX_H
#define IMAP_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"

struct lex {
	const char *p, *end;
	struct buf *scratch;		/* unescaped strings; reserved once, so slices into it stay where they are */
	bool open;			/* the text ended right behind the announcement of a literal */
};

enum lex_tok { LEX_BAD, LEX_END, LEX_ATOM, LEX_STRING, LEX_NIL, LEX_OPEN, LEX_CLOSE };

/* The name of a FETCH item: BODY[HEADER.FIELDS (DATE)]<0> is name BODY, section HEADER.FIELDS (DATE). */
struct lex_item {
	struct slice name, section;
	bool has_section;
};

/* text: without the last line end, with all literals inside. scratch is reset, and lives as long as the tokens. */
void	lex_init(struct lex *l, struct slice text, struct buf *scratch);
/* Skips blanks, then takes one token. *v: an atom's or string's octets; LEX_NIL: its text. */
enum lex_tok lex_next(struct lex *l, struct slice *v);
bool	lex_skip(struct lex *l);	/* one value, lists with all they hold; false: malformed */
bool	lex_item(struct lex *l, struct lex_item *item);
struct slice lex_rest(struct lex *l);	/* what is left, without leading blanks */
/* A line ends with the announcement of a literal ("{5}", "{5+}", "~{5}"): its size and the announcement's length. */
bool	lex_announces(struct slice line, uint64_t *size, size_t *len);

#endif
