/*
 * t_conf.c - configuration text in; a setting, a warning or an error out. And random text, which may give
 * anything but a crash.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/base/buf.h"
#include "../../src/conf/ini.h"
#include "../../src/conf/option.h"
#include "../../src/conf/settings.h"
#include "tap.h"

/* A 2003 account without and with room for more; today's account in three pieces. */
#define TEST	"[general]\naccounts = Test\n[Test]\nlocalfolders = /m\nremotehost = h\nremoteuser = u\n"
#define SSL	TEST "ssl = yes\n"
#define TODAY	"[general]\naccounts = A\n[Account A]\nlocalrepository = L\nremoterepository = R\n" \
		"[Repository L]\ntype = Maildir\nlocalfolders = /m\n" \
		"[Repository R]\ntype = IMAP\nremotehost = h\nremoteuser = u\n"
#define MBNAMES	SSL "[mbnames]\nenabled = yes\nfilename = ~/mb\nheader = \"mailboxes \"\n" \
		"peritem = \"+%(accountname)s/%(foldername)s\"\nsep = \" \"\nfooter = \"\\n\"\n"

enum want {
	SETS,			/* a line of the dump, and no warning */
	WARNS,			/* part of a warning; the configuration is good */
	FAILS,			/* part of the error */
	SETS_WARNED		/* a line of the dump; warnings do not matter */
};

