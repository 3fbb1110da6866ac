/*
 * uidset.h - sets of message UIDs as sorted ranges (RFC 9051 9, sequence-set without "*"). Pure.
 * Values are 1..4294967295. Memory follows the number of ranges, so "1:4294967295" is cheap.
 */
#ifndef IMAP_UIDSET_H
#define IMAP_UIDSET_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"

struct uidrange {
	uint32_t lo, hi;		/* lo <= hi */
};

struct uidset {
	struct uidrange *v;		/* ascending, disjoint, not adjacent */
	size_t n, cap;
};
#define UIDSET_INIT	{ NULL, 0, 0 }

void	uidset_add(struct uidset *s, uint32_t uid);	/* O(1) when ascending */
void	uidset_add_range(struct uidset *s, uint32_t lo, uint32_t hi);
bool	uidset_has(const struct uidset *s, uint32_t uid);
uint64_t uidset_count(const struct uidset *s);
void	uidset_reset(struct uidset *s);
void	uidset_free(struct uidset *s);
/* Adds what the text says ("1:5,7", also "9:1"); false: malformed, zero, "*", or more than max_ranges ranges. */
bool	uidset_parse(struct uidset *s, struct slice text, size_t max_ranges);
/* The same of single numbers between blanks ("2 3 5"), as SEARCH answers; the empty text is the empty set. */
bool	uidset_parse_numbers(struct uidset *s, struct slice text, size_t max);
/*
 * Appends ranges from index *at on as "1:5,7" while the text stays within max octets (at least one range);
 * *at becomes the first range not written. Loop until *at == s->n.
 */
void	uidset_format(const struct uidset *s, size_t *at, size_t max, struct buf *out);

#endif
