/*
 * options.c - the rows. A new option is a row here, a member in settings.h and a paragraph in
 * offlineimaprc(5).
 */
#include "option.h"

#include <string.h>

#include "../base/mem.h"
#include "settings.h"

#define GENERAL(m)	offsetof(struct settings, m)
#define ACCOUNT(m)	offsetof(struct account_conf, m)
#define MBNAMES(m)	offsetof(struct mbnames_conf, m)
#define NONE		OPTION_NOWHERE

#define SERVER		(IN_PLAIN | IN_REMOTE)
#define FOLDERS		(IN_PLAIN | IN_LOCAL)
#define EITHER		(IN_PLAIN | IN_LOCAL | IN_REMOTE)
#define ANYWHERE	(IN_PLAIN | IN_ACCOUNT | IN_LOCAL | IN_REMOTE)
#define WHOLE		(IN_PLAIN | IN_ACCOUNT)

#define NO_RANGE	0, 0

const struct option options[] = {
	/* [general] */
	{ "accounts", OPT_LIST, NULL, NO_RANGE, IN_GENERAL, OPT_DONE, NONE,
	    "accounts to synchronise, in this order" },
	{ "metadata", OPT_PATH, "~/.offlineimap", NO_RANGE, IN_GENERAL, OPT_DONE, GENERAL(metadata),
	    "directory of the program's own records" },
	{ "maxsyncaccounts", OPT_NUMBER, "1", 1, 1000, IN_GENERAL, OPT_DONE, GENERAL(maxsyncaccounts),
	    "accounts synchronised at a time" },
	{ "ui", OPT_LIST, NULL, NO_RANGE, IN_GENERAL, OPT_DONE, NONE,
	    "user interfaces, the first usable one is taken" },
	{ "ignore-readonly", OPT_BOOL, "no", NO_RANGE, IN_GENERAL, OPT_DONE, GENERAL(ignore_readonly),
	    "no warnings about changes in read-only folders" },
	{ "socktimeout", OPT_TIMEOUT, "60", 0, 86400, IN_GENERAL, OPT_DONE, NONE,
	    "seconds to wait for the network" },
	{ "fsync", OPT_BOOL, "yes", NO_RANGE, IN_GENERAL, OPT_DONE, GENERAL(fsync),
	    "wait until data is on the disk" },
	{ "dry-run", OPT_BOOL, "no", NO_RANGE, IN_GENERAL, OPT_DONE, GENERAL(dry_run),
	    "show what would be done and change nothing" },
	{ "pythonfile", OPT_PATH, NULL, NO_RANGE, IN_GENERAL, OPT_LATER, NONE,
	    "Python functions for the expressions" },

	/* [mbnames] */
	{ "enabled", OPT_BOOL, "no", NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(enabled),
	    "write a list of the mailboxes" },
	{ "filename", OPT_PATH, NULL, NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(filename),
	    "the file to write" },
	{ "header", OPT_LITERAL, NULL, NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(header),
	    "string written first" },
	{ "peritem", OPT_RAW, NULL, NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(peritem),
	    "format of one mailbox" },
	{ "sep", OPT_LITERAL, NULL, NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(sep),
	    "string between two mailboxes" },
	{ "footer", OPT_LITERAL, NULL, NO_RANGE, IN_MBNAMES, OPT_DONE, MBNAMES(footer),
	    "string written last" },
	{ "folderfilter", OPT_RAW, NULL, NO_RANGE, IN_MBNAMES, OPT_PYTHON, NONE,
	    "which mailboxes to list" },
	{ "sort_keyfunc", OPT_RAW, NULL, NO_RANGE, IN_MBNAMES, OPT_LATER, NONE,
	    "order of the mailboxes" },
	{ "incremental", OPT_BOOL, "no", NO_RANGE, IN_MBNAMES, OPT_LATER, NONE,
	    "write the list after each account" },

	/* [ui.Tk.Blinkenlights] */
	{ "loglines", OPT_NUMBER, "5", 1, 1000, IN_TK, OPT_DONE, NONE, "visible lines of the log" },
	{ "bufferlines", OPT_NUMBER, "500", 1, 1000000, IN_TK, OPT_DONE, NONE, "lines kept for scrolling" },
	{ "showlog", OPT_BOOL, "yes", NO_RANGE, IN_TK, OPT_DONE, NONE, "show the log at the start" },
	{ "fontfamily", OPT_STRING, "Helvetica", NO_RANGE, IN_TK, OPT_DONE, NONE, "font of the log" },
	{ "fontsize", OPT_NUMBER, "8", 1, 1000, IN_TK, OPT_DONE, NONE, "its size" },

	/* accounts: 2003 [Test]; today [Account Test] and its two [Repository X] */
	{ "localrepository", OPT_STRING, NULL, NO_RANGE, IN_ACCOUNT, OPT_DONE, NONE,
	    "the [Repository X] of the Maildirs" },
	{ "remoterepository", OPT_STRING, NULL, NO_RANGE, IN_ACCOUNT, OPT_DONE, NONE,
	    "the [Repository X] of the server" },
	{ "type", OPT_STRING, NULL, NO_RANGE, IN_LOCAL | IN_REMOTE, OPT_DONE, NONE,
	    "Maildir, IMAP or Gmail" },
	{ "autorefresh", OPT_MINUTES, "0", NO_RANGE, WHOLE, OPT_DONE, ACCOUNT(autorefresh_ms),
	    "minutes between two synchronisations; 0: once" },

	{ "localfolders", OPT_PATH, NULL, NO_RANGE, FOLDERS, OPT_DONE, ACCOUNT(root),
	    "directory of the account's Maildirs" },
	{ "sep", OPT_SEP, ".", NO_RANGE, FOLDERS, OPT_DONE, ACCOUNT(sep),
	    "separator in local folder names; / nests directories" },

	{ "remotehost", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(host), "name of the server" },
	{ "remoteport", OPT_NUMBER, NULL, 1, 65535, SERVER, OPT_DONE, ACCOUNT(port),
	    "its port; 993 with TLS, else 143" },
	{ "remoteuser", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(user), "login name" },
	{ "remotepass", OPT_SECRET, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(pass), "password" },
	{ "remotepassfile", OPT_PATH, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(passfile),
	    "file with the password in its first line" },
	{ "remotepasscmd", OPT_COMMAND, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(passcmd),
	    "command that prints the password" },
	{ "ssl", OPT_BOOL, NULL, NO_RANGE, IN_PLAIN, OPT_DONE, NONE, "TLS from the first byte" },
	{ "ssl", OPT_BOOL, "yes", NO_RANGE, IN_REMOTE, OPT_DONE, NONE, "TLS from the first byte" },
	{ "starttls", OPT_BOOL, NULL, NO_RANGE, SERVER, OPT_DONE, NONE, "must be no where ssl is no" },
	{ "sslcacertfile", OPT_PATH, "OS-DEFAULT", NO_RANGE, SERVER, OPT_DONE, ACCOUNT(cafile),
	    "certificates to trust" },
	{ "preauthtunnel", OPT_COMMAND, NULL, NO_RANGE, SERVER, OPT_DONE, ACCOUNT(tunnel),
	    "command that speaks IMAP, already logged in" },
	{ "reference", OPT_STRING, "", NO_RANGE, SERVER, OPT_DONE, ACCOUNT(reference),
	    "where the server is to look for folders" },
	{ "maxconnections", OPT_NUMBER, "1", 1, 100, SERVER, OPT_DONE, ACCOUNT(maxconnections),
	    "connections at a time" },
	{ "holdconnectionopen", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_DONE, ACCOUNT(holdconnectionopen),
	    "keep connections between synchronisations" },
	{ "keepalive", OPT_NUMBER, "0", 0, 86400, SERVER, OPT_DONE, ACCOUNT(keepalive_s),
	    "seconds between signs of life meanwhile" },
	{ "expunge", OPT_BOOL, "yes", NO_RANGE, SERVER, OPT_DONE, ACCOUNT(expunge),
	    "remove deleted messages for good" },
	{ "createfolders", OPT_BOOL, "no", NO_RANGE, IN_PLAIN, OPT_DONE, ACCOUNT(createfolders),
	    "create new local folders on the server" },
	{ "createfolders", OPT_BOOL, "yes", NO_RANGE, IN_REMOTE, OPT_DONE, ACCOUNT(createfolders),
	    "create new local folders on the server" },

	/* Python expressions: their own issue */
	{ "nametrans", OPT_RAW, NULL, NO_RANGE, EITHER, OPT_PYTHON, NONE, "translates folder names" },
	{ "folderfilter", OPT_RAW, NULL, NO_RANGE, EITHER, OPT_PYTHON, NONE, "which folders" },
	{ "folderincludes", OPT_RAW, NULL, NO_RANGE, EITHER, OPT_PYTHON, NONE, "more folders" },
	{ "foldersort", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "order of the folders" },
	{ "remotepasseval", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "password" },
	{ "remotehosteval", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "name of the server" },
	{ "remoteporteval", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "its port" },
	{ "remoteusereval", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "login name" },
	{ "copy_ignore_eval", OPT_RAW, NULL, NO_RANGE, SERVER, OPT_PYTHON, NONE, "messages to pass over" },

	/* would download, send or reveal what the user does not want if it were ignored */
	{ "readonly", OPT_BOOL, "no", NO_RANGE, EITHER, OPT_UNSAFE, NONE, "never change this side" },
	{ "sync_deletes", OPT_BOOL, "yes", NO_RANGE, EITHER, OPT_UNSAFE, NONE, "propagate deletions" },
	{ "createfolders", OPT_BOOL, "yes", NO_RANGE, IN_LOCAL, OPT_UNSAFE, NONE,
	    "create the server's new folders locally" },
	{ "maxage", OPT_STRING, "", NO_RANGE, WHOLE, OPT_UNSAFE, NONE, "newer messages only" },
	{ "maxsize", OPT_STRING, "", NO_RANGE, WHOLE, OPT_UNSAFE, NONE, "smaller messages only" },
	{ "startdate", OPT_STRING, "", NO_RANGE, EITHER, OPT_UNSAFE, NONE, "newer messages only" },
	{ "subscribedonly", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "subscribed folders only" },
	{ "utf8foldernames", OPT_BOOL, "no", NO_RANGE, WHOLE, OPT_UNSAFE, NONE, "UTF-8 in local names" },
	{ "decodefoldernames", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "UTF-8 in local names" },
	{ "maildir-windows-compatible", OPT_BOOL, "no", NO_RANGE, WHOLE, OPT_UNSAFE, NONE,
	    "! instead of : in file names" },
	{ "cert_fingerprint", OPT_STRING, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "certificates to accept" },
	{ "sslclientcert", OPT_STRING, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "certificate to show" },
	{ "sslclientkey", OPT_STRING, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "its key" },
	{ "transporttunnel", OPT_COMMAND, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "command that speaks IMAP" },
	{ "proxy", OPT_STRING, "", NO_RANGE, WHOLE, OPT_UNSAFE, NONE, "TYPE:host:port" },
	{ "authproxy", OPT_STRING, "", NO_RANGE, WHOLE, OPT_UNSAFE, NONE, "TYPE:host:port" },
	{ "remote_identity", OPT_STRING, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "act for another user" },
	{ "oauth2_client_id", OPT_SECRET, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_client_id_eval", OPT_RAW, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_client_secret", OPT_SECRET, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_client_secret_eval", OPT_RAW, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_refresh_token", OPT_SECRET, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_refresh_token_eval", OPT_RAW, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_access_token", OPT_SECRET, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_access_token_eval", OPT_RAW, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },
	{ "oauth2_request_url", OPT_STRING, "", NO_RANGE, SERVER, OPT_UNSAFE, NONE, "OAuth 2 login" },

	/* does without */
	{ "quick", OPT_STRING, "0", NO_RANGE, WHOLE, OPT_LATER, NONE, "quick runs between full ones" },
	{ "presynchook", OPT_COMMAND, "", NO_RANGE, WHOLE, OPT_LATER, NONE, "command to run before" },
	{ "postsynchook", OPT_COMMAND, "", NO_RANGE, WHOLE, OPT_LATER, NONE, "command to run afterwards" },
	{ "synclabels", OPT_BOOL, "no", NO_RANGE, WHOLE, OPT_LATER, NONE, "Gmail's labels" },
	{ "labelsheader", OPT_STRING, "", NO_RANGE, WHOLE, OPT_LATER, NONE, "header for labels" },
	{ "ignorelabels", OPT_STRING, "", NO_RANGE, WHOLE, OPT_LATER, NONE, "labels to pass over" },
	{ "filterheaders", OPT_STRING, "", NO_RANGE, WHOLE, OPT_LATER, NONE, "headers to strip" },
	{ "skipsleep", OPT_BOOL, "no", NO_RANGE, WHOLE, OPT_LATER, NONE, "no pause between refreshes" },
	{ "restoreatime", OPT_BOOL, "no", NO_RANGE, FOLDERS, OPT_LATER, NONE, "keep access times" },
	{ "utime_from_header", OPT_BOOL, "no", NO_RANGE, FOLDERS | IN_ACCOUNT | IN_GENERAL, OPT_LATER, NONE,
	    "file times from the Date header" },
	{ "filename_use_mail_timestamp", OPT_BOOL, "no", NO_RANGE, FOLDERS | IN_ACCOUNT | IN_GENERAL,
	    OPT_LATER, NONE, "file names from the Date header" },
	{ "customflag_*", OPT_STRING, "", NO_RANGE, FOLDERS, OPT_LATER, NONE, "letter of a keyword" },
	{ "auth_mechanisms", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_LATER, NONE, "ways to log in" },
	{ "idlefolders", OPT_RAW, "[]", NO_RANGE, SERVER, OPT_LATER, NONE, "folders to watch" },
	{ "singlethreadperfolder", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_LATER, NONE, "one thread a folder" },
	{ "usecompression", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_LATER, NONE, "compress the traffic" },
	{ "ipv6", OPT_STRING, "", NO_RANGE, SERVER, OPT_LATER, NONE, "which Internet protocol" },
	{ "dynamic_folderfilter", OPT_BOOL, "no", NO_RANGE, SERVER, OPT_LATER, NONE, "ask the filter again" },
	{ "newmail_hook", OPT_RAW, "", NO_RANGE, SERVER, OPT_LATER, NONE, "called for new mail" },
	{ "trashfolder", OPT_STRING, "", NO_RANGE, SERVER, OPT_LATER, NONE, "Gmail's trash" },
	{ "spamfolder", OPT_STRING, "", NO_RANGE, SERVER, OPT_LATER, NONE, "Gmail's junk" },

	/* gone */
	{ "status_backend", OPT_STRING, NULL, NO_RANGE, WHOLE, OPT_OBSOLETE, NONE, "there is one kind" },
	{ "realdelete", OPT_STRING, NULL, NO_RANGE, ANYWHERE, OPT_OBSOLETE, NONE, "deleted is deleted" },
	{ "ssl_version", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_OBSOLETE, NONE, "TLS 1.2 is used" },
	{ "tls_level", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_OBSOLETE, NONE, "TLS 1.2 is used" },
	{ "retrycount", OPT_STRING, NULL, NO_RANGE, SERVER, OPT_OBSOLETE, NONE, "errors are told apart" },
	{ "ignore-keyring", OPT_STRING, NULL, NO_RANGE, IN_GENERAL, OPT_OBSOLETE, NONE, "no keyring is used" },
	{ "update-keyring", OPT_STRING, NULL, NO_RANGE, IN_GENERAL, OPT_OBSOLETE, NONE, "no keyring is used" },
};
const size_t noptions = countof(options);

/* Names that people write because a manual once did. */
static const struct {
	const char *wrong, *right;
} slips[] = {
	{ "foldertrans", "nametrans" },
	{ "remotepassword", "remotepass" },
	{ "password", "remotepass" },
	{ "host", "remotehost" },
	{ "user", "remoteuser" },
	{ "port", "remoteport" },
};

bool
option_named(const struct option *row, const char *name)
{
	size_t len = strlen(row->name);

	if (row->name[len - 1] == '*')
		return strlen(name) == len && memcmp(row->name, name, len - 1) == 0;
	return strcmp(row->name, name) == 0;
}

const struct option *
option_find(const char *name, unsigned where)
{
	size_t i;

	for (i = 0; i < noptions; i++)
		if ((options[i].where & where) && option_named(&options[i], name))
			return &options[i];
	return NULL;
}

unsigned
edit_distance(const char *a, const char *b, unsigned max)
{
	unsigned row[64], diagonal, above;
	size_t n = strlen(a), m = strlen(b), i, j;

	if (m >= countof(row) || n > m + max || m > n + max)
		return max + 1;
	for (j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (i = 1; i <= n; i++) {
		diagonal = row[0];
		row[0] = (unsigned)i;
		for (j = 1; j <= m; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			above = row[j];
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[m] > max ? max + 1 : row[m];
}

const struct option *
option_nearest(const char *name, unsigned where)
{
	const struct option *best = NULL;
	size_t i, len = strlen(name);
	unsigned limit = len < 5 ? 1 : len < 9 ? 2 : 3;
	unsigned least = 2 * limit + 2;		/* doubled, so that the right place breaks a tie */

	for (i = 0; i < countof(slips); i++)
		if (strcmp(slips[i].wrong, name) == 0)
			return option_find(slips[i].right, ~0u);
	for (i = 0; i < noptions; i++) {
		unsigned d = 2 * edit_distance(name, options[i].name, limit);

		d += !(options[i].where & where);
		if (d < least) {
			least = d;
			best = &options[i];
		}
	}
	return best;
}

const char *
option_place(unsigned where)
{
	static const struct {
		unsigned where;
		const char *place;
	} places[] = {
		{ IN_GENERAL, "[general]" },
		{ IN_MBNAMES, "[mbnames]" },
		{ IN_TK, "[ui.Tk.Blinkenlights]" },
		{ IN_ACCOUNT, "the account's section" },
		{ IN_REMOTE | IN_LOCAL, "a [Repository] section" },
		{ IN_REMOTE, "the [Repository] section of the server" },
		{ IN_LOCAL, "the [Repository] section of the Maildirs" },
		{ IN_PLAIN, "the account's section" },
	};
	size_t i;

	for (i = 0; i < countof(places); i++)
		if ((where & places[i].where) == places[i].where)
			return places[i].place;
	return "another section";
}
