# mistakes.t - mistakes in the configuration: a warning or one clear error, with file and line, before anything is done.
. "$(dirname "$0")/lib.sh"
PORT=1		# nobody listens there; no mistake here gets so far

# wrong LINE REGEX WHAT: refused with one line that names file, line and what is wrong
wrong()
{
	sync_now
	is "$STATUS" 2 "$3: status 2"
	says out "^offlineimap: $T/rc${1:+:$1}: .*$2" "$3: the error"
	is "$(wc -l <"$T/out" | tr -d ' ')" 1 "$3: in one line"
	ok "$3: nothing is done" not test -e "$T/meta"
}

# option LINE REGEX: the same with this line in the account
option()
{
	configure "$1"
	wrong "$(line_of "$1")" "$2" "$1"
}

# warned SECTION LINE REGEX: the program goes on, and says so
warned()
{
	configure
	add_to "$1" "$2"
	sync_now
	is "$STATUS" 6 "$2: goes on"
	says out "^WARNING: $T/rc:$(line_of "$2"): $3" "$2: a warning"
	is "$(grep -c '^WARNING' "$T/out")" 1 "$2: one"
	rm -rf "$T/meta"
}

# ---- unknown, misspelt, misplaced ----

warned Test 'remotpass = x' 'unknown option remotpass: ignored; did you mean remotepass[?]'
warned Test 'expnge = no' 'unknown option expnge: ignored; did you mean expunge[?]'
warned Test 'favouritecolour = blue' 'unknown option favouritecolour: ignored$'
warned Test 'foldertrans = x' 'unknown option foldertrans: ignored; did you mean nametrans[?]'
warned Test 'maxsyncaccounts = 2' 'maxsyncaccounts has no effect in \[Test\]; it belongs in \[general\]'
warned general 'expunge = no' 'expunge has no effect in \[general\]; it belongs in'
warned general 'localfolders = /nowhere' 'localfolders has no effect in \[general\]'
warned Test 'reference = "x"' 'reference: the quotes are taken as part of the value'
warned Test 'reference = x # for now' "reference: '# for now' is taken as part of the value"
warned Test 'usecompression = yes' 'usecompression is not supported yet: ignored'
configure 'remoteuser = someone'
sync_now
says out "^WARNING: $T/rc:$(line_of 'remoteuser = someone'): remoteuser is already in line $(line_of 'remoteuser ='); the last" 'an option twice'
configure
printf '[mbname]\nenabled = yes\n' >>"$T/rc"
sync_now
says out "^WARNING: $T/rc:$(line_of '[mbname]'): section \[mbname\] is not used; did you mean \[mbnames\][?]" 'a misspelt section'
configure ' sep = /'
sync_now
is "$STATUS" 2 'a blank in front of an option: refused'
says out "^offlineimap: $T/rc:$(line_of 'remotepass ='): .*indented line" 'a blank in front of an option: the error says why'
configure 'remotepasscmd = echo secret' ' sep = /'
sync_now
says out "^WARNING: $T/rc:$(line_of remotepasscmd): the indented line 'sep = ...' is taken as part of remotepasscmd" 'a blank in front of an option, where a value may have several lines: a warning'
configure
chmod 644 "$T/rc"
sync_now
says out 'WARNING: .*others can read this file and the password.*chmod 600' 'a password for everybody to read'
rm -rf "$T/meta"

# ---- what does not work yet ----

for name in nametrans folderfilter folderincludes foldersort remotepasseval remotehosteval; do
	option "$name = lambda x: x" "$name: Python expressions are not supported yet"
done
option 'maxage = 3' 'maxage is not supported yet, and it would not be safe to ignore it'
option 'readonly = yes' 'readonly is not supported yet'
option 'starttls = yes' 'STARTTLS'
names='enabled = yes
filename = ~/names
peritem = x
header = open("x").read()
sep = ""
footer = ""'
configure
printf '[mbnames]\n%s\n' "$names" >>"$T/rc"
wrong "$(line_of 'header =')" 'header: only a plain string' 'Python in [mbnames]'
set_line enabled no
sync_now
is "$STATUS" 6 'Python in [mbnames], not enabled: goes on'
says_not out 'header' 'without a word'
rm -rf "$T/meta"

# ---- values ----

option 'ssl = perhaps' "ssl: neither yes nor no: 'perhaps'"
option 'expunge = 2' "expunge: neither yes nor no: '2'"
option 'maxconnections = many' "maxconnections: not a number: 'many'"
option 'maxconnections = 0' 'maxconnections: not between 1 and 100'
option 'remoteport = 70000' 'remoteport: not between 1 and 65535'
option 'keepalive = -1' 'keepalive: not '
option 'autorefresh = often' 'autorefresh: not a number of minutes'
option 'sep =' 'sep: must not be empty'
option 'remotepassfile = ~nobody-of-this-name/x' 'remotepassfile: .*nobody-of-this-name'
option 'reference = %(nothing)s' 'nothing'
configure "reference = $(printf 'a\033[31mb')" 'ssl = maybe'
sync_now
ok 'control characters are not shown' not grep -q "$(printf '\033')" "$T/out"

# ---- accounts ----

configure
set_line accounts
wrong '' 'no accounts' 'no accounts line'
configure
set_line accounts Nobody
wrong "$(line_of 'accounts =')" 'account Nobody: there is no section \[Account Nobody\] and no section \[Nobody\]' 'an account without a section'
configure
set_line accounts 'Test, Test'
wrong "$(line_of 'accounts =')" 'account Test is in the list twice' 'an account twice'
configure
set_line accounts 'Test, Other'
printf '[Other]\nlocalfolders = %s/mail/\nremotehost = h\nremoteuser = u\nssl = yes\n' "$T" >>"$T/rc"
wrong "$(line_of '[Other]')" 'the same localfolders' 'two accounts on one tree'

# ---- the file ----

broken()
{
	printf "$1" >"$T/rc"
	wrong "$2" "$3" "$4"
}
broken '[general]\naccounts = Test\nand so on\n' 3 'and so on' 'a line that is nothing'
broken '[general\naccounts = Test\n' 1 '' 'an open bracket'
broken 'accounts = Test\n' 1 'before the first \[section\]' 'no section'
broken '[Test]\nremotehost = x\n' '' 'there is no \[general\] section' 'no [general]'
broken '' '' 'there is no \[general\] section' 'an empty file'
rm "$T/rc"
sync_now
is "$STATUS" 2 'no file: status 2'
says out "^offlineimap: the configuration file $T/rc does not exist" 'no file: the error'
mkdir "$T/rc"
sync_now
is "$STATUS" 2 'a directory: status 2'
says out "^offlineimap: configuration file $T/rc: " 'a directory: the error'
rmdir "$T/rc"
configure
chmod 0 "$T/rc"
if [ ! -r "$T/rc" ]; then
	sync_now
	is "$STATUS" 2 'a file that may not be read: status 2'
	says out "^offlineimap: configuration file $T/rc: " 'a file that may not be read: the error'
fi
finish
