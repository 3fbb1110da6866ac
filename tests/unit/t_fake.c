/*
 * t_fake.c - the fake server under test: conversations as text. Each is played twice, with whole writes and octet by
 * octet, and must go the same way.
 *
 * A line of a script:  C text   the client sends the line        2C text  a second client (logged in, INBOX selected)
 *                      S text   the next line from the server ("~" stands for anything), 2S likewise
 *                      X what   the other client acts: append BOX FLAGS | flag BOX UID FLAGS | expunge BOX UID
 *                      D        the server has hung up
 * All output must have been expected when the client sends the next line.
 */
#include <stdlib.h>

#include "../../src/base/buf.h"
#include "../fake-imapd/fake.h"
#include "tap.h"

enum start { START, LOGIN, SELECTED };

struct row {
	const char *what;
	enum start start;
	const char *setup;		/* "-CAP ..." are off, "+CAP" on, "!" and a fault script up to the end */
	const char *script;
};

#define MANY	"\
C 1 SELECT INBOX\n\
S * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Work)\n\
S * OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Work \\*)] ~\n\
S * 4 EXISTS\n\
S * 4 RECENT\n\
S * OK [UNSEEN 1] ~\n\
S * OK [UIDVALIDITY 1000] ~\n\
S * OK [UIDNEXT 6] ~\n"

