/* date.c - see date.h. */
#include "date.h"

#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/*
 * Days since 1970-01-01 in the Gregorian calendar, years counted from March so that the leap day comes
 * last: day of the year = (153 * m + 2) / 5 for the m-th month after March.
 */
static int64_t
days_from_date(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
date_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

void
date_imap(struct buf *out, int64_t t)
{
	/* four digits are all the grammar has (RFC 3501 9, date-year) */
	static const int64_t first = -62167219200, last = 253402300799;
	int year, month, day;
	int64_t days, s;

	t = t < first ? first : t > last ? last : t;
	days = (t >= 0 ? t : t - 86399) / 86400;
	s = t - days * 86400;
	date_from_days(days, &year, &month, &day);
	buf_printf(out, "%2d-%.3s-%04d %02d:%02d:%02d +0000", day, months + 3 * (month - 1), year,
	    (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* Takes exactly n digits off the front. */
static bool
digits(struct slice *s, size_t n, int *out)
{
	size_t i;

	if (s->len < n)
		return false;
	for (*out = 0, i = 0; i < n; i++) {
		if (!ascii_is_digit((unsigned char)s->p[i]))
			return false;
		*out = *out * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->len -= n;
	return true;
}

static bool
accept(struct slice *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

static bool
month_name(struct slice *s, int *out)
{
	for (*out = 1; s->len >= 3 && *out <= 12; ++*out) {
		char name[4] = { months[3 * (*out - 1)], months[3 * (*out - 1) + 1],
			months[3 * (*out - 1) + 2], '\0' };

		if (slice_is_nocase((struct slice){ s->p, 3 }, name)) {
			s->p += 3;
			s->len -= 3;
			return true;
		}
	}
	return false;
}

static bool
zone(struct slice *s, int64_t *seconds)
{
	bool minus = s->len && s->p[0] == '-';
	int h, m;

	if (!accept(s, minus ? '-' : '+') || !digits(s, 2, &h) || !digits(s, 2, &m) || m > 59)
		return false;
	*seconds = (h * 60 + m) * (minus ? -60 : 60);
	return true;
}

bool
date_imap_parse(struct slice s, int64_t *t)
{
	int day, month, year, h, m, sec;
	int64_t off;

	s = slice_trim(s);
	/* RFC 3501 9: date-day-fixed; some servers leave the blank out */
	if (!digits(&s, s.len > 1 && s.p[1] == '-' ? 1 : 2, &day) || !accept(&s, '-')
	    || !month_name(&s, &month) || !accept(&s, '-') || !digits(&s, 4, &year)
	    || !accept(&s, ' ') || !digits(&s, 2, &h) || !accept(&s, ':') || !digits(&s, 2, &m)
	    || !accept(&s, ':') || !digits(&s, 2, &sec) || !accept(&s, ' ') || !zone(&s, &off))
		return false;
	if (s.len || day < 1 || day > 31 || h > 23 || m > 59 || sec > 60)
		return false;
	*t = days_from_date(year, month, day) * 86400 + h * 3600 + m * 60 + sec - off;
	return true;
}
