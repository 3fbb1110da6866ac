/* osreap.c - see os.h. A file of its own, so that a test that replaces os.c need not know it. */
#include "os.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* With all that it started, where os_spawn() gave it a group. */
static void
end(pid_t pid, int sig)
{
	if (kill(-pid, sig) < 0)
		kill(pid, sig);
}

int
os_reap(pid_t pid, int grace_ms, int *exit_status)
{
	static const int step_ms = 10;
	int waited, status, sig = SIGTERM;
	pid_t r;

	for (waited = 0;; waited += step_ms) {
		r = waitpid(pid, &status, WNOHANG);
		if (r > 0) {
			*exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
			return 0;
		}
		if (r < 0 && errno != EINTR)
			return -1;
		if (waited >= grace_ms) {
			end(pid, sig);
			if (sig == SIGKILL)
				return os_wait(pid, exit_status);
			sig = SIGKILL;
			waited = 0;
			grace_ms = OS_TERM_MS;
		}
		poll(NULL, 0, step_ms);
	}
}