static const struct row {
	const char *text;
	enum want want;
	const char *what;
} rows[] = {
	/* [general] */
	{ SSL, SETS, "metadata=/home/me/.offlineimap" },
	{ SSL "[general]\nmetadata = ~/meta\n", SETS, "metadata=/home/me/meta" },
	{ SSL "[general]\nmetadata = rel/meta\n", SETS, "metadata=rel/meta" },
	{ SSL, SETS, "maxsyncaccounts=1" },
	{ SSL "[general]\nmaxsyncaccounts = 4\n", SETS, "maxsyncaccounts=4" },
	{ SSL "[general]\nmaxsyncaccounts = 0\n", FAILS, "not between 1 and 1000: '0'" },
	{ SSL "[general]\nmaxsyncaccounts = two\n", FAILS, "not a number: 'two'" },
	{ SSL, SETS, "ui=" },
	{ SSL "[general]\nui = Tk.Blinkenlights, Curses.Blinkenlights,\n  TTY.TTYUI\n", SETS,
	    "ui=Tk.Blinkenlights|Curses.Blinkenlights|TTY.TTYUI|" },
	{ SSL "[general]\nui = a,\n", SETS, "ui=a|" },
	{ SSL, SETS, "ignore_readonly=0" },
	{ SSL "[general]\nignore-readonly = on\n", SETS, "ignore_readonly=1" },
	{ SSL, SETS, "fsync=1" },
	{ SSL "[general]\nfsync = no\n", SETS, "fsync=0" },
	{ SSL "[general]\nfsync = maybe\n", FAILS, "fsync: neither yes nor no: 'maybe'" },
	{ SSL "[general]\ndry-run = True\n", SETS, "dry_run=1" },
	{ SSL, SETS, "timeout=60000" },
	{ SSL "[general]\nsocktimeout = 10\n", SETS, "timeout=10000" },
	{ SSL "[general]\nsocktimeout = 0\n", SETS, "timeout=60000" },
	{ SSL "[general]\npythonfile = ~/x.py\n", WARNS, ":9: pythonfile is not supported yet: ignored" },
	{ "[Test]\nx=y\n", FAILS, "no [general] section" },
	{ "[general]\n", FAILS, "no accounts" },

	/* names of accounts */
	{ "[general]\naccounts = Test,\n[Test]\nlocalfolders=/m\nremotehost=h\nremoteuser=u\nssl=1\n", FAILS,
	    ":2: an empty name in the list" },
	{ "[general]\naccounts = Te st\n[Test]\nlocalfolders=/m\nremotehost=h\nremoteuser=u\nssl=1\n", SETS,
	    "name=Test" },
	{ "[general]\naccounts = Nobody\n", FAILS, ":2: account Nobody: there is no section [Account Nobody]" },
	{ "[general]\naccounts = general\n", FAILS, "account general: there is no section" },
	{ "[general]\naccounts = Test, Test\n[Test]\nlocalfolders=/m\nremotehost=h\nremoteuser=u\nssl=1\n",
	    FAILS, "account Test is in the list twice" },
	{ "[general]\naccounts = My Mail\n[Account My Mail]\nlocalrepository = L x\nremoterepository = R\n"
	    "[Repository L x]\ntype = maildir\nlocalfolders = /m\n"
	    "[Repository R]\ntype = IMAP\nremotehost = h\nremoteuser = u\n", SETS, "name=My Mail" },
	{ SSL "[B]\nlocalfolders=/m/\nremotehost=h\nremoteuser=u\nssl=1\n[general]\naccounts=Test,B\n", FAILS,
	    ":8: accounts Test and B have the same localfolders /m" },
	{ SSL "sep=/\n[B]\nlocalfolders=/m/b\nremotehost=h\nremoteuser=u\nssl=1\n[general]\naccounts=Test,B\n",
	    FAILS, "localfolders of account B lies inside that of Test" },
	{ SSL "[B]\nlocalfolders=/m/b\nremotehost=h\nremoteuser=u\nssl=1\n[general]\naccounts=Test,B\n", SETS_WARNED,
	    "root=/m/b" },

	/* a 2003 account */
	{ SSL, SETS, "root=/m" },
	{ SSL "localfolders = ~/Mail\n", WARNS, ":8: localfolders is already in line 4" },
	{ SSL "localfolders = ~/Mail\n", SETS_WARNED, "root=/home/me/Mail" },
	{ SSL "localfolders = ~nobody-of-that-name/x\n", FAILS, "localfolders: no such user" },
	{ SSL "localfolders = $HOME/x\n", SETS_WARNED, "root=$HOME/x" },
	{ "[general]\naccounts=T\n[T]\nremotehost=h\nremoteuser=u\n", FAILS, ":3: [T] has no localfolders" },
	{ "[general]\naccounts=T\n[T]\nlocalfolders=/m\nremotehost=h\n", FAILS, "[T] has no remoteuser" },
	{ "[general]\naccounts=T\n[T]\nlocalfolders=/m\nremoteuser=h\n", FAILS, "[T] has no remotehost" },
	{ "[general]\naccounts=T\n[T]\nlocalfolders=/m\npreauthtunnel=ssh h imapd\n", SETS,
	    "tunnel=ssh h imapd" },
	{ SSL, SETS, "host=h" },
	{ SSL, SETS, "user=u" },
	{ SSL "remotepass = se;cr %et\n", SETS, "pass=se;cr %et" },
	{ SSL "remotepass = \"x\"\n", WARNS, ":8: remotepass: the quotes are taken as part of the value" },
	{ SSL "remotepassfile = ~/p\n", SETS, "passfile=/home/me/p" },
	{ SSL "remotepasscmd = pass show x\n", SETS, "passcmd=pass show x" },
	{ SSL, SETS, "reference=" },
	{ SSL "reference = Mail\n", SETS, "reference=Mail" },
	{ SSL, SETS, "maxconnections=1" },
	{ SSL "maxconnections = +3\n", SETS, "maxconnections=3" },
	{ SSL "maxconnections = -3\n", FAILS, "not a number" },
	{ SSL, SETS, "hold=0" },
	{ SSL "holdconnectionopen = YES\n", SETS, "hold=1" },
	{ SSL "holdconnectionopen = true keepalive = 60\n", FAILS, "neither yes nor no" },
	{ SSL "keepalive = 60\n", SETS, "keepalive=60" },
	{ SSL, SETS, "autorefresh=0" },
	{ SSL "autorefresh = 5\n", SETS, "autorefresh=300000" },
	{ SSL "autorefresh = 0.5\n", SETS, "autorefresh=30000" },
	{ SSL "autorefresh = .1\n", SETS, "autorefresh=6000" },
	{ SSL "autorefresh = 0.000001\n", SETS, "autorefresh=1" },
	{ SSL "autorefresh = 1e3\n", FAILS, "not a number of minutes" },
	{ SSL "autorefresh = .\n", FAILS, "not a number of minutes" },
	{ SSL "autorefresh = 99999999999\n", FAILS, "not a number of minutes" },
	{ "[DEFAULT]\nautorefresh = 2\n" SSL, SETS, "autorefresh=120000" },
	{ SSL, SETS, "sep=." },
	{ SSL "sep = /\n", SETS, "sep=/" },
	{ SSL "sep = \"/\"\n", SETS_WARNED, "sep=/" },
	{ SSL "sep = '/'\n", WARNS, ":8: sep: quotes are not needed; taken as /" },
	{ SSL "sep =\n", FAILS, "sep: must not be empty" },
	{ SSL, SETS, "expunge=1" },
	{ SSL "expunge = 0\n", SETS, "expunge=0" },
	{ SSL, SETS, "createfolders=0" },
	{ SSL "createfolders = yes\n", SETS, "createfolders=1" },
	{ SSL, SETS, "cafile=(null)" },
	{ SSL "sslcacertfile = ~/ca.pem\n", SETS, "cafile=/home/me/ca.pem" },
	{ SSL "sslcacertfile = os-default\n", SETS, "cafile=(null)" },

	/* TLS or not */
	{ SSL, SETS, "security=tls:993 clear=0" },
	{ SSL "remoteport = 1993\n", SETS, "security=tls:1993 clear=0" },
	{ TEST "ssl = no\n", SETS, "security=plain:143 clear=1" },
	{ TEST "ssl = no\nremoteport = 1143\n", SETS, "security=plain:1143 clear=1" },
	{ TEST "remoteport = 1143\n", SETS_WARNED, "security=plain:1143 clear=0" },
	{ TEST "remoteport = 1143\n", WARNS, ":3: [Test] has no ssl line: with a remoteport" },
	{ TEST, SETS_WARNED, "security=try:993 clear=0" },
	{ TEST, WARNS, "TLS on port 993 is tried first" },
	{ "[general]\naccounts=T\n[T]\nlocalfolders=/m\nremotehost=localhost\nremoteuser=u\n", SETS,
	    "security=try:993 clear=0" },
	{ TEST "remoteport = 0\n", FAILS, "not between 1 and 65535" },
	{ TEST "ssl = no\nstarttls = yes\n", FAILS, "asks for STARTTLS" },
	{ TODAY, SETS, "security=tls:993 clear=0" },
	{ TODAY "ssl = no\n", FAILS, "asks for STARTTLS" },
	{ TODAY "ssl = no\nstarttls = no\n", SETS, "security=plain:143 clear=1" },
	{ TODAY "ssl = no\nremotehost = 127.0.0.1\n", SETS_WARNED, "security=plain:143 clear=1" },
	{ TODAY "type = Gmail\nssl = no\n", SETS_WARNED, "security=tls:993 clear=0" },
	{ "[general]\naccounts = A\n[Account A]\nlocalrepository = L\nremoterepository = R\n[Repository L]\n"
	    "type = Maildir\nlocalfolders = /m\n[Repository R]\ntype = Gmail\nremoteuser = u\n", SETS,
	    "host=imap.gmail.com" },

	/* today's dialect */
	{ TODAY, SETS, "createfolders=1" },
	{ TODAY, SETS, "root=/m" },
	{ TODAY "remotepass = a%%b%c\n", SETS, "pass=a%b%c" },
	{ TODAY "[Account A]\nautorefresh = 1.5\n", SETS, "autorefresh=90000" },
	{ TODAY "[Repository L]\nlocalfolders = $HOME/${USER}x\n", SETS_WARNED, "root=/home/me/mex" },
	{ TODAY "[Repository L]\nlocalfolders = $NOBODYSETTHIS/x\n", FAILS, "no such environment variable" },
	{ TODAY "[Account A]\nlocalrepository = X\n", FAILS, "there is no section [Repository X]" },
	{ TODAY "[Account A]\nlocalrepository = R\n", FAILS, "type = IMAP: the localrepository must be Maildir" },
	{ "[general]\naccounts=A\n[Account A]\nlocalrepository=L\n[Repository L]\ntype=Maildir\n", FAILS,
	    ":3: [Account A] has no remoterepository" },
	{ "[general]\naccounts=A\n[Account A]\nlocalrepository=L\nremoterepository=L\n[Repository L]\nx=y\n",
	    FAILS, ":6: [Repository L] has no type line" },
	{ TODAY "[general]\naccounts = A, Test\n[Test]\nlocalfolders = /n\nremotehost = h\nremoteuser = u\n"
	    "ssl = yes\n", SETS_WARNED, "root=/n" },
	{ TODAY "remotepasscmd = cd x ; pass\n", WARNS, ":13: remotepasscmd: what follows ' ;' is taken as" },

	/* what comes later */
	{ SSL "nametrans = lambda f: f\n", FAILS, ":8: nametrans: Python expressions are not supported yet" },
	{ SSL "remotepasseval = get()\n", FAILS, "'remotepasscmd = COMMAND' takes" },
	{ TODAY "[Repository L]\nnametrans = lambda f: f\n", FAILS, "nametrans: Python expressions" },
	{ TODAY "readonly = yes\n", FAILS, "the one value that works is no" },
	{ TODAY "readonly = False\nsync_deletes = 1\ncert_fingerprint =\n", SETS, "name=A" },
	{ TODAY "[Repository L]\nsync_deletes = no\n", FAILS, "the one value that works is yes" },
	{ TODAY "[Account A]\nmaxage = 30\n", FAILS, "maxage is not supported yet" },
	{ TODAY "cert_fingerprint = 00:11\n", FAILS, "cert_fingerprint is not supported yet" },
	{ TODAY "transporttunnel = ssh x\n", FAILS, "transporttunnel is not supported yet" },
	{ SSL "maxsize = 1\n", FAILS, "maxsize is not supported yet" },
	{ TODAY "usecompression = yes\n", WARNS, "usecompression is not supported yet: ignored" },
	{ TODAY "usecompression = no\nrealdelete = yes\n[Account A]\nstatus_backend = sqlite\n", SETS, "name=A" },
	{ TODAY "[Repository L]\ncustomflag_q = $Junk\n", WARNS, "customflag_* is not supported yet" },
	{ TODAY "[Account A]\npostsynchook = notmuch new\n", WARNS, "postsynchook is not supported yet" },

	/* slips */
	{ SSL "holdconnectionopn = yes\n", WARNS, ":8: unknown option holdconnectionopn: ignored; did you mean"
	    " holdconnectionopen?" },
	{ SSL "foldertrans = x\n", WARNS, "did you mean nametrans?" },
	{ SSL "zzzzqqqq = x\n", WARNS, "unknown option zzzzqqqq: ignored" },
	{ SSL "myname = u2\nremoteuser = %(myname)s\n", SETS_WARNED, "user=u2" },
	{ "[DEFAULT]\nmyname = u2\n" SSL "reference = %(myname)s\n", SETS, "reference=u2" },
	{ SSL "[general]\nmaxconnections = 2\n", WARNS, ":9: maxconnections has no effect in [general]; it belongs"
	    " in the account's section" },
	{ TODAY "[general]\nautorefresh = 2\n", WARNS, "autorefresh has no effect in [general]; it belongs in the"
	    " account's section" },
	{ TODAY "postsynchook = x\n", WARNS, "postsynchook has no effect in [Repository R]" },
	{ TODAY "[general]\nssl = no\n", WARNS, "belongs in the [Repository] section of the server" },
	{ SSL "reference = Mail # here\n", WARNS, ":8: reference: '# here' is taken as part of the value" },
	{ SSL "remotepass = x # y\n", SETS, "pass=x # y" },
	{ TEST " ssl = yes\n", FAILS, ":6: remoteuser: the indented line below was added" },
	{ SSL "remotepasscmd = x\n ssl = no\n", WARNS, ":8: the indented line 'ssl = ...' is taken as part of" },
	{ SSL "[genral]\n", WARNS, ":8: section [genral] is not used; did you mean [general]?" },
	{ SSL "[Other]\nremotehost = x\nnametrans = y\n", SETS, "name=Test" },

	/* [mbnames], [ui.Tk.Blinkenlights] */
	{ SSL "[mbnames]\nenabled = no\nheader = f()\n", SETS, "mbnames=0" },
	{ SSL "[mbnames]\nenabled = perhaps\n", FAILS, "enabled: neither yes nor no" },
	{ MBNAMES, SETS, "mbnames=1 /home/me/mb|mailboxes |\"+%(accountname)s/%(foldername)s\"| |\n|" },
	{ MBNAMES "peritem = +%(foldername)s\n", SETS_WARNED,
	    "mbnames=1 /home/me/mb|mailboxes |+%(foldername)s| |\n|" },
	{ MBNAMES TODAY, SETS_WARNED, "mbnames=1 /home/me/mb|mailboxes |+%(accountname)s/%(foldername)s| |\n|" },
	{ MBNAMES "header = mailboxes\n", FAILS, "header: only a plain string in quotes works yet" },
	{ MBNAMES "header = r'a\\n' \"b\" + 'c\\x41\\101'\n", SETS_WARNED, "|a\\nbcAA|" },
	{ MBNAMES "footer = \"\"\n", SETS_WARNED, "| ||" },
	{ MBNAMES "folderfilter = lambda a, f: 1\n", FAILS, "folderfilter: Python expressions" },
	{ SSL "[mbnames]\nenabled = yes\nfilename = x\nheader = ''\npersep = 1\n", FAILS,
	    ":8: [mbnames] has no peritem" },
	{ SSL "[ui.Tk.Blinkenlights]\nloglines = 7\n", WARNS, "Tk.Blinkenlights is not there yet" },
	{ SSL "[ui.Tk.Blinkenlights]\nloglines = many\n", FAILS, ":9: loglines: not a number: 'many'" },
	{ SSL "[ui.Tk.Blinkenlights]\nbufferlines = -1\n", FAILS, "bufferlines: not a number" },
	{ SSL "[ui.Tk.Blinkenlights]\nshowlog = x\n", FAILS, "showlog: neither yes nor no" },
	{ SSL "[ui.Tk.Blinkenlights]\nfontsize = x\n", FAILS, "fontsize: not a number" },
	{ SSL "[ui.Tk.Blinkenlights]\nfontfamly = x\n", WARNS, "did you mean fontfamily?" },

	/* the syntax */
	{ "\xef\xbb\xbf" SSL, SETS, "name=Test" },
	{ "[general]\r\naccounts = Test\r\n[Test]\r\nlocalfolders: /m\r\nREMOTEHOST=h\r\nremoteuser : u\r\n"
	    "ssl=yes\r\n", SETS, "host=h" },
	{ "# c\n; c\nrem c\nREM\n\n" SSL, SETS, "name=Test" },
	{ SSL "reference = a ; b\n", SETS, "reference=a" },
	{ SSL "reference = a;b\n", SETS, "reference=a;b" },
	{ SSL "reference = \"\"\n", SETS, "reference=" },
	{ SSL "preauthtunnel = a\n# c\n\n\t b ; c\n  # d\n", SETS, "tunnel=a\nb ; c\n# d" },
	{ "x = y\n" SSL, FAILS, ":1: before the first [section]: 'x = y'" },
	{ SSL "nothing\n= x\n", FAILS, ":8: cannot parse 'nothing'; " },
	{ SSL "nothing\n= x\n", FAILS, ":9: cannot parse '= x'" },
	{ SSL "[]\n", FAILS, ":8: cannot parse '[]'" },
	{ "[general] text\naccounts = Test\n[Test]\n  x = y\n", FAILS, ":4: cannot parse 'x = y'" },
	{ SSL "reference = %(nothing)s\n", FAILS, ":8: reference: neither this section nor [DEFAULT] has" },
	{ SSL "reference = %(__name__)s%%\n", SETS, "reference=Test%" },
	{ SSL "reference = 5%%\n", SETS, "reference=5%%" },
	{ SSL "reference = %(remotehost)s 5%\n", FAILS, "a lone %" },
	{ SSL "reference = %(remotehost)d\n", FAILS, "not the beginning of %(name)s" },
	{ SSL "reference = %(reference)s\n", FAILS, "nested more than 10 levels" },
	{ SSL "a1=%(a2)s\na2=%(a3)s\na3=%(a4)s\na4=%(a5)s\na5=%(a6)s\na6=%(a7)s\na7=%(a8)s\na8=%(a9)s\n"
	    "a9=deep\nreference = %(a1)s\n", SETS, "reference=deep" },
};

