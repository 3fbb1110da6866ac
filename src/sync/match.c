/* match.c - which file carries which UID: the state's base hash first, U= only as a hint. Pure. */
#include <stdlib.h>

#include "job.h"

struct claim {
	uint64_t base;
	uint32_t uid;
};

static int
by_base(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Files and records of one base: those whose U= says so belong together, the others in order. */
static size_t
claim_group(const struct md_file *f, size_t nf, const struct claim *known, size_t nk, uint32_t *uid,
    uint32_t *taken)
{
	size_t i, k, n = 0;

	for (k = 0; k < nk; k++)
		for (i = 0; i < nf; i++)
			if (uid[i] == 0 && f[i].uid == known[k].uid) {
				uid[i] = taken[n++] = known[k].uid;
				break;
			}
	for (k = 0; k < nk; k++) {
		for (i = 0; i < n && taken[i] != known[k].uid; i++)
			;
		if (i < n)
			continue;
		for (i = 0; i < nf && uid[i] != 0; i++)
			;
		if (i < nf)
			uid[i] = taken[n++] = known[k].uid;
	}
	return n;
}

/* Both sorted by base: one merge walk over groups, nearly always of one. */
static size_t
claim_by_state(const struct md_list *files, const struct claim *known, size_t nknown, uint32_t *uid,
    uint32_t *taken)
{
	size_t i = 0, k = 0, ntaken = 0, fi, ki;

	while (i < files->n && k < nknown) {
		uint64_t base = files->v[i].base;

		if (base < known[k].base) {
			i++;
			continue;
		}
		if (base > known[k].base) {
			k++;
			continue;
		}
		for (fi = i; fi < files->n && files->v[fi].base == base; fi++)
			;
		for (ki = k; ki < nknown && known[ki].base == base; ki++)
			;
		ntaken += claim_group(files->v + i, fi - i, known + k, ki - k, uid + i,
		    taken + ntaken);
		i = fi;
		k = ki;
	}
	return ntaken;
}

/* A hint counts if no other file owns the UID, also when the state knows it under another base. */
static void
claim_by_hint(const struct md_list *files, uint32_t *uid, uint32_t *taken, size_t ntaken)
{
	struct claim *hints = xcalloc(files->n + 1, sizeof(*hints));
	size_t i, n = 0;

	for (i = 0; i < files->n; i++)
		if (uid[i] == 0 && files->v[i].uid != 0 &&
		    !bsearch(&files->v[i].uid, taken, ntaken, sizeof(*taken), by_uid)) {
			hints[n].base = (uint64_t)files->v[i].uid << 32 | i;
			hints[n++].uid = files->v[i].uid;
		}
	qsort(hints, n, sizeof(*hints), by_base);
	for (i = 0; i < n; i++)
		if (i == 0 || hints[i].uid != hints[i - 1].uid)
			uid[hints[i].base & UINT32_MAX] = hints[i].uid;
	free(hints);
}

void
match_files(const struct md_list *files, const struct state *st, bool hints, uint32_t *uid)
{
	struct claim *known = xcalloc(st->nrecs + 1, sizeof(*known));
	uint32_t *taken = xcalloc(files->n + 1, sizeof(*taken));
	size_t i, n = 0, ntaken;

	for (i = 0; i < files->n; i++)
		uid[i] = 0;
	for (i = 0; i < st->nrecs; i++)
		if (!st->recs[i].marked) {
			known[n].base = st->recs[i].base;
			known[n++].uid = st->recs[i].uid;
		}
	qsort(known, n, sizeof(*known), by_base);
	ntaken = claim_by_state(files, known, n, uid, taken);
	if (hints) {
		qsort(taken, ntaken, sizeof(*taken), by_uid);
		claim_by_hint(files, uid, taken, ntaken);
	}
	free(known);
	free(taken);
}
