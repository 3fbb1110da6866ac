/*
 * plan.h - the sync decision: DESIGN's table as a pure function over three sorted arrays. No file, no
 * socket, no clock.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum act {
	ACT_NONE,
	ACT_FORGET,		/* gone on both sides: drop the record */
	ACT_DOWNLOAD,		/* new on the server */
	ACT_UPLOAD,		/* new locally; uid is 0 */
	ACT_ADOPT,		/* on both sides, not recorded: pair them if proved to be the same */
	ACT_DELETE_REMOTE,	/* deleted locally: prove, then delete on the server */
	ACT_DELETE_LOCAL,	/* deleted on the server: prove, then delete locally */
	ACT_FLAGS,		/* known: flags differ somewhere */
	ACT_UNMARK,		/* the mark of rule 5 is gone: download again */
	ACT_HOLD,		/* a file with this folder's UID that the server lacked in a run without state */
	ACTS
};

struct plan_side {		/* one message on one side, or in the state */
	uint32_t uid;		/* local: 0 for new messages, which come last */
	uint32_t index;		/* the caller's: position in its own array */
	uint8_t flags;		/* D F R S T bits */
	bool marked;		/* state: "D" (rule 5); ignored elsewhere */
	bool held;		/* state: only a reminder to hold this file; ignored elsewhere */
};

struct plan_input {		/* each array ascending by uid, unique (but local uid 0) */
	const struct plan_side *local, *remote, *state;
	size_t nlocal, nremote, nstate;
	bool local_proof, remote_proof;	/* an absence on that side counts */
	bool no_state;			/* the run starts without records: nothing is deleted, L-only UIDs are held */
	unsigned storable;		/* flag bits the server stores permanently */
};

#define PLAN_NO_INDEX	UINT32_MAX

struct plan_step {
	uint32_t uid;
	uint32_t local, remote, state;	/* the caller's indices, PLAN_NO_INDEX where absent */
	uint8_t act;			/* enum act */
	uint8_t flags;			/* ACT_FLAGS, ACT_ADOPT: what both sides shall have */
};

struct plan {
	struct plan_step *v;		/* ascending by uid; uploads last */
	size_t n, cap;
};

/* One cell of the table: L, R, S as bits 1, 2, 4; 8: the state says "marked". */
enum { PLAN_L = 1, PLAN_R = 2, PLAN_S = 4, PLAN_D = 8 };
enum act plan_decide(unsigned lrs);

/* Per bit: two sides that differ from the old state changed alike. */
unsigned plan_merge(unsigned local, unsigned remote, unsigned old);

/* Fills p; steps that need nothing are left out. */
void	plan_make(const struct plan_input *in, struct plan *p);
void	plan_free(struct plan *p);

#endif
