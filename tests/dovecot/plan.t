# --dry-run, --info, and deletions of many messages, which are held.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

# server: all there is on the server, but for \Recent, which goes with every SELECT
server()
{
	dove fetch -u test 'mailbox uid flags guid' all | sed 's/\\Recent//; s/ *$//'
	dove mailbox list -u test
}

# everything: both sides and the metadata, locks and times too
everything()
{
	find "$T/mail" "$T/meta" -exec ls -ldi {} + 2>/dev/null
	snapshot "$T/mail" "$T/meta" 2>/dev/null
	server
}

# log FILE: what was done, or would be, without the order of things
log()
{
	sed -n 's/^Would: //; /Copy message\|Creating\|Deleting\|Adding\|Pairing/p' "$1" | sort
}

# planned WHAT: the plan of a dry run, which changes nothing, is what the next run does
planned()
{
	_before=$(everything)
	syncs "$1: dry run" --dry-run
	cp "$T/out" "$T/plan"
	is "$(everything)" "$_before" "$1: nothing has changed"
	syncs "$1: real run"
	is "$(log "$T/plan")" "$(log "$T/out")" "$1: the plan was right"
}

mkdir -p "$T/mail"
dove mailbox create -u test Work Gone
for subject in one two three four; do
	deliver "$subject"
	deliver "$subject" Work
done
planned 'first run'
ok 'there was a plan' grep -q '^Would: Copy message 4 IMAP\[Work\]' "$T/plan"

rm "$(find_message "$T/mail/INBOX" one)"
mv "$(find_message "$T/mail/INBOX" two)" "$T/mail/Work/cur/"
dove expunge -u test mailbox INBOX subject three
file=$(find_message "$T/mail/Work" one)
mv "$file" "$T/mail/Work/cur/$(basename "${file%:2,*}"):2,FS"
dove flags add -u test '\Answered' mailbox Work subject two
deliver five
message six | put "$T/mail/INBOX" S
dove mailbox create -u test New
account 'createfolders = yes'
message seven | put "$T/mail/Mine" S
planned 'changes on both sides'
is "$(grep -c '^Would: ' "$T/plan")" "$(log "$T/out" | wc -l | tr -d ' ')" 'each line of the plan is marked'
in_step 'INBOX' INBOX
in_step 'Work' Work
in_step 'the new one' Mine
rm -rf "$T/meta"
planned 'without state'
planned 'nothing to do'
is "$(log "$T/plan")" '' 'an empty plan'

# --info
before=$(everything)
sync_now --info
is $STATUS 0 '--info'
says out '^ *Capabilities: IMAP4rev1 .*UIDPLUS' 'the capabilities'
says out '^ *Work +Work$' 'the folders'
is "$(everything)" "$before" 'changes nothing'

# fill MAILBOX N SERIAL: so many messages put straight where Dovecot keeps them
fill()
{
	awk -v dir="$(remote "$1")/cur" -v n="$2" -v serial="$3" 'BEGIN {
		for (i = 1; i <= n; i++) {
			file = dir "/" serial "." i ".test:2,S"
			printf "Subject: %s %d\nMessage-ID: <%s.%d@example.org>\n\nx\n", serial, i, serial, i >file
			close(file)
		}
	}'
	chmod 644 "$(remote "$1")"/cur/*
}

# more than half of a folder
account
dove mailbox create -u test Large
fill Gone 150 1046772000
fill Large 600 1046773000
syncs 'many messages'
rm $(ls -d "$T"/mail/Gone/cur/* | sed -n '1,120p')
rm "$(find_message "$T/mail/Work" three)"
sync_now
is $STATUS 4 'many deletions: status 4'
says out "Gone.*120 deletions on the server .* --allow-delete 'Gone'" 'held, and how to allow them'
is "$(dove_count Gone)" 150 'nothing is deleted there'
in_step 'a few elsewhere are carried out' Work
sync_now
is $STATUS 4 'held again'
sync_now --allow-delete Other
is $STATUS 4 'a permission for another folder is none'
sync_now --dry-run --allow-delete Gone
says out '^Would: Deleting 120 messages .* IMAP.Gone' 'a dry run tells what a permission would do'
is "$(dove_count Gone)" 150 'deletes nothing'
sync_now
is $STATUS 4 'and gives no permission'
syncs 'allowed' --allow-delete Gone
in_step 'carried out' Gone
is "$(count "$T/mail/Gone")" 30 'just those'
syncs 'and once more'

# the other way: all of them
fill Gone 150 1046774000
syncs 'more messages'
dove expunge -u test mailbox Gone all
sync_now
is $STATUS 4 'an emptied mailbox: status 4'
is "$(count "$T/mail/Gone")" 180 'the local mail stays'
deliver fresh Gone
sync_now
ok 'new mail comes all the same' find_message "$T/mail/Gone" fresh
# Every sync must see the permission once only.
syncs 'allowed' --allow-delete Gone
in_step 'in step' Gone
is "$(count "$T/mail/Gone")" 1 'one is left'

# no folder loses half of its messages, but the account a quarter
rm $(ls -d "$T"/mail/Large/cur/* | sed -n '1,250p')
sync_now
is $STATUS 4 'a quarter of the account: status 4'
is "$(dove_count Large)" 600 'held'
syncs 'allowed' --allow-delete Large
in_step 'and carried out' Large
finish