static const struct row rows[] = {
	{ "greeting, CAPABILITY, NOOP, LOGOUT", START, "", "\
S * OK [CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ SASL-IR ~ AUTH=CRAM-MD5 AUTH=PLAIN ~] ~\n\
C 1 capability\n\
S * CAPABILITY IMAP4rev1 UIDPLUS ~\n\
S 1 OK ~\n\
C 2 NOOP\n\
S 2 OK ~\n\
C 3 SELECT INBOX\n\
S 3 BAD ~\n\
C 4 LOGOUT\n\
S * BYE ~\n\
S 4 OK ~\n\
D\n" },
	{ "what is no command", START, "", "\
S * OK ~\n\
C\n\
S * BAD ~\n\
C 1\n\
S 1 BAD ~\n\
C + NOOP\n\
S * BAD ~\n\
C 1 NOOP now\n\
S 1 BAD ~\n\
C 1 UID NOOP\n\
S 1 BAD ~\n\
C 1 FROBNICATE\n\
S 1 BAD unknown command\n" },
	{ "LOGIN: wrong password, quoted, literals of both kinds", START, "", "\
S * OK ~\n\
C 1 LOGIN test wrong\n\
S 1 NO [AUTHENTICATIONFAILED] ~\n\
C 2 LOGIN {4}\n\
S + go ahead\n\
C test {6}\n\
S + go ahead\n\
C secret\n\
S 2 OK [CAPABILITY ~] ~\n" },
	{ "LOGIN with LITERAL+", START, "", "\
S * OK ~\n\
C 2 LOGIN {4+}\n\
C test \"sec\\ret\"\n\
S 2 OK ~\n\
C 3 LOGIN test secret\n\
S 3 BAD ~\n" },
	{ "LITERAL+ off: {n+} is not understood", START, "-LITERAL+", "\
S * OK ~\n\
C 2 LOGIN {4+}\n\
S 2 BAD ~\n\
C test secret\n\
S test BAD ~\n" },
	{ "LOGINDISABLED", START, "+LOGINDISABLED", "\
S * OK [~ LOGINDISABLED ~\n\
C 1 LOGIN test secret\n\
S 1 NO ~\n" },
	{ "PREAUTH", START, "+PREAUTH", "\
S * PREAUTH [CAPABILITY IMAP4rev1 ~] ~\n\
C 1 NAMESPACE\n\
S * NAMESPACE ((\"\" \"/\")) NIL NIL\n\
S 1 OK ~\n" },
	{ "AUTHENTICATE PLAIN", START, "", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN AHRlc3QAc2VjcmV0\n\
S 1 OK [CAPABILITY ~\n" },
	{ "AUTHENTICATE PLAIN in two steps, given up, garbage", START, "-SASL-IR", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN AHRlc3QAc2VjcmV0\n\
S 1 BAD ~\n\
C 2 AUTHENTICATE PLAIN\n\
S + \n\
C *\n\
S 2 BAD ~\n\
C 3 AUTHENTICATE PLAIN\n\
S + \n\
C AHRl??\n\
S 3 BAD ~\n\
C 4 AUTHENTICATE PLAIN\n\
S + \n\
C AHRlc3QAc2VjcmV0\n\
S 4 OK ~\n" },
	/* The last answer is RFC 2195's keyed MD5, made with another program: printf CHALLENGE | openssl md5 -hmac secret */
	{ "AUTHENTICATE CRAM-MD5", START, "-PLAIN", "\
S * OK ~\n\
C 1 AUTHENTICATE PLAIN\n\
S 1 NO ~\n\
C 2 AUTHENTICATE CRAM-MD5\n\
S + PDEuMjAwMzAzMDFAZmFrZS1pbWFwZC5pbnZhbGlkPg==\n\
C dGVzdCBiYTc0YmQ4OGU0ZTAzNDQ5ZWUyNTlkM2Y3ODk1ZTI0MA==\n\
S 2 NO ~\n\
C 3 AUTHENTICATE CRAM-MD5\n\
S + PDEuMjAwMzAzMDFAZmFrZS1pbWFwZC5pbnZhbGlkPg==\n\
C dGVzdCBhYmI2N2RiNWRjNzlkZjM4OTcyYjkzMzk0NjJjNzUxOQ==\n\
S 3 OK ~\n" },
	{ "SELECT and EXAMINE say what they must", LOGIN, "", MANY "\
S * OK [HIGHESTMODSEQ 7] ~\n\
S 1 OK [READ-WRITE] ~\n\
C 2 EXAMINE Work\n\
S * OK [CLOSED] ~\n\
S * FLAGS (~)\n\
S * OK [PERMANENTFLAGS ()] ~\n\
S * 0 EXISTS\n\
S * 0 RECENT\n\
S * OK [UIDVALIDITY 1001] ~\n\
S * OK [UIDNEXT 1] ~\n\
S * OK [HIGHESTMODSEQ 1] ~\n\
S 2 OK [READ-ONLY] ~\n\
C 3 SELECT nowhere\n\
S * OK [CLOSED] ~\n\
S 3 NO [NONEXISTENT] ~\n\
C 4 CHECK\n\
S 4 BAD ~\n" },
	{ "SELECT without CONDSTORE", LOGIN, "-CONDSTORE", MANY "\
S 1 OK [READ-WRITE] ~\n\
C 2 SELECT INBOX (CONDSTORE)\n\
S 2 BAD ~\n\
C 3 STATUS INBOX (HIGHESTMODSEQ)\n\
S 3 BAD ~\n\
C 4 FETCH 1 MODSEQ\n\
S 4 BAD ~\n\
C 5 STORE 1 (UNCHANGEDSINCE 1) +FLAGS (a)\n\
S 5 BAD ~\n\
C 6 ENABLE CONDSTORE QRESYNC\n\
S 6 BAD ~\n" },
	{ "CREATE, LIST, DELETE, RENAME", LOGIN, "", "\
C 1 CREATE Work/2003/\n\
S 1 OK ~\n\
C 2 CREATE work\n\
S 2 OK ~\n\
C 3 CREATE Work\n\
S 3 NO [ALREADYEXISTS] ~\n\
C 4 CREATE \"q\\\"uote\\\\d %*\"\n\
S 4 OK ~\n\
C 5 LIST \"\" *\n\
S * LIST (\\HasNoChildren) \"/\" INBOX\n\
S * LIST (\\HasChildren) \"/\" Work\n\
S * LIST (\\HasNoChildren) \"/\" Work/2003\n\
S * LIST (\\HasNoChildren) \"/\" \"a b\"\n\
S * LIST (\\HasNoChildren) \"/\" \"q\\\"uote\\\\d %*\"\n\
S * LIST (\\HasNoChildren) \"/\" work\n\
S 5 OK ~\n\
C 6 LIST Work/ %\n\
S * LIST (\\HasNoChildren) \"/\" Work/2003\n\
S 6 OK ~\n\
C 7 RENAME Work Job\n\
S 7 OK ~\n\
C 8 DELETE Job\n\
S 8 OK ~\n\
C 9 LIST \"\" J%\n\
S * LIST (\\Noselect \\NonExistent \\HasChildren) \"/\" Job\n\
S 9 OK ~\n\
C 10 LIST \"\" Job*\n\
S * LIST (\\HasNoChildren) \"/\" Job/2003\n\
S 10 OK ~\n\
C 11 DELETE nowhere\n\
S 11 NO [NONEXISTENT] ~\n\
C 12 DELETE inbox\n\
S 12 NO ~\n\
C 13 LIST \"\" \"\"\n\
S * LIST (\\Noselect) \"/\" \"\"\n\
S 13 OK ~\n\
C 14 CREATE /x\n\
S 14 NO ~\n" },
	{ "RENAME INBOX moves its messages only", LOGIN, "", "\
C 1 RENAME INBOX old\n\
S 1 OK ~\n\
C 2 STATUS old (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)\n\
S * STATUS old (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 1003 UNSEEN 3)\n\
S 2 OK ~\n\
C 3 STATUS inbox (MESSAGES UIDNEXT)\n\
S * STATUS INBOX (MESSAGES 0 UIDNEXT 6)\n\
S 3 OK ~\n" },
	{ "subscriptions", LOGIN, "", "\
C 1 UNSUBSCRIBE Work\n\
S 1 OK ~\n\
C 2 SUBSCRIBE gone/away\n\
S 2 OK ~\n\
C 3 LSUB \"\" *\n\
S * LSUB () \"/\" INBOX\n\
S * LSUB () \"/\" \"a b\"\n\
S * LSUB () \"/\" gone/away\n\
S 3 OK ~\n\
C 4 LSUB \"\" g%\n\
S * LSUB (\\Noselect) \"/\" gone\n\
S 4 OK ~\n\
C 5 LIST (SUBSCRIBED) \"\" (\"I*\" \"g*\") RETURN (CHILDREN)\n\
S * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\n\
S * LIST (\\Noselect \\NonExistent \\HasNoChildren \\Subscribed) \"/\" gone/away\n\
S 5 OK ~\n" },
	{ "LIST-STATUS", LOGIN, "", "\
C 1 LIST \"\" I* RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))\n\
S * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\n\
S * STATUS INBOX (MESSAGES 4 UIDNEXT 6 UIDVALIDITY 1000 HIGHESTMODSEQ 7)\n\
S 1 OK ~\n" },
	{ "LIST-STATUS off", LOGIN, "-LIST-STATUS", "\
C 1 LIST \"\" I* RETURN (STATUS (MESSAGES))\n\
S 1 BAD ~\n\
C 2 LIST \"\" I* RETURN (CHILDREN)\n\
S * LIST (\\HasNoChildren) \"/\" INBOX\n\
S 2 OK ~\n" },
	{ "LIST-EXTENDED off", LOGIN, "-LIST-EXTENDED", "\
C 1 LIST \"\" I* RETURN (CHILDREN)\n\
S 1 BAD ~\n\
C 2 LIST \"\" (I* W*)\n\
S 2 BAD ~\n\
C 3 LIST \"\" inbo%\n\
S * LIST () \"/\" INBOX\n\
S 3 OK ~\n" },
	{ "APPEND", LOGIN, "", "\
C 1 APPEND Work (\\Seen $New) \"17-Jul-1996 02:44:25 -0700\" {6}\n\
S + go ahead\n\
C a\n\
C b\n\
C\n\
S 1 OK [APPENDUID 1001 1] ~\n\
C 2 APPEND nowhere {1+}\n\
C x\n\
S 2 NO [TRYCREATE] ~\n\
C 3 APPEND Work (\\Recent \\Nonsense) {1+}\n\
C x\n\
S 3 BAD ~\n\
C 4 SELECT Work\n\
S * FLAGS (~)\n\
S * OK [PERMANENTFLAGS (~ $New \\*)] ~\n\
S * 1 EXISTS\n\
S * 1 RECENT\n\
S * OK [UIDVALIDITY 1001] ~\n\
S * OK [UIDNEXT 2] ~\n\
S * OK [HIGHESTMODSEQ 2] ~\n\
S 4 OK ~\n\
C 5 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY[])\n\
S * 1 FETCH (FLAGS (\\Seen $New \\Recent) INTERNALDATE \"17-Jul-1996 09:44:25 +0000\" RFC822.SIZE 6 BODY[] {6}\n\
S a\n\
S b\n\
S )\n\
S 5 OK ~\n\
C 6 APPEND Work {3+}\n\
C abc\n\
S * 2 EXISTS\n\
S * 2 RECENT\n\
S 6 OK [APPENDUID 1001 2] ~\n" },
	{ "APPEND without UIDPLUS", LOGIN, "-UIDPLUS", "\
C 1 APPEND Work {1+}\n\
C x\n\
S 1 OK APPEND done\n\
C 2 SELECT Work\n\
S * FLAGS ~\n\
S * OK ~\n\
S * 1 EXISTS\n\
S * 1 RECENT\n\
S * OK [UNSEEN 1] ~\n\
S * OK [UIDVALIDITY ~\n\
S * OK [UIDNEXT 2] ~\n\
S * OK [HIGHESTMODSEQ ~\n\
S 2 OK ~\n\
C 3 UID EXPUNGE 1\n\
S 3 BAD ~\n\
C 4 UID COPY 1 INBOX\n\
S 4 OK COPY done\n" },
	{ "FETCH: header fields, parts of the text, macros", SELECTED, "", "\
C 1 FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT \"X-None\")] BODY.PEEK[TEXT]<2.3>)\n\
S * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT X-None)] {16}\n\
S Subject: one\n\
S \n\
S  BODY[TEXT]<2> {3}\n\
S dy )\n\
S 1 OK ~\n\
C 2 UID FETCH 5,1 (BODY.PEEK[HEADER.FIELDS.NOT (subject)])\n\
S * 1 FETCH (BODY[HEADER.FIELDS.NOT (subject)] {24}\n\
S From: a@b (A)\n\
S Bcc: \n\
S \n\
S  UID 1)\n\
S * 4 FETCH (BODY[HEADER.FIELDS.NOT (subject)] {2}\n\
S \n\
S  UID 5)\n\
S 2 OK ~\n\
C 3 FETCH 1 FAST\n\
S * 1 FETCH (FLAGS (\\Recent) INTERNALDATE \" 1-Mar-2003 00:00:00 +0000\" RFC822.SIZE 48)\n\
S 3 OK ~\n\
C 4 FETCH 1 RFC822.HEADER\n\
S * 1 FETCH (RFC822.HEADER {38}\n\
S From: a@b (A)\n\
S Subject: one\n\
S Bcc: \n\
S \n\
S )\n\
S 4 OK ~\n\
C 5 FETCH 1 BODY[TEXT]\n\
S * 1 FETCH (BODY[TEXT] {10}\n\
S body one\n\
S  FLAGS (\\Seen \\Recent))\n\
S 5 OK ~\n\
C 6 FETCH 5 FLAGS\n\
S 6 BAD ~\n\
C 7 UID FETCH 6:99 FLAGS\n\
S 7 OK ~\n\
C 8 UID FETCH 6:* FLAGS\n\
S * 4 FETCH (FLAGS (\\Recent) UID 5)\n\
S 8 OK ~\n\
C 9 FETCH 1 (BODY[\n\
S 9 BAD ~\n\
C 10 FETCH 1 BODY[1.2.MIME]\n\
S * 1 FETCH (BODY[1.2.MIME] NIL)\n\
S 10 OK ~\n" },
	{ "FETCH ENVELOPE and BODYSTRUCTURE", SELECTED, "", "\
C 1 FETCH 3 (ENVELOPE BODYSTRUCTURE BODY BODY.PEEK[2] BODY.PEEK[2.MIME])\n\
S * 3 FETCH (ENVELOPE (\"Tue, 4 Mar 2003 10:00:00 +0100\" \"three\" ((\"Smith, A\" NIL \"a\" \"b.example\")) \
((\"Smith, A\" NIL \"a\" \"b.example\")) ((\"Smith, A\" NIL \"a\" \"b.example\")) ((NIL NIL \"x\" \"y\")(NIL NIL \"z\" \"y\")) \
NIL NIL NIL \"<3@x>\") \
BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 1 NIL NIL NIL NIL)\
(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 4 0 NIL NIL NIL NIL) \"mixed\" (\"boundary\" \"b 1\") NIL NIL NIL) \
BODY ((\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 1)(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 4 0) \"mixed\") \
BODY[2] {4}\n\
S QUJD BODY[2.MIME] {77}\n\
S Content-Type: text/html; charset=utf-8\n\
S Content-Transfer-Encoding: base64\n\
S \n\
S )\n\
S 1 OK ~\n" },
	{ "STORE", SELECTED, "", "\
C 1 STORE 1:2 +FLAGS (\\Flagged $Junk)\n\
S * 1 FETCH (FLAGS (\\Flagged $Junk \\Recent))\n\
S * 2 FETCH (FLAGS (\\Seen \\Flagged $Work $Junk \\Recent))\n\
S 1 OK ~\n\
C 2 UID STORE 3 -FLAGS.SILENT \\Seen\n\
S 2 OK ~\n\
C 3 UID STORE 1,3 FLAGS (\\Draft)\n\
S * 1 FETCH (UID 1 FLAGS (\\Draft \\Recent))\n\
S * 3 FETCH (UID 3 FLAGS (\\Draft \\Recent))\n\
S 3 OK ~\n\
C 4 STORE 1 +FLAGS (\\Bogus)\n\
S 4 BAD ~\n\
C 5 EXAMINE INBOX\n\
S * OK [CLOSED] ~\n\
S * FLAGS ~\n\
S * OK ~\n\
S * 4 EXISTS\n\
S * 0 RECENT\n\
S * OK [UNSEEN 1] ~\n\
S * OK ~\n\
S * OK ~\n\
S * OK ~\n\
S 5 OK [READ-ONLY] ~\n\
C 6 STORE 1 +FLAGS (\\Seen)\n\
S 6 NO [READ-ONLY] ~\n\
C 7 EXPUNGE\n\
S 7 NO [READ-ONLY] ~\n" },
	{ "EXPUNGE, UID EXPUNGE, CLOSE", SELECTED, "", "\
C 1 UID STORE 1,3,5 +FLAGS.SILENT (\\Deleted)\n\
S 1 OK ~\n\
C 2 UID EXPUNGE 2:3\n\
S * 3 EXPUNGE\n\
S 2 OK ~\n\
C 3 EXPUNGE\n\
S * 1 EXPUNGE\n\
S * 2 EXPUNGE\n\
S 3 OK ~\n\
C 4 UID SEARCH ALL\n\
S * SEARCH 2\n\
S 4 OK ~\n\
C 5 STORE 1 +FLAGS.SILENT (\\Deleted)\n\
S 5 OK ~\n\
C 6 CLOSE\n\
S 6 OK ~\n\
C 7 STATUS INBOX (MESSAGES)\n\
S * STATUS INBOX (MESSAGES 0)\n\
S 7 OK ~\n" },
	{ "UNSELECT expunges nothing", SELECTED, "", "\
C 1 STORE 1:* +FLAGS.SILENT (\\Deleted)\n\
S 1 OK ~\n\
C 2 UNSELECT\n\
S 2 OK ~\n\
C 3 STATUS INBOX (MESSAGES)\n\
S * STATUS INBOX (MESSAGES 4)\n\
S 3 OK ~\n" },
	{ "COPY and MOVE", SELECTED, "", "\
C 1 UID COPY 5,1:2 Work\n\
S 1 OK [COPYUID 1001 1:2,5 1:3] ~\n\
C 2 COPY 2 INBOX\n\
S * 5 EXISTS\n\
S * 5 RECENT\n\
S 2 OK [COPYUID 1000 2 6] ~\n\
C 3 UID MOVE 2:3 \"a b\"\n\
S * OK [COPYUID 1002 2:3 1:2] ~\n\
S * 2 EXPUNGE\n\
S * 2 EXPUNGE\n\
S 3 OK ~\n\
C 4 UID COPY 1 nowhere\n\
S 4 NO [TRYCREATE] ~\n\
C 5 UID COPY 77 Work\n\
S 5 OK ~\n\
C 6 FETCH 1:* (FLAGS UID)\n\
S * 1 FETCH (FLAGS (\\Recent) UID 1)\n\
S * 2 FETCH (FLAGS (\\Recent) UID 5)\n\
S * 3 FETCH (FLAGS (\\Seen $Work \\Recent) UID 6)\n\
S 6 OK ~\n" },
	{ "MOVE off", SELECTED, "-MOVE", "\
C 1 UID MOVE 1 Work\n\
S 1 BAD ~\n" },
	{ "SEARCH", SELECTED, "", "\
C 1 SEARCH ALL\n\
S * SEARCH 1 2 3 4\n\
S 1 OK ~\n\
C 2 UID SEARCH SEEN KEYWORD $WORK\n\
S * SEARCH 2\n\
S 2 OK ~\n\
C 3 UID SEARCH NOT SEEN SMALLER 100\n\
S * SEARCH 1 5\n\
S 3 OK ~\n\
C 4 SEARCH OR (FROM \"smith\" SUBJECT thr) HEADER Bcc \"\"\n\
S * SEARCH 1 3\n\
S 4 OK ~\n\
C 5 UID SEARCH UID 2:* 1:3\n\
S * SEARCH 2 3\n\
S 5 OK ~\n\
C 6 SEARCH SENTSINCE 4-Mar-2003 SENTBEFORE 5-Mar-2003\n\
S * SEARCH 3\n\
S 6 OK ~\n\
C 7 SEARCH SINCE 2-Mar-2003\n\
S * SEARCH\n\
S 7 OK ~\n\
C 8 SEARCH ON 1-Mar-2003 LARGER 40 UNDELETED\n\
S * SEARCH 1 2 3\n\
S 8 OK ~\n\
C 9 SEARCH CHARSET KOI8-R TEXT x\n\
S 9 NO [BADCHARSET ~\n\
C 10 SEARCH CHARSET UTF-8 BODY {4+}\n\
C qUjd\n\
S * SEARCH 3\n\
S 10 OK ~\n\
C 11 SEARCH NEW UNKEYWORD none KEYWORD none\n\
S * SEARCH\n\
S 11 OK ~\n\
C 12 SEARCH FROB\n\
S 12 BAD ~\n\
C 13 SEARCH (((ALL))\n\
S 13 BAD ~\n\
C 14 SEARCH 5\n\
S 14 BAD ~\n" },
	{ "ESEARCH", SELECTED, "", "\
C 1 UID SEARCH RETURN () ALL\n\
S * ESEARCH (TAG \"1\") UID ALL 1:3,5\n\
S 1 OK ~\n\
C 2 SEARCH RETURN (MIN MAX COUNT) UNSEEN\n\
S * ESEARCH (TAG \"2\") MIN 1 MAX 4 COUNT 3\n\
S 2 OK ~\n\
C 3 SEARCH RETURN (COUNT ALL) FROM nobody\n\
S * ESEARCH (TAG \"3\") COUNT 0\n\
S 3 OK ~\n" },
	{ "ESEARCH off", SELECTED, "-ESEARCH", "\
C 1 UID SEARCH RETURN () ALL\n\
S 1 BAD ~\n" },
	{ "CONDSTORE", SELECTED, "", "\
C 1 FETCH 1 (FLAGS MODSEQ)\n\
S * 1 FETCH (FLAGS (\\Recent) MODSEQ (2))\n\
S 1 OK ~\n\
C 2 STORE 1,2 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\\Flagged)\n\
S * 1 FETCH (MODSEQ (8))\n\
S 2 OK [MODIFIED 2] ~\n\
C 3 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 7)\n\
S * 1 FETCH (FLAGS (\\Flagged \\Recent) UID 1 MODSEQ (8))\n\
S 3 OK ~\n\
C 4 UID SEARCH MODSEQ 6\n\
S * SEARCH 1 5 (MODSEQ 8)\n\
S 4 OK ~\n\
C 5 UID SEARCH RETURN (ALL) MODSEQ \"/flags/\\\\draft\" all 6\n\
S * ESEARCH (TAG \"5\") UID ALL 1,5 MODSEQ 8\n\
S 5 OK ~\n\
X flag INBOX 5 \\Seen\n\
C 6 NOOP\n\
S * 4 FETCH (FLAGS (\\Seen \\Recent) MODSEQ (9))\n\
S 6 OK ~\n\
C 7 UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)\n\
S 7 BAD ~\n" },
	{ "QRESYNC", LOGIN, "", "\
C 1 SELECT INBOX (QRESYNC (1000 3))\n\
S 1 BAD ~\n\
C 2 ENABLE QRESYNC X-NONE\n\
S * ENABLED QRESYNC\n\
S 2 OK ~\n\
C 3 SELECT INBOX (QRESYNC (1000 5 1:5 (1:2 1:2)))\n\
S * FLAGS ~\n\
S * OK [PERMANENTFLAGS ~\n\
S * 4 EXISTS\n\
S * 4 RECENT\n\
S * OK [UNSEEN 1] ~\n\
S * OK [UIDVALIDITY 1000] ~\n\
S * OK [UIDNEXT 6] ~\n\
S * OK [HIGHESTMODSEQ 7] ~\n\
S * VANISHED (EARLIER) 4\n\
S * 4 FETCH (UID 5 FLAGS (\\Recent) MODSEQ (6))\n\
S 3 OK [READ-WRITE] ~\n\
X expunge INBOX 1\n\
X expunge INBOX 2\n\
X flag INBOX 5 \\Seen\n\
C 4 NOOP\n\
S * VANISHED 1:2\n\
S * 2 FETCH (UID 5 FLAGS (\\Seen \\Recent) MODSEQ (10))\n\
S 4 OK ~\n\
C 5 UID FETCH 1:3 (FLAGS) (CHANGEDSINCE 3 VANISHED)\n\
S * VANISHED (EARLIER) 1:2\n\
S * 1 FETCH (FLAGS (\\Recent) UID 3 MODSEQ (4))\n\
S 5 OK ~\n\
C 6 UID STORE 3 +FLAGS.SILENT \\Deleted\n\
S * 1 FETCH (UID 3 MODSEQ (11))\n\
S 6 OK ~\n\
C 7 UID EXPUNGE 3\n\
S * VANISHED 3\n\
S 7 OK [HIGHESTMODSEQ 12] ~\n" },
	{ "news come when they may", SELECTED, "", "\
X append INBOX \\Seen\n\
X expunge INBOX 2\n\
X flag INBOX 1 \\Flagged\n\
C 1 FETCH 1 UID\n\
S * 1 FETCH (UID 1)\n\
S * 5 EXISTS\n\
S * 4 RECENT\n\
S 1 OK ~\n\
C 2 FETCH 2:3 UID\n\
S * 3 FETCH (UID 3)\n\
S 2 NO [EXPUNGEISSUED] ~\n\
C 3 UID FETCH 2:3 UID\n\
S * 3 FETCH (UID 3)\n\
S * 2 EXPUNGE\n\
S * 1 FETCH (UID 1 FLAGS (\\Flagged \\Recent))\n\
S 3 OK ~\n\
C 4 FETCH 2 UID\n\
S * 2 FETCH (UID 3)\n\
S 4 OK ~\n" },
	{ "two clients", SELECTED, "", "\
2C 1 UID STORE 1 +FLAGS (\\Deleted)\n\
2S * 1 FETCH (UID 1 FLAGS (\\Deleted))\n\
2S 1 OK ~\n\
2C 2 EXPUNGE\n\
2S * 1 EXPUNGE\n\
2S 2 OK ~\n\
2C 3 APPEND INBOX {1+}\n\
2C x\n\
2S * 4 EXISTS\n\
2S * 1 RECENT\n\
2S 3 OK [APPENDUID 1000 6] ~\n\
C 1 NOOP\n\
S * 1 EXPUNGE\n\
S * 4 EXISTS\n\
S * 3 RECENT\n\
S 1 OK ~\n\
2C 4 DELETE Work\n\
2S 4 OK ~\n\
2C 5 RENAME INBOX x\n\
2S * 1 EXPUNGE\n\
2S * 1 EXPUNGE\n\
2S * 1 EXPUNGE\n\
2S * 1 EXPUNGE\n\
2S 5 OK ~\n" },
	{ "IDLE", SELECTED, "", "\
C 1 IDLE\n\
S + idling\n\
X append INBOX \\Seen\n\
S * 5 EXISTS\n\
S * 5 RECENT\n\
X expunge INBOX 1\n\
S * 1 EXPUNGE\n\
C done\n\
S 1 OK ~\n" },
	{ "the selected mailbox is deleted", LOGIN, "", "\
C 1 SELECT Work\n\
S * FLAGS ~\n\
S * OK ~\n\
S * 0 EXISTS\n\
S * 0 RECENT\n\
S * OK ~\n\
S * OK ~\n\
S * OK ~\n\
S 1 OK ~\n\
X delete Work\n\
C 2 NOOP\n\
S * BYE ~\n\
D\n" },
	{ "ID, UIDVALIDITY 0, other delimiters", LOGIN, "", "\
C 1 ID (\"name\" \"x\" \"version\" NIL)\n\
S * ID ~\n\
S 1 OK ~\n\
X uidvalidity Work 0\n\
C 2 STATUS Work (UIDVALIDITY UIDNEXT)\n\
S * STATUS Work (UIDNEXT 1)\n\
S 2 OK ~\n\
C 3 APPEND Work {1+}\n\
C x\n\
S 3 OK APPEND done\n\
X delim .\n\
C 4 LIST \"\" %\n\
S * LIST (\\HasNoChildren) \".\" INBOX\n\
S * LIST (\\HasNoChildren) \".\" Work\n\
S * LIST (\\HasNoChildren) \".\" \"a b\"\n\
S 4 OK ~\n\
X delim NIL\n\
C 5 LIST \"\" I%\n\
S * LIST (\\HasNoChildren) NIL INBOX\n\
S 5 OK ~\n" },
	{ "faults: no, bad, bye", LOGIN, "!on NOOP#2 no \"[INUSE] not now\"\non CHECK bad\nuser=other on LIST drop\n"
	    "box=\"a b\" on STATUS bye", "\
C 1 NOOP\n\
S 1 OK ~\n\
C 2 NOOP\n\
S 2 NO [INUSE] not now\n\
C 3 NOOP\n\
S 3 OK ~\n\
C 4 LIST \"\" I*\n\
S * LIST ~\n\
S 4 OK ~\n\
C 5 STATUS Work (MESSAGES)\n\
S * STATUS ~\n\
S 5 OK ~\n\
C 6 STATUS \"a b\" (MESSAGES)\n\
S * BYE ~\n\
D\n" },
	{ "faults: drop", SELECTED, "!on STORE drop", "\
C 1 NOOP\n\
S 1 OK ~\n\
C 2 STORE 1 +FLAGS (\\Seen)\n\
D\n\
X look INBOX 1 ()\n" },
	{ "faults: commit-drop, by UID too", SELECTED, "!on STORE commit-drop", "\
C 2 UID STORE 1 +FLAGS.SILENT (\\Seen)\n\
D\n\
X look INBOX 1 (\\Seen)\n" },
	{ "faults: uidvalidity, readonly, untagged", LOGIN, "!box=Work on SELECT uidvalidity 77\non SELECT#2 readonly\n"
	    "on NOOP untagged \"* 7 EXISTS\"", "\
C 1 NOOP\n\
S * 7 EXISTS\n\
S 1 OK ~\n\
C 2 SELECT Work\n\
S * FLAGS ~\n\
S * OK ~\n\
S * 0 EXISTS\n\
S * 0 RECENT\n\
S * OK [UIDVALIDITY 77] ~\n\
S * OK ~\n\
S * OK ~\n\
S 2 OK [READ-WRITE] ~\n\
C 3 SELECT Work\n\
S * OK [CLOSED] ~\n\
S * FLAGS ~\n\
S * OK [PERMANENTFLAGS ()] ~\n\
S * 0 EXISTS\n\
S * 0 RECENT\n\
S * OK ~\n\
S * OK ~\n\
S * OK ~\n\
S 3 OK [READ-ONLY] ~\n" },
	{ "faults: omit", SELECTED, "!on FETCH omit 2", "\
C 1 FETCH 1:3 UID\n\
S * 1 FETCH (UID 1)\n\
S * 3 FETCH (UID 3)\n\
S 1 OK ~\n" },
	{ "faults: on bytes N drop", LOGIN, "!user=test on bytes 386 drop", "\
C 1 SELECT Work\n\
S * FLAGS (\\Seen \\A\n\
D\n" },
};

/* ---- the player ---- */

struct play {
	struct fake_server *server;
	struct fake_conn *client[2];
	bool bytewise;
	char wrong[400];
};

static void
message(struct fake_server *s, const char *flags, const char *text)
{
	fake_append(s, "test", "INBOX", flags, text, strlen(text));
}

static struct fake_server *
fixture(void)
{
	struct fake_server *s = fake_new();

	fake_set_time(s, 1046476800);		/* 1 March 2003 */
	fake_add_user(s, "test", "secret");
	fake_create(s, "test", "Work");
	fake_create(s, "test", "a b");
	message(s, "", "From: a@b (A)\r\nSubject: one\r\nBcc: \r\n\r\nbody one\r\n");
	message(s, "\\Seen $Work", "Subject: two\r\nX-Long: folded\r\n again\r\n\r\nbody two\r\n");
	message(s, "", "Date: Tue, 4 Mar 2003 10:00:00 +0100\r\nSubject: three\r\nFrom: \"Smith, A\" <a@b.example>\r\n"
	    "To: x@y, z@y\r\nMessage-ID: <3@x>\r\nContent-Type: multipart/mixed;\r\n boundary=\"b 1\"\r\n\r\npreamble\r\n"
	    "--b 1\r\n\r\nA\r\n\r\n--b 1\r\nContent-Type: text/html; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b 1--\r\nepilogue\r\n");
	message(s, "", "gone");
	message(s, "", "\r\nno header");
	fake_expunge(s, "test", "INBOX", 4);
	return s;
}

static void
send_line(struct play *p, int who, const char *text, size_t n)
{
	struct fake_conn *c = p->client[who];

	if (!p->bytewise) {
		struct buf line = BUF_INIT;

		buf_add(&line, text, n);
		buf_puts(&line, "\r\n");
		fake_input(c, line.p, line.len);
		buf_free(&line);
		return;
	}
	for (size_t i = 0; i < n; i++)
		fake_input(c, text + i, 1);
	fake_input(c, "\r", 1);
	fake_input(c, "\n", 1);
}

/* "~" in the pattern stands for anything. */
static bool
matches(const char *p, const char *s)
{
	for (; *p != '\0'; p++, s++) {
		if (*p == '~') {
			while (!matches(p + 1, s))
				if (*s++ == '\0')
					return false;
			return true;
		}
		if (*p != *s)
			return false;
	}
	return *s == '\0';
}

static bool
expect(struct play *p, int who, const char *want)
{
	size_t n, len;
	const char *out = fake_output(p->client[who], &n);
	const char *nl = n > 0 ? memchr(out, '\n', n) : NULL;
	char got[1200];

	len = nl ? (size_t)(nl - out) + 1 : n;
	snprintf(got, sizeof(got), "%.*s", (int)len, out);
	got[strcspn(got, "\r\n")] = '\0';
	fake_sent(p->client[who], len);
	if (matches(want, got))
		return true;
	snprintf(p->wrong, sizeof(p->wrong), "got \"%.180s\", want \"%.180s\"", got, want);
	return false;
}

static bool
silent(struct play *p, int who)
{
	size_t n;
	const char *out = fake_output(p->client[who], &n);

	if (n == 0)
		return true;
	snprintf(p->wrong, sizeof(p->wrong), "not expected: \"%.*s\"", (int)(n < 200 ? n : 200), out);
	return false;
}

static bool
act(struct play *p, const char *text)
{
	char verb[20], box[20], arg[20] = "", rest[40] = "";
	struct fake_view v;

	sscanf(text, "%19s %19s %19s %39s", verb, box, arg, rest);
	if (strcmp(verb, "append") == 0)
		return fake_append(p->server, "test", box, arg, "x\r\n", 3) != 0;
	if (strcmp(verb, "flag") == 0)
		return fake_flag(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10), true, rest);
	if (strcmp(verb, "expunge") == 0)
		return fake_expunge(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10));
	if (strcmp(verb, "delete") == 0)
		return fake_delete(p->server, "test", box);
	if (strcmp(verb, "delim") == 0)
		fake_set_delim(p->server, (char)(strcmp(box, "NIL") == 0 ? '\0' : *box));
	if (strcmp(verb, "uidvalidity") == 0)
		fake_set_uidvalidity(p->server, "test", box, (uint32_t)strtoul(arg, NULL, 10));
	if (strcmp(verb, "look") == 0) {
		fake_look(p->server, "test", box, strtoul(arg, NULL, 10) - 1, &v);
		rest[strlen(rest) - 1] = '\0';
		return strcmp(v.flags, rest + 1) == 0;
	}
	return true;
}

static bool
play_line(struct play *p, const char *line)
{
	int who = *line == '2';
	const char *text;

	line += who;
	text = line + 1 + (line[1] == ' ');
	switch (*line) {
	case 'C':
		if (!silent(p, who))
			return false;
		send_line(p, who, text, strlen(text));
		return true;
	case 'S':
		return expect(p, who, text);
	case 'X':
		return act(p, text);
	case 'D':
		if (!silent(p, 0))
			return false;
		snprintf(p->wrong, sizeof(p->wrong), "not hung up");
		return fake_closed(p->client[0]);
	}
	snprintf(p->wrong, sizeof(p->wrong), "no script line: %s", line);
	return false;
}

static void
swallow(struct fake_conn *c)
{
	size_t n;

	fake_output(c, &n);
	fake_sent(c, n);
}

static void
set_up(struct play *p, const struct row *r)
{
	const char *words = r->setup;
	char why[200], name[40];
	enum fake_cap cap;

	while (*words == '-' || *words == '+') {
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(words + 1, " "), words + 1);
		if (fake_cap_by_name(name, &cap))
			fake_set_cap(p->server, cap, *words == '+');
		words += 1 + strlen(name);
		words += *words == ' ';
	}
	if (*words == '!' && fake_faults(p->server, words + 1, why, sizeof(why)) < 0)
		printf("# %s\n", why);
	for (int i = 0; i < 2; i++) {
		p->client[i] = fake_connect(p->server, false);
		if (i == 0 && r->start == START)
			continue;
		swallow(p->client[i]);
		if (i == 1 && r->start != SELECTED)
			continue;
		send_line(p, i, "0 LOGIN test secret", 19);
		if (r->start == SELECTED)
			send_line(p, i, "0 SELECT INBOX", 14);
		swallow(p->client[i]);
	}
}

