/* tlsd.h - the server's side of TLS over a non-blocking socket, by BearSSL. One object per connection and thread. */
#ifndef FAKE_TLSD_H
#define FAKE_TLSD_H

#include <stdbool.h>
#include <stddef.h>

struct tlsd_key;			/* certificate chain and private key, shared by all connections */
struct tlsd;

struct tlsd_key *tlsd_load(const char *cert, const char *key, char *why, size_t cap);	/* PEM; RSA or EC */
void	tlsd_unload(struct tlsd_key *k);

struct tlsd *tlsd_new(const struct tlsd_key *k);
void	tlsd_free(struct tlsd *t);
/* Moves records between engine and socket as far as it goes without waiting. -1: over. */
int	tlsd_pump(struct tlsd *t, int fd);
bool	tlsd_wants_write(const struct tlsd *t);
char	*tlsd_input(struct tlsd *t, size_t *n);		/* decrypted octets, or NULL; tlsd_took() them all */
void	tlsd_took(struct tlsd *t, size_t n);
size_t	tlsd_put(struct tlsd *t, const void *p, size_t n);	/* how many it took */
void	tlsd_bye(struct tlsd *t, int fd);		/* close_notify, if the socket takes it */

#endif
