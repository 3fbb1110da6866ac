/* t_name.c - Maildir file names: what OfflineIMAP, mutt, Dovecot and others write, and what nobody should. */
#include "../../src/maildir/name.h"

#include <stdlib.h>

#include "../../src/base/md5.h"
#include "tap.h"

#define INBOX	"7e33429f656f1e6e9d79b29c3f82c57e"
#define SENT	"7f8c0283f16925caed8e632086b81b9c"
#define B	"1046866957_0.4711.host"

static const struct {
	const char *name, *base;
	unsigned long uid;
	const char *fmd5;
	unsigned flags;
} parse[] = {
	{ B ",U=42,FMD5=" INBOX ":2,RS", B, 42, INBOX, MD_REPLIED | MD_SEEN },
	{ B ",U=43,FMD5=" INBOX ":2,", B, 43, INBOX, 0 },
	{ B, B, 0, "", 0 },
	{ B ":2,DFRST", B, 0, "", MD_ALL },
	{ B ":2,PSaZ", B, 0, "", MD_SEEN },
	{ B ":2,ds", B, 0, "", 0 },
	{ B ":2,S,x=T", B, 0, "", MD_SEEN },
	{ B ":1,S", B, 0, "", 0 },
	{ B ":3,S", B, 0, "", 0 },
	{ B ":2,S:1,T", B ":2,S", 0, "", 0 },
	{ B ":8080", B ":8080", 0, "", 0 },
	{ B ":8080:2,F", B ":8080", 0, "", MD_FLAGGED },
	{ B ":", B ":", 0, "", 0 },
	{ B ":2", B, 0, "", 0 },
	{ B ":2:1,x", B ":2", 0, "", 0 },
	{ B ",S=100,W=102,U=7,FMD5=" SENT ":2,S", B ",S=100,W=102", 7, SENT, MD_SEEN },
	{ B ",U=7,FMD5=" SENT ",S=100:2,S", B ",S=100", 7, SENT, MD_SEEN },
	{ B ",FMD5=" SENT ",U=7", B, 7, SENT, 0 },
	{ B ",U=7", B, 7, "", 0 },
	{ B ",U=4294967295", B, 4294967295UL, "", 0 },
	{ B ",U=4294967296", B, 0, "", 0 },
	{ B ",U=0", B, 0, "", 0 },
	{ B ",U=", B ",U=", 0, "", 0 },
	{ B ",U=7x", B ",U=7x", 0, "", 0 },
	{ B ",U=-7", B ",U=-7", 0, "", 0 },
	{ B ",U=1,U=2", B, 1, "", 0 },
	{ B ",FMD5=" INBOX "0", B ",FMD5=" INBOX "0", 0, "", 0 },
	{ B ",FMD5=7E33429F656F1E6E9D79B29C3F82C57E", B ",FMD5=7E33429F656F1E6E9D79B29C3F82C57E", 0, "", 0 },
	{ B ",,U=5", B ",", 5, "", 0 },
	{ "U=5,x", "U=5,x", 0, "", 0 },
	{ ",U=5", "", 5, "", 0 },
	{ ":2,S", "", 0, "", MD_SEEN },
	{ "", "", 0, "", 0 },
	{ "caf\xc3\xa9:2,S", "caf\xc3\xa9", 0, "", MD_SEEN },
};

static const struct {
	const char *name;
	unsigned flags;
	const char *want;
} with_flags[] = {
	{ B, 0, B ":2," },
	{ B, MD_SEEN | MD_DRAFT, B ":2,DS" },
	{ B ":2,", MD_ALL, B ":2,DFRST" },
	{ B ":2,DFRST", 0, B ":2," },
	{ B ":2,SP", MD_REPLIED, B ":2,PR" },
	{ B ":2,SbaP", MD_SEEN, B ":2,PSab" },
	{ B ":2,SSPP", MD_TRASHED | MD_SEEN, B ":2,PST" },
	{ B ":2,S,x=1", MD_FLAGGED, B ":2,F,x=1" },
	{ B ":1,x", MD_SEEN, B ":1,x" },
	{ B ":2", MD_SEEN, B ":2" },
	{ B ":8080", MD_SEEN, B ":8080:2,S" },
	{ B ",U=3,FMD5=" SENT ":2,F", MD_SEEN, B ",U=3,FMD5=" SENT ":2,S" },
};

static const struct {
	const char *name;
	unsigned long uid;
	const char *want;
} with_uid[] = {
	{ B, 5, B ",U=5,FMD5=" INBOX },
	{ B ":2,S", 5, B ",U=5,FMD5=" INBOX ":2,S" },
	{ B ",U=9,FMD5=" SENT ":2,S", 5, B ",U=5,FMD5=" INBOX ":2,S" },
	{ B ",S=10,U=9,W=11:2,aS", 4294967295UL, B ",S=10,W=11,U=4294967295,FMD5=" INBOX ":2,aS" },
	{ B ":1,x", 5, B ",U=5,FMD5=" INBOX ":1,x" },
	{ B ":2", 5, B ",U=5,FMD5=" INBOX ":2" },
};

static void
test_parse(size_t i)
{
	struct buf base = BUF_INIT;
	struct md_name n;

	md_name_parse(parse[i].name, &n);
	md_name_base(parse[i].name, &base);
	is_str(buf_str(&base), parse[i].base, parse[i].name);
	ok(n.uid == parse[i].uid, "its UID");
	is_str(n.fmd5, parse[i].fmd5, "its FMD5");
	ok(n.has_fmd5 == (parse[i].fmd5[0] != '\0'), "has one or not");
	is_int(n.flags, parse[i].flags, "its flags");
	ok(n.base == md5_64(parse[i].base, strlen(parse[i].base)), "its hash");
	buf_free(&base);
}

/* What is built is read back; a name set to the flags it has keeps its base. */
static void
test_build(void)
{
	struct buf name = BUF_INIT;
	struct md_name n;
	unsigned flags;
	bool good = true;

	for (flags = 0; flags <= MD_ALL; flags++) {
		buf_reset(&name);
		md_name_build(&name, B, flags * 1000, SENT, flags);
		md_name_parse(name.p, &n);
		good = good && n.flags == flags && n.uid == flags * 1000 && n.base == md5_64(B, strlen(B));
	}
	ok(good, "all flags built and read back");
	buf_reset(&name);
	md_name_build(&name, B, 42, INBOX, MD_REPLIED | MD_SEEN);
	is_str(name.p, B ",U=42,FMD5=" INBOX ":2,RS", "the sample of the manual's time");
	buf_reset(&name);
	md_name_build(&name, B, 0, INBOX, 0);
	is_str(name.p, B ":2,", "without UID");
	buf_free(&name);
}

int
main(void)
{
	struct buf out = BUF_INIT;
	char set[8];
	size_t i;

	for (i = 0; i < countof(parse); i++)
		test_parse(i);
	for (i = 0; i < countof(with_flags); i++) {
		buf_reset(&out);
		md_name_with_flags(&out, with_flags[i].name, with_flags[i].flags);
		is_str(out.p, with_flags[i].want, with_flags[i].name);
	}
	for (i = 0; i < countof(with_uid); i++) {
		buf_reset(&out);
		md_name_with_uid(&out, with_uid[i].name, (uint32_t)with_uid[i].uid, INBOX);
		is_str(out.p, with_uid[i].want, with_uid[i].name);
	}
	buf_free(&out);
	test_build();
	md_flags_letters(MD_ALL, set);
	is_str(set, "DFRST", "all letters");
	md_flags_letters(0, set);
	is_str(set, "", "no letters");
	return done();
}
