/* search.c - which messages there are, and what identifies them (RFC 9051 6.4.4, 6.4.5). */
#include <stdlib.h>
#include <string.h>

#include "../base/md5.h"
#include "conn.h"

enum {
	SET_MAX = LIMIT_COMMAND - 200,
	PRESENT_MAX = 50000		/* UIDs asked for at once: SEARCH answers with one line */
};

static int
ready(struct imap *c, struct err *e)
{
	return fetch_settle(c, e) < 0 ? -1 : conn_check_mailbox(c, e);
}

/* Those of found that lie in asked. */
static void
intersect(struct uidset *out, const struct uidset *found, const struct uidset *asked)
{
	size_t i = 0, j = 0;

	while (i < found->n && j < asked->n) {
		const struct uidrange *a = &found->v[i], *b = &asked->v[j];
		uint32_t lo = a->lo > b->lo ? a->lo : b->lo, hi = a->hi < b->hi ? a->hi : b->hi;

		if (lo <= hi)
			uidset_add_range(out, lo, hi);
		if (a->hi < b->hi)
			i++;
		else
			j++;
	}
}

/* Reads the answers of one SEARCH into found; *heard: there was at least one line. */
static int
hear_search(struct imap *c, const struct answer *a, struct slice our_tag, struct uidset *found,
    bool *heard, struct err *e)
{
	struct slice tag;
	struct resp r;
	bool good;

	while (!a->done) {
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
		if (r.data != DATA_SEARCH && r.data != DATA_ESEARCH)
			continue;
		good = r.data == DATA_SEARCH ? resp_search(r.args, found)
		    : resp_esearch(r.args, &c->scratch, &tag, found);
		/* It may prove an absence: what cannot be read must not pass for an empty answer. */
		if (!good || found->n > LIMIT_RANGES)
			return conn_protocol(c, "a SEARCH response that cannot be read", r.args, e);
		*heard = *heard || r.data == DATA_SEARCH || tag.len == 0 || slice_eq(tag, our_tag);
	}
	return 0;
}

/* RFC 4731: ranges instead of numbers, where offered. The criteria are in ASCII, so no CHARSET. */
static int
search(struct imap *c, const char *criteria, const struct uidset *asked, struct uidset *out,
    struct err *e)
{
	bool extended = imap_has(c, CAP_ESEARCH), heard = false;
	struct uidset found = UIDSET_INIT;
	struct answer a;
	struct slice our_tag;
	char *tag;
	int result;

	tag = slice_dup(slice_trim(buf_slice(conn_begin(c))));
	our_tag = slice_of(tag);
	buf_printf(&c->cmd, "UID SEARCH %s%s", extended ? "RETURN (ALL) " : "", criteria);
	result = conn_send(c, SENT_OTHER, &a, e);
	if (result == 0)
		result = hear_search(c, &a, our_tag, &found, &heard, e);
	if (result == 0 && a.status != STATUS_OK)
		result = conn_refused(c, &a, ERR_FOLDER, "SEARCH", e);
	else if (result == 0 && extended && !heard)
		result = err_set(e, ERR_FOLDER, "%s: the server did not answer SEARCH",
		    stream_peer(c->s));
	if (result == 0)
		result = conn_check_mailbox(c, e);
	if (result == 0)
		intersect(out, &found, asked);
	uidset_free(&found);
	free(tag);
	return result;
}

static int
search_range(struct imap *c, const char *criteria, uint32_t lo, struct uidset *out, struct err *e)
{
	struct uidset asked = UIDSET_INIT;
	int result;

	if (ready(c, e) < 0)
		return -1;
	uidset_add_range(&asked, lo, UINT32_MAX);
	result = search(c, criteria, &asked, out, e);
	uidset_free(&asked);
	return result;
}

int
imap_search_from(struct imap *c, uint32_t lo, struct uidset *out, struct err *e)
{
	struct buf b = BUF_INIT;
	int result;

	buf_printf(&b, "UID %lu:4294967295", (unsigned long)(lo ? lo : 1));
	result = search_range(c, buf_str(&b), lo, out, e);
	buf_free(&b);
	return result;
}

int
imap_search_deleted(struct imap *c, struct uidset *out, struct err *e)
{
	return search_range(c, "DELETED", 1, out, e);
}

/* The next PRESENT_MAX of uids, from *lo on; *lo becomes where to go on, 0 at the end. */
static void
part_of(const struct uidset *uids, uint32_t *lo, struct uidset *part)
{
	uint64_t room = PRESENT_MAX;
	uint32_t from, to;
	size_t i;

	uidset_reset(part);
	for (i = 0; i < uids->n && room > 0; i++) {
		if (uids->v[i].hi < *lo)
			continue;
		from = uids->v[i].lo > *lo ? uids->v[i].lo : *lo;
		to = uids->v[i].hi;
		if ((uint64_t)to - from >= room)
			to = (uint32_t)(from + room - 1);
		uidset_add_range(part, from, to);
		room -= (uint64_t)to - from + 1;
		*lo = to == UINT32_MAX ? 0 : to + 1;
		if (*lo == 0)
			return;
	}
	if (room > 0)
		*lo = 0;
}