static void
play(const struct row *r, bool bytewise)
{
	struct play p = { fixture(), { NULL, NULL }, bytewise, "" };
	const char *s = r->script;
	char line[1200] = "";
	bool good = true;

	set_up(&p, r);
	while (good && *s != '\0') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(s, "\n"), s);
		s += strcspn(s, "\n") + 1;
		good = play_line(&p, line);
	}
	good = good && silent(&p, 0);
	ok(good, "%s%s", r->what, bytewise ? ", octet by octet" : "");
	if (!good)
		printf("# at: %s\n# %s\n", line, p.wrong);
	fake_disconnect(p.client[0]);
	fake_disconnect(p.client[1]);
	fake_free(p.server);
}

/* ---- what a script cannot say ---- */

static void
feed(struct fake_conn *c, const char *s)
{
	fake_input(c, s, strlen(s));
}

static bool
answer_has(struct fake_conn *c, const char *want)
{
	size_t n;
	const char *out = fake_output(c, &n);
	bool has = n > 0 && strstr(out, want) != NULL;

	swallow(c);
	return has;
}

static void
binary(void)
{
	static const char with_nul[] = "3 APPEND INBOX ~{3+}\r\na\0b\r\n";
	static const char plain_nul[] = "4 APPEND INBOX {3+}\r\na\0b\r\n";
	struct fake_server *s = fixture();
	struct fake_conn *c = fake_connect(s, false);
	struct fake_view v;

	feed(c, "1 LOGIN test secret\r\n");
	fake_input(c, with_nul, sizeof(with_nul) - 1);
	ok(answer_has(c, "3 OK [APPENDUID 1000 6]"), "NUL in a literal8 is stored");
	ok(fake_look(s, "test", "INBOX", 4, &v) && v.size == 3 && memcmp(v.body, "a\0b", 3) == 0, "and kept");
	fake_input(c, plain_nul, sizeof(plain_nul) - 1);
	ok(answer_has(c, "4 BAD"), "NUL in a literal is refused");
	fake_set_cap(s, FAKE_BINARY, false);
	fake_input(c, with_nul, sizeof(with_nul) - 1);
	ok(answer_has(c, "3 BAD"), "BINARY off: no literal8");
	fake_disconnect(c);
	fake_free(s);
}

