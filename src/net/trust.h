/*
 * trust.h - trust anchors. A PEM bundle of 150 roots is scanned only for the few subjects that the
 * server's chain names as issuers, so that a start costs 2 ms, not 50.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <bearssl.h>

#include "../base/buf.h"
#include "../base/err.h"

struct trust {
	br_x509_trust_anchor *v;
	size_t n;
};

/* The bundle to use: cafile if given, else the first readable of the systems' usual places; NULL: none. */
const char *trust_file(const char *cafile);
/* Adds every anchor of the PEM file whose subject DN is one of the n wanted ones (DER). */
int	trust_load(struct trust *t, const char *file, const struct slice *wanted, size_t n, struct err *e);
void	trust_free(struct trust *t);
/* Issuer and subject DN (whole DER elements) of a certificate; false if it is not one. Pure. */
bool	trust_cert_names(struct slice der, struct slice *issuer, struct slice *subject);

#endif
