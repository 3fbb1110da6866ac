# ui.t - the user interfaces: TTY.TTYUI on a terminal (of tmux), Basic, Quiet; what a server says never controls a terminal.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX" "$T/server/Sent"
for n in 1 2 3 4 5 6; do
	message "m$n" 1000 | put "$T/server/INBOX" S
done
message sent | put "$T/server/Sent"
start_fake -m "test=$T/server" || exit 1
esc=$(printf '\033')

# fresh UI [LINE...]
fresh()
{
	rm -rf "$T/mail" "$T/meta"
	_ui=$1
	shift
	configure "$@"
	set_line ui "$_ui"
}
faults()
{
	printf '%s\n' "$@" >"$T/faults"
	tell faults "$T/faults"
}

# ---- Basic and Quiet ----

# apart [OPTION...]: standard output in $T/out, standard error in $T/err
apart()
{
	$OFFLINEIMAP -c "$T/rc" "$@" >"$T/out" 2>"$T/err" </dev/null 9>&-
	STATUS=$?
}
fresh Noninteractive.Basic
apart
is "$STATUS" 0 'Basic'
is "$(cat "$T/err")" '' 'Basic: nothing on standard error'
for line in 'offlineimap [0-9].*' '\*\*\*\*\* Processing account Test' "Establishing connection to 127\\.0\\.0\\.1:$PORT\\." \
	'Copying folder structure from IMAP to Maildir' 'Syncing INBOX: IMAP -> Maildir' \
	'Copy message 3 IMAP\[INBOX\] -> Maildir\[INBOX\]' '\*\*\*\*\* Finished processing account Test'; do
	says out "^$line\$" "Basic: $line"
done
rm "$(find_message "$T/mail/INBOX" m2)" "$(find_message "$T/mail/INBOX" m3)"
tell flag test INBOX 1 '\Flagged'
tell expunge test INBOX 5
message new | put "$T/mail/Sent"
apart
says out '^Deleting 2 messages \(2:3\) in IMAP\[INBOX\]$' 'Basic: deletions'
says out '^Deleting 1 message \(5\) in Maildir\[INBOX\]$' 'Basic: and one'
says out '^Adding flags F to 1 message \(1\) on Maildir\[INBOX\]$' 'Basic: flags'
says out '^Copy message .* Maildir\[Sent\] -> IMAP\[Sent\]$' 'Basic: an upload'
faults 'box=Sent on SELECT no "gone fishing"'
apart
is "$STATUS" 1 'Basic, an error'
is "$(grep -c '^ERROR: Test: Sent: .*gone fishing' "$T/err")" 1 'Basic, an error: on standard error, once'
says_not out 'ERROR' 'Basic, an error: not on standard output'
says out '^\*\*\*\*\* Finished processing account Test, 1 failure$' 'Basic, an error: counted at the end'
set_line ui Noninteractive.Quiet
apart
is "$(cat "$T/out")" '' 'Quiet, an error: nothing on standard output'
says "$T/err" '^ERROR: Test: Sent: .*gone fishing' 'Quiet, an error: on standard error'
faults ''
fresh Noninteractive.Quiet
apart
is "$STATUS" 0 'Quiet'
is "$(cat "$T/out" "$T/err")" '' 'Quiet: silent when all is well'
fresh Noninteractive.Quiet
apart -d maildir
says_not out '^(Syncing|Copy message)' 'Quiet with -d: no progress'

# ---- which one ----

# chosen WHAT WANT [OPTION...]: Basic or Quiet
chosen()
{
	_what=$1 _want=$2
	shift 2
	apart "$@"
	is "$STATUS $(grep -q '^Syncing' "$T/out" && echo Basic || echo Quiet)" "0 $_want" "$_what"
}
fresh 'Noninteractive.Quiet, Noninteractive.Basic'
chosen 'ui: the first is taken' Quiet
set_line ui 'Tk.Blinkenlights, Curses.Blinkenlights, Noninteractive.Quiet'
chosen 'ui: those that come later are passed over' Quiet
set_line ui 'TTY.TTYUI, Noninteractive.Quiet'
chosen 'ui: one that needs a terminal is passed over' Quiet
set_line ui 'Tk.VerboseUI'
chosen 'ui: nothing but one that comes later' Basic
set_line ui
chosen 'no ui line, no terminal' Basic
chosen '-u' Quiet -u Noninteractive.Quiet
set_line accounts 'Test'
add_to general 'ui = TTY.TTYUI'
apart
is "$STATUS" 2 'ui: none is usable: status 2'
is "$(wc -l <"$T/err" | tr -d ' ')" 1 'ui: none is usable: one line'

# ---- what the server says ----

# harmless WHAT: no control characters in what came out
harmless()
{
	ok "$1: no escape sequence comes through" not grep -q "$esc" "$T/out" "$T/err"
}
fresh Noninteractive.Basic
tell create test "$(printf '"evil\033[2J\033]0;title\007box"')"
faults "box=Sent on SELECT no \"${esc}[31mred${esc}[0m\""
apart -d imap
harmless 'a mailbox name, NO'
says "$T/err" 'red' 'a mailbox name, NO: but the words do'
faults "on LOGIN bye \"${esc}[31mred\"" "on AUTHENTICATE bye \"${esc}[31mred\""
apart -d imap
is "$STATUS" 6 'BYE at login'
harmless 'BYE'
faults "on LIST untagged \"${esc}]0;title nonsense\""
apart -d imap
is "$STATUS" 6 'nonsense'
harmless 'nonsense'
faults ''

