/* crc32.h - CRC-32 (ISO 3309, as zlib). Start with crc 0, feed the result back in. Pure. */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_add(uint32_t crc, const void *p, size_t n);

#endif
