/*
 * machine.h - private to tests/sim: what machine.c, os.c, dir.c and wire.c share of the simulated machine.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <setjmp.h>

#include "../../src/base/buf.h"
#include "fs.h"
#include "sim.h"

enum {
	FD_BASE = 1000,			/* so that a simulated descriptor is never taken for a real one */
	FD_MAX = 64,
	TAIL = 60,			/* lines of the trace that are kept */
	TAIL_LINE = 200
};
#define START_NS	(INT64_C(1700000000) * 1000000000)

struct fake_conn;

enum fd_kind { FD_FREE, FD_FILE, FD_PIPE, FD_SOCKET };

struct fd {
	enum fd_kind kind;
	bool can_read, can_write, append;
	struct fs_node *file;
	uint64_t at;
	int peer;			/* pipe: the other end's index, -1: closed */
	struct buf *pipe;		/* pipe: the reading end's bytes; NULL at the writing end */
	struct fake_conn *conn;
	int64_t ready_us;		/* socket: when the pending output comes; 0: nobody has asked yet */
};

struct machine {
	struct sim_conf conf;
	uint64_t rng;
	int64_t now_us;			/* since START_NS */
	struct fd fd[FD_MAX];
	uint64_t calls, changes, started;	/* started: calls of this process */
	sim_hook *hook;
	void *hook_arg;
	uint64_t fail_at;
	int fail_err;
	bool fail_on;
	bool user, running;
	jmp_buf end;
	long pid;
	uint64_t hash;
	char tail[TAIL][TAIL_LINE];
	uint64_t lines;
	FILE *out;
};
extern struct machine sim;

void	machine_tick(int64_t us);
/*
 * Every call that can fail begins with it. -1: the call fails, errno is set. *half (may be NULL): set if the
 * process is to die in the middle of the call.
 */
int	machine_enter(const char *call, const char *what, bool changes, bool *half);
void	machine_die(void);
bool	machine_watched(void);		/* a process is running, and it is not somebody else who calls */
/* The disk was: f's content, or a name (NULL). Somebody else's changes are durable at once. */
void	machine_changed(const struct fs_node *f);

struct fd *fd_get(int fd);		/* NULL with EBADF */
int	fd_new(enum fd_kind kind);

/* wire.c */
ssize_t	wire_read(struct fd *d, void *p, size_t n);
ssize_t	wire_write(struct fd *d, const void *p, size_t n);
void	wire_close(struct fd *d);
size_t	wire_portion(size_t n);		/* how much of n octets goes through at once */

#endif