# ---- TTY.TTYUI ----

if ! command -v tmux >/dev/null 2>&1; then
	note 'no tmux: TTY.TTYUI is left out'
	finish
fi
tm()
{
	tmux -S "$T/tmux" -f /dev/null "$@" 9>&-
}
AT_END="tm kill-server 2>/dev/null; $AT_END"

SESSION=0
# terminal [OPTION...]: starts the program on a terminal of its own. All that it writes is in $T/raw.
terminal()
{
	SESSION=$((SESSION + 1))
	rm -f "$T/go" "$T/end" "$T/raw" "$T/status"
	cat >"$T/session" <<-END
		trap : INT
		while [ ! -f "$T/go" ]; do sleep 0.05; done
		$OFFLINEIMAP -c "$T/rc" $*
		echo \$? >"$T/status"
		stty -a >"$T/stty"
		: >"$T/end"
		sleep 60
	END
	tm new-session -d -s "ui$SESSION" -x 100 -y 50 sh "$T/session" &&
	tm pipe-pane -t "ui$SESSION" "cat >'$T/raw'" && wait_for 5 test -e "$T/raw" && : >"$T/go"
}
# screen: what stands on it now
screen()
{
	tm capture-pane -p -t "ui$SESSION"
}
# shows TEXT: does it stand there?
shows()
{
	screen | grep -qF -e "$1"
}
# ends WHAT STATUS: it does, with this status, and leaves the terminal as it should be
ends()
{
	wait_for 8 test -e "$T/end"
	is "$(cat "$T/status")" "$2" "$1: status $2"
	ok "$1: the terminal echoes" grep -q -E '(^|[ ;])echo([ ;]|$)' "$T/stty"
	ok "$1: and takes lines" grep -q -E '(^|[ ;])icanon([ ;]|$)' "$T/stty"
}
# asked N: for the password, so many times
asked()
{
	[ "$(grep -c 'Enter password' "$T/raw")" -eq "$1" ]
}
type_in()
{
	tm send-keys -t "ui$SESSION" -l "$1"
	tm send-keys -t "ui$SESSION" Enter
}

prompt='Test: Enter password for test on 127.0.0.1:'
fresh TTY.TTYUI
faults 'on FETCH delay 100'
terminal
ends 'a run' 0
screen >"$T/screen"
says "$T/screen" '^Account sync Test:$' 'thread names stand above'
says "$T/screen" '^   Syncing INBOX: IMAP -> Maildir$' 'what they say below'
says "$T/raw" '[0-9] of 3 messages, [0-9.]+ [kM]B, [0-9.]+ [kM]B/s' 'progress in messages, bytes and rate'
says_not "$T/screen" 'of 3 messages' 'which goes away'
ok 'a name with an escape sequence is shown' grep -q 'Syncing evil' "$T/raw"
ok 'but does not control the terminal' not grep -q "$esc" "$T/raw"
faults ''
set_line ui
terminal
ends 'no ui line' 0
screen >"$T/screen"
says "$T/screen" '^Account sync Test:$' 'a terminal: TTY.TTYUI'

# ---- the password ----

fresh TTY.TTYUI
set_line remotepass
terminal
ok 'the prompt' wait_for 5 shows "$prompt"
tell reset-counters
type_in 'not-this-one'
ok 'a wrong password: the server says so' wait_for 5 shows 'wrong password'
ok 'a wrong password: and it is asked for again' wait_for 5 asked 2
type_in 'secret'
ends 'the right password' 0
is "$(count "$T/mail/Sent")" 2 'the mail is there'
ok 'neither of them is on the screen' not grep -q -E 'not-this-one|secret' "$T/raw"
terminal -d imap
for i in 1 2 3; do
	wait_for 5 asked $i
	type_in "never-$i"
done
ends 'only wrong passwords' 6
is "$(grep -c 'ERROR' "$T/raw")" 1 'only wrong passwords: one error'
ok 'they are not on the screen, with -d imap neither' not grep -q 'never-' "$T/raw"
terminal
wait_for 5 shows "$prompt"
tm send-keys -t "ui$SESSION" C-c
ends 'Ctrl-C at the prompt' 130
terminal
wait_for 5 shows "$prompt"
tm send-keys -t "ui$SESSION" C-d
ends 'end of file at the prompt' 6

# ---- Ctrl-C in the middle ----

fresh TTY.TTYUI
sync_now -u Noninteractive.Quiet
message again | put "$T/mail/INBOX"
rm "$(find_message "$T/mail/INBOX" m4)"
message more 40000 >"$T/m"
tell append test INBOX '""' "$T/m"
faults 'on APPEND delay 3000'
terminal
wait_for 5 shows 'Maildir[INBOX] -> IMAP[INBOX]'
tm send-keys -t "ui$SESSION" C-c
start=$(date +%s)
ends 'Ctrl-C in an upload' 130
ok 'Ctrl-C in an upload: at once' test $(($(date +%s) - start)) -le 2
faults ''
syncs 'the run after it' -u Noninteractive.Basic
in_step 'completes the work'
is "$(on_server | grep -c '^INBOX')" 4 'nothing is there twice'
is "$(find "$T/mail" -path '*/tmp/*' -type f | wc -l | tr -d ' ')" 0 'no temporary file is left'
finish
