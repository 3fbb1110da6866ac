#!/bin/sh
# safety.t - the rules that never bend (DESIGN section 2): each doubt stops deletions, says so once, and shows in the
# exit status.
. "$(dirname "$0")/lib.sh"

errors()
{
	grep -c '^ERROR' "$T/out"
}

fresh()
{
	stop_fake
	rm -rf "$T/server" "$T/mail" "$T/meta"
	maildir "$T/server/INBOX" "$T/server/Other"
	for n in 1 2 3; do
		message "m$n" | put "$T/server/INBOX" S
		message "o$n" | put "$T/server/Other"
	done
	start_fake -m "test=$T/server" "$@"
	configure
	sync_now
}

# ---- rule 6: UIDVALIDITY ----
fresh
tell uidvalidity test INBOX 4711
rm "$(find_message "$T/mail/Other" o1)"
before=$(cd "$T/mail/INBOX" && find . | sort)
sync_now
is "$STATUS" 1 "a changed UIDVALIDITY shows in the exit status"
says out 'UID validity.*rm -r' "the error gives the cure"
is "$(errors)" 1 "it is reported once"
is "$(cd "$T/mail/INBOX" && find . | sort)" "$before" "the folder is left alone"
is "$(on_server | grep -c '^Other')" 2 "the other folder goes on, deletion included"
cure=$(sed -n "s/.*: \\(rm -r .*\\)/\\1/p" "$T/out")
ok "the cure can be carried out" eval "$cure"
syncs "and works"
in_step "everything is downloaded again"

fresh
tell uidvalidity test INBOX 0
sync_now
is "$STATUS" 1 "no UIDVALIDITY: refused"
says out 'INBOX.*no UIDVALIDITY' "with its reason"
is "$(count "$T/mail/INBOX")" 3 "nothing is deleted"

fresh
echo 'on SELECT untagged "* NO [UIDNOTSTICKY] UIDs do not last"' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$STATUS" 1 "UIDNOTSTICKY: refused"
says out 'UIDNOTSTICKY' "with its reason"

fresh
rm "$(find_message "$T/mail/INBOX" m1)"
echo 'box=INBOX on SELECT#2 uidvalidity 99' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$STATUS" 1 "two UIDVALIDITY values in one run: refused"
is "$(on_server | grep -c '^INBOX')" 3 "nothing was deleted on the server"

# ---- rule 2: a listing that does not add up ----
fresh
echo 'box=INBOX on FETCH omit 2' >"$T/faults"
tell faults "$T/faults"
sync_now
says out 'INBOX.*does not add up' "a missing line in the listing is noticed"
is "$(count "$T/mail/INBOX")" 3 "it is not taken for a deletion"
fresh
echo 'box=INBOX on FETCH no "[SERVERBUG] broken index"' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$(count "$T/mail/INBOX")" 3 "nor is a refused listing"

# ---- rule 3: a failed upload withholds the deletion of where the file came from ----
fresh
f=$(find_message "$T/mail/INBOX" m1)
mv "$f" "$T/mail/Other/cur/"
rm "$(find_message "$T/mail/INBOX" m2)"
echo 'on APPEND no "[OVERQUOTA] no room"' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$STATUS" 1 "a refused upload shows in the exit status"
says out 'no room' "the server's words are shown"
is "$(on_server | grep '^INBOX')" "INBOX 1 S
INBOX 3 S" "the message's original stays on the server, an unrelated deletion goes on"
: >"$T/faults"
tell faults "$T/faults"
syncs "when there is room"
in_step "both sides agree"
is "$(on_server | grep -c '^Other')" 4 "and the message has moved"

fresh
message fresh | put "$T/mail/Other"
rm "$(find_message "$T/mail/INBOX" m2)"
echo 'on APPEND no "not today"' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$(on_server | grep -c '^INBOX')" 3 "an upload of unknown origin withholds the account's deletions"

# ---- rule 4: the connection breaks around APPEND ----
for fault in drop commit-drop; do
	for cap in on off; do
		fresh
		tell cap UIDPLUS $cap
		message "once" | put "$T/mail/INBOX"
		echo "on APPEND#1 $fault" >"$T/faults"
		tell faults "$T/faults"
		sync_now
		sync_now
		n=$(on_server | grep -c '^INBOX')
		ok "APPEND $fault, UIDPLUS $cap: never twice" test "$n" -le 4
		[ $fault = commit-drop ] && in_step "APPEND $fault, UIDPLUS $cap: found again"
	done
done

