#!/bin/sh
# dryrun.t - --dry-run shows what the next run does and does nothing; --info shows the server and changes nothing.
. "$(dirname "$0")/lib.sh"

# The actions a run logs, in order, without their planned marking.
actions()
{
	sed -n -e 's/^Would: //' -e '/^\(Copy message\|Deleting\|Adding\|Creating\)/p' "$T/out"
}

maildir "$T/server/INBOX" "$T/server/Other"
for n in 1 2 3 4; do
	message "m$n" | put "$T/server/INBOX" S
done
start_fake -m "test=$T/server"
configure 'createfolders = yes'

before=$(tree)
tell reset-counters
syncs "--dry-run of a first run" --dry-run
is "$(tree)" "$before" "no file is made"
ok "not even the metadata" not test -e "$T/meta"
is "$(counter mutations)" 0 "the server saw no change"
actions >"$T/planned"
syncs "the run itself"
actions >"$T/done"
ok "does what was planned" cmp "$T/planned" "$T/done"
ok "which was something" grep -q Copy "$T/done"

message new | put "$T/mail/INBOX"
maildir "$T/mail/Mine"
message mine | put "$T/mail/Mine" S
f=$(find_message "$T/mail/INBOX" m1)
mv "$f" "${f%S}FS"
rm "$(find_message "$T/mail/INBOX" m2)"
message other >"$T/m"
tell append test Other '""' "$T/m"
tell flag test INBOX 3 '\Answered'
tell expunge test INBOX 4
before=$(tree)
tell reset-counters
syncs "--dry-run of changes on both sides" --dry-run
is "$(tree)" "$before" "Maildirs and metadata are untouched"
is "$(counter mutations)" 0 "the server saw no change"
actions >"$T/planned"
syncs "the run itself"
actions >"$T/done"
ok "does what was planned" cmp "$T/planned" "$T/done"
is "$(wc -l <"$T/done" | tr -d ' ')" 8 "eight things: a folder, two uploads, a download, two flags, two deletions"
in_step "both sides agree"

before=$(tree)
tell reset-counters
syncs "--info" --info
says out 'IMAP4rev1' "shows the capabilities"
says out 'INBOX +INBOX' "and the folders"
is "$(tree)" "$before" "changes no file"
is "$(counter mutations)" 0 "and nothing on the server"
finish
