/*
 * fs.h - the simulated disk under os.c. Each file has its content as written and as synced; each directory its
 * entries as seen and as synced, with a list of the changes between the two. Functions return -1 or NULL with errno.
 */
#ifndef SIM_FS_H
#define SIM_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/base/buf.h"

struct fs_entry {
	char *name;
	struct fs_node *node;
};

struct fs_dir {
	struct fs_entry *v;
	size_t n, cap;
};

struct fs_node {
	uint64_t ino;
	bool is_dir, dirty;		/* dirty: data is not what the disk has */
	struct buf data, disk;		/* of a file: seen, synced */
	struct fs_dir seen, synced;	/* of a directory */
	int64_t mtime, ctime;		/* nanoseconds */
	int lock;			/* descriptor that holds the lock, -1: none */
};

void	fs_init(void);
void	fs_fini(void);
void	fs_set_time(int64_t ns);		/* for the stamps of what follows */

struct fs_node *fs_find(const char *path);
struct fs_node *fs_make(const char *path, bool is_dir);		/* EEXIST */
int	fs_rename(const char *from, const char *to, bool replace);
int	fs_remove(const char *path, bool is_dir);
void	fs_write(struct fs_node *f, uint64_t at, const void *p, size_t n);
void	fs_truncate(struct fs_node *f, uint64_t len);
const struct fs_entry *fs_entry(const struct fs_dir *d, const char *name);

void	fs_sync_file(struct fs_node *f);
/* Every pending change of its entries; of a rename both ends. */
void	fs_sync_dir(struct fs_node *d);
void	fs_sync_all(void);
/*
 * Back to what a disk may show after the power failed: each pending change of an entry kept or lost (with those it
 * builds upon), a rename whole or not at all; unsynced content gone, cut short, or with zeros where data should be.
 */
void	fs_power_loss(uint64_t *rng);

#endif
