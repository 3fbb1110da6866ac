/* t_fakemsg.c - the fake server under test: messages, news from other clients, faults. */
#include "fakeplay.h"

static const struct row rows[] = {
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
C 2 APPEND \"nowhere\" (\\Seen) {1}\n\
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
((\"Smith, A\" NIL \"a\" \"b.example\")) ((\"Smith, A\" NIL \"a\" \"b.example\")) \
((NIL NIL \"x\" \"y\")(NIL NIL \"z\" \"y\")) \
NIL NIL NIL \"<3@x>\") \
BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 1 NIL NIL NIL NIL)\
(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 4 0 NIL NIL NIL NIL) \
\"mixed\" (\"boundary\" \"b 1\") NIL NIL NIL) \
BODY ((\"text\" \"plain\" NIL NIL NIL \"7BIT\" 3 1)\
(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 4 0) \"mixed\") \
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
C 6 FETCH 4 BODY[]\n\
S * 4 FETCH (BODY[] {11}\n\
S \n\
S no header)\n\
S 6 OK ~\n\
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
S 7 OK [HIGHESTMODSEQ 12] ~\n\
C 8 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 10 VANISHED)\n\
S * VANISHED (EARLIER) 3\n\
S 8 OK ~\n" },
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
	{ "faults: uidvalidity, readonly, untagged", LOGIN, "!box=Work on SELECT uidvalidity 77\n"
	    "on SELECT#2 readonly\n"
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

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++)
		play(&rows[i]);
	return done();
}
