# Folders: names that need quoting, names that try to leave the directory, new folders on either side.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
ls /usr/lib/dovecot/modules/lib20_listescape_plugin.so >/dev/null 2>&1 || skip_all 'no listescape plugin here'
start_dovecot 'mail_plugins = listescape' 'namespace inbox {' '  separator = |' '}' || exit 1
account

# statuses: "messages name" of every mailbox
statuses()
{
	dove mailbox status -u test messages '*' | sed 's/^\(.*\) messages=\([0-9]*\)$/\2 \1/' | sort
}

# everywhere NUMBER: the statuses if every mailbox had so many messages
everywhere()
{
	{ echo INBOX; cat "$T/names"; } | sed "s/^/$1 /" | sort
}

# local_counts: the same of the Maildirs
local_counts()
{
	find "$T/mail" -name cur | sed 's,/cur$,,' | while IFS= read -r dir; do
		echo "$(count "$dir") ${dir#"$T"/mail/}"
	done | sort
}

cat >"$T/names" <<'END'
with space
 at both ends 
quo"te
back\slash
A&B
Q&-A
100%
%41bc
st*r
(paren){3}
it's
Grüße
日本語 😀
.hidden
~home
a.b
deep|er|est
..
../evil
..|..|up
x|..
END
while IFS= read -r name; do
	dove mailbox create -u test "$name"
	deliver hello "$name"
done <"$T/names"
deliver hello

syncs 'download'
cat >"$T/local" <<'END'
INBOX
with space
 at both ends 
quo"te
back\slash
A&-B
Q&--A
100%
%2541bc
st*r
(paren){3}
it's
Gr&APwA3w-e
&ZeVnLIqe- &2D3eAA-
.hidden
~home
a.b
deep.er.est
%2E.
..%2Fevil
......up
x...
END
is "$(local_counts)" "$(sed 's/^/1 /' "$T/local" | sort)" 'every mailbox has its Maildir'
while IFS= read -r name; do
	message reply | put "$T/mail/$name" S
done <"$T/local"
syncs 'upload'
is "$(statuses)" "$(everywhere 2)" 'every Maildir reaches its mailbox'
syncs 'once more'
says_not out 'Copy message|Creating|Pairing|WARNING' 'all is in step'

# nested directories
configure 'ssl = no' 'sep = /' "metadata = $T/meta2"
sed "s,= $T/mail\$,= $T/top/a/b/mail," "$T/rc" | sed "s,^metadata = $T/meta\$,metadata = $T/meta2," >"$T/rc.new"
mv "$T/rc.new" "$T/rc"
chmod 600 "$T/rc"
syncs 'with sep = /'
is "$(find "$T/top" -type f ! -path "$T/top/a/b/mail/*")" '' 'nothing leaves the directory'
is "$(find "$T/top/a/b/mail" -name cur | wc -l | tr -d ' ')" 22 'and nothing is missing'
ok 'levels are directories' test -d "$T/top/a/b/mail/deep/er/est/cur"
ok '.. is no way up' test -d "$T/top/a/b/mail/%2E./%2E./up/cur"

# two mailboxes, one Maildir
account
dove mailbox create -u test 'a|b'
deliver other 'a|b'
ok 'a.b and a|b would be one Maildir' not sync_now
is $STATUS 1 'status 1'
is "$(grep -c 'ERROR: .*would become the local folder .a\.b.' "$T/out")" 2 'both are refused'
is "$(count "$T/mail/a.b")" 2 'what was there stays'
dove mailbox delete -u test 'a|b'
syncs 'without it'

# new local folders
maildir "$T/mail/New & old" "$T/mail/Neu.&APw-ber" "$T/mail/Q&A" "$T/mail/empty" "$T/mail/sub%2Fdir"
for name in 'Neu.&APw-ber' 'Q&A'; do
	message first | put "$T/mail/$name" S
done
syncs 'createfolders is no by default'
is "$(statuses)" "$(everywhere 2)" 'no mailbox is made'
account 'createfolders = yes'
syncs 'createfolders = yes'
says out 'WARNING: .*Q&A.*not created' 'a name that is no modified UTF-7 is not sent'
statuses >"$T/now"
ok 'a new folder' grep -qx '1 Neu|über' "$T/now"
ok 'an empty one' grep -qx '0 empty' "$T/now"
ok 'one whose name was encoded' grep -qx '0 sub/dir' "$T/now"
rm -r "$T/mail/Q&A" "$T/mail/New & old"
syncs 'then'
says_not out 'Creating|Copy message' 'all is in step again'

# gone from the server
dove mailbox delete -u test -s 'Grüße'
rm "$T/mail/Gr&APwA3w-e"/cur/*,S
sync_now
says out "WARNING: .*Gr&APwA3w-e.*not on the server" 'a mailbox that is gone is reported'
is "$(count "$T/mail/Gr&APwA3w-e")" 1 'its local mail stays'
statuses >"$T/now"
ok 'it is not made again' not grep -q Gr "$T/now"
finish
