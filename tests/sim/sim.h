/*
 * sim.h - the simulated machine: a disk that knows durable from merely written, a virtual clock, random numbers
 * from a seed, sockets that end in a fake_server by direct calls, and one process on it that can be killed at any
 * call. os.c, dial.c and event.c here stand in for src/base/os.c, src/net/dial.c and src/base/event.c at link time.
 *
 * One machine, one thread. Everything that happens is a function of the seed.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../../src/base/mem.h"
#include "../../src/base/os.h"

struct fake_server;

struct sim_conf {
	uint64_t seed;
	int64_t stamp_ns;		/* granularity of the file system's time stamps; at least 1 */
	enum os_fs kind;
	bool dir_race;			/* os_dir_next may skip or repeat what is renamed during the pass */
	bool short_io;			/* sockets take and give a few octets at a time */
	struct fake_server *server;	/* whom dial_tcp reaches; NULL: connection refused */
};

void	sim_boot(const struct sim_conf *c);	/* an empty disk with /home/sim; forgets the machine before it */
void	sim_halt(void);				/* frees everything */

/* What becomes of a call of the process. */
enum sim_fate {
	SIM_GO,
	SIM_KILL,			/* the process dies before the call has any effect */
	SIM_KILL_HALF			/* a write: dies after a random part of it; any other call: as SIM_KILL */
};
/*
 * Asked before each call of the process that can fail; n counts them from 1 since sim_boot. changes: it would alter the
 * disk or the server (a kill before any other call leaves the same as a kill before the next that does). NULL: go.
 */
typedef enum sim_fate sim_hook(void *arg, uint64_t n, const char *call, bool changes);
void	sim_set_hook(sim_hook *f, void *arg);
/* Call number n fails with err, or all from n on; 0: none. */
void	sim_fail(uint64_t n, int err, bool ever_after);

/*
 * Runs body as a process: false if it was killed. Afterwards its descriptors are closed, its locks released and
 * its connections cut; *leaked (may be NULL) is how many descriptors it had left open, pipes aside.
 */
bool	sim_process(void (*body)(void *), void *arg, size_t *leaked);

/* The power fails: what was not synced is lost as the seed decides. Between processes only. */
void	sim_power_loss(uint64_t seed);

/* true: calls come from somebody else on the machine: not counted, never failing, durable at once. */
void	sim_user(bool on);
void	sim_advance(int64_t ms);
uint64_t sim_calls(void);		/* calls of processes since sim_boot */
uint64_t sim_changes(void);		/* those that altered the disk */

/* A new descriptor of a connection to the server, or -1 with errno; for dial.c. */
int	sim_socket(void);

/* The trace: a hash of all lines and the text of the last ones. */
void	sim_trace(const char *fmt, ...) PRINTF_LIKE(1, 2);
uint64_t sim_trace_hash(void);
void	sim_trace_tail(FILE *out);
void	sim_trace_to(FILE *out);	/* also print each line; NULL: do not */

const char *sim_last_error(void);	/* text of the last event_error */

/* xorshift64*: *s must not be 0. A number below n. */
uint64_t sim_rand(uint64_t *s, uint64_t n);
uint64_t sim_seed(uint64_t a, uint64_t b);	/* a new seed made of two numbers, never 0 */

#endif
