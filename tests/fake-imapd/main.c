/* main.c - the program fake-imapd: options, then a server on loopback until SIGTERM or "quit". See fake-imapd.1. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/num.h"
#include "../../src/base/os.h"
#include "../../src/base/stop.h"
#include "../../src/base/thr.h"
#include "control.h"
#include "fake.h"
#include "serve.h"

enum { MAX_LOADS = 64 };

struct options {
	uint32_t port;
	const char *cert, *key, *log, *port_file;
	struct {
		char *user;
		const char *dir;
	} loads[MAX_LOADS];
	size_t nloads;
	int64_t delay;
	const char *generate, *generate_for;
	bool write_back, control, any_user;
};

static const char usage[] =
    "usage: fake-imapd [-p PORT] [-u USER:PASS]... [-m USER=DIR]... [-w] [-x CAP]... [-X CAP]...\n"
    "                  [--tls CERT KEY] [--delay MS] [--delim C] [--faults FILE] [--log FILE]\n"
    "                  [--generate FxM USER] [--port-file FILE] [--control]\n";

static int
complain(const char *what, const char *value)
{
	fprintf(stderr, "fake-imapd: %s%s%s (fake-imapd --help shows the options)\n", what, value ? ": " : "",
	    value ? value : "");
	return 2;
}

static int
add_user(struct fake_server *s, struct options *o, const char *arg)
{
	const char *colon = strchr(arg, ':');
	char *name;

	if (colon == NULL || colon == arg)
		return complain("-u wants USER:PASS, not", arg);
	name = xstrndup(arg, (size_t)(colon - arg));
	fake_add_user(s, name, colon + 1);
	free(name);
	o->any_user = true;
	return 0;
}

static int
add_load(struct options *o, const char *arg)
{
	const char *eq = strchr(arg, '=');

	if (eq == NULL || eq == arg || eq[1] == '\0')
		return complain("-m wants USER=DIR, not", arg);
	if (o->nloads == MAX_LOADS)
		return complain("too many -m options", NULL);
	o->loads[o->nloads].user = xstrndup(arg, (size_t)(eq - arg));
	o->loads[o->nloads++].dir = eq + 1;
	return 0;
}

static int
switch_cap(struct fake_server *s, const char *name, bool on)
{
	enum fake_cap cap;

	if (!fake_cap_by_name(name, &cap))
		return complain("unknown capability", name);
	fake_set_cap(s, cap, on);
	return 0;
}

static int
load_faults(struct fake_server *s, const char *file)
{
	char why[300];

	if (control_faults(s, file, why, sizeof(why)) < 0)
		return complain(why, NULL);
	return 0;
}

static int
set_delim(struct fake_server *s, const char *arg)
{
	if (strcmp(arg, "NIL") == 0)
		fake_set_delim(s, '\0');
	else if (strlen(arg) == 1 && *arg > ' ' && *arg < 127)
		fake_set_delim(s, *arg);
	else
		return complain("--delim wants one character or NIL, not", arg);
	return 0;
}

static const struct {
	const char *name;
	int args;
} known[] = {
	{ "-p", 1 }, { "-u", 1 }, { "-m", 1 }, { "-w", 0 }, { "-x", 1 }, { "-X", 1 }, { "--tls", 2 }, { "--delay", 1 },
	{ "--delim", 1 }, { "--faults", 1 }, { "--log", 1 }, { "--generate", 2 }, { "--port-file", 1 },
	{ "--control", 0 },
};

static int
number(const char *arg, uint32_t max, uint32_t *out)
{
	if (num_u32(slice_of(arg), out) && *out <= max)
		return 0;
	return complain("not a number in range", arg);
}

/* One option with its arguments v[1..]. */
static int
apply(struct fake_server *s, struct options *o, char **v)
{
	const char *name = v[0];
	uint32_t n;

	if (strcmp(name, "-p") == 0)
		return number(v[1], 65535, &o->port);
	if (strcmp(name, "-u") == 0)
		return add_user(s, o, v[1]);
	if (strcmp(name, "-m") == 0)
		return add_load(o, v[1]);
	if (strcmp(name, "-x") == 0 || strcmp(name, "-X") == 0)
		return switch_cap(s, v[1], name[1] == 'X');
	if (strcmp(name, "--delim") == 0)
		return set_delim(s, v[1]);
	if (strcmp(name, "--faults") == 0)
		return load_faults(s, v[1]);
	if (strcmp(name, "--delay") == 0) {
		if (number(v[1], 3600000, &n) != 0)
			return 2;
		o->delay = n;
	} else if (strcmp(name, "--tls") == 0) {
		o->cert = v[1];
		o->key = v[2];
	} else if (strcmp(name, "--generate") == 0) {
		o->generate = v[1];
		o->generate_for = v[2];
	} else if (strcmp(name, "--log") == 0) {
		o->log = v[1];
	} else if (strcmp(name, "--port-file") == 0) {
		o->port_file = v[1];
	} else if (strcmp(name, "-w") == 0) {
		o->write_back = true;
	} else {
		o->control = true;
	}
	return 0;
}

