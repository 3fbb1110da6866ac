#!/bin/sh
# sync.t - the main job, both ways: download, upload, flags, deletions; and a run with nothing to do does nothing.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX" "$T/server/Lists"
for n in 1 2 3 4 5 6; do
	message "first $n" | put "$T/server/INBOX" "$([ $((n % 2)) -eq 0 ] && echo S)"
done
message "a list" 30 | put "$T/server/Lists" F
start_fake -m "test=$T/server"
configure

syncs "the first run downloads everything"
is "$(count "$T/mail/INBOX")" 6 "six messages in INBOX"
is "$(count "$T/mail/Lists")" 1 "one in Lists"
is "$(bodies "$T/mail/INBOX")" "$(bodies "$T/server/INBOX")" "byte for byte"
is "$(find "$T/mail/INBOX/new" -type f | wc -l | tr -d ' ')" 3 "the unseen ones are in new/"
is "$(letters "$(find_message "$T/mail/INBOX" 'first 2')")" S "a seen one has its flag"
tell dump test
is "box INBOX $(cat "$T/mail/INBOX/offlineimap.uidvalidity")" "$(printf '%s\n' "$ANSWER" | grep INBOX)" "the folder's marker holds the UIDVALIDITY"
in_step "UIDs and flags agree"

syncs "a second run"
before=$(tree)
tell reset-counters
syncs "a third run"
is "$(tree)" "$before" "it writes nothing"
is "$(counter mutations)" 0 "it changes nothing on the server"

# ---- changes of both sides at once ----
message "from here" | put "$T/mail/INBOX"
message "from here, read" | put "$T/mail/Lists" S
f=$(find_message "$T/mail/INBOX" 'first 1')
mv "$f" "$T/mail/INBOX/cur/${f##*/}FS"
rm "$(find_message "$T/mail/INBOX" 'first 2')"
f=$(find_message "$T/mail/INBOX" 'first 5')
mv "$f" "$T/mail/Lists/cur/"
message "from there" >"$T/there"
tell append test Lists '\Flagged' "$T/there"
tell flag test INBOX 3 '\Answered'
tell unflag test INBOX 4 '\Seen'
tell expunge test INBOX 6
syncs "a run with changes on both sides"
is "$(count "$T/mail/INBOX")" 4 "INBOX: one deleted on each side, one moved away, one new"
is "$(count "$T/mail/Lists")" 4 "Lists: one was there, one moved in, one from each side"
is "$(letters "$(find_message "$T/mail/INBOX" 'first 3')")" R "a flag came down"
is "$(letters "$(find_message "$T/mail/INBOX" 'first 4')")" "" "a flag was taken away"
is "$(letters "$(find_message "$T/mail/Lists" 'from there')")" F "a new message came down with its flag"
in_step "both sides agree"
is "$(on_server | grep 'INBOX 1 ')" "INBOX 1 FS" "both new flags went up"

tell reset-counters
syncs "a run after it"
is "$(counter mutations)" 0 "has nothing left to do"

# ---- upload without UIDPLUS: the new UIDs are searched ----
tell cap UIDPLUS off
message "no uidplus" | put "$T/mail/INBOX" S
message "twin" | put "$T/mail/INBOX"
message "twin" | put "$T/mail/INBOX"
printf 'no header at all' | put "$T/mail/INBOX"
syncs "uploads to a server without UIDPLUS"
is "$(find "$T/mail/INBOX" -name '*,U=*' | wc -l | tr -d ' ')" 8 "all files carry a UID"
in_step "none is there twice"
tell reset-counters
syncs "and again"
is "$(counter mutations)" 0 "nothing is uploaded twice"

# ---- synchronizing literals, no ESEARCH ----
for cap in LITERAL+ ESEARCH SASL-IR; do tell cap $cap off; done
message "old server" | put "$T/mail/INBOX"
message "old server too" | put "$T/mail/INBOX"
syncs "uploads to an older server"
in_step "arrive"

# ---- a new folder on each side ----
tell create test Work/2026
maildir "$T/mail/Mine"
message "mine" | put "$T/mail/Mine"
syncs "a run with a new folder on the server"
ok "it is made locally, with the separator" test -d "$T/mail/Work.2026/cur"
tell dump test
is "$(printf '%s\n' "$ANSWER" | grep -c Mine)" 0 "a local folder is not created on the server by default"
maildir "$T/mail/R&D" "$T/mail/inbox"
configure 'createfolders = yes'
syncs "with createfolders = yes"
tell dump test
is "$(printf '%s\n' "$ANSWER" | grep -c 'box Mine')" 1 "it is created there"
in_step "with its message"
is "$(grep -c 'not created on the server' "$T/out")" 2 "a name that is not modified UTF-7, and another INBOX, are not"
rmdir "$T/mail/R&D"/* "$T/mail/R&D" "$T/mail/inbox"/* "$T/mail/inbox"
finish