static void
counters(void)
{
	struct fake_server *s = fixture();
	const struct fake_counters *n = fake_counters(s);
	struct fake_conn *c = fake_connect(s, false), *d = fake_connect(s, false);

	swallow(c);
	feed(c, "1 LOGIN test secret\r\n2 SELECT ");
	feed(c, "INBOX\r\n");
	is_int((long long)n->flights, 1, "what is sent without waiting is one flight");
	swallow(c);
	feed(c, "3 STORE 1 +FLAGS (\\Deleted)\r\n4 EXPUNGE\r\n5 NOOP\r\n6 UID FETCH 1:* UID\r\n");
	swallow(c);
	feed(c, "7 STORE 99 +FLAGS (\\Seen)\r\n");
	swallow(c);
	feed(d, "1 LOGIN test secret\r\n");
	is_int((long long)n->flights, 4, "flights");
	is_int((long long)n->commands, 8, "commands");
	is_int((long long)n->mutations, 2, "mutations: those carried out");
	is_int((long long)n->expunges, 1, "expunges");
	is_int((long long)n->stores, 1, "stores");
	is_int((long long)n->fetches, 1, "fetches");
	is_int((long long)n->max_simultaneous, 2, "two at a time");
	fake_disconnect(d);
	is_int((long long)n->simultaneous, 1, "one is left");
	fake_reset_counters(s);
	ok(n->commands == 0 && n->simultaneous == 1, "reset");
	fake_disconnect(c);
	fake_free(s);
}

