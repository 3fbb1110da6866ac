/*
 * statelog.c - the state file, line by line. The format:
 *
 * A state file is ASCII text. Each line is
 *
 *	CCCCCCCC TYPE FIELD FIELD ...
 *
 * with one blank between the words and LF at the end. CCCCCCCC is the CRC-32, as eight lower-case hex digits, of
 * the offset of the line in the file (eight octets, big-endian) followed by the text after the first blank. So a
 * line that was changed, cut or moved does not pass.
 *
 * The first line of every version is the header:
 *
 *	H offlineimap-state 1 host=HOST user=USER remote=FOLDER local=FOLDER
 *
 * with the version, and the values with %XX for blanks, control characters, '%' and octets above 126. The records,
 * of which the newest wins:
 *
 *	V uidvalidity						of the mailbox
 *	A uid flags size base					both sides have the message
 *	M uid flags size base					deleted locally, marked \Deleted on the server (rule 5)
 *	K uid flags size base					a file kept out of the sync: the server lacks its UID
 *	X uid							both sides lack it: forget it
 *	I id uidvalidity uidnext tries base size msgid date sent_at hash	an APPEND goes out (rule 4)
 *	T id tries sent_at					... and once more
 *	C id							... its outcome is known
 *	P uidnext messages modseq ino mtime ctime ino mtime ctime	everything was in step: mailbox, new/, cur/
 *	R							forget everything above but the header
 *	E							end of a batch
 *
 * flags are the letters of Maildir or "-"; base and msgid are 16 hex digits, hash is 32; ino is 64-bit; mtime and
 * ctime are nanoseconds since 1970; the rest is decimal. Records count only up to the last E: what follows it was
 * cut short by a crash and is removed before the next batch is appended. The file is created, with its first batch,
 * under the name FILE.tmp and renamed; when it has grown to three times its content it is written anew in the same
 * way. A damaged file is set aside as FILE.bad.
 */
#include "statelog.h"

#include <stdlib.h>
#include <string.h>

#include "../base/crc32.h"
#include "../base/num.h"
#include "../base/os.h"

enum { CRC_LEN = 8, TEXT_AT = CRC_LEN + 1, READER_CAP = 65536 };

enum kind { DEC32, DEC64, SIGNED64, HEX64, UNSIGNED, FLAGS, HASH };

struct field {
	enum kind kind;
	size_t at;			/* in struct log_record */
};

#define AT(member)	offsetof(struct log_record, member)
enum { MAX_FIELDS = 10 };

static const struct layout {
	char type;
	unsigned char n;
	struct field v[MAX_FIELDS];
} layouts[] = {
	{ 'A', 4, { { DEC32, AT(rec.uid) }, { FLAGS, AT(rec.flags) }, { DEC64, AT(rec.size) },
	    { HEX64, AT(rec.base) } } },
	{ 'M', 4, { { DEC32, AT(rec.uid) }, { FLAGS, AT(rec.flags) }, { DEC64, AT(rec.size) },
	    { HEX64, AT(rec.base) } } },
	{ 'K', 4, { { DEC32, AT(rec.uid) }, { FLAGS, AT(rec.flags) }, { DEC64, AT(rec.size) },
	    { HEX64, AT(rec.base) } } },
	{ 'X', 1, { { DEC32, AT(number) } } },
	{ 'V', 1, { { DEC32, AT(number) } } },
	{ 'I', 10, { { DEC32, AT(intent.id) }, { DEC32, AT(intent.uidvalidity) }, { DEC32, AT(intent.uidnext) },
	    { UNSIGNED, AT(intent.tries) }, { HEX64, AT(intent.base) }, { DEC64, AT(intent.size) },
	    { HEX64, AT(intent.msgid) }, { SIGNED64, AT(intent.date) }, { SIGNED64, AT(intent.sent_at) },
	    { HASH, AT(intent.hash) } } },
	{ 'T', 3, { { DEC32, AT(intent.id) }, { UNSIGNED, AT(intent.tries) }, { SIGNED64, AT(intent.sent_at) } } },
	{ 'C', 1, { { DEC32, AT(number) } } },
	{ 'P', 9, { { DEC32, AT(point.uidnext) }, { DEC32, AT(point.messages) }, { DEC64, AT(point.modseq) },
	    { DEC64, AT(point.new_stamp.ino) }, { SIGNED64, AT(point.new_stamp.mtime_ns) },
	    { SIGNED64, AT(point.new_stamp.ctime_ns) }, { DEC64, AT(point.cur_stamp.ino) },
	    { SIGNED64, AT(point.cur_stamp.mtime_ns) }, { SIGNED64, AT(point.cur_stamp.ctime_ns) } } },
	{ 'R', 0, { { DEC32, 0 } } },
	{ 'E', 0, { { DEC32, 0 } } }
};

