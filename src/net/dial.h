/*
 * dial.h - TCP connections to a name: every address is tried in turn under one deadline.
 * tests/sim links its own version that connects to the fake server by direct calls.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <stdbool.h>

#include "../base/err.h"

/* A connected, non-blocking descriptor with TCP_NODELAY and SO_KEEPALIVE, or -1. */
int	dial_tcp(const char *host, unsigned port, int timeout_ms, bool *loopback, struct err *e);

#endif
