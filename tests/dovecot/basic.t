# The main job on a Dovecot: everything that can happen to a message, on either side, arrives on the other.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

dove mailbox create -u test Work Empty
for subject in one two three four; do
	deliver "$subject"
done
deliver work Work
dove flags add -u test '\Seen \Flagged' mailbox INBOX subject two
dove flags add -u test '\Answered \Draft $Label1' mailbox INBOX subject three

syncs 'first run'
in_step 'INBOX has arrived' INBOX
in_step 'Work has arrived' Work
is "$(count "$T/mail/Empty")" 0 'the empty folder is there'
is "$(find "$T/mail/INBOX/new" -type f | wc -l | tr -d ' ')" 2 'what has no flags is in new'
is "$(letters "$(find_message "$T/mail/INBOX" three)")" DR 'letters in order, no keyword'

syncs 'second run'
says_not out 'Copy message|Deleting|Adding|Pairing|WARNING|ERROR' 'has nothing to do'
before=$(snapshot "$T/mail" "$T/meta")
syncs 'third run'
is "$(snapshot "$T/mail" "$T/meta")" "$before" 'an idle run writes nothing'

# up
message five | put "$T/mail/INBOX"
message six | put "$T/mail/INBOX" FS
message seven | put "$T/mail/Work" ''
syncs 'upload'
in_step 'new local messages are on the server' INBOX
in_step 'in the other folder too' Work
is "$(dove_flags INBOX six)" '\Flagged \Seen' 'with their flags'
ok 'the file of an upload gets its UID' test "$(ls "$T"/mail/INBOX/cur | grep -c ',U=[0-9]*,FMD5=7e33429f656f1e6e9d79b29c3f82c57e:2,FS$')" -eq 2
says out 'Copy message .* Maildir\[INBOX\] -> IMAP\[INBOX\]' 'the log tells'
syncs 'and again'
says_not out 'Copy message|Pairing' 'sends nothing twice'

# flags, both ways at once
file=$(find_message "$T/mail/INBOX" one)
mv "$file" "$T/mail/INBOX/cur/$(basename "${file%:2,*}"):2,S"
file=$(find_message "$T/mail/INBOX" two)
mv "$file" "${file%:2,*}:2,RS"
dove flags add -u test '\Answered' mailbox INBOX subject one
dove flags remove -u test '\Seen' mailbox INBOX subject two
syncs 'flags'
in_step 'flags are the same' INBOX
is "$(dove_flags INBOX one)" '\Answered \Seen' 'changes of both sides meet'
is "$(dove_flags INBOX two)" '\Answered' 'those that were taken away too'
ok 'keywords of others stay' test -n "$(dove fetch -u test flags mailbox INBOX subject three | grep '[$]Label1')"

# deletions, both ways, with a flag against one of them
rm "$(find_message "$T/mail/INBOX" three)"
dove expunge -u test mailbox INBOX subject four
rm "$(find_message "$T/mail/INBOX" five)"
dove flags add -u test '\Flagged' mailbox INBOX subject five
rm "$(find_message "$T/mail/Work" seven)"
dove expunge -u test mailbox Work subject seven
syncs 'deletions'
in_step 'what was deleted is gone' INBOX
is "$(count "$T/mail/INBOX")" 3 'and nothing else'
in_step 'deleted on both sides' Work
is "$(count "$T/mail/Work")" 1 'in Work too'

# a message moved by the reader, and a copy of one
mv "$(find_message "$T/mail/INBOX" one)" "$T/mail/Work/cur/"
cp "$(find_message "$T/mail/INBOX" two)" "$T/mail/Work/cur/"
syncs 'moved and copied'
in_step 'gone from the one' INBOX
in_step 'arrived in the other' Work
is "$(count "$T/mail/INBOX") $(count "$T/mail/Work")" '2 3' 'one moved, one copied'

# \Deleted is a flag as any other; messages that came meanwhile
dove flags add -u test '\Deleted' mailbox INBOX subject two
deliver eight
syncs 'a mark'
is "$(letters "$(find_message "$T/mail/INBOX" two)")" RT 'the mark arrives as T'
in_step 'and the new message' INBOX
syncs 'last run'
says_not out 'Copy message|Deleting|Adding|Pairing' 'all quiet'
finish
