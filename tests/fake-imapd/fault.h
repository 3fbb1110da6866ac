/* fault.h - the rules of fake_faults(): parsing them, and which of them a command meets. */
#ifndef FAKE_FAULT_H
#define FAKE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/base/buf.h"

enum fault_action {
	FAULT_NO, FAULT_BAD, FAULT_BYE, FAULT_DROP, FAULT_COMMIT_DROP, FAULT_DELAY, FAULT_UIDVALIDITY,
	FAULT_READONLY, FAULT_OMIT, FAULT_UNTAGGED, FAULT_BYTES, FAULT_ACTIONS
};

struct fault {
	enum fault_action action;
	char *user, *box, *command;	/* NULL: any */
	uint64_t nth;			/* 0: every one */
	uint64_t met;			/* so often so far */
	uint64_t number;
	char *text;			/* or NULL */
};

struct fault_rules {
	struct fault *v;
	size_t n, cap;
};

int	fault_parse(struct fault_rules *r, const char *script, char *why, size_t cap);
void	fault_free(struct fault_rules *r);
/* Does this command meet the rule? Counts it. */
bool	fault_meets(struct fault *f, const char *user, const char *box, const char *command);

#endif
