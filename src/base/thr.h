/*
 * thr.h - POSIX threads whose misuse aborts: a lock that cannot be taken is a bug, not an error path.
 * Every lock of the program is a leaf: nothing slow and no other lock while it is held (DESIGN 5).
 */
#ifndef BASE_THR_H
#define BASE_THR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"

void	thr_lock(pthread_mutex_t *m);
void	thr_unlock(pthread_mutex_t *m);
void	thr_wait(pthread_cond_t *c, pthread_mutex_t *m);
/* false when ms milliseconds passed without a wake-up. */
bool	thr_wait_ms(pthread_cond_t *c, pthread_mutex_t *m, int64_t ms);
void	thr_wake_all(pthread_cond_t *c);

/* Starts a joinable thread with a 256 KiB stack and all signals blocked; -1: e is filled, radius ERR_ACCOUNT. */
int	thr_spawn(pthread_t *t, void *(*run)(void *), void *arg, struct err *e);
void	thr_join(pthread_t t);

/* The calling thread's name for logs and profiles ("main" unless set); thr_set_name copies it. */
void	thr_set_name(const char *name);
const char *thr_name(void);

#endif
