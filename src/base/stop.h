/*
 * stop.h - "please stop": set once by the main thread on SIGINT or SIGTERM, seen by every wait.
 * stop_init() before the first thread; the rest from any thread.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

#include "err.h"

int	stop_init(struct err *e);
void	stop_request(void);
bool	stop_requested(void);
int	stop_fd(void);		/* becomes readable at the request and stays so; put it into every poll */

#endif
