# profile.t - -P: tables of where the time goes, one a thread.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX" "$T/server/Sent"
for n in 1 2 3; do
	message "m$n" 100 | put "$T/server/INBOX" S
done
start_fake -m "test=$T/server" || exit 1
configure
sync_now
rm -r "$T/meta" "$T/mail"
configure
message up | put "$T/mail/Sent"
echo 'on SELECT delay 100' >"$T/faults"
tell faults "$T/faults"
tell reset-counters

syncs '-1 -P' -1 -P "$T/prof"
says out "^WARNING: profile mode: .*$T/prof" 'a warning'
is "$(ls "$T/prof" | sed 's/^[0-9]*_//' | sort)" 'Account%20sync%20Test.prof
User%20interface.prof
main.prof' 'a table for each thread'
table=$(ls "$T"/prof/*Account*)

# value ROW COLUMN
value()
{
	awk -v row="$1" -v column="$2" 'index($0, row " ") == 1 { print $(NF - column) }' "$table"
}
is "$(value 'messages down' 0)" 3 'messages down'
is "$(value 'messages up' 0)" 1 'messages up'
unread=$(($(counter bytes_out) - $(value 'bytes in' 0)))
ok 'bytes in are those the server sent, but for its goodbye' test $unread -ge 0 -a $unread -lt 80
is "$(value 'bytes out' 0)" "$(counter bytes_in)" 'bytes out are those it got'
is "$(value commands 0)" "$(counter commands)" 'commands'
ok 'times for the network, the parser, the disk and fsync' awk '
	$1 == "network" && $2 >= 200 && $3 > 0 { n++ }
	($1 == "parse" || $1 == "disk" || $1 == "fsync") && $3 > 0 { n++ }
	END { exit n != 4 }' "$table"
ok 'which add up' awk '
	$1 == "total" { total = $2; exit }
	NR > 1 { sum += $(NF < 3 ? 2 : NF - 1) }
	END { d = sum - total; exit d * d > .01 * .01 }' "$table"

syncs 'another directory' -1 -P "$T/prof2"
sync_now -1 -P "$T/prof2"
is "$STATUS" 2 'the directory must be new: status 2'
says out "^offlineimap: .*$T/prof2.*File exists" 'the directory must be new: the error'
finish