static struct buf warnings;
static char dir[200];
static char file[220];

static void
collect(const char *line)
{
	buf_puts(&warnings, line);
	buf_putc(&warnings, '\n');
}

static void
write_file(const char *text, size_t len)
{
	FILE *f = fopen(file, "w");

	fwrite(text, 1, len, f);
	fclose(f);
	chmod(file, 0600);
}

static const char *
null(const char *s)
{
	return s ? s : "(null)";
}

static void
dump(const struct settings *s, struct buf *b)
{
	static const char *const security[] = { "tls", "plain", "try" };
	size_t i;

	buf_printf(b, "\nmetadata=%s\nmaxsyncaccounts=%u\nignore_readonly=%d\nfsync=%d\ndry_run=%d\nsingle=%d\nui=",
	    s->metadata, s->maxsyncaccounts, s->ignore_readonly, s->fsync, s->dry_run, s->single);
	for (i = 0; i < s->nui; i++)
		buf_printf(b, "%s|", s->ui[i]);
	buf_printf(b, "\nforced=%d\nmbnames=%d", s->ui_forced, s->mbnames.enabled);
	if (s->mbnames.enabled)
		buf_printf(b, " %s|%s|%s|%s|%s|", s->mbnames.filename, s->mbnames.header, s->mbnames.peritem,
		    s->mbnames.sep, s->mbnames.footer);
	buf_printf(b, "\naccounts=%u\n", (unsigned)s->naccounts);
	for (i = 0; i < s->naccounts; i++) {
		const struct account_conf *a = &s->accounts[i];

		buf_printf(b, "name=%s\nroot=%s\nsep=%s\ntunnel=%s\nhost=%s\nuser=%s\nsecurity=%s:%u clear=%d\n",
		    a->name, a->root, a->sep, null(a->tunnel), null(a->host), null(a->user),
		    security[a->security], a->port, a->clear_password);
		buf_printf(b, "pass=%s\npassfile=%s\npasscmd=%s\ncafile=%s\nreference=%s\nmaxconnections=%u\n",
		    null(a->pass), null(a->passfile), null(a->passcmd), null(a->cafile), a->reference,
		    a->maxconnections);
		buf_printf(b, "hold=%d\nkeepalive=%u\nautorefresh=%ld\nexpunge=%d\ncreatefolders=%d\ntimeout=%d\n",
		    a->holdconnectionopen, a->keepalive_s, (long)a->autorefresh_ms, a->expunge,
		    a->createfolders, a->timeout_ms);
	}
}

