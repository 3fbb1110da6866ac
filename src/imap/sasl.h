/*
 * sasl.h - the ways to log in, strongest first. A mechanism is a row and a function that answers one
 * challenge; whether it may be used on a line without encryption is a column. Pure.
 */
#ifndef IMAP_SASL_H
#define IMAP_SASL_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/buf.h"

struct sasl_mech {
	const char *name;
	uint32_t needs;			/* CAP_BIT that the server must offer; 0: none */
	uint32_t unless;		/* CAP_BIT that forbids it; 0: none */
	bool shows_secret;		/* the password crosses the line as it is */
	bool initial;			/* the client speaks first (RFC 4959) */
	/* Appends the answer (not in base64) to the challenge; NULL: the LOGIN command, no SASL at all. */
	void	(*respond)(struct slice challenge, const char *user, const char *password, struct buf *out);
};

/* The first usable mechanism from row *from on, *from becomes the row behind it; NULL: no more. */
const struct sasl_mech *sasl_choose(uint32_t caps, bool may_show_secret, unsigned *from);

#endif