static void
secrets(void)
{
	static const char *const lines[] = {
		"1 LOGIN test wr0ngpass\r\n", "2 login {4+}\r\ntest {6+}\r\nwr0ng2\r\n", "3 AUTHENTICATE PLAIN AHRlc3QAwr0ng\r\n",
		"4 AUTHENTICATE PLAIN\r\n", "AHRlwr0ng\r\n", "5 LOGIN test secret\r\n", "6 SELECT {5+}\r\nINBOX\r\n",
	};
	struct fake_server *s = fixture();
	struct fake_conn *c = fake_connect(s, false);

	for (size_t i = 0; i < countof(lines); i++)
		feed(c, lines[i]);
	is_str(fake_log(s), "- 1 LOGIN test ***\n- 2 login ***\n- 3 AUTHENTICATE PLAIN ***\n- 4 AUTHENTICATE PLAIN\n"
	    "- 5 LOGIN test ***\ntest 6 SELECT {5+}INBOX\n", "the log names commands, not passwords");
	fake_disconnect(c);
	fake_free(s);
}

static void
bad_faults(void)
{
	static const char *const scripts[] = {
		"nonsense", "on", "on FETCH", "on FETCH explode", "on FETCH#0 no", "on FETCH#x no", "on FETCH delay",
		"on FETCH delay soon", "on FETCH untagged", "on bytes drop", "on bytes 5 stop", "on FETCH no \"a\" b",
		"# fine\n\non FETCH no \"open", "box= on FETCH",
	};
	struct fake_server *s = fake_new();
	char why[200];

	for (size_t i = 0; i < countof(scripts); i++) {
		why[0] = '\0';
		ok(fake_faults(s, scripts[i], why, sizeof(why)) == -1 && strncmp(why, "line ", 5) == 0, "bad rule: %s",
		    scripts[i][0] == '#' ? "third line" : scripts[i]);
	}
	is_str(fake_faults(s, "\n# x\n user=u box=\"b c\"  on *#3  delay 5 \n", why, sizeof(why)) == 0 ? "" : why, "", "good");
	fake_free(s);
}