static const struct layout *
layout_of(char type)
{
	size_t i;

	for (i = 0; i < countof(layouts); i++)
		if (layouts[i].type == type)
			return &layouts[i];
	return NULL;
}

/* ---- writing ---- */

static uint32_t
checksum(uint64_t offset, const char *text, size_t n)
{
	unsigned char where[8];
	int i;

	for (i = 7; i >= 0; i--, offset >>= 8)
		where[i] = (unsigned char)(offset & 0xff);
	return crc32_add(crc32_add(0, where, sizeof where), text, n);
}

/* A line begins with room for its checksum and ends when the text is there. */
static size_t
begin(struct buf *out)
{
	buf_puts(out, "00000000 ");
	return out->len - TEXT_AT;
}

static void
end(struct buf *out, uint64_t base, size_t start)
{
	char *p = out->p + start;
	uint32_t crc = checksum(base + start, p + TEXT_AT, out->len - start - TEXT_AT);
	int i;

	for (i = CRC_LEN - 1; i >= 0; i--, crc >>= 4)
		p[i] = "0123456789abcdef"[crc & 15];
	buf_putc(out, '\n');
}

void
log_text(struct buf *out, uint64_t base, const char *text)
{
	size_t start = begin(out);

	buf_puts(out, text);
	end(out, base, start);
}

static void
add_field(struct buf *out, enum kind kind, const char *p)
{
	char set[8];
	size_t i;

	switch (kind) {
	case DEC32:
		buf_printf(out, " %lu", (unsigned long)*(const uint32_t *)(const void *)p);
		break;
	case DEC64:
		buf_printf(out, " %llu", (unsigned long long)*(const uint64_t *)(const void *)p);
		break;
	case SIGNED64:
		buf_printf(out, " %lld", (long long)*(const int64_t *)(const void *)p);
		break;
	case HEX64:
		buf_printf(out, " %016llx", (unsigned long long)*(const uint64_t *)(const void *)p);
		break;
	case UNSIGNED:
		buf_printf(out, " %u", *(const unsigned *)(const void *)p);
		break;
	case FLAGS:
		md_flags_letters(*(const uint8_t *)p, set);
		buf_printf(out, " %s", set[0] != '\0' ? set : "-");
		break;
	case HASH:
		buf_putc(out, ' ');
		for (i = 0; i < 16; i++)
			buf_printf(out, "%02x", (unsigned)(unsigned char)p[i]);
		break;
	}
}

void
log_write(struct buf *out, uint64_t base, const struct log_record *r)
{
	const struct layout *layout = layout_of(r->type);
	size_t start = begin(out), i;

	buf_putc(out, r->type);
	for (i = 0; i < layout->n; i++)
		add_field(out, layout->v[i].kind, (const char *)r + layout->v[i].at);
	end(out, base, start);
}

void
log_add_word(struct buf *out, const char *s)
{
	int c;

	for (; *s != '\0'; s++) {
		c = (unsigned char)*s;
		if (c > ' ' && c < 127 && c != '%')
			buf_putc(out, c);
		else
			buf_printf(out, "%%%02X", (unsigned)c);
	}
}

/* ---- parsing ---- */

static bool
parse_flags(struct slice s, uint8_t *flags)
{
	static const char letters[] = "DFRST";
	const char *l;
	size_t i;

	*flags = 0;
	if (slice_is(s, "-"))
		return true;
	for (i = 0; i < s.len; i++) {
		l = memchr(letters, s.p[i], sizeof letters - 1);
		if (l == NULL)
			return false;
		*flags |= (uint8_t)(1U << (l - letters));
	}
	return s.len > 0;
}

static bool
parse_hash(struct slice s, unsigned char *hash)
{
	size_t i;
	int high, low;

	for (i = 0; i < 16 && s.len == 32; i++) {
		high = ascii_hexval((unsigned char)s.p[2 * i]);
		low = ascii_hexval((unsigned char)s.p[2 * i + 1]);
		if (high == -1 || low == -1)
			return false;
		hash[i] = (unsigned char)(high * 16 + low);
	}
	return s.len == 32;
}

