/* measure.c - measure FILE COMMAND...: runs it, writes "milliseconds peak-KiB" into FILE; status: its own. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static long
ms_since(const struct timeval *start)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (long)(now.tv_sec - start->tv_sec) * 1000 + (now.tv_usec - start->tv_usec) / 1000;
}

int
main(int argc, char **argv)
{
	struct timeval start;
	struct rusage used;
	FILE *out;
	pid_t child;
	int status;

	if (argc < 3 || !(out = fopen(argv[1], "w")))
		return 2;
	gettimeofday(&start, NULL);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &used) < 0)
		return 2;
	/* BSD and Linux count in KiB */
	fprintf(out, "%ld %ld\n", ms_since(&start), used.ru_maxrss);
	return fclose(out) == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
