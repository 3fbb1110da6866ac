/* md5.h - RFC 1321, for FMD5 in file names, base-name hashes and content fingerprints. Never for security. Pure. */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include <stddef.h>
#include <stdint.h>

struct md5 {
	uint32_t state[4];
	uint64_t len;			/* octets so far */
	unsigned char block[64];
};

void	md5_init(struct md5 *m);
void	md5_add(struct md5 *m, const void *p, size_t n);
void	md5_end(struct md5 *m, unsigned char out[16]);
void	md5_hex(const void *p, size_t n, char out[33]);	/* lower case, NUL-terminated */
uint64_t md5_64(const void *p, size_t n);		/* first 8 octets, big-endian: the same on every machine */

#endif
