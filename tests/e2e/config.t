# config.t - the 2003 configuration, option by option: what changes when its line changes. Login, TLS, tunnels and
# interfaces have tests of their own; maxsyncaccounts and maxconnections are in threads.t, autorefresh,
# holdconnectionopen and keepalive in daemon.t.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX" "$T/server/Sent" "$T/server/Work/2003"
message first | put "$T/server/INBOX" S
message second | put "$T/server/INBOX"
message sent | put "$T/server/Sent" S
message work | put "$T/server/Work/2003"
start_fake -u other:secret -m "test=$T/server" || exit 1
message theirs >"$T/m"
tell append other INBOX '""' "$T/m"

# fresh [LINE...]: nothing is there but a configuration, with these lines in the account's section
fresh()
{
	rm -rf "$T/mail" "$T/meta" "$T/.offlineimap"
	configure "$@"
}

# ---- accounts, -a ----

fresh
for name in Here There; do
	mkdir -p "$T/mail/$name"
	printf '[%s]\nlocalfolders = %s\nremotehost = 127.0.0.1\nremoteport = %s\nremoteuser = test\nremotepass = secret\n' \
		$name "$T/mail/$name" "$PORT"
done >>"$T/rc"
order()
{
	sed -n 's/^\*\*\*\*\* Processing account //p' "$T/out" | tr '\n' ' '
}
set_line accounts 'Here, There'
syncs 'two accounts' -1
is "$(order)" 'Here There ' 'accounts: in this order'
set_line accounts 'There,Here'
syncs 'the other way round' -1
is "$(order)" 'There Here ' 'accounts: in the new order'
syncs '-a' -1 -a Here
is "$(order)" 'Here ' '-a: only this account'
syncs '-a with two' -1 -a 'Here, Test'
is "$(order)" 'Here Test ' '-a: accounts that are not in the line, too'
set_line accounts 'Here, There,'
sync_now
is "$STATUS" 2 'a comma too many: status 2'
says out "^offlineimap: $T/rc:$(line_of 'accounts ='): .*comma too many" 'a comma too many: said with file and line'

# ---- metadata, localfolders ----

fresh
syncs 'metadata' -1
ok 'the state is where metadata says' test -f "$T/meta/Test/INBOX.state"
is "$(ls -ld "$T/meta" | cut -c 1-10)" drwx------ 'for the owner only'
fresh
set_line metadata
syncs 'no metadata line'
ok 'the state is in ~/.offlineimap' test -f "$T/.offlineimap/Test/INBOX.state"
fresh
set_line metadata '~/elsewhere'
set_line localfolders '~/Mail here'
mkdir "$T/Mail here"
syncs 'both with ~'
ok '~ is the home directory for metadata' test -f "$T/elsewhere/Test/INBOX.state"
is "$(count "$T/Mail here/INBOX")" 2 'and for localfolders'
set_line localfolders "~$(id -un)/no/such/directory"
sync_now
is "$STATUS" 3 'localfolders without its directory: status 3'

# ---- ignore-readonly ----

fresh
sync_now
message new | put "$T/mail/INBOX"
echo 'box=INBOX on SELECT readonly' >"$T/faults"
tell faults "$T/faults"
sync_now
says out 'WARNING: .*INBOX.*read-only' 'a read-only folder is warned of'
add_to general 'ignore-readonly = yes'
sync_now
says_not out 'read-only' 'ignore-readonly: no warning'
: >"$T/faults"
tell faults "$T/faults"

# ---- pythonfile ----

fresh
add_to general 'pythonfile = ~/py'
syncs 'pythonfile'
says out "^WARNING: $T/rc:$(line_of pythonfile): pythonfile is not supported yet" 'pythonfile: a warning'

# ---- mbnames ----

