/* dial.c - net/dial.h on the simulated machine: whatever the name, the server at the other end is the fake one. */
#include "../../src/net/dial.h"

#include "sim.h"

int
dial_tcp(const char *host, unsigned port, int timeout_ms, bool *loopback, struct err *e)
{
	int fd = sim_socket();

	(void)timeout_ms;
	*loopback = false;
	if (fd < 0) {
		err_sys(e, ERR_CONNECTION, "cannot connect to %s:%u", host, port);
		e->retry = true;
	}
	return fd;
}
