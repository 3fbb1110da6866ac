/* mime.h - the little a server must know of messages: header fields, parts, ENVELOPE and BODYSTRUCTURE. Pure. */
#ifndef FAKE_MIME_H
#define FAKE_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../src/base/buf.h"

struct entity {
	struct slice header;		/* with the empty line behind it, if there is one */
	struct slice body;
};

struct entity mime_split(struct slice message);
/* Takes the next field off *header; whole: with its line ends. false: no more. */
bool	mime_next_field(struct slice *header, struct slice *name, struct slice *whole);
/* The first field of this name, unfolded and trimmed, appended to out. */
bool	mime_field(struct slice header, const char *name, struct buf *out);
bool	mime_is_message(struct slice header);		/* message/rfc822 */
/* The part that path leads to: RFC 3501 6.4.5. */
bool	mime_part(struct entity e, const uint32_t *path, size_t n, struct entity *out);
void	mime_put_string(struct buf *out, struct slice s);	/* quoted or literal */
void	mime_put_envelope(struct buf *out, struct slice header);
void	mime_put_structure(struct buf *out, struct entity e, bool extended);

#endif
