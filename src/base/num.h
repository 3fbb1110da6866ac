/* num.h - strict numbers: digits only, no sign, no blanks, overflow is a failure. Pure. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

bool	num_u32(struct slice s, uint32_t *out);
bool	num_u64(struct slice s, uint64_t *out);
bool	num_hex64(struct slice s, uint64_t *out);	/* lower or upper case, 1..16 digits */
bool	num_i64(struct slice s, int64_t *out);		/* optional - or + */

#endif
