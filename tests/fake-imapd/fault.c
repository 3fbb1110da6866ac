/* fault.c - see fault.h; the language is described in fake.h. */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/num.h"

enum argument { ARG_NONE, ARG_TEXT_OPTIONAL, ARG_TEXT, ARG_NUMBER };
static const struct {
	const char *name;
	enum argument argument;
} actions[FAULT_ACTIONS] = {
	[FAULT_NO] = { "no", ARG_TEXT_OPTIONAL }, [FAULT_BAD] = { "bad", ARG_TEXT_OPTIONAL },
	[FAULT_BYE] = { "bye", ARG_TEXT_OPTIONAL }, [FAULT_DROP] = { "drop", ARG_NONE },
	[FAULT_COMMIT_DROP] = { "commit-drop", ARG_NONE }, [FAULT_DELAY] = { "delay", ARG_NUMBER },
	[FAULT_UIDVALIDITY] = { "uidvalidity", ARG_NUMBER }, [FAULT_READONLY] = { "readonly", ARG_NONE },
	[FAULT_OMIT] = { "omit", ARG_NUMBER }, [FAULT_UNTAGGED] = { "untagged", ARG_TEXT },
	[FAULT_BYTES] = { "bytes", ARG_NONE },
};

/* The next word of *s, or a "quoted text" without its quotes. */
static bool
word(struct slice *s, struct slice *out)
{
	char stop = ' ';

	*s = slice_trim(*s);
	if (s->len == 0)
		return false;
	if (*s->p == '"') {
		stop = '"';
		s->p++;
		s->len--;
	}
	out->p = s->p;
	out->len = 0;
	while (s->len > 0 && *s->p != stop && (stop == '"' || *s->p != '\t')) {
		out->len++;
		s->p++;
		s->len--;
	}
	if (s->len == 0)
		return stop == ' ';
	s->p++;
	s->len--;
	return true;
}

static struct slice
after(struct slice s, size_t n)
{
	s.p += n;
	s.len -= n;
	return s;
}

static const char *
parse_action(struct fault *f, struct slice *rest)
{
	struct slice s;
	unsigned i = 0;

	if (!word(rest, &s))
		return "an action is missing";
	while (i < FAULT_BYTES && !slice_is(s, actions[i].name))
		i++;
	if (i == FAULT_BYTES)
		return "unknown action";
	f->action = (enum fault_action)i;
	if (actions[i].argument == ARG_NUMBER &&
	    (!word(rest, &s) || !num_u64(s, &f->number) || f->number > 0xffffffff))
		return "a number is missing";
	if (actions[i].argument == ARG_TEXT || actions[i].argument == ARG_TEXT_OPTIONAL) {
		bool given = slice_trim(*rest).len > 0;

		if (word(rest, &s))
			f->text = slice_dup(s);
		else if (given || actions[i].argument == ARG_TEXT)
			return "a text is missing, or its quote is not closed";
	}
	return NULL;
}

static const char *
parse_command(struct fault *f, struct slice s)
{
	const char *hash = memchr(s.p, '#', s.len);

	if (hash != NULL) {
		if (!num_u64(after(s, (size_t)(hash + 1 - s.p)), &f->nth) || f->nth == 0)
			return "a number from 1 must follow the #";
		s.len = (size_t)(hash - s.p);
	}
	if (!slice_is(s, "*"))
		f->command = slice_dup(s);
	return NULL;
}

/* user=NAME or box="NAME" in front of "on". */
static bool
qualifier(struct slice *rest, const char *key, char **value)
{
	struct slice s;

	*rest = slice_trim(*rest);
	if (*value != NULL || !slice_has_prefix(*rest, key))
		return false;
	*rest = after(*rest, strlen(key));
	if (!word(rest, &s))
		return false;
	*value = slice_dup(s);
	return true;
}

/* NULL, or what is wrong. */
static const char *
parse_rule(struct fault *f, struct slice rest)
{
	const char *wrong;
	struct slice s;

	while (qualifier(&rest, "user=", &f->user) || qualifier(&rest, "box=", &f->box))
		;
	if (!word(&rest, &s) || !slice_is(s, "on"))
		return "user=, box= or \"on\" was expected";
	if (!word(&rest, &s))
		return "a command is missing";
	if (slice_is(s, "bytes")) {
		f->action = FAULT_BYTES;
		if (!word(&rest, &s) || !num_u64(s, &f->number) || !word(&rest, &s) ||
		    !slice_is(s, "drop"))
			return "on bytes N drop was expected";
	} else {
		wrong = parse_command(f, s);
		if (wrong == NULL)
			wrong = parse_action(f, &rest);
		if (wrong != NULL)
			return wrong;
	}
	return slice_trim(rest).len == 0 ? NULL : "there is too much behind the action";
}

int
fault_parse(struct fault_rules *r, const char *script, char *why, size_t cap)
{
	for (unsigned line = 1; *script != '\0'; line++) {
		struct slice s = { script, strcspn(script, "\n") };
		const char *wrong;

		script += s.len + (script[s.len] == '\n');
		s = slice_trim(s);
		if (s.len == 0 || *s.p == '#')
			continue;
		r->v = xgrow(r->v, r->n, &r->cap, sizeof(*r->v));
		memset(&r->v[r->n], 0, sizeof(*r->v));
		wrong = parse_rule(&r->v[r->n++], s);
		if (wrong != NULL) {
			snprintf(why, cap, "line %u: %s: %.*s", line, wrong, (int)(s.len < 100 ? s.len : 100), s.p);
			fault_free(r);
			return -1;
		}
	}
	return 0;
}

void
fault_free(struct fault_rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].user);
		free(r->v[i].box);
		free(r->v[i].command);
		free(r->v[i].text);
	}
	free(r->v);
	memset(r, 0, sizeof(*r));
}

bool
fault_meets(struct fault *f, const char *user, const char *box, const char *command)
{
	if ((f->user != NULL && strcmp(f->user, user) != 0) ||
	    (f->box != NULL && strcmp(f->box, box) != 0) ||
	    (f->command != NULL && !slice_is_nocase(slice_of(f->command), command)))
		return false;
	f->met++;
	return f->nth == 0 || f->nth == f->met;
}
