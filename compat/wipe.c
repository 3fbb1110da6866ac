/* wipe.c - a volatile access is a side effect, so it stays. */
#include "compat.h"

void
compat_wipe(void *p, size_t n)
{
	volatile unsigned char *v = p;

	while (n--)
		*v++ = 0;
}