# ---- rule 5: others' marks ----
fresh
tell cap UIDPLUS off
tell flag test INBOX 1 '\Deleted'
sync_now
rm "$(find_message "$T/mail/INBOX" m2)"
syncs "a deletion without UIDPLUS while another client has marked a message"
is "$(on_server | grep '^INBOX')" "INBOX 1 ST
INBOX 2 ST
INBOX 3 S" "nothing is expunged"
tell reset-counters
syncs "the next run"
is "$(counter mutations)" 0 "is in step with that"
is "$(count "$T/mail/INBOX")" 2 "and does not bring it back"
tell unflag test INBOX 2 '\Deleted'
syncs "when someone takes the mark away"
ok "the message is downloaded again" find_message "$T/mail/INBOX" m2
fresh
tell cap UIDPLUS off
rm "$(find_message "$T/mail/INBOX" m2)"
syncs "without others' marks"
is "$(on_server | grep -c '^INBOX')" 2 "it is expunged"
fresh
tell flag test INBOX 1 '\Deleted'
rm "$(find_message "$T/mail/INBOX" m2)"
syncs "with UIDPLUS"
is "$(on_server | grep '^INBOX' | head -n 1)" "INBOX 1 ST" "only ours is expunged"

# ---- rule 8: the right disk ----
fresh
rm -r "$T/mail/Other"
syncs "one folder's directory removed"
says out 'Other.*downloaded again' "is said"
in_step "it is downloaded again"
fresh
mv "$T/mail" "$T/mail.away"
mkdir "$T/mail"
sync_now
is "$STATUS" 3 "an unmounted disk has its own exit status"
says out 'mounted' "and its own words"
is "$(on_server | wc -l)" 6 "nothing is deleted"
is "$(find "$T/mail" -name '*,U=*' | wc -l)" 0 "nothing is written into the mount point"
rmdir "$T/mail" 2>/dev/null
rm -rf "$T/mail"
sync_now
is "$STATUS" 3 "nor is the root made anew"
mv "$T/mail.away" "$T/mail"
syncs "when it is back"
in_step "all is well"

# ---- rule 8: mass deletion ----
fresh
i=0
while [ $i -lt 110 ]; do
	i=$((i + 1))
	message "mass $i" | put "$T/mail/INBOX"
done
sync_now
n=$(count "$T/mail/INBOX")
find "$T/mail/INBOX/cur" "$T/mail/INBOX/new" -type f -exec rm {} +
rm "$(find_message "$T/mail/Other" o1)"
sync_now
is "$STATUS" 4 "$n deletions at once are held: own exit status"
says out "allow-delete" "and the way out is named"
is "$(on_server | grep -c "^INBOX ")" "$n" "nothing is gone from the server"
ok "what is held can be read" grep -q "^count $n" "$T/meta/Test/INBOX.held"
sync_now
is "$STATUS" 4 "they stay held"
syncs "--allow-delete carries them out" --allow-delete INBOX
is "$(on_server | grep -c "^INBOX ")" 0 "now they are gone"
sync_now --allow-delete INBOX
says out 'nothing is held' "a permission is good once"

# ---- DESIGN 6: state lost or damaged ----
fresh
rm -r "$T/meta"
rm "$(find_message "$T/mail/INBOX" m1)"
syncs "without state"
says_not out 'Copy message 2|Copy message 3' "known messages are adopted, not downloaded"
in_step "a deletion made meanwhile is not believed: the message comes back"
fresh
tell expunge test INBOX 2
rm -r "$T/meta"
sync_now
sync_now
is "$(count "$T/mail/INBOX")" 3 "a file the server lacks is kept"
is "$(on_server | grep -c '^INBOX')" 2 "and not uploaded, in the next run neither"
fresh
s=$T/meta/Test/INBOX.state
awk 'NR == 4 { sub(/./, "#") } { print }' "$s" >"$T/s" && cp "$T/s" "$s"
rm "$(find_message "$T/mail/INBOX" m1)"
syncs "with a damaged state file"
says out 'damaged' "it is said"
in_step "messages are matched anew and nothing is deleted"
ok "the damaged file is kept" test -f "$s.bad"
fresh
cp "$T/meta/Test/INBOX.state" "$T/meta/Test/Other.state"
sync_now
is "$STATUS" 1 "another folder's state file is refused"
says out 'Other.*state' "naming it"
is "$(on_server | wc -l)" 6 "nothing is deleted"

# ---- one instance ----
fresh
echo 'on SELECT delay 1500' >"$T/faults"
tell faults "$T/faults"
start_sync
sleep 0.4
cp "$T/out" "$T/out.first"
$OFFLINEIMAP -c "$T/rc" >"$T/out2" 2>&1
is $? 5 "a second instance has its own exit status"
ok "and names the holder" grep -q "process $SYNC_PID" "$T/out2"
wait "$SYNC_PID"
is $? 0 "the first goes on"
sed "s,^metadata.*,metadata = $T/meta2," "$T/rc" >"$T/rc2"
start_sync
sleep 0.4
$OFFLINEIMAP -c "$T/rc2" >"$T/out2" 2>&1
is $? 5 "so has one with other metadata on the same Maildirs"
wait "$SYNC_PID"

# ---- a read-only mailbox ----
fresh
echo 'box=INBOX on SELECT readonly' >"$T/faults"
tell faults "$T/faults"
message ro | put "$T/mail/INBOX"
rm "$(find_message "$T/mail/INBOX" m1)"
sync_now
says out 'INBOX.*read-only' "a read-only mailbox is said"
is "$(on_server | grep -c '^INBOX')" 3 "and not changed"
ok "the local message is kept" find_message "$T/mail/INBOX" ro
finish