/* Loads the text; the dump, or the error's text behind "ERROR ". */
static int
load(const char *text, size_t len, const struct conf_override *o, struct buf *out)
{
	struct err e = ERR_INIT;
	struct settings s;
	int rc;

	write_file(text, len);
	buf_reset(&warnings);
	rc = conf_load(&s, file, o, collect, &e);
	if (rc == 0) {
		dump(&s, out);
		settings_free(&s);
	} else {
		buf_printf(out, "ERROR %d %s\n", e.radius == ERR_RUN, e.msg);
	}
	return rc;
}

static void
check_row(const struct row *r)
{
	struct conf_override o = { NULL, NULL, false, false, false, NULL, 0 };
	struct buf out = BUF_INIT, line = BUF_INIT;
	int rc = load(r->text, strlen(r->text), &o, &out);
	bool good;

	buf_printf(&line, "%s%s%s", r->want == FAILS || strchr(r->what, '|') ? "" : "\n", r->what,
	    r->want == FAILS || strchr(r->what, '|') ? "" : "\n");
	if (r->want == WARNS)
		good = rc == 0 && strstr(buf_str(&warnings), r->what);
	else
		good = (rc < 0) == (r->want == FAILS) && strstr(buf_str(&out), buf_str(&line)) &&
		    (r->want != SETS || warnings.len == 0);
	/* One line, whatever the row wants. */
	if (!ok(good, "row %u: %.*s", (unsigned)(r - rows), (int)strcspn(r->what, "\n"), r->what))
		printf("# %s# warnings: %s", buf_str(&out), buf_str(&warnings));
	buf_free(&out);
	buf_free(&line);
}

