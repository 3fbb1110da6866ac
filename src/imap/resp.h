/*
 * resp.h - one complete response of a server, understood (RFC 9051 7). Pure. What it does not know it skips.
 * All slices point into the text or the scratch buffer.
 */
#ifndef IMAP_RESP_H
#define IMAP_RESP_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"
#include "lex.h"
#include "uidset.h"

enum resp_kind { RESP_UNTAGGED, RESP_TAGGED, RESP_CONTINUE };

enum resp_status { STATUS_NONE, STATUS_OK, STATUS_NO, STATUS_BAD, STATUS_BYE, STATUS_PREAUTH };

enum resp_code {
	CODE_NONE, CODE_OTHER, CODE_ALERT, CODE_ALREADYEXISTS, CODE_APPENDUID, CODE_AUTHENTICATIONFAILED,
	CODE_AUTHORIZATIONFAILED, CODE_CAPABILITY, CODE_CLOSED, CODE_EXPIRED, CODE_HIGHESTMODSEQ, CODE_INUSE,
	CODE_LIMIT, CODE_NOMODSEQ, CODE_OVERQUOTA, CODE_PERMANENTFLAGS, CODE_READ_ONLY, CODE_READ_WRITE,
	CODE_UIDNEXT, CODE_UIDNOTSTICKY, CODE_UIDVALIDITY, CODE_UNAVAILABLE
};

enum resp_data {
	DATA_OTHER,			/* nothing we ask for, or a status or tagged response */
	DATA_CAPABILITY, DATA_LIST, DATA_SEARCH, DATA_ESEARCH, DATA_EXISTS, DATA_EXPUNGE, DATA_FETCH, DATA_VANISHED
};

struct resp_list {
	struct slice name;
	char delim;			/* 0: NIL */
	bool noselect, noinferiors, trash, junk;
	bool bad;			/* its name makes no sense: skip this entry only */
};

struct resp_fetch {
	uint32_t uid;			/* valid if has_uid; 0 is what a broken server says */
	unsigned flags;
	uint64_t size;			/* RFC822.SIZE, 0 if none */
	int64_t date;			/* INTERNALDATE, 0 if none */
	struct slice body;		/* BODY[] that came inside the response; a streamed one is empty here */
	struct slice header;		/* BODY[HEADER.FIELDS (...)] */
	bool has_uid, has_flags, has_body, has_header;
	bool body_nil;			/* BODY[] NIL: not there any more */
};

struct resp {
	enum resp_kind kind;
	struct slice tag;
	enum resp_status status;
	enum resp_code code;
	struct slice code_args;
	struct slice text;		/* for people */
	enum resp_data data;
	uint32_t num;			/* EXISTS, EXPUNGE, FETCH */
	struct slice args;		/* CAPABILITY, SEARCH, ESEARCH, VANISHED: what follows the word */
	struct resp_list list;
	struct resp_fetch fetch;
};

/* text without its last line end. false: not IMAP; *why says what is wrong. */
bool	resp_parse(struct resp *r, struct slice text, struct buf *scratch, const char **why);
/* May a line that starts like this be continued by a literal? Not a status: its text may well end in "{5}". */
bool	resp_takes_literals(struct slice text);
/* text ends with the announcement of a literal: is that the body (BODY[], RFC822) of a FETCH? */
bool	resp_body_follows(struct slice text, struct buf *scratch);

/* The arguments of SEARCH. */
bool	resp_search(struct slice args, struct uidset *out);
/* The arguments of ESEARCH; *tag is empty if none was sent. Only UIDs count; no ALL is the empty set. */
bool	resp_esearch(struct slice args, struct buf *scratch, struct slice *tag, struct uidset *out);
/* The arguments of VANISHED. */
bool	resp_vanished(struct slice args, bool *earlier, struct uidset *out);
/* A list of flags in parentheses; those unknown to us are skipped. */
bool	resp_flags(struct lex *l, unsigned *flags);

#endif
