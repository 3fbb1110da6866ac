#!/bin/sh
# daemon.t - autorefresh, holdconnectionopen, keepalive, signals, and a network that goes away.
. "$(dirname "$0")/lib.sh"

maildir "$T/server/INBOX"
message one | put "$T/server/INBOX"
start_fake -u other:secret -m "test=$T/server"
port=$PORT
has()
{
	[ "$(count "$T/mail/INBOX" 2>/dev/null)" -eq "$1" ]
}
add()
{
	message "$1" >"$T/m"
	tell append test INBOX '""' "$T/m"
}

# ---- autorefresh, in fractions of a minute ----
configure 'autorefresh = 0.02'
start_sync
ok "the first run" wait_for 5 has 1
add two
ok "a refresh after 1.2 s brings new mail" wait_for 5 has 2
ok "the program is still there" kill -0 "$SYNC_PID"
start=$(date +%s%N)
stop_sync
ms=$((($(date +%s%N) - start) / 1000000))
ok "SIGTERM stops it within 2 s ($ms ms)" test $ms -lt 2000
is "$STATUS" 143 "by signal 15"
ok "connections are closed between refreshes" test "$(counter logins)" -ge 2

# ---- -o ----
configure 'autorefresh = 60'
start=$(date +%s)
syncs "-o ends after one run" -o
ok "at once" test $(($(date +%s) - start)) -lt 5

# ---- SIGUSR1, holdconnectionopen, keepalive ----
configure 'autorefresh = 60' 'holdconnectionopen = yes' 'keepalive = 1'
tell reset-counters
start_sync
ok "a long pause begins" wait_for 5 grep -q Sleeping "$T/out"
add three
sleep 2.5
ok "it does not look meanwhile" not has 3
tell log
ok "keepalive: NOOP goes out during the pause" test "$(printf '%s\n' "$ANSWER" | grep -c NOOP)" -ge 2
kill -USR1 "$SYNC_PID"
ok "SIGUSR1 makes it look now" wait_for 5 has 3
is "$(counter logins)" 1 "on the connection held open"
kill -INT "$SYNC_PID"
wait "$SYNC_PID"
is $? 130 "SIGINT stops it"

# ---- without keepalive nothing is said ----
configure 'autorefresh = 60' 'holdconnectionopen = yes'
tell log
n=$(printf '%s\n' "$ANSWER" | grep -c NOOP)
start_sync
wait_for 5 grep -q Sleeping "$T/out"
sleep 1.5
tell log
is "$(printf '%s\n' "$ANSWER" | grep -c NOOP)" "$n" "no keepalive, no NOOP"
stop_sync

# ---- the network goes and comes: neither the program nor the other account ends ----
mkdir -p "$T/mail2"
cat >"$T/rc" <<END
[general]
accounts = Test, Gone
metadata = $T/meta
maxsyncaccounts = 1
ui = Noninteractive.Basic
[Test]
localfolders = $T/mail
remotehost = 127.0.0.1
remoteport = $port
remoteuser = test
remotepass = secret
autorefresh = 0.02
[Gone]
localfolders = $T/mail2
remotehost = 127.0.0.1
remoteport = 1
remoteuser = other
remotepass = secret
autorefresh = 0.02
END
chmod 600 "$T/rc"
start_sync
ok "an account without a server is reported" wait_for 5 grep -q '^ERROR.*Gone' "$T/out"
add four
ok "the other account goes on" wait_for 5 has 4
echo 'on LIST drop' >"$T/faults"
tell faults "$T/faults"
ok "a connection that breaks is reported" wait_for 5 grep -q '^ERROR.*Test' "$T/out"
: >"$T/faults"
tell faults "$T/faults"
add five
ok "and the next refresh works again" wait_for 5 has 5
ok "more accounts than maxsyncaccounts all have their turn" test "$(grep -c 'rocessing account Gone' "$T/out")" -ge 2
stop_sync

# ---- stopping in the middle of a transfer ----
configure
message big 200000 >"$T/m"
tell append test INBOX '""' "$T/m"
echo 'on SELECT delay 3000' >"$T/faults"
tell faults "$T/faults"
start_sync
sleep 0.5
start=$(date +%s%N)
stop_sync
ms=$((($(date +%s%N) - start) / 1000000))
ok "a slow server does not keep it from stopping ($ms ms)" test $ms -lt 2000
: >"$T/faults"
tell faults "$T/faults"
syncs "the run after it"
in_step "completes the work"
is "$(find "$T/mail" -path '*/tmp/*' -type f | wc -l | tr -d ' ')" 0 "no temporary file is left"
finish
