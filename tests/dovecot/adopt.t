# The state is lost, or the Maildir is another program's: what is on both sides is paired, not copied or deleted.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

# paired WHAT: a run after which everything is where it was, nothing copied, nothing deleted
paired()
{
	_before="$(bodies "$T/mail/INBOX") $(bodies "$(remote)")"
	syncs "$1"
	says_not out 'Copy message|Deleting' "$1: nothing is copied or deleted"
	in_step "$1: in step" INBOX
	is "$(bodies "$T/mail/INBOX") $(bodies "$(remote)")" "$_before" "$1: nothing is lost or doubled"
	syncs "$1: once more"
	says_not out 'Copy message|Deleting|Pairing|WARNING' "$1: it lasts"
}

# foreign: the Maildir loses the marker and all that we put into names
foreign()
{
	rm -rf "$T/meta" "$T/mail/INBOX/offlineimap.uidvalidity"
	for _file in "$T"/mail/INBOX/new/* "$T"/mail/INBOX/cur/*; do
		[ -f "$_file" ] || continue
		_base=${_file##*/}
		case $_base in
		*:2,*)	_flags=${_base##*:2,} ;;
		*)	_flags='' ;;
		esac
		mv "$_file" "$T/mail/INBOX/cur/104677$((_n += 1))_9.1.other:2,$_flags"
	done
}
_n=0

for subject in one two three; do
	deliver "$subject"
done
for letter in a b c; do
	printf 'Subject: no id\n\nmessage %s\n' $letter | dove save -u test
done
message twin | dove save -u test
message twin | dove save -u test
printf 'Subject: no id twin\n\nx\n' | dove save -u test
printf 'Subject: no id twin\n\nx\n' | dove save -u test
dove flags add -u test '\Seen' mailbox INBOX subject two
syncs 'start'

rm -rf "$T/meta"
paired 'the state is lost'
rm -rf "$T/meta" "$T/mail/INBOX/offlineimap.uidvalidity"
paired 'state and marker are lost'
foreign
paired 'a Maildir of another program'

# flags: the union, \Deleted needs both
rm -rf "$T/meta"
file=$(find_message "$T/mail/INBOX" one)
mv "$file" "$T/mail/INBOX/cur/$(basename "${file%:2,*}"):2,FT"
dove flags add -u test '\Answered \Deleted' mailbox INBOX subject three
dove flags add -u test '\Answered' mailbox INBOX subject one
syncs 'flags differ'
is "$(dove_flags INBOX one)" '\Answered \Flagged' 'the union'
is "$(letters "$(find_message "$T/mail/INBOX" three)")" R 'a mark of one side is not enough'
in_step 'the same on both' INBOX

# new messages on either side beside those to be paired, and one that was deleted: nobody knows that any more
foreign
message new-here | put "$T/mail/INBOX" S
deliver new-there
rm "$(find_message "$T/mail/INBOX" two)"
syncs 'with new messages'
is "$(grep -c 'Copy message' "$T/out")" 3 'just those are copied'
says_not out 'Deleting [0-9]* message' 'without state nothing is deleted'
in_step 'in step' INBOX
is "$(count "$T/mail/INBOX")" 12 'all are there'

# a file of ours whose message the server has lost
rm -rf "$T/meta"
dove expunge -u test mailbox INBOX subject new-there
sync_now
says out 'WARNING: .*not on the server' 'a file with a UID the server lacks is reported'
ok 'kept' find_message "$T/mail/INBOX" new-there
is "$(dove search -u test mailbox INBOX subject new-there)" '' 'and not uploaded'
rm "$(find_message "$T/mail/INBOX" new-there)"

# a state file damaged in the middle
state=$T/meta/Test/INBOX.state
syncs 'before the damage'
awk 'NR == 4 { sub(/[0-9]/, "x") } { print }' "$state" >"$state.new"
mv "$state.new" "$state"
syncs 'a damaged state file'
says out 'WARNING: .*state' 'is reported'
says_not out 'Copy message|Deleting' 'and rebuilt without copying or deleting'
in_step 'in step' INBOX
# a torn end
printf 'torn' >>"$state"
syncs 'a torn end'
says_not out 'Copy message|Deleting|WARNING' 'is no damage'

# today's dialect, the same trees
{
	printf '[general]\nmetadata = %s/meta\naccounts = Test\nui = basic\n\n' "$T"
	printf '[Account Test]\nlocalrepository = Here\nremoterepository = There\n\n'
	printf '[Repository Here]\ntype = Maildir\nlocalfolders = %s/mail\n\n' "$T"
	printf '[Repository There]\ntype = IMAP\nssl = no\nstarttls = no\nremotehost = 127.0.0.1\nremoteport = %s\n' "$PORT"
	printf 'remoteuser = test\nremotepass = secret\n'
} >"$T/rc"
syncs "today's dialect"
says_not out 'Copy message|Deleting|Pairing' 'goes on where 2003 ended'
deliver modern
message back | put "$T/mail/INBOX" F
syncs 'and works'
in_step 'both ways' INBOX
finish