static int
search_part(struct imap *c, const struct uidset *part, struct uidset *out, struct err *e)
{
	struct buf b = BUF_INIT;
	size_t at = 0;
	int result = 0;

	while (result == 0 && at < part->n) {
		buf_reset(&b);
		buf_puts(&b, "UID ");
		uidset_format(part, &at, SET_MAX, &b);
		result = search(c, buf_str(&b), part, out, e);
	}
	buf_free(&b);
	return result;
}

int
imap_search_present(struct imap *c, const struct uidset *uids, struct uidset *out, struct err *e)
{
	struct uidset part = UIDSET_INIT;
	uint32_t lo = 1;
	int result;

	result = ready(c, e);
	while (result == 0 && lo != 0) {
		part_of(uids, &lo, &part);
		result = search_part(c, &part, out, e);
	}
	uidset_free(&part);
	return result;
}

/* ---- meta data ---- */

uint64_t
imap_msgid_hash(struct slice value)
{
	struct buf b = BUF_INIT;
	struct slice s;
	uint64_t hash;
	size_t i;

	for (i = 0; i < value.len; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')	/* RFC 5322 2.2.3: unfolding */
			buf_putc(&b, value.p[i]);
	s = slice_trim(buf_slice(&b));
	hash = s.len ? md5_64(s.p, s.len) : 0;
	buf_free(&b);
	return hash;
}

/* The end of the header field that starts at p: a line end without a blank behind it. */
static const char *
field_end(const char *p, const char *end)
{
	const char *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			return end;
		if (nl + 1 == end || (nl[1] != ' ' && nl[1] != '\t'))
			return nl + 1;
	}
	return end;
}

static uint64_t
hash_of_header(struct slice header)
{
	static const char field[] = "Message-ID:";
	const char *p = header.p, *end = header.len ? p + header.len : p, *next;
	struct slice name, value;

	for (; p < end; p = next) {
		next = field_end(p, end);
		name.p = p;
		name.len = sizeof(field) - 1;
		if ((size_t)(next - p) < name.len || !slice_is_nocase(name, field))
			continue;
		value.p = p + name.len;
		value.len = (size_t)(next - value.p);
		return imap_msgid_hash(value);
	}
	return 0;
}

static void
meta_add(struct remote_metas *m, const struct resp_fetch *f)
{
	struct remote_meta *one;

	m->v = xgrow(m->v, m->n, &m->cap, sizeof(*m->v));
	one = &m->v[m->n++];
	one->uid = f->uid;
	one->size = f->size;
	one->date = f->date;
	one->msgid = hash_of_header(f->header);
	one->deleted = (f->flags & FLAG_DELETED) != 0;
}

static int
meta_by_uid(const void *a, const void *b)
{
	const struct remote_meta *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static void
metas_settle(struct remote_metas *m)
{
	size_t i, n = 0;

	if (m->n > 1)
		qsort(m->v, m->n, sizeof(*m->v), meta_by_uid);
	for (i = 0; i < m->n; i++)
		if (n == 0 || m->v[n - 1].uid != m->v[i].uid)
			m->v[n++] = m->v[i];
	m->n = n;
}

/* Not ENVELOPE: some servers break it at odd Message-IDs; a header field is a plain literal. */
static int
fetch_meta_part(struct imap *c, const struct uidset *uids, size_t *at, struct remote_metas *m,
    struct err *e)
{
	struct answer a;
	struct resp r;

	buf_puts(conn_begin(c), "UID FETCH ");
	uidset_format(uids, at, SET_MAX, &c->cmd);
	buf_puts(&c->cmd, " (UID FLAGS RFC822.SIZE INTERNALDATE");
	buf_puts(&c->cmd, " BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
	if (conn_send(c, SENT_OTHER, &a, e) < 0)
		return -1;
	while (!a.done) {
		if (conn_next(c, &r, e) == CONN_ERROR)
			return -1;
		/* without the header it is an unasked flag update, not an answer */
		if (r.data == DATA_FETCH && r.fetch.has_uid && r.fetch.has_header
		    && uidset_has(uids, r.fetch.uid))
			meta_add(m, &r.fetch);
	}
	return a.status == STATUS_OK ? 0 : conn_refused(c, &a, ERR_FOLDER, "FETCH", e);
}

int
imap_fetch_meta(struct imap *c, const struct uidset *uids, struct remote_metas *m, struct err *e)
{
	size_t at = 0;
	int result;

	memset(m, 0, sizeof(*m));
	result = ready(c, e);
	while (result == 0 && at < uids->n)
		result = fetch_meta_part(c, uids, &at, m, e);
	if (result == 0)
		result = conn_check_mailbox(c, e);
	if (result == 0)
		metas_settle(m);
	else
		remote_metas_free(m);
	return result;
}

void
remote_metas_free(struct remote_metas *m)
{
	free(m->v);
	memset(m, 0, sizeof(*m));
}
