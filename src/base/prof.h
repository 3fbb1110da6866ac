/*
 * prof.h - where the time goes, per thread, for -P. Off: one test per call. Each thread writes
 * DIR/<number>_<name>.prof, a text table, in prof_thread_end(). Nestable: inner time is not counted twice.
 * Disk calls inside PROF_NET_WAIT are the network's: os_read() and os_write() serve both.
 */
#ifndef BASE_PROF_H
#define BASE_PROF_H

#include <stdint.h>

#include "err.h"

enum prof_time { PROF_NET_WAIT, PROF_TLS, PROF_PARSE, PROF_DISK, PROF_FSYNC, PROF_LOCK_WAIT, PROF_TIMES };
enum prof_count { PROF_BYTES_IN, PROF_BYTES_OUT, PROF_COMMANDS, PROF_FLIGHTS, PROF_MESSAGES_DOWN,
	PROF_MESSAGES_UP, PROF_FSYNCS, PROF_COUNTS };

int	prof_init(const char *dir, struct err *e);	/* creates dir, which must be new; before the first thread */
void	prof_begin(enum prof_time t);
void	prof_end(enum prof_time t);
void	prof_add(enum prof_count c, uint64_t n);
void	prof_thread_end(void);				/* calling thread: write the table, forget it */

#endif
