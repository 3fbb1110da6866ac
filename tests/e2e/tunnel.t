# tunnel.t - preauthtunnel: a command in place of a connection.
. "$(dirname "$0")/lib.sh"
need python3

# The command: its input and output are those of a connection to the fake server, its first word is written down.
cat >"$T/pipe.py" <<'END'
import os, socket, sys, threading
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
open(sys.argv[2], "a").write("%d\n" % os.getpid())
def copy(read, write, end):
    while True:
        data = read()
        if not data: break
        write(data)
    end()
def up(data):
    while data: data = data[os.write(1, data):]
threading.Thread(target=copy, args=(lambda: os.read(0, 65536), s.sendall, lambda: s.shutdown(socket.SHUT_WR)), daemon=True).start()
copy(lambda: s.recv(65536), up, lambda: None)
END

maildir "$T/server/INBOX" "$T/server/Sent"
for n in 1 2 3 4 5 6 7 8 9; do
	message "m$n" 2000 | put "$T/server/INBOX" S
done
start_fake -m "test=$T/server" || exit 1
tell cap PREAUTH on

# fresh COMMAND [LINE...]: an account with neither host nor user nor password
fresh()
{
	rm -rf "$T/mail" "$T/meta" "$T/pids"
	_command=$1
	shift
	configure "preauthtunnel = $_command" "$@"
	for name in remotehost remoteport remoteuser remotepass; do
		set_line $name
	done
}
pipe="exec python3 $T/pipe.py $PORT $T/pids"
# none_left: no process of a tunnel is there any more
none_left()
{
	while read -r _pid; do
		kill -0 "$_pid" 2>/dev/null && return 1
	done <"$T/pids"
	return 0
}

fresh "$pipe"
syncs 'a tunnel needs neither host nor user'
says_not out 'WARNING' 'and no ssl line'
is "$(count "$T/mail/INBOX")" 9 'all mail comes through'
is "$(wc -l <"$T/pids" | tr -d ' ')" 1 'the command ran once'
ok 'and has ended' wait_for 3 none_left
tell log
is "$(printf '%s\n' "$ANSWER" | grep -c -E 'LOGIN|AUTHENTICATE')" 0 'there is no login'
is "$(printf '%s\n' "$ANSWER" | grep -c LOGOUT)" 1 'but a logout'
message 'a big one' 20000 | put "$T/mail/INBOX"
syncs 'an upload through the tunnel'
in_step 'both sides agree'
fresh "$pipe" 'maxconnections = 2'
tell reset-counters
syncs 'two tunnels'
is "$(wc -l <"$T/pids" | tr -d ' ')" 2 'maxconnections counts for them'
fresh "x='a  b'; test \"\$x\" = 'a  b' && $pipe"
syncs 'the command is one for the shell'
fresh "echo 'words of the command' >&2; $pipe"
syncs 'what it says on its standard error is not taken for IMAP'

# ---- tunnels that do not work: status 6, one error, soon ----

broken()
{
	fresh "$1"
	_start=$(date +%s)
	sync_now
	is "$STATUS" 6 "$3: status 6"
	says out "^ERROR: Test: .*$2" "$3: the error"
	is "$(grep -c '^ERROR' "$T/out")" 1 "$3: one"
	ok "$3: at once" test $(($(date +%s) - _start)) -le 3
}
broken "$T/no-such-command" 'tunnel.*status 127' 'a command that is not there'
broken 'exit 7' 'tunnel.*status 7' 'a command that ends'
broken 'echo $$ >>~/pids; echo hello; exec sleep 60' 'tunnel.*not an IMAP.*hello' 'a command that speaks no IMAP'
ok 'a command that speaks no IMAP: it does not stay' wait_for 3 none_left
broken 'cat /dev/zero' '' 'a command that sends nonsense for ever'
tell cap PREAUTH off
broken "$pipe" 'PREAUTH' 'a server that wants a login'
ok 'the command has ended' wait_for 3 none_left
tell cap PREAUTH on

# ---- a server that hangs: SIGTERM ends the program and the command ----

echo 'on SELECT delay 20000' >"$T/faults"
tell faults "$T/faults"
fresh "$pipe"
start_sync
wait_for 5 grep -q '^Syncing' "$T/out"
stop_sync
is "$STATUS" 143 'SIGTERM while the tunnel waits'
ok 'the command has ended, too' wait_for 3 none_left

# Without a terminal what the shell has started ends with it, exec or not.
if command -v setsid >/dev/null 2>&1; then
	fresh "${pipe#exec }; true"
	OFFLINEIMAP="setsid $OFFLINEIMAP"
	start_sync
	wait_for 5 grep -q '^Syncing' "$T/out"
	stop_sync
	is "$STATUS" 143 'the same with a command below the shell'
	ok 'it has ended, too' wait_for 3 none_left
fi
finish
