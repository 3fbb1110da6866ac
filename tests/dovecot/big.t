# Size: 60 MB in one message with less than 8 MiB of memory, 5,000 messages, four connections.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

# small WHAT [OPTION...]: syncs with status 0 and, where that can be read, a peak of resident memory below 8 MiB
small()
{
	_what=$1
	shift
	start_sync "$@"
	PEAK=0
	# The file's number only grows, but for the last moment it is the whole truth.
	while _now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$SYNC_PID/status" 2>/dev/null) && [ -n "$_now" ]; do
		PEAK=$_now
		sleep 0.01
	done
	wait "$SYNC_PID"
	is $? 0 "$_what"
	case $OFFLINEIMAP in
	*\ *)	;;	# an emulator's memory, not ours
	*)	ok "$_what: peak of $PEAK KiB" test "$PEAK" -gt 0 -a "$PEAK" -lt 8192 ;;
	esac
}

# big SUBJECT: 60 MB
big()
{
	message "$1"
	awk 'BEGIN {
		for (i = 0; i < 1000; i++)
			block = block "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQR\n"
		for (i = 0; i < 1072; i++)
			printf "%s", block
	}'
}

# fill MAILBOX N: so many messages put straight where Dovecot keeps them, a third of them seen
fill()
{
	dove mailbox create -u test "$1"
	awk -v dir="$(remote "$1")/cur" -v n="$2" -v box="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			file = dir "/1046772000." i ".test:2," (i % 3 ? "" : "S")
			printf "From: a@example.org\nSubject: %s %d\nMessage-ID: <%s.%d@example.org>\n\nNumber %d.\n", \
				box, i, box, i, i >file
			close(file)
		}
	}'
	chmod 644 "$(remote "$1")"/cur/*
}

dove mailbox create -u test Huge
big down >"$(remote Huge)/cur/1046772000.1.test:2,S"
chmod 644 "$(remote Huge)"/cur/*
small '60 MB down'
in_step 'it is here' Huge
big up | put "$T/mail/Huge" S
small '60 MB up'
in_step 'it is there' Huge
is "$(find "$T/mail/Huge/cur" -size +117000 | wc -l | tr -d ' ')" 2 'both are whole'
rm -r "$T/mail/Huge" && dove mailbox delete -u test Huge

fill Many 5000
small '5,000 messages'
in_step 'all are here' Many
is "$(count "$T/mail/Many")" 5000 'each of them'
small 'nothing to do'
says_not out 'Copy message' 'and nothing is done'
find "$T/mail/Many" -name '*:2,' | sed -n '1,1000p' | while read -r file; do
	mv "$file" "$T/mail/Many/cur/${file##*/}S"
done
dove flags add -u test '\Flagged' mailbox Many uid 4000:5000
dove expunge -u test mailbox Many uid 3001:3500
find "$T/mail/Many" -name '*,U=29[0-9][0-9],*' -exec rm {} +
syncs 'changes by the thousand'
in_step 'all are in step' Many
is "$(count "$T/mail/Many")" 4400 'the deleted are gone'

for box in a b c d e f g h; do
	fill "$box" 200
done
account 'maxconnections = 4'
before=$(logins)
small 'four connections'
is $(($(logins) - before)) 4 'there were four'
for box in a b c d e f g h; do
	in_step "folder $box" "$box"
done
syncs 'on one connection' -1
says_not out 'Copy message' 'in step'
is $(($(logins) - before)) 5 '-1 makes one connection'
finish