/* Whatever comes, the server stays whole. ASan is the judge. */
static void
noise(void)
{
	static const char *const pieces[] = {
		"1 ", "a ", "FETCH ", "UID ", "SEARCH ", "STORE ", "1:*", "*", "4294967295", "0", ",", ":", " (", ")", " ",
		"\r\n", "{3}\r\n", "{3+}\r\n", "~{2+}\r\n", "\"", "\\", "FLAGS", "BODY[", "]", "<0.5>", "HEADER.FIELDS",
		"SELECT INBOX\r\n", "LOGIN test secret\r\n", "CLOSE\r\n", "LIST ", "APPEND INBOX ", "\0", "\377", "x", "NOT ",
		"OR ", "COPY ", "EXPUNGE\r\n", "STATUS ", "QRESYNC", "ENABLE QRESYNC\r\n", "IDLE\r\n", "DONE\r\n", "RETURN",
		"+FLAGS (\\Deleted)", "MOVE 1 Work\r\n", "RENAME ", "ENVELOPE", "BODYSTRUCTURE", "INBOX", "AUTHENTICATE ",
	};
	uint32_t x = 1;

	for (int round = 0; round < 300; round++) {
		struct fake_server *s = fixture();
		struct fake_conn *c = fake_connect(s, false);

		feed(c, round % 3 == 0 ? "" : "1 LOGIN test secret\r\n2 SELECT INBOX\r\n");
		for (int i = 0; i < 120; i++) {
			const char *piece;

			x = x * 1664525u + 1013904223u;
			piece = pieces[(x >> 8) % countof(pieces)];
			fake_input(c, piece, *piece == '\0' ? 1 : strlen(piece));
			if (x >> 30 == 0)
				swallow(c);
		}
		fake_disconnect(c);
		fake_free(s);
	}
	ok(true, "noise does no harm");
}

/* A mailbox of 20,000 messages must not be felt. */
static void
many(void)
{
	struct fake_server *s = fake_new();
	struct fake_conn *c;
	size_t n;

	fake_set_time(s, 1);
	fake_add_user(s, "test", "secret");
	for (int i = 0; i < 20000; i++)
		fake_append(s, "test", "INBOX", i % 2 ? "\\Seen" : "", "x", 1);
	c = fake_connect(s, false);
	feed(c, "1 LOGIN test secret\r\n2 SELECT INBOX\r\n3 UID FETCH 1:* (UID FLAGS)\r\n");
	feed(c, "4 UID STORE 1:15000 +FLAGS.SILENT (\\Deleted)\r\n5 EXPUNGE\r\n6 UID SEARCH ALL\r\n");
	fake_output(c, &n);
	ok(n > 800000, "20,000 messages listed");
	ok(answer_has(c, "6 OK"), "15,000 expunged");
	fake_disconnect(c);
	fake_free(s);
}

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		play(&rows[i], false);
		play(&rows[i], true);
	}
	binary();
	counters();
	secrets();
	bad_faults();
	noise();
	many();
	return done();
}
