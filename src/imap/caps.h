/* caps.h - the words of a CAPABILITY list as bits of enum imap_cap. Pure. */
#ifndef IMAP_CAPS_H
#define IMAP_CAPS_H

#include <stdint.h>

#include "../base/buf.h"

#define CAP_BIT(cap)	((uint32_t)1 << (cap))

/* Words between blanks, any case; unknown ones and those beyond LIMIT_CAPABILITIES are ignored. */
uint32_t caps_parse(struct slice words);

#endif