names()
{
	fresh
	printf '[mbnames]\nenabled = %s\nfilename = ~/names\nheader = %s\nperitem = %s\nsep = %s\nfooter = %s\n' "$@" >>"$T/rc"
	rm -f "$T/names"
	syncs "mbnames, enabled = $1"
}
printf 'mailboxes "+Test/INBOX" "+Test/Sent" "+Test/Work.2003"\n' >"$T/want"
names yes '"mailboxes "' '"+%(accountname)s/%(foldername)s"' '" "' '"\n"'
ok 'the list of the manual' cmp "$T/names" "$T/want"
printf '<Test: INBOX; Test: Sent; Test: Work.2003>' >"$T/want"
names yes "'<'" '%(accountname)s: %(foldername)s' "'; '" "'>'"
ok 'header, peritem, sep and footer changed' cmp "$T/names" "$T/want"
names no '"mailboxes "' '"+%(accountname)s/%(foldername)s"' '" "' '"\n"'
ok 'enabled = no: no list' test ! -e "$T/names"
set_line enabled yes
set_line filename "$T/no/such/names"
sync_now
is "$STATUS" 1 'a list that cannot be written shows in the exit status'
says out "^ERROR: .*$T/no/such/names" 'and is named'
set_line filename
sync_now
is "$STATUS" 2 'a filename is needed'
says out "$T/rc:$(line_of '[mbnames]'): .*filename" 'with file and line'

# ---- remotehost, remoteport, remoteuser ----

fresh
syncs 'remotehost'
says out "connection to 127\\.0\\.0\\.1:$PORT" 'it is called by its address'
fresh
set_line remotehost localhost
syncs 'another remotehost'
says out "connection to localhost:$PORT" 'or by its name'
set_line remotehost nobody.invalid
sync_now
is "$STATUS" 6 'a host that does not exist: status 6'
says out '^ERROR: .*nobody\.invalid' 'and an error'
is "$(grep -c ^ERROR "$T/out")" 1 'one'
fresh
set_line remoteport 1
sync_now
is "$STATUS" 6 'remoteport: nobody listens on that one'
fresh
set_line remoteuser other
syncs 'another remoteuser'
is "$(count "$T/mail/INBOX")" 1 'has other mail'
for name in remotehost remoteuser localfolders; do
	fresh
	set_line $name
	sync_now
	is "$STATUS" 2 "no $name: status 2"
	says out "^offlineimap: $T/rc:$(line_of '[Test]'): \\[Test\\] has no $name line" "no $name: said with file and line"
done

# ---- reference ----

fresh 'reference = Work/'
syncs 'reference'
is "$(cd "$T/mail" && ls -d [A-Z]*)" Work.2003 'only what the server has there'

# ---- sep ----

for sep in . / __; do
	fresh "sep = $sep"
	syncs "sep = $sep"
	is "$(count "$T/mail/Work${sep}2003")" 1 "makes Work${sep}2003"
done

# ---- expunge ----

fresh 'expunge = no'
sync_now
rm "$(find_message "$T/mail/INBOX" first)"
syncs 'a deletion with expunge = no'
is "$(on_server | grep '^INBOX 1')" 'INBOX 1 ST' 'the message is marked and stays'
tell unflag test INBOX 1 '\Deleted'
fresh 'expunge = yes'
sync_now
rm "$(find_message "$T/mail/INBOX" first)"
syncs 'a deletion with expunge = yes'
is "$(on_server | grep -c '^INBOX 1 ')" 0 'the message is gone'

# ---- the syntax ----

mkdir -p "$T/mail"
cat >"$T/rc" <<END
# a comment; rem is one too
rem such as this
[DEFAULT]
remotehost: 127.0.0.1
remoteport = $PORT
remotepass = secret
where = $T/mail

[general]
accounts =
	one,
; in between
	two
metadata = $T/meta2
UI = Noninteractive.Quiet,
  Noninteractive.Basic	; the second is for nothing
[one]
localfolders = %(where)s/%(__name__)s
remoteuser = test
[two]
localfolders = %(where)s/%(__name__)s
remoteuser = other
sep = /
[one]
sep = _
END
chmod 600 "$T/rc"
mkdir "$T/mail/one" "$T/mail/two"
syncs 'defaults, %(names)s, continued lines, a section in two parts'
is "$(cat "$T/out")" '' 'without a warning'
ok 'account one' test -d "$T/mail/one/Work_2003/cur"
is "$(count "$T/mail/two/INBOX")" 1 'account two'
finish
