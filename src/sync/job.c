/* job.c - what the steps of one folder have in common; see job.h. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>

struct event
job_event(const struct job *j, enum event_kind kind)
{
	struct event ev = { 0 };

	ev.kind = kind;
	ev.planned = j->dry;
	snprintf(ev.account, sizeof(ev.account), "%s", j->env->account->name);
	snprintf(ev.folder, sizeof(ev.folder), "%s", j->f->remote);
	return ev;
}

void
job_event_set(const struct job *j, enum event_kind kind, const char *what, const struct uidset *s)
{
	struct event ev = job_event(j, kind);
	struct buf text = BUF_INIT;
	size_t at = 0;

	buf_puts(&text, what);
	uidset_format(s, &at, sizeof(ev.text) - 80, &text);
	if (at < s->n)
		buf_puts(&text, ",...");
	ev.n = uidset_count(s);
	snprintf(ev.text, sizeof(ev.text), "%s", buf_str(&text));
	buf_free(&text);
	event_post(&ev);
}

void
job_failed(struct job *j, const struct err *e)
{
	event_error(j->env->account->name, j->f->remote, e);
	j->r->failed = true;
	j->r->postponed = true;
}

void
job_withhold(struct job *j, uint32_t file)
{
	struct folder_result *r = j->r;

	r->postponed = true;
	if (j->files.v[file].foreign_uid == 0) {
		r->failed_unknown = true;
		return;
	}
	r->failed_base = xgrow(r->failed_base, r->nfailed, &r->capfailed, sizeof(*r->failed_base));
	r->failed_base[r->nfailed++] = j->files.v[file].base;
}

bool
job_writable(struct job *j, const char *what, uint64_t n)
{
	if (!j->box.read_only)
		return true;
	if (n > 0 && !j->env->settings->ignore_readonly)
		event_warn(j->env->account->name, "%s is read-only on the server: %s of %llu "
		    "message%s was not synchronised", j->f->remote, what, (unsigned long long)n,
		    n == 1 ? "" : "s");
	j->r->postponed = true;
	return false;
}

const char *
job_file_name(const struct job *j, uint32_t file)
{
	return md_list_name(&j->files, &j->files.v[file]);
}

void
job_uids(const struct job *j, enum act act, struct uidset *out)
{
	size_t i;

	for (i = 0; i < j->plan.n; i++)
		if (j->plan.v[i].act == act)
			uidset_add(out, j->plan.v[i].uid);
}

int
job_bind(struct job *j, uint32_t file, uint32_t uid, unsigned was, unsigned want, struct err *e)
{
	char *newname;
	int got;

	got = maildir_rename(&j->md, job_file_name(j, file), uid, was, want, &newname, e);
	if (got == 0) {
		free(newname);
		j->names_changed = true;
	}
	return got;
}

unsigned
job_listed_flags(const struct job *j, uint32_t uid, unsigned otherwise)
{
	size_t lo = 0, hi = j->remote.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (j->remote.v[mid].uid < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < j->remote.n && j->remote.v[lo].uid == uid ? j->remote.v[lo].flags : otherwise;
}

unsigned
job_union(unsigned local, unsigned remote)
{
	return ((local & remote) & ~(unsigned)MD_TRASHED) | ((local | remote) & MD_TRASHED);
}

int
job_commit(struct job *j, struct err *e)
{
	if (j->names_changed && maildir_sync(&j->md, e) < 0)
		return -1;
	j->names_changed = false;
	return state_commit(&j->st, e);
}
