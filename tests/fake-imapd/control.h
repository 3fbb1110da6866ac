/* control.h - what the program offers beyond the protocol: the control channel on stdin, fault files, made-up mail. */
#ifndef FAKE_CONTROL_H
#define FAKE_CONTROL_H

#include "fake.h"
#include "serve.h"

/* Answers the lines on stdin until "quit", end of file or the request to stop. */
void	control_run(struct fake_server *s, struct serve *sv);
int	control_faults(struct fake_server *s, const char *file, char *why, size_t cap);
/* size: "FxM" or "FxMxBYTES": F folders (INBOX, box0002, ...) with M messages of about BYTES (3000). */
int	control_generate(struct fake_server *s, const char *user, const char *size, char *why, size_t cap);

#endif
