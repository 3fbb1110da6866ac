/*
 * statelog.h - what state.c (memory), statefile.c (disk) and statelog.c (the lines of the file: checksums, records
 * as text, reading in pieces) say to each other; nobody else includes it.
 */
#ifndef SYNC_STATELOG_H
#define SYNC_STATELOG_H

#include "state.h"

/* One record; which members count depends on the type (the table in statelog.c). */
struct log_record {
	char type;
	uint32_t number;		/* UIDVALIDITY, UID or intent id */
	struct state_rec rec;
	struct intent intent;
	struct state_point point;
};

struct log_record log_record_of(char type, uint32_t number);	/* all else is zero */
char	log_type_of(const struct state_rec *rec);		/* A, M or K */

/* What a record means; the same for one that is read and one that is made. */
void	state_apply(struct state *s, const struct log_record *r);
void	state_forget(struct state *s);		/* everything but the file */

/* Appends a line; the octet out->p[0] stands (or will stand) at offset base of the file. */
void	log_text(struct buf *out, uint64_t base, const char *text);
void	log_write(struct buf *out, uint64_t base, const struct log_record *r);
/* false: not a record that this version writes. */
bool	log_parse(struct slice text, struct log_record *r);

/* Percent-encoded: one word without blanks, whatever a folder is called. */
void	log_add_word(struct buf *out, const char *s);

struct log_reader {
	int fd;
	char *p;
	size_t at, len;			/* unread part of p */
	uint64_t offset;		/* of the next line in the file */
};
struct log_line {
	struct slice text;		/* after the checksum; valid until the next call */
	bool good;			/* complete, and the checksum fits */
};

int	log_reader_open(struct log_reader *r, const char *path);	/* -1: errno */
int	log_reader_next(struct log_reader *r, struct log_line *line);	/* 1; 0: end; -1: errno */
void	log_reader_close(struct log_reader *r);

#endif
