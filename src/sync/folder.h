/*
 * folder.h - one pair of folders, a mailbox of the server and a Maildir, brought into step.
 *
 * folder_sync does the additions of both sides and the flags; what it finds deleted it only notes.
 * When all folders of the account are through and the guard (guard.h) agrees, folder_delete proves
 * each absence again and deletes (DESIGN rule 3). Reading order: folder.c, then download.c,
 * upload.c, flags.c, adopt.c, remove.c, which carry out the steps that plan.c decided.
 */
#ifndef SYNC_FOLDER_H
#define SYNC_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/err.h"
#include "../conf/settings.h"
#include "../imap/imap.h"

enum folder_kind {
	FOLDER_BOTH,			/* listed by the server; the Maildir may have to be made */
	FOLDER_MAKE_REMOTE,		/* new locally: created on the server first */
	FOLDER_REFUSED			/* only while the tree is built */
};

struct folder {
	char *remote;			/* as the server names it, modified UTF-7 */
	char *local;			/* local folder name, with the local separator */
	char *path;			/* of the Maildir */
	char *state_path;
	bool trash;			/* \Trash or \Junk: emptying it is no accident */
	enum folder_kind kind;
};

struct folder_result {			/* what is kept between the two passes */
	bool postponed;			/* something was left undone: not "in step" */
	uint32_t uidvalidity;
	uint64_t known;			/* messages both sides had agreed on before this run */
	struct uidset delete_remote, delete_local;	/* candidates */
	uint64_t *failed_base;		/* of files not uploaded: their originals stay (rule 3) */
	size_t nfailed, capfailed;
	bool failed_unknown;		/* an upload failed of a file whose origin cannot be told */
	bool failed;			/* an error of a message was reported */
	bool connection_spoilt;		/* left in the middle of an answer: it must be closed */
	int64_t second_scan_ms;		/* os_mono_ms() from which a second scan proves absence */
};

struct sync_env {			/* what every folder of a run shares; read only */
	const struct settings *settings;
	const struct account_conf *account;
};

/* Both: the connection's own thread. -1: e->radius says what is unusable now. */
int	folder_sync(const struct sync_env *env, const struct folder *f, struct imap *c,
	    struct folder_result *r, struct err *e);
/* keep: base hashes whose deletion on the server is withheld. */
int	folder_delete(const struct sync_env *env, const struct folder *f, struct imap *c,
	    struct folder_result *r, const uint64_t *keep, size_t nkeep, struct err *e);
/* Prints what folder_delete would do (--dry-run). */
void	folder_plan_delete(const struct sync_env *env, const struct folder *f,
	    const struct folder_result *r);
void	folder_result_free(struct folder_result *r);

#endif
