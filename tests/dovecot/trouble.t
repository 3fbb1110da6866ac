# What can go wrong with the folders of either side: renumbered, gone, unmounted, full, used by another.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

dove mailbox create -u test Work Other
for box in INBOX Work Other; do
	deliver "$box-1" $box
	deliver "$box-2" $box
done
syncs 'start'

# UIDVALIDITY
dove mailbox delete -u test Work
dove mailbox create -u test Work
deliver Work-3 Work
message local | put "$T/mail/Work" S
deliver Other-3 Other
before=$(snapshot "$T/mail/Work")
sync_now
is $STATUS 1 'a renumbered mailbox: status 1'
says out 'ERROR: .*Work: UID validity problem' 'the error of the manual'
is "$(snapshot "$T/mail/Work")" "$before" 'its local side is left alone'
is "$(dove_count Work)" 1 'the server too'
in_step 'the others are synchronised' Other
cure=$(sed -n 's/.*UID validity problem.*: rm -r /rm -r /p' "$T/out")
ok 'the cure is a command' sh -c "$cure"
syncs 'after the cure'
in_step 'it is downloaded afresh' Work
syncs 'and then'
says_not out 'Copy message|ERROR|WARNING' 'all is well'
is "$(ls "$T/mail/Work/new" "$T/mail/Work/cur" | grep -c FMD5)" 1 'with the message of the new mailbox'

# the numbers are lost, the mailbox is the same one
rm -f "$(remote Other)"/dovecot* "$(remote)"/dovecot.list.index*
sync_now
says out 'UID validity problem' 'lost numbers are found out'
is "$(count "$T/mail/Other") $(dove_count Other)" '3 3' 'nothing is lost'
eval "$(sed -n 's/.*UID validity problem.*: rm -r /rm -r /p' "$T/out")"
syncs 'after that cure'
in_step 'all is there again' Other

# a mailbox is gone
dove mailbox delete -u test -s Other
message late | put "$T/mail/Other" S
syncs 'without Other'
says out "WARNING: .*Other.*not on the server" 'it is reported'
is "$(count "$T/mail/Other")" 4 'the local mail is kept'
ok 'and not uploaded' not dove mailbox status -u test messages Other
account 'createfolders = yes'
syncs 'createfolders'
ok 'does not bring it back' not dove mailbox status -u test messages Other
account

# a local folder is gone: 2003 downloads it again
rm -r "$T/mail/Work"
sync_now
says out 'WARNING: .*Work' 'a removed local folder is reported'
is "$(dove_count Work)" 1 'nothing is deleted on the server'
in_step 'it is downloaded again' Work
rm "$T/mail/Work/offlineimap.uidvalidity"
syncs 'only its marker is gone'
in_step 'nothing is lost' Work
is "$(count "$T/mail/Work")" 1 'or doubled'

# the disk is not mounted
mv "$T/mail" "$T/unmounted"
sync_now
is $STATUS 3 'no directory: status 3'
ok 'it is not made' test ! -e "$T/mail"
mkdir "$T/mail"
sync_now
is $STATUS 3 'an empty one: status 3'
says out 'ERROR: .*mounted' 'it says so'
is "$(ls "$T/mail")" '' 'nothing is put there'
maildir "$T/mail/INBOX" "$T/mail/Work"
sync_now
is $STATUS 3 'empty Maildirs: status 3'
is "$(dove_count INBOX) $(count "$T/mail/INBOX")" '2 0' 'nothing is deleted, nothing downloaded'
rm -r "$T/mail"
mv "$T/unmounted" "$T/mail"
mv "$T/mail/INBOX/offlineimap.uidvalidity" "$T/marker"
before=$(snapshot "$T/mail/Work" "$T/meta")
sync_now
is $STATUS 3 "INBOX's marker is gone: status 3"
is "$(snapshot "$T/mail/Work" "$T/meta")" "$before" 'nothing has changed'
mv "$T/marker" "$T/mail/INBOX/offlineimap.uidvalidity"
syncs 'mounted again'
says_not out 'Copy message|Deleting' 'all in step'

# two at a time
account 'autorefresh = 10'
start_sync
wait_for 10 grep -q Sleeping "$T/out"
cp "$T/out" "$T/first"
OUT=$T/second
$OFFLINEIMAP -c "$T/rc" -o >"$OUT" 2>&1
is $? 5 'a second instance: status 5'
says "$OUT" "ERROR: .*another offlineimap .process $SYNC_PID\)" 'it names the first'
sed "s,^metadata = .*,metadata = $T/meta2," "$T/rc" >"$T/rc2"
chmod 600 "$T/rc2"
$OFFLINEIMAP -c "$T/rc2" -o >"$OUT" 2>&1
is $? 5 'another metadata directory, the same Maildirs: status 5'
says "$OUT" 'ERROR: .*another offlineimap' 'it says so'
stop_sync
rm -rf "$T/meta2"
account
syncs 'when it has ended'

# a full disk
if [ "$(id -u)" -eq 0 ] && mkdir "$T/small" && mount -t tmpfs -o size=512k tmpfs "$T/small" 2>/dev/null; then
	AT_END="$AT_END; umount '$T/small'"
	account
	sed "s,^localfolders = .*,localfolders = $T/small/mail,; s,^metadata = .*,metadata = $T/small/meta," "$T/rc" >"$T/rc.new"
	cat "$T/rc.new" >"$T/rc"
	i=0
	while [ $i -lt 20 ]; do
		i=$((i + 1))
		message "fill-$i" 1000 >"$(remote Work)/cur/1046772000.$i.test:2,S"
	done
	chmod 644 "$(remote Work)"/cur/*
	sync_now
	is $STATUS 1 'a full disk: status 1'
	says out 'ERROR: .*No space' 'it says so'
	in_step_small()
	{
		is "$(content "$T/small/mail/Work")" "$(content "$(remote Work)")" "$1"
	}
	ok 'no half message' test -z "$(find "$T/small/mail/Work/cur" "$T/small/mail/Work/new" -size -50k ! -size -2k)"
	sync_now
	is "$(dove_count Work)" 21 'nothing is deleted on the server'
	mount -o remount,size=8m "$T/small"
	syncs 'with room'
	in_step_small 'everything arrives, once'
else
	message new | put "$T/mail/Work" S
	deliver fresh
	chmod 555 "$T/mail/INBOX/tmp"
	sync_now
	is $STATUS 1 'a directory that may not be written: status 1'
	says out 'ERROR: .*INBOX' 'it is named'
	in_step 'other folders are synchronised' Work
	chmod 755 "$T/mail/INBOX/tmp"
	syncs 'when it may'
	in_step 'everything arrives' INBOX
fi
finish
