/* limits.h - what a server may make us hold (DESIGN: limits on everything a server controls). */
#ifndef IMAP_LIMITS_H
#define IMAP_LIMITS_H

enum {
	LIMIT_RESPONSE = 1 << 20,	/* octets of one response without its streamed body */
	LIMIT_LITERAL = 64 << 10,	/* octets of a literal that is not a body */
	LIMIT_DEPTH = 32,		/* nested parentheses */
	LIMIT_MAILBOXES = 20000,
	LIMIT_NAME = 1000,		/* octets of a mailbox name */
	LIMIT_CAPABILITIES = 512,
	LIMIT_RANGES = 1 << 20,		/* ranges of one UID set */
	LIMIT_COMMAND = 8000,		/* octets of one command line (RFC 7162 4) */
	LIMIT_IN_FLIGHT = 32		/* commands */
};

#endif
