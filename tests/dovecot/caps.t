# Servers that offer less than Dovecot does; whose \Deleted messages are whose; expunge = no.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"

# drop SUBJECT: deleted by the local reader
drop()
{
	rm "$(find_message "$T/mail/INBOX" "$1")"
}

# with WHAT CAPABILITY...: everything once more, from nothing, on a server that offers just these
with()
{
	_what=$1
	shift
	stop_dovecot
	rm -rf "$T/mail" "$T/meta" "$DOVE/home"
	if [ $# -gt 0 ]; then
		start_dovecot "imap_capability = $*" || exit 1
	else
		start_dovecot || exit 1
	fi
	account
	for subject in keep gone other marked; do
		deliver "$subject"
	done
	syncs "$_what: download"
	in_step "$_what: it has arrived" INBOX
	for subject in up1 up2 twin twin; do
		message "$subject" | put "$T/mail/INBOX" S
	done
	printf 'Subject: no id\n\nwithout a Message-ID\n' | put "$T/mail/INBOX" F
	syncs "$_what: upload"
	in_step "$_what: each is there once" INBOX
	syncs "$_what: again"
	says_not out 'Copy message|Pairing|WARNING' "$_what: nothing is left to do"
	drop gone
	dove expunge -u test mailbox INBOX subject other
	dove flags add -u test '\Flagged' mailbox INBOX subject keep
	syncs "$_what: changes"
	in_step "$_what: they are on both sides" INBOX
	is "$(count "$T/mail/INBOX")" 7 "$_what: two are gone"
}

with 'everything'
with 'no extension at all' IMAP4rev1
with 'no UIDPLUS' IMAP4rev1 LITERAL+ SASL-IR ESEARCH BINARY
with 'no LITERAL+' IMAP4rev1 UIDPLUS SASL-IR ESEARCH
with 'LITERAL- only' IMAP4rev1 UIDPLUS LITERAL- SASL-IR CONDSTORE
message 'longer than LITERAL- takes' 100 | put "$T/mail/INBOX" S
syncs 'a long message'
in_step 'is there' INBOX

# Others' marks, with UIDPLUS.
with 'UIDPLUS' IMAP4rev1 UIDPLUS LITERAL+
dove flags add -u test '\Deleted' mailbox INBOX subject marked
drop up1
syncs 'with UIDPLUS a deletion'
is "$(dove_flags INBOX marked)" '\Deleted' "does not expunge another's"
is "$(dove_count INBOX)" 6 'but its own'

# Without.
with 'without UIDPLUS' IMAP4rev1 LITERAL+
dove flags add -u test '\Deleted' mailbox INBOX subject marked
drop up1
syncs 'without UIDPLUS a deletion'
is "$(dove_count INBOX)" 7 "waits for another's mark"
is "$(dove_flags INBOX up1)" '\Deleted \Seen' 'marked'
is "$(count "$T/mail/INBOX")" 6 'and does not come back'
is "$(letters "$(find_message "$T/mail/INBOX" marked)")" T "the other's mark is a flag"
syncs 'again'
says_not out 'Copy message|Deleting|Adding' 'nothing is sent again'
dove flags remove -u test '\Deleted' mailbox INBOX subject up1
syncs 'undeleted by another'
ok 'it is downloaded again' find_message "$T/mail/INBOX" up1
in_step 'and all is in step' INBOX
# A file that the local reader has marked T is no reason to expunge.
file=$(find_message "$T/mail/INBOX" marked)
mv "$file" "${file%:2,*}:2,"
file=$(find_message "$T/mail/INBOX" up2)
mv "$file" "${file%:2,*}:2,ST"
drop keep
syncs 'marked locally'
is "$(dove_flags INBOX up2)" '\Deleted \Seen' 'a T is sent'
is "$(dove_flags INBOX keep)" '\Flagged \Deleted' 'and nothing is expunged for it'
is "$(dove_flags INBOX marked)" '' 'a T taken away as well'

with 'expunge = no'
account 'expunge = no'
drop up1
syncs 'expunge = no'
is "$(dove_flags INBOX up1)" '\Deleted \Seen' 'marks'
is "$(dove_count INBOX)" 7 'and does not expunge'
syncs 'again'
says_not out 'Copy message|Deleting|Adding' 'nothing is sent again'
is "$(count "$T/mail/INBOX")" 6 'it does not come back'
dove expunge -u test mailbox INBOX deleted
syncs 'expunged by another'
in_step 'forgotten' INBOX
finish
