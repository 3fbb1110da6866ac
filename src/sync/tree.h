/*
 * tree.h - the folders of both sides compared: which pairs there are, which have to be made, which
 * are reported (DESIGN rules 8 and 11). An empty or failed LIST says nothing.
 */
#ifndef SYNC_TREE_H
#define SYNC_TREE_H

#include <stddef.h>

#include "../base/err.h"
#include "../imap/imap.h"
#include "folder.h"

struct tree {
	struct folder *v;		/* sorted by local name */
	size_t n, cap;
	unsigned failures;		/* folders refused here, each reported */
};

/* Where the account's state files are: metadata/account, malloced. */
char	*tree_state_dir(const struct settings *s, const struct account_conf *a);
/*
 * Reads the local tree and the metadata. -1: the local side is not the one the state knows (disk
 * not mounted; *not_mounted is set), or unreadable: ERR_ACCOUNT.
 */
int	tree_build(const struct sync_env *env, const struct mailbox_list *remote, struct tree *t,
	    bool *not_mounted, struct err *e);
void	tree_free(struct tree *t);

#endif
