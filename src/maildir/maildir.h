/*
 * maildir.h - one Maildir folder on disk: scan with proof of absence, delivery in the safe order, rename
 * without overwriting, removal. One thread works on a folder at a time; different folders are independent.
 * Errors: ERR_FOLDER unless said otherwise (ERR_ACCOUNT when the disk is full or read-only).
 */
#ifndef MAILDIR_MAILDIR_H
#define MAILDIR_MAILDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "name.h"

struct maildir {
	char *path;			/* root/folder */
	char fmd5[33];			/* MD5 of the local folder name */
	bool fsync;			/* false: keep the order, skip the waiting */
};

/* path and name are copied. Nothing is read yet. */
void	maildir_init(struct maildir *m, const char *path, const char *folder, bool fsync);
void	maildir_fini(struct maildir *m);

/*
 * 1: cur, new and tmp are there; 0: path is absent or lacks all three, or was left half made (no marker yet):
 * maildir_create is due; -1: a folder with a marker lacks one of them, or an error.
 */
int	maildir_exists(const struct maildir *m, struct err *e);
/* Makes path (with parents), tmp, new and cur last; each may be there already. Synced to disk. */
int	maildir_create(const struct maildir *m, struct err *e);

/* offlineimap.uidvalidity, as in 2003: one decimal line. 1: read; 0: no such file; -1: unreadable or not a number. */
int	maildir_marker_read(const struct maildir *m, uint32_t *uidvalidity, struct err *e);
int	maildir_marker_write(const struct maildir *m, uint32_t uidvalidity, struct err *e);

/* ---- scanning ---- */

struct md_stamp {			/* of a directory; all zero: unknown */
	uint64_t ino;
	int64_t mtime_ns, ctime_ns;	/* nanoseconds since 1970 */
};

bool	md_stamp_same(const struct md_stamp *a, const struct md_stamp *b);

struct md_file {
	uint64_t base;			/* hash of the base name */
	uint32_t uid;			/* U= if FMD5 is this folder's, else 0 */
	uint32_t foreign_uid;		/* U= if FMD5 is another folder's, else 0 */
	uint32_t name;			/* offset into md_list.names */
	uint8_t flags;
	bool in_new;
};

struct md_list {
	struct md_file *v;		/* sorted by base, then name */
	size_t n, cap;
	struct buf names;		/* NUL-terminated file names one after another */
	struct md_stamp new_stamp, cur_stamp;	/* before the scan */
	bool settled;			/* the stamps may be stored: not racy (DESIGN section 3) */
	bool proof;			/* what is not in v was not there (DESIGN rule 2) */
	bool network;			/* a second scan 10 s later is needed before an absence counts */
	int64_t at_ms;			/* os_mono_ms() at the start of the scan */
};

/*
 * new/ before cur/; dot files and what is not a regular file (where the name alone cannot tell: see .c) are
 * ignored. Dead tmp files of ours are removed when clean_tmp is set. Any error while reading: -1, no list.
 */
int	maildir_scan(const struct maildir *m, bool clean_tmp, struct md_list *l, struct err *e);
void	md_list_free(struct md_list *l);
const char *md_list_name(const struct md_list *l, const struct md_file *f);
/* The file with that base hash (the first of several), or NULL. */
const struct md_file *md_list_find(const struct md_list *l, uint64_t base);
/* Just before an absence is acted upon: has new/ or cur/ changed since the scan? 1, 0, or -1 on error. */
int	maildir_changed(const struct maildir *m, const struct md_list *l, struct err *e);

/* ---- delivery: tmp, fsync, rename into new/ or cur/, then maildir_sync; nothing else makes a message visible ---- */

struct md_delivery {
	int fd;				/* -1 when finished */
	char *tmp;			/* path of the file in tmp/ */
	char *base;			/* unique name */
	uint64_t size;			/* octets written, LF form */
	uint64_t wire;			/* the same message with CRLF line ends */
	bool cr;			/* a CR waits for its LF */
	/* private to deliver.c */
	char last;			/* last octet written */
	char *out;			/* octets on their way to the file */
	size_t nout;
};

/* Names are unique in the process: a counter under a leaf lock. */
int	maildir_deliver_start(const struct maildir *m, struct md_delivery *d, struct err *e);
/* Bytes with CRLF line ends, cut anywhere; CRLF becomes LF, a lone CR stays (rule 9). */
int	maildir_deliver_data(struct md_delivery *d, const void *p, size_t n, struct err *e);
/* Flushes a waiting CR, sets mtime to date (if not 0), fsync, close. */
int	maildir_deliver_end(const struct maildir *m, struct md_delivery *d, int64_t date, struct err *e);
/*
 * Makes it visible under its final name (new/ if flags is 0, else cur/), never over an existing file; *name is
 * the malloced file name. Durable after maildir_sync. d is finished and emptied.
 */
int	maildir_deliver_publish(const struct maildir *m, struct md_delivery *d, uint32_t uid, unsigned flags,
	    char **name, struct err *e);
void	maildir_deliver_abort(struct md_delivery *d);	/* closes and removes the tmp file; harmless when finished */

/* fsync of new/ and cur/. A failure means: the renames since the last call are not proved. */
int	maildir_sync(const struct maildir *m, struct err *e);

/* ---- changes of existing files ---- */

/*
 * Sets flags (and U=/FMD5= if uid is not 0) by renaming, within its directory, or from new/ to cur/ when flags
 * appear. name is the last known name; if a reader has renamed it meanwhile, the file is looked up by base and *flags
 * is applied as the change from was to want. *newname: malloced. 0; 1: the file is gone; -1.
 */
int	maildir_rename(const struct maildir *m, const char *name, uint32_t uid, unsigned was, unsigned want,
	    char **newname, struct err *e);
/* Unlinks by last known name, or whatever name it has by now. 0 also if it is gone already. */
int	maildir_remove(const struct maildir *m, const char *name, struct err *e);

/* ---- reading for an upload ---- */

struct md_source {
	int fd;
	char *path;
	uint64_t size;			/* octets in the file */
	uint64_t wire;			/* octets with CRLF line ends: what APPEND announces */
	uint64_t msgid;			/* md5_64 of the trimmed Message-ID value of the header; 0 if none */
	unsigned char hash[16];		/* MD5 of the wire form */
	int64_t mtime;
	bool has_nul;
	/* private to source.c */
	uint64_t dev, ino;		/* of the file that was measured */
	uint64_t at;			/* octets of the file read */
	char last;			/* last octet read */
};
/*
 * One pass over the file for sizes and hashes, then opened afresh. name is the last known name. Symbolic links
 * and what is not a regular file are refused. 0; 1: the file is gone; -1: ERR_MESSAGE.
 */
int	maildir_source_open(const struct maildir *m, const char *name, struct md_source *s, struct err *e);
/* Next piece with CRLF line ends into out (cap >= 2): octets, 0 at the end, -1 (also if the file changed size). */
ssize_t	maildir_source_read(struct md_source *s, char *out, size_t cap, struct err *e);
void	maildir_source_close(struct md_source *s);

#endif