/* What the command line overrides. */
static void
overrides(void)
{
	static const char text[] = "[DEFAULT]\nautorefresh = 3\nmaxconnections = 4\n" SSL "[general]\n"
	    "maxsyncaccounts = 3\nui = TTY.TTYUI\n[B]\nlocalfolders=/b\nremotehost=h\nremoteuser=u\nssl=1\n";
	const char *folders[] = { "INBOX" };
	struct conf_override o = { "B", "Quiet", true, true, true, folders, 1 };
	static const char *const want[] = { "\nmaxsyncaccounts=1\n", "\ndry_run=1\n", "\nsingle=1\n",
		"\nui=Quiet|\n", "\nforced=1\n", "\naccounts=1\n", "\nname=B\n", "\nmaxconnections=1\n",
		"\nautorefresh=0\n" };
	struct buf out = BUF_INIT;
	size_t i;

	load(text, sizeof(text) - 1, &o, &out);
	for (i = 0; i < countof(want); i++)
		if (!ok(strstr(buf_str(&out), want[i]) != NULL, "override %zu", i))
			printf("# %s", buf_str(&out));
	buf_free(&out);
}

static void
permissions(void)
{
	static const char text[] = SSL "remotepass = x\n";
	struct conf_override o = { NULL, NULL, false, false, false, NULL, 0 };
	struct settings s;
	struct err e = ERR_INIT;

	write_file(text, sizeof(text) - 1);
	chmod(file, 0644);
	buf_reset(&warnings);
	conf_load(&s, file, &o, collect, &e);
	settings_free(&s);
	ok(strstr(buf_str(&warnings), "others can read this file") != NULL, "password in a readable file");
	unlink(file);
	is_int(conf_load(&s, file, &o, collect, &e), -1, "no file");
	ok(strstr(e.msg, "does not exist") != NULL, "the error says so: %s", e.msg);
}

