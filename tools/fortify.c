/* fortify.c - what a libbearssl.a built with glibc's _FORTIFY_SOURCE asks of a libc that does not have it. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void	*__memcpy_chk(void *d, const void *s, size_t n, size_t room);
void	*__memmove_chk(void *d, const void *s, size_t n, size_t room);
void	*__memset_chk(void *d, int c, size_t n, size_t room);

void *
__memcpy_chk(void *d, const void *s, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memcpy(d, s, n);
}

void *
__memmove_chk(void *d, const void *s, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memmove(d, s, n);
}

void *
__memset_chk(void *d, int c, size_t n, size_t room)
{
	if (n > room)
		abort();
	return memset(d, c, n);
}
