# autorefresh with held connections; signals; a server that goes away and comes back.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1

# rounds: how many syncs the program has ended
rounds()
{
	grep -c 'Finished processing account Test' "$T/out"
}
more_than()
{
	[ "$(rounds)" -gt "$1" ]
}
# stops SIGNAL: within two seconds
stops()
{
	kill "-$1" "$SYNC_PID"
	ok "SIG$1 ends it within 2 s" wait_for 2 not kill -0 "$SYNC_PID"
	wait "$SYNC_PID"
	STATUS=$?
}
arrived()
{
	find_message "$T/mail/INBOX" "$1"
}

account 'autorefresh = 0.03' 'holdconnectionopen = yes' 'keepalive = 1'
deliver one
start_sync
ok 'the first round' wait_for 10 more_than 0
deliver two
ok 'the next one follows by itself' wait_for 5 arrived two
ok 'and another' wait_for 5 more_than 2
is "$(logins)" 1 'on one connection'
stops TERM
is $STATUS 143 'status 128 + 15'

account 'autorefresh = 60' 'holdconnectionopen = yes' 'keepalive = 1'
before=$(logins)
start_sync -d imap
wait_for 10 grep -q Sleeping "$T/out"
deliver three
message four | put "$T/mail/INBOX" S
kill -USR1 "$SYNC_PID"
ok 'SIGUSR1 syncs now' wait_for 2 arrived three
wait_for 5 more_than 1
in_step 'both ways' INBOX
ok 'keepalive: a NOOP in time' wait_for 4 grep -q 'C [A-Z0-9]* NOOP' "$T/out"
is $(($(logins) - before)) 1 'still the same connection'
# A few hundred of them must do no harm.
i=0
while [ $i -lt 200 ]; do
	kill -USR1 "$SYNC_PID"
	i=$((i + 1))
done
sleep 0.5
ok 'it lives' kill -0 "$SYNC_PID"

# the server goes and comes
session=$(sed -n 's/.* mpid=\([0-9]*\),.*/\1/p' "$DOVE/log" | tail -n 1)
stop_dovecot
kill "$session"
wait_for 5 not kill -0 "$session"
kill -USR1 "$SYNC_PID"
ok 'a lost connection is reported' wait_for 5 grep -q 'ERROR: ' "$T/out"
ok 'and ends nothing' kill -0 "$SYNC_PID"
start_dovecot || exit 1
deliver five
sleep 0.2
kill -USR1 "$SYNC_PID"
ok 'it goes on when the server is back' wait_for 5 arrived five
stops INT
is $STATUS 130 'status 128 + 2'

# without holdconnectionopen
account 'autorefresh = 0.02'
before=$(logins)
start_sync
wait_for 10 more_than 2
ok 'each round has its own connection' test $(($(logins) - before)) -ge 3
# stopped in the middle of work
i=0
dove mailbox create -u test Many
while [ $i -lt 2000 ]; do
	i=$((i + 1))
	printf 'Subject: many\nMessage-ID: <%d@example.org>\n\nx\n' $i >"$(remote Many)/cur/1046772000.$i.test:2,"
done
chmod 644 "$(remote Many)"/cur/*
wait_for 5 grep -q 'Copy message 1 IMAP.Many' "$T/out"
stops TERM
account
syncs 'afterwards'
in_step 'nothing is lost or doubled' Many
finish