/* Pieces of good text in random order, with random bytes between: no crash, no hang, one-line errors. */
static void
random_text(void)
{
	struct conf_override o = { NULL, NULL, false, false, false, NULL, 0 };
	struct buf text = BUF_INIT, out = BUF_INIT;
	uint32_t seed = 1;
	unsigned round;
	size_t i;

	for (round = 0; round < 400; round++) {
		buf_reset(&text);
		if (round % 2)
			buf_puts(&text, round % 4 == 1 ? SSL : TODAY);
		while (text.len < 400) {
			const char *piece;

			seed = seed * 1664525 + 1013904223;
			piece = rows[(seed >> 8) % countof(rows)].text;
			i = (seed >> 20) % (strlen(piece) + 1);
			buf_add(&text, piece + i, strlen(piece + i) < 60 ? strlen(piece + i) : 60);
			if (seed >> 30 == 0)
				buf_putc(&text, (int)(seed >> 16 & 0xff));
		}
		buf_reset(&out);
		if (load(text.p, text.len, &o, &out) < 0 && strchr(buf_str(&out), '\n') != out.p + out.len - 1)
			break;
	}
	is_int(round, 400, "random text");
	buf_free(&text);
	buf_free(&out);
}

/* The sample files work as they are, and without a word. */
static void
examples(void)
{
	static const char *const files[] = { "examples/offlineimap.conf", "examples/offlineimap.conf.minimal" };
	struct conf_override o = { NULL, NULL, false, false, false, NULL, 0 };
	struct conf_override today = { "Today", NULL, false, false, false, NULL, 0 };
	struct settings s;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < countof(files); i++) {
		if (access(files[i], R_OK) < 0) {
			ok(true, "%s # SKIP not here", files[i]);
			continue;
		}
		buf_reset(&warnings);
		if (ok(conf_load(&s, files[i], &o, collect, &e) == 0, "%s %s", files[i], e.msg))
			settings_free(&s);
		if (i == 0 && ok(conf_load(&s, files[i], &today, collect, &e) == 0, "-a Today %s", e.msg))
			settings_free(&s);
		is_str(buf_str(&warnings), "", "no warnings");
	}
}

static void
names(void)
{
	size_t i, j, twice = 0;

	is_int(edit_distance("kitten", "sitting", 3), 3, "edit distance");
	is_int(edit_distance("abc", "xyz", 1), 2, "edit distance is capped");
	for (i = 0; i < noptions; i++)
		for (j = 0; j < i; j++)
			twice += strcmp(options[i].name, options[j].name) == 0 &&
			    (options[i].where & options[j].where);
	is_int((long long)twice, 0, "no option has two rows for one place");
}

int
main(void)
{
	size_t i;

	setenv("HOME", "/home/me", 1);
	setenv("USER", "me", 1);
	unsetenv("NOBODYSETTHIS");
	snprintf(dir, sizeof(dir), "%.150s/t_conf.%ld", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (long)getpid());
	if (mkdir(dir, 0700) < 0)
		return 1;
	snprintf(file, sizeof(file), "%s/rc", dir);
	for (i = 0; i < countof(rows); i++)
		check_row(&rows[i]);
	overrides();
	permissions();
	random_text();
	examples();
	names();
	buf_free(&warnings);
	unlink(file);
	rmdir(dir);
	return done();
}
