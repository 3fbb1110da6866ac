/*
 * job.h - one folder while it is being synchronised: what folder.c has read and the steps' files
 * share. Private to src/sync. One thread.
 */
#ifndef SYNC_JOB_H
#define SYNC_JOB_H

#include "../base/event.h"
#include "../maildir/maildir.h"
#include "folder.h"
#include "plan.h"
#include "state.h"

struct job {
	const struct sync_env *env;
	const struct folder *f;
	struct imap *c;
	struct folder_result *r;
	struct maildir md;
	struct state st;
	struct md_list files;
	struct remote_list remote;
	struct mailbox_status box;
	uint32_t *uid;			/* of files.v[i]; 0: new, or not proved */
	struct plan plan;
	bool dry;
	bool names_changed;		/* since the directories were synced */
	bool marker_fits;		/* it names this UIDVALIDITY: U= may be believed */
};

/* ---- job.c ---- */
/* With account, folder and planned filled in. */
struct event job_event(const struct job *j, enum event_kind kind);
void	job_event_set(const struct job *j, enum event_kind kind, const char *what,
	    const struct uidset *s);
/* A message could not be done: reported once, the folder counts as failed and not in step. */
void	job_failed(struct job *j, const struct err *e);
/* Not uploaded: the file's original in another folder stays on the server for now (rule 3). */
void	job_withhold(struct job *j, uint32_t file);
/* May the mailbox be changed? Warns once a folder if it is read-only. */
bool	job_writable(struct job *j, const char *what, uint64_t n);
const char *job_file_name(const struct job *j, uint32_t file);
/* The plan's steps of one kind, as UIDs. */
void	job_uids(const struct job *j, enum act act, struct uidset *out);
/*
 * The file's name gets the UID (if not 0) and the flags; durable after job_commit. 0; 1: the file
 * is gone; -1.
 */
int	job_bind(struct job *j, uint32_t file, uint32_t uid, unsigned was, unsigned want,
	    struct err *e);
enum { MD_UNKNOWN = 1 << 8 };		/* no flags at all: for job_listed_flags' otherwise */
/* FLAG_ bits of a listed message; otherwise, if it is not listed. */
unsigned job_listed_flags(const struct job *j, uint32_t uid, unsigned otherwise);
/*
 * What a new record shall say, so that the next merge gives the union of both sides' flags, and
 * \Deleted only if both have it: for messages of which nobody knows what was agreed.
 */
unsigned job_union(unsigned local, unsigned remote);
/* Directories synced, then the state's batch: the order of DESIGN rule 7. */
int	job_commit(struct job *j, struct err *e);

/* ---- the steps: each carries out what the plan says of its kind ---- */
int	download_new(struct job *j, struct err *e);
int	upload_new(struct job *j, struct err *e);
/* Open intents of earlier runs: finds their messages on the server, if they are there (rule 4). */
int	upload_resolve(struct job *j, struct err *e);
int	flags_sync(struct job *j, struct err *e);
/*
 * Pairs what is on both sides without a record and records it all in one batch, before anything
 * else is recorded: a crash leaves either no state, and the pairing is done again, or all of it.
 * The plan made afterwards merges the flags.
 */
int	adopt(struct job *j, struct err *e);
int	remove_remote(struct job *j, const struct uidset *uids, struct err *e);
int	remove_local(struct job *j, const struct uidset *uids, struct err *e);
/* Marked messages (rule 5) whose EXPUNGE has become possible are not touched: they are in step. */

/* ---- match.c, pure ---- */
/* Which file is which UID: by base hash through the state, then by U= where hints count. */
void	match_files(const struct md_list *files, const struct state *st, bool hints, uint32_t *uid);

#endif
