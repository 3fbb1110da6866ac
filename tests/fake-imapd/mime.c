/* mime.c - see mime.h. RFC 5322, RFC 2045 and RFC 3501 7.4.2 as far as a test server needs them. */
#include "mime.h"

#include <string.h>

/* The next line with its end; false: nothing left. */
static bool
next_line(struct slice *s, struct slice *line)
{
	const char *nl = s->len > 0 ? memchr(s->p, '\n', s->len) : NULL;

	if (s->len == 0)
		return false;
	line->p = s->p;
	line->len = nl ? (size_t)(nl + 1 - s->p) : s->len;
	s->p += line->len;
	s->len -= line->len;
	return true;
}

static bool
is_empty(struct slice line)
{
	return slice_is(line, "\r\n") || slice_is(line, "\n");
}

struct entity
mime_split(struct slice message)
{
	struct entity e = { message, message };
	struct slice line;

	while (next_line(&e.body, &line) && !is_empty(line))
		;
	e.header.len = (size_t)(e.body.p - message.p);
	return e;
}

bool
mime_next_field(struct slice *header, struct slice *name, struct slice *whole)
{
	struct slice line;

	if (!next_line(header, whole) || is_empty(*whole))
		return false;
	while (header->len > 0 && (*header->p == ' ' || *header->p == '\t') &&
	    next_line(header, &line))
		whole->len += line.len;
	name->p = whole->p;
	name->len = 0;
	while (name->len < whole->len && strchr(":\r\n", name->p[name->len]) == NULL)
		name->len++;
	*name = slice_trim(*name);
	return true;
}

static struct slice
value_of(struct slice whole)
{
	const char *colon = memchr(whole.p, ':', whole.len);
	struct slice v = { NULL, 0 };

	if (colon != NULL) {
		v.p = colon + 1;
		v.len = whole.len - (size_t)(v.p - whole.p);
	}
	return slice_trim(v);
}

bool
mime_field(struct slice header, const char *name, struct buf *out)
{
	struct slice found, whole, v;

	while (mime_next_field(&header, &found, &whole)) {
		if (!slice_is_nocase(found, name))
			continue;
		v = value_of(whole);
		buf_reserve(out, 1);
		for (size_t i = 0; i < v.len; i++)
			if (v.p[i] != '\r' && v.p[i] != '\n')
				buf_putc(out, v.p[i]);
		return true;
	}
	return false;
}

/* Content-Type taken apart. */
struct type {
	struct buf text;		/* holds what the slices point to */
	struct slice major, minor, params;
};

static struct slice
token(struct slice *s)
{
	struct slice out;

	*s = slice_trim(*s);
	out.p = s->p;
	out.len = 0;
	while (s->len > 0 && strchr("/;= \t\"", *s->p) == NULL) {
		out.len++;
		s->p++;
		s->len--;
	}
	return out;
}