static bool
parse_field(struct slice s, enum kind kind, char *p)
{
	uint32_t n;

	switch (kind) {
	case DEC32:
		return num_u32(s, (uint32_t *)(void *)p);
	case DEC64:
		return num_u64(s, (uint64_t *)(void *)p);
	case SIGNED64:
		return num_i64(s, (int64_t *)(void *)p);
	case HEX64:
		return num_hex64(s, (uint64_t *)(void *)p);
	case UNSIGNED:
		if (!num_u32(s, &n))
			return false;
		*(unsigned *)(void *)p = n;
		return true;
	case FLAGS:
		return parse_flags(s, (uint8_t *)p);
	case HASH:
		return parse_hash(s, (unsigned char *)p);
	}
	return false;
}

/* The word after the next blank; text then begins after it. */
static struct slice
next_word(struct slice *text)
{
	struct slice word = { NULL, 0 };
	const char *blank;

	if (text->len == 0 || text->p[0] != ' ')
		return word;
	word.p = text->p + 1;
	word.len = text->len - 1;
	blank = memchr(word.p, ' ', word.len);
	if (blank != NULL)
		word.len = (size_t)(blank - word.p);
	text->p = word.p + word.len;
	text->len -= word.len + 1;
	return word;
}

bool
log_parse(struct slice text, struct log_record *r)
{
	const struct layout *layout = text.len > 0 ? layout_of(text.p[0]) : NULL;
	size_t i;

	if (layout == NULL)
		return false;
	r->type = text.p[0];
	text.p++;
	text.len--;
	for (i = 0; i < layout->n; i++)
		if (!parse_field(next_word(&text), layout->v[i].kind, (char *)r + layout->v[i].at))
			return false;
	if (text.len > 0)
		return false;
	r->rec.marked = r->type == 'M';
	r->rec.held = r->type == 'K';
	return !strchr("AMK", r->type) || r->rec.uid != 0;
}

char
log_type_of(const struct state_rec *rec)
{
	return rec->marked ? 'M' : rec->held ? 'K' : 'A';
}

/* ---- reading ---- */

int
log_reader_open(struct log_reader *r, const char *path)
{
	memset(r, 0, sizeof *r);
	r->fd = os_open(path, OS_READ);
	if (r->fd == -1)
		return -1;
	r->p = xmalloc(READER_CAP);
	return 0;
}

void
log_reader_close(struct log_reader *r)
{
	if (r->fd != -1)
		os_close(r->fd);
	free(r->p);
	r->fd = -1;
	r->p = NULL;
}

static bool
checksum_fits(uint64_t offset, const char *p, size_t n)
{
	uint32_t crc;
	int i;

	if (n < TEXT_AT || p[CRC_LEN] != ' ')
		return false;
	crc = checksum(offset, p + TEXT_AT, n - TEXT_AT);
	for (i = CRC_LEN - 1; i >= 0; i--, crc >>= 4)
		if (p[i] != "0123456789abcdef"[crc & 15])
			return false;
	return true;
}

/* Fills the buffer until it holds a whole line, all that is left, or nothing more fits. -1: errno. */
static int
fill(struct log_reader *r)
{
	ssize_t n = 1;

	if (memchr(r->p + r->at, '\n', r->len) != NULL)
		return 0;
	memmove(r->p, r->p + r->at, r->len);
	r->at = 0;
	while (n > 0 && r->len < READER_CAP) {
		n = os_read(r->fd, r->p + r->len, READER_CAP - r->len);
		if (n > 0)
			r->len += (size_t)n;
	}
	return n == -1 ? -1 : 0;
}

int
log_reader_next(struct log_reader *r, struct log_line *line)
{
	const char *p, *lf;
	size_t n, whole;

	if (fill(r) == -1)
		return -1;
	if (r->len == 0)
		return 0;
	p = r->p + r->at;
	lf = memchr(p, '\n', r->len);
	n = lf != NULL ? (size_t)(lf - p) : r->len;	/* longer than the buffer: no line of ours */
	whole = lf != NULL ? n + 1 : n;
	line->good = lf != NULL && checksum_fits(r->offset, p, n);
	line->text.p = n > TEXT_AT ? p + TEXT_AT : p;
	line->text.len = n > TEXT_AT ? n - TEXT_AT : 0;
	r->at += whole;
	r->len -= whole;
	r->offset += whole;
	return 1;
}