static int
parse(struct fake_server *s, struct options *o, int argc, char **argv)
{
	char why[300];

	for (int i = 1; i < argc;) {
		size_t k = 0;
		int rc;

		while (k < countof(known) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == countof(known))
			return complain("unknown option", argv[i]);
		if (argc - i <= known[k].args)
			return complain("an argument is missing behind", argv[i]);
		if ((rc = apply(s, o, argv + i)) != 0)
			return rc;
		i += 1 + known[k].args;
	}
	if (!o->any_user)
		fake_add_user(s, "test", "test");
	if (o->generate != NULL &&
	    control_generate(s, o->generate_for, o->generate, why, sizeof(why)) < 0)
		return complain(why, NULL);
	return 0;
}

static int
put_file(const char *path, const char *text)
{
	int fd = os_open(path, OS_TRUNCATE), rc;

	rc = fd < 0 ? -1 : os_write_all(fd, text, strlen(text));
	if (rc < 0)
		fprintf(stderr, "fake-imapd: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		os_close(fd);
	return rc;
}

static int
load_or_save(struct fake_server *s, const struct options *o, int (*go)(struct fake_server *, const char *, const char *,
    char *, size_t))
{
	char why[300];

	for (size_t i = 0; i < o->nloads; i++) {
		if (go(s, o->loads[i].user, o->loads[i].dir, why, sizeof(why)) < 0) {
			fprintf(stderr, "fake-imapd: %s\n", why);
			return 1;
		}
	}
	return 0;
}

static void *
signal_run(void *arg)
{
	sigset_t *set = arg;
	int sig;

	sigwait(set, &sig);
	stop_request();
	return NULL;
}

/* Serves until SIGTERM, SIGINT or the control channel's end. */
static int
serve(struct fake_server *s, const struct options *o)
{
	char why[300], line[32];
	struct serve *sv = serve_start(s, o->port, o->cert, o->key, why, sizeof(why));
	struct pollfd p = { stop_fd(), POLLIN, 0 };

	if (sv == NULL) {
		fprintf(stderr, "fake-imapd: %s\n", why);
		return 1;
	}
	serve_set_delay(sv, o->delay);
	snprintf(line, sizeof(line), "port %u\n", serve_port(sv));
	fputs(line, stdout);
	fflush(stdout);
	if (o->port_file == NULL || put_file(o->port_file, line + 5) == 0) {
		if (o->control)
			control_run(s, sv);
		else
			while (!stop_requested())
				os_poll(&p, 1, -1);
	}
	serve_stop(sv);
	return 0;
}

int
main(int argc, char **argv)
{
	struct fake_server *s = fake_new();
	struct options o;
	struct err e = ERR_INIT;
	pthread_t signals;
	sigset_t set;
	int rc;

	memset(&o, 0, sizeof(o));
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		fputs(usage, stdout);
		fake_free(s);
		return 0;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	rc = parse(s, &o, argc, argv);
	if (rc == 0)
		rc = load_or_save(s, &o, fake_load);
	if (rc == 0 && (stop_init(&e) < 0 || thr_spawn(&signals, signal_run, &set, &e) < 0)) {
		fprintf(stderr, "fake-imapd: %s\n", e.msg);
		rc = 1;
	} else if (rc == 0) {
		rc = serve(s, &o);
		pthread_kill(signals, SIGTERM);
		thr_join(signals);
		if (rc == 0 && o.log != NULL)
			rc = put_file(o.log, fake_log(s)) < 0;
		if (rc == 0 && o.write_back)
			rc = load_or_save(s, &o, fake_save);
	}
	for (size_t i = 0; i < o.nloads; i++)
		free(o.loads[i].user);
	fake_free(s);
	return rc;
}
