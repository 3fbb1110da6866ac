# today.t - the configuration of today's OfflineIMAP ([Account X], [Repository Y]), option by option.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX" "$T/server/Work/2003"
message first | put "$T/server/INBOX" S
message second | put "$T/server/INBOX"
message work | put "$T/server/Work/2003"
start_fake -u other:secret -m "test=$T/server" || exit 1
message theirs >"$T/m"
tell append other INBOX '""' "$T/m"

# fresh [LINE...]: a configuration in this style; the lines go into the remote repository
fresh()
{
	rm -rf "$T/mail" "$T/meta" "$T/.offlineimap"
	mkdir "$T/mail"
	cat >"$T/rc" <<-END
		[general]
		metadata = $T/meta
		accounts = a b, Second
		ui = basic
		[Account a b]
		localrepository = here
		remoterepository = there
		[Repository here]
		type = Maildir
		localfolders = $T/mail/first
		[Repository there]
		type = IMAP
		remotehost = 127.0.0.1
		remoteport = $PORT
		remoteuser = test
		remotepass = secret
		ssl = no
		$(printf '%s\n' "$@")
		[Account Second]
		localrepository = here2
		remoterepository = there2
		[Repository here2]
		type = Maildir
		localfolders = $T/mail/second
		[Repository there2]
		type = IMAP
		remotehost = localhost
		remoteport = $PORT
		remoteuser = other
		remotepasscmd = echo secret
		ssl = no
	END
	chmod 600 "$T/rc"
	mkdir "$T/mail/first" "$T/mail/second"
}

fresh
syncs 'two accounts' -1
says_not out '^WARNING' 'without a warning'
is "$(sed -n 's/^\*\*\*\*\* Processing account //p' "$T/out")" 'a b
Second' 'in their order'
is "$(count "$T/mail/first/INBOX") $(count "$T/mail/second/INBOX")" '2 1' 'each has its mail'
ok 'the default separator is .' test -d "$T/mail/first/Work.2003/cur"
fresh
syncs '-a' -a 'a b'
ok 'only that account' test ! -e "$T/mail/second/INBOX"

fresh 'reference = Work/' 'sep = /'
syncs 'sep in the wrong repository'
says out "^WARNING: $T/rc:$(line_of 'sep ='): sep has no effect in \[Repository there\]; it belongs in" 'a warning'
is "$(cd "$T/mail/first" && ls -d [A-Z]*)" Work.2003 'reference counts, sep does not'
fresh
add_to 'Repository here' 'sep = /'
syncs 'sep in the local repository'
ok 'is the separator' test -d "$T/mail/first/Work/2003/cur"

fresh 'createfolders = no'
maildir "$T/mail/first/Mine"
syncs 'createfolders = no' -a 'a b'
tell dump test
says_not out 'Creating folder IMAP' 'makes no folder on the server'
fresh
maildir "$T/mail/first/Mine"
syncs 'no createfolders line' -a 'a b'
says out 'Creating folder IMAP\[Mine\]' 'makes it'

fresh 'expunge = no'
sync_now
rm "$(find_message "$T/mail/first/INBOX" first)"
syncs 'a deletion with expunge = no'
is "$(on_server | grep '^INBOX 1')" 'INBOX 1 ST' 'the message is marked and stays'
tell unflag test INBOX 1 '\Deleted'
fresh
sync_now
rm "$(find_message "$T/mail/first/INBOX" first)"
syncs 'a deletion without an expunge line'
is "$(on_server | grep -c '^INBOX 1 ')" 0 'the message is gone'

fresh
set_line ssl
sync_now -a 'a b'
is "$STATUS" 6 'no ssl line means TLS'
says out 'ERROR: .*TLS' 'and the error says so'

fresh
set_line accounts 'a b'
add_to 'Account a b' 'autorefresh = 60' 'remoteport = 1'
syncs 'autorefresh and -o' -o
says out "^WARNING: $T/rc:$(line_of 'remoteport = 1'): remoteport has no effect in \[Account a b\]" 'a repository'\''s option does nothing in the account'

# wrong REGEX: the configuration is refused with these words
wrong()
{
	sync_now
	is "$STATUS" 2 "status 2: $1"
	says out "^offlineimap: $T/rc:$1" "$1"
	is "$(wc -l <"$T/out" | tr -d ' ')" 1 'in one line'
}
fresh
set_line localrepository nowhere
wrong "$(line_of 'localrepository ='): localrepository: there is no section \[Repository nowhere\]"
fresh
set_line remoterepository
wrong "$(line_of '[Account a b]'): \[Account a b\] has no remoterepository line"
fresh
set_line remoterepository here
wrong "$(line_of 'type = Maildir'): type = Maildir: the remoterepository must be IMAP or Gmail"
fresh 'maxage = 30'
set_line accounts 'Second, a b'
sync_now
says out "^WARNING: $T/rc:$(line_of 'maxage ='): maxage has no effect" 'maxage belongs in the account'
fresh
add_to 'Account a b' 'maxage = 30'
wrong "$(line_of 'maxage ='): maxage is not supported yet"
finish