static bool
take(struct slice *s, char c)
{
	*s = slice_trim(*s);
	if (s->len == 0 || *s->p != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

static void
type_parse(struct slice header, struct type *t)
{
	struct slice s;

	memset(t, 0, sizeof(*t));
	t->major = slice_of("text");		/* RFC 2045 5.2 */
	t->minor = slice_of("plain");
	if (!mime_field(header, "Content-Type", &t->text))
		return;
	s = buf_slice(&t->text);
	t->major = token(&s);
	if (take(&s, '/'))
		t->minor = token(&s);
	t->params = s;
	if (t->major.len == 0 || t->minor.len == 0) {
		t->major = slice_of("text");
		t->minor = slice_of("plain");
	}
}

/* ; name = value */
static bool
next_param(struct slice *s, struct slice *name, struct slice *value)
{
	if (!take(s, ';'))
		return false;
	*name = token(s);
	if (name->len == 0 || !take(s, '='))
		return false;
	if (take(s, '"')) {
		value->p = s->p;
		for (value->len = 0; s->len > 0 && *s->p != '"'; s->p++, s->len--)
			value->len++;
		take(s, '"');
	} else {
		*value = token(s);
	}
	return true;
}

static bool
boundary_of(const struct type *t, struct slice *boundary)
{
	struct slice s = t->params, name;

	while (next_param(&s, &name, boundary))
		if (slice_is_nocase(name, "boundary"))
			return boundary->len > 0;
	return false;
}

bool
mime_is_message(struct slice header)
{
	struct type t;
	bool is;

	type_parse(header, &t);
	is = slice_is_nocase(t.major, "message") && slice_is_nocase(t.minor, "rfc822");
	buf_free(&t.text);
	return is;
}

/* 0: no, 1: a part begins behind it, 2: the last part has ended. */
static int
is_boundary(struct slice line, struct slice boundary)
{
	line = slice_trim(line);
	if (line.len < boundary.len + 2 || memcmp(line.p, "--", 2) != 0 ||
	    memcmp(line.p + 2, boundary.p, boundary.len) != 0)
		return 0;
	line.p += boundary.len + 2;
	line.len -= boundary.len + 2;
	return line.len == 0 ? 1 : slice_is(line, "--") ? 2 : 0;
}

/* The n-th part (from 1) between the boundaries. The line end before a boundary belongs to the boundary. */
static bool
nth_part(struct slice body, struct slice boundary, uint32_t n, struct slice *out)
{
	struct slice line;
	uint32_t at = 0;

	while (next_line(&body, &line)) {
		int b = is_boundary(line, boundary);

		if (b != 0 && at == n)
			break;
		if (b == 2)
			return false;
		if (b == 1 && ++at == n) {
			out->p = body.p;
			out->len = 0;
		} else if (at == n && n > 0) {
			out->len += line.len;
		}
	}
	if (at != n || n == 0)
		return false;
	if (body.len > 0 || is_boundary(line, boundary) != 0) {
		if (out->len > 0 && out->p[out->len - 1] == '\n')
			out->len--;
		if (out->len > 0 && out->p[out->len - 1] == '\r')
			out->len--;
	}
	return true;
}

static bool
child(struct entity e, uint32_t n, struct entity *out)
{
	struct slice boundary, part;
	struct type t;
	bool good = false;

	type_parse(e.header, &t);
	if (slice_is_nocase(t.major, "multipart")) {
		if (boundary_of(&t, &boundary) && nth_part(e.body, boundary, n, &part)) {
			*out = mime_split(part);
			good = true;
		}
	} else if (slice_is_nocase(t.major, "message") && slice_is_nocase(t.minor, "rfc822")) {
		good = child(mime_split(e.body), n, out);
	} else if (n == 1) {
		*out = e;		/* RFC 3501 6.4.5: every message has a part 1 */
		good = true;
	}
	buf_free(&t.text);
	return good;
}

bool
mime_part(struct entity e, const uint32_t *path, size_t n, struct entity *out)
{
	*out = e;
	for (size_t i = 0; i < n; i++)
		if (!child(*out, path[i], out))
			return false;
	return true;
}

void
mime_put_string(struct buf *out, struct slice s)
{
	bool quotable = s.len < 1000;

	for (size_t i = 0; i < s.len && quotable; i++)
		quotable = (unsigned char)s.p[i] >= ' ' && (unsigned char)s.p[i] < 127;
	if (!quotable) {
		buf_printf(out, "{%lu}\r\n", (unsigned long)s.len);
		buf_addslice(out, s);
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

static void
put_field(struct buf *out, struct slice header, const char *name)
{
	struct buf value = BUF_INIT;

	if (mime_field(header, name, &value))
		mime_put_string(out, buf_slice(&value));
	else
		buf_puts(out, "NIL");
	buf_free(&value);
}

/* One address: its display name and what stands between < and >, or the bare address. */
static void
put_address(struct buf *out, struct slice s)
{
	const char *open, *at;
	struct slice name = { NULL, 0 }, spec = slice_trim(s), local;

	open = spec.len > 0 ? memchr(spec.p, '<', spec.len) : NULL;
	if (spec.len == 0)
		return;
	if (open != NULL) {
		name.p = spec.p;
		name.len = (size_t)(open - spec.p);
		name = slice_trim(name);
		if (name.len >= 2 && name.p[0] == '"' && name.p[name.len - 1] == '"') {
			name.p++;
			name.len -= 2;
		}
		spec.len -= (size_t)(open + 1 - spec.p);
		spec.p = open + 1;
		if (spec.len > 0 && spec.p[spec.len - 1] == '>')
			spec.len--;
	}
	buf_putc(out, '(');
	if (name.len > 0)
		mime_put_string(out, name);
	else
		buf_puts(out, "NIL");
	buf_puts(out, " NIL ");
	at = spec.len > 0 ? memchr(spec.p, '@', spec.len) : NULL;
	local = spec;
	local.len = at ? (size_t)(at - spec.p) : spec.len;
	mime_put_string(out, local);
	buf_putc(out, ' ');
	if (at != NULL)
		mime_put_string(out, (struct slice){ at + 1, spec.len - local.len - 1 });
	else
		mime_put_string(out, slice_of(""));
	buf_putc(out, ')');
}

/* A list of addresses, cut at the commas outside quotes; groups are not taken apart. */
static void
put_addresses(struct buf *out, struct slice header, const char *name)
{
	struct buf value = BUF_INIT;
	size_t start = 0, mark = out->len;
	bool quoted = false;

	if (!mime_field(header, name, &value) || value.len == 0) {
		buf_puts(out, "NIL");
		buf_free(&value);
		return;
	}
	buf_putc(out, '(');
	for (size_t i = 0; i <= value.len; i++) {
		if (i < value.len && value.p[i] == '"')
			quoted = !quoted;
		if (i < value.len && (value.p[i] != ',' || quoted))
			continue;
		put_address(out, (struct slice){ value.p + start, i - start });
		start = i + 1;
	}
	if (out->len == mark + 1) {
		buf_truncate(out, mark);
		buf_puts(out, "NIL");
	} else {
		buf_putc(out, ')');
	}
	buf_free(&value);
}

void
mime_put_envelope(struct buf *out, struct slice header)
{
	static const char *const lists[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc" };

	buf_putc(out, '(');
	put_field(out, header, "Date");
	buf_putc(out, ' ');
	put_field(out, header, "Subject");
	for (size_t i = 0; i < countof(lists); i++) {
		struct buf probe = BUF_INIT;
		/* RFC 3501 7.4.2: an absent Sender or Reply-To is the From. */
		bool from = (i == 1 || i == 2) && !mime_field(header, lists[i], &probe);

		buf_free(&probe);
		buf_putc(out, ' ');
		put_addresses(out, header, from ? "From" : lists[i]);
	}
	buf_putc(out, ' ');
	put_field(out, header, "In-Reply-To");
	buf_putc(out, ' ');
	put_field(out, header, "Message-ID");
	buf_putc(out, ')');
}

static void
put_params(struct buf *out, struct slice s)
{
	struct slice name, value;
	bool any = false;

	while (next_param(&s, &name, &value)) {
		buf_puts(out, any ? " " : "(");
		mime_put_string(out, name);
		buf_putc(out, ' ');
		mime_put_string(out, value);
		any = true;
	}
	buf_puts(out, any ? ")" : "NIL");
}

static unsigned long
lines_of(struct slice s)
{
	unsigned long n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

static void structure(struct buf *out, struct entity e, bool extended, int depth);

static void
put_leaf(struct buf *out, struct entity e, const struct type *t, bool extended, int depth)
{
	bool message = slice_is_nocase(t->major, "message") && slice_is_nocase(t->minor, "rfc822");
	struct buf encoding = BUF_INIT;

	mime_put_string(out, t->major);
	buf_putc(out, ' ');
	mime_put_string(out, t->minor);
	buf_putc(out, ' ');
	put_params(out, t->params);
	buf_putc(out, ' ');
	put_field(out, e.header, "Content-ID");
	buf_putc(out, ' ');
	put_field(out, e.header, "Content-Description");
	buf_putc(out, ' ');
	if (!mime_field(e.header, "Content-Transfer-Encoding", &encoding))
		buf_puts(&encoding, "7BIT");
	mime_put_string(out, buf_slice(&encoding));
	buf_free(&encoding);
	buf_printf(out, " %lu", (unsigned long)e.body.len);
	if (message) {
		buf_putc(out, ' ');
		mime_put_envelope(out, mime_split(e.body).header);
		buf_putc(out, ' ');
		structure(out, mime_split(e.body), extended, depth + 1);
	}
	if (message || slice_is_nocase(t->major, "text"))
		buf_printf(out, " %lu", lines_of(e.body));
	if (extended)
		buf_puts(out, " NIL NIL NIL NIL");	/* MD5, disposition, language, location */
}

static void
structure(struct buf *out, struct entity e, bool extended, int depth)
{
	struct slice boundary, part;
	struct type t;

	type_parse(e.header, &t);
	buf_putc(out, '(');
	if (depth < 20 && slice_is_nocase(t.major, "multipart") && boundary_of(&t, &boundary) &&
	    nth_part(e.body, boundary, 1, &part)) {
		for (uint32_t n = 1; n < 1000 && nth_part(e.body, boundary, n, &part); n++)
			structure(out, mime_split(part), extended, depth + 1);
		buf_putc(out, ' ');
		mime_put_string(out, t.minor);
		if (extended) {
			buf_putc(out, ' ');
			put_params(out, t.params);
			buf_puts(out, " NIL NIL NIL");
		}
	} else {
		if (depth >= 20) {			/* no deeper: what is left counts as text */
			t.major = slice_of("text");
			t.minor = slice_of("plain");
		}
		put_leaf(out, e, &t, extended, depth);
	}
	buf_putc(out, ')');
	buf_free(&t.text);
}

void
mime_put_structure(struct buf *out, struct entity e, bool extended)
{
	structure(out, e, extended, 0);
}
