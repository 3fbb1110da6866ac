/*
 * name.h - Maildir file names: unique[,U=uid][,FMD5=hex][other][:2,flags]. Pure.
 * The base is the name without the info part and without the ,U= and ,FMD5= fields: the state file knows
 * messages by the hash of their base, since readers rename the rest.
 */
#ifndef MAILDIR_NAME_H
#define MAILDIR_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"

/* Flags as bits, alphabetical: D F R S T (the same bits as imap/flags.h). */
enum { MD_DRAFT = 1, MD_FLAGGED = 2, MD_REPLIED = 4, MD_SEEN = 8, MD_TRASHED = 16, MD_ALL = 31 };

struct md_name {
	uint32_t uid;			/* from ,U=; 0 if none */
	bool has_fmd5;
	char fmd5[33];			/* from ,FMD5= (32 lower-case hex digits) */
	unsigned flags;			/* of ":2,..."; 0 without info */
	uint64_t base;			/* hash of the base (md5_64) */
};

void	md_name_parse(const char *name, struct md_name *n);
void	md_name_base(const char *name, struct buf *out);	/* appends the base */
/* Appends base,U=uid,FMD5=fmd5:2,flags (uid 0: without U= and FMD5=). base is text from md_name_base. */
void	md_name_build(struct buf *out, const char *base, uint32_t uid, const char *fmd5, unsigned flags);
/*
 * Appends name with its D F R S T letters replaced by flags; other letters of the info part and a
 * foreign info part (":1,...") are kept as they are. Letters in ASCII order.
 */
void	md_name_with_flags(struct buf *out, const char *name, unsigned flags);
/* Appends name with ,U= and ,FMD5= set (replaced or inserted before the info part), the rest kept. */
void	md_name_with_uid(struct buf *out, const char *name, uint32_t uid, const char *fmd5);
void	md_flags_letters(unsigned flags, char out[8]);		/* "DFRST" subset */

#endif
