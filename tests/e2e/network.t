# network.t - in a network of its own, where ports 143 and 993 are free and 192.0.2.1 is an address that is not loopback:
# no password goes in clear where nobody has allowed it, and the default ports of 2003.
if [ "${1:-}" != inside ]; then
	for how in 'unshare -n' 'unshare -rn'; do
		$how true 2>/dev/null && exec $how sh "$0" inside
	done
	echo '1..0 # SKIP unshare -n does not work here'
	exit 0
fi
. "$(dirname "$0")/lib.sh"
need ip python3 openssl
{ ip link set lo up && ip address add 192.0.2.1/32 dev lo; } || skip_all 'no address can be added here'
certificates localhost || exit 1
maildir "$T/server/INBOX"
message hello | put "$T/server/INBOX"

# relay ADDRESS PORT TO: connections to it go to port TO of the fake server; relayed PORT: how many there were
cat >"$T/relay.py" <<'END'
import socket, sys, threading
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
def copy(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data: break
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass
log = open(sys.argv[4], "w", 1)
print("ready", file=log)
while True:
    near = listener.accept()[0]
    print("connection", file=log)
    far = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
    for pair in ((near, far), (far, near)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
END
relay()
{
	python3 "$T/relay.py" "$1" "$2" "$3" "$T/relay.$2" 9>&- &
	AT_END="kill $! 2>/dev/null; $AT_END"
	wait_for 10 test -s "$T/relay.$2"
}
relayed()
{
	grep -c connection "$T/relay.$1"
}

offers()
{
	for cap in AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR LOGINDISABLED PREAUTH; do
		tell cap $cap off
	done
	for cap; do
		tell cap $cap on
	done
}
seen()
{
	tell log
	printf '%s\n' "$ANSWER" | grep -c -E "$1"
}
# fresh [LINE...]: the account's server is 192.0.2.1
fresh()
{
	rm -rf "$T/mail" "$T/meta"
	configure "$@"
	set_line remotehost 192.0.2.1
}
no_ssl_line="WARNING: $T/rc:6: \\[Test\\] has no ssl line: .*ssl = yes.*ssl = no"

# ---- a password in clear ----

start_fake -m "test=$T/server" || exit 1
relay 192.0.2.1 "$PORT" "$PORT" || exit 1
for offer in 'AUTH=PLAIN SASL-IR' AUTH=PLAIN ''; do
	offers $offer
	fresh
	tell reset-counters
	sync_now
	is "$STATUS" 6 "${offer:-LOGIN} on an open line: status 6"
	says out '^ERROR: Test: .*unencrypted.*rc:6 add "ssl = yes".*"ssl = no"' "${offer:-LOGIN} on an open line: the lines to add"
	is "$(grep -c '^ERROR' "$T/out")" 1 "${offer:-LOGIN} on an open line: one error"
	is "$(grep -c '^WARNING' "$T/out")" 1 "${offer:-LOGIN} on an open line: one warning"
	says out "^$no_ssl_line" "${offer:-LOGIN} on an open line: it names the line to add, too"
	is "$(seen 'LOGIN|AUTHENTICATE')" 0 "${offer:-LOGIN} on an open line: nothing is sent"
	fresh 'ssl = no'
	syncs "${offer:-LOGIN} with ssl = no"
	says_not out '^WARNING' "${offer:-LOGIN} with ssl = no: no warning"
	stop_fake
	start_fake -p "$PORT" -m "test=$T/server" || exit 1
done
fresh 'remotepasscmd = echo ran >~/ran; echo secret'
offers
sync_now
is "$STATUS" 6 'LOGIN on an open line'
ok 'the password is not even fetched' not test -e "$T/ran"
offers AUTH=CRAM-MD5 AUTH=PLAIN
fresh
syncs 'CRAM-MD5 on an open line'
says out "^$no_ssl_line" 'with the warning'
offers AUTH=CRAM-MD5 AUTH=PLAIN
echo 'on AUTHENTICATE no "not so"' >"$T/faults"
tell faults "$T/faults"
fresh
sync_now
is "$STATUS" 6 'a server that refuses CRAM-MD5'
is "$(seen 'AUTHENTICATE PLAIN|LOGIN')" 0 'does not get the password'
: >"$T/faults"
tell faults "$T/faults"
offers PREAUTH
fresh
sync_now
is "$STATUS" 6 'PREAUTH on an open line: status 6'
says out '^ERROR: .*cannot be trusted' 'PREAUTH on an open line: the error'
offers
fresh
set_line remotehost 127.0.0.1
syncs 'LOGIN to loopback needs no permission'
says_not out '^WARNING' 'and no warning'

# ---- no ssl line and no port ----

fresh
set_line remotehost localhost
set_line remoteport
sync_now
is "$STATUS" 6 'nobody on 993 and 143: status 6'
is "$(grep -c '^ERROR' "$T/out")" 1 'nobody on 993 and 143: one error'
# qemu-mips hands through its own machine's number of the error, which has no text there.
says out '^ERROR: .*localhost.*(refused|No error information)' 'nobody on 993 and 143: what it is'
relay 127.0.0.1 143 "$PORT"
syncs 'nobody on 993: plain text on 143'
is "$(count "$T/mail/INBOX")" 1 'the mail is there'
fresh 'ssl = yes'
set_line remotehost localhost
set_line remoteport
sync_now
is "$STATUS" 6 'ssl = yes: 143 is not tried'
fresh 'ssl = no'
set_line remotehost localhost
set_line remoteport
syncs 'ssl = no: 143'
stop_fake
start_fake -m "test=$T/server" --tls "$T/tls/cert.pem" "$T/tls/key.pem" || exit 1
relay 127.0.0.1 993 "$PORT"
fresh "sslcacertfile = $T/tls/ca.pem"
set_line remotehost localhost
set_line remoteport
syncs 'TLS on 993 comes first'
fresh 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
set_line remotehost localhost
set_line remoteport
syncs 'ssl = yes: 993'
fresh
set_line remotehost localhost
set_line remoteport
before=$(relayed 143)
sync_now
is "$STATUS" 6 'a certificate that cannot be verified: status 6'
says out '^ERROR: .*localhost.*certificate' 'a certificate that cannot be verified: the error'
is "$(grep -c '^ERROR' "$T/out")" 1 'a certificate that cannot be verified: one'
is "$(relayed 143)" "$before" 'a certificate that cannot be verified: 143 is not tried instead'
finish
