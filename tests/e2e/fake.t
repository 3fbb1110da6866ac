# fake.t - the program fake-imapd: its options, TLS, control channel and Maildirs, with clients that are not ours.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)

# ---- options ----

usage()
{
	_want=$1
	shift
	timeout 10 $FAKE_IMAPD "$@" >"$T/usage" 2>&1 </dev/null
	is $? 2 "fake-imapd $*: status 2"
	says "$T/usage" "$_want" "fake-imapd $*: $_want"
}
usage 'unknown option: -z' -z
usage 'missing behind: -p' -p
usage 'not a number in range: 70000' -p 70000
usage '-u wants USER:PASS' -u nobody
usage '-m wants USER=DIR' -m nobody
usage 'unknown capability: TELEPATHY' -x TELEPATHY
usage '--delim wants' --delim ab
usage 'FOLDERSxMESSAGES' --generate 3 test
usage 'No such file' --faults "$T/none"
echo 'on FETCH explode' >"$T/faults"
usage 'line 1: unknown action' --faults "$T/faults"
ok '--help' sh -c "$FAKE_IMAPD --help | grep '^usage: fake-imapd'"

# ---- Maildirs, control channel ----

# the answer to "dump" without UIDVALIDITY, sizes and checksums
seen()
{
	echo "$ANSWER" | sed -n 's/^\(box .*\) [0-9]*$/\1/p; s/^\(  [0-9]* (.*)\) .*/\1/p'
}

message one | put "$T/store/INBOX" S
message two | put "$T/store/INBOX"
message deep | put "$T/store/Work/2003" FS
start_fake -m "test=$T/store" -w --delim / || exit 1
tell dump test
is "$(seen)" 'box INBOX
  1 (\Seen)
  2 ()
box Work/2003
  1 (\Seen \Flagged)' 'Maildirs are loaded'
message three >"$T/three"
ok 'append' tell append test INBOX '"\Seen $Big"' "$T/three"
is "$ANSWER" 'uid 3' 'it has a UID'
ok 'create' tell create test '"New box"'
ok 'create what is no good directory' tell create test '../up'
ok 'flag' tell flag test INBOX 1 '+\Flagged'
ok 'unflag' tell unflag test INBOX 2 '\Seen'
ok 'expunge' tell expunge test INBOX 2
ok 'no such message' not tell expunge test INBOX 2
ok 'no such command' not tell explode
ok 'uidvalidity' tell uidvalidity test INBOX 99
ok 'cap' tell cap MOVE off
ok 'body' tell body test INBOX 3 "$T/body"
is "$(tr -d '\r' <"$T/body")" "$(cat "$T/three")" 'the body'
is "$(grep -c "$(printf '\r')\$" "$T/body")" "$(grep -c '' "$T/three")" 'append makes CRLF'
printf 'a\nb\r\nc' >"$T/raw"
tell create test Raw
ok 'append-raw' tell append-raw test Raw '""' "$T/raw"
tell body test Raw 1 "$T/body"
ok 'append-raw stores what is there' cmp "$T/raw" "$T/body"
tell delete test Raw
ok 'counters' tell counters
is "${ANSWER%% *}" 'connections=0' 'nobody came'
ok 'delete' tell delete test Work/2003
tell quit
wait "$FAKE_PID"
is $? 0 'quit ends it'
FAKE_PID=''
is "$(cd "$T/store" && find INBOX -type f -name '*:2,*' | sed 's/.*,U=/U=/' | sort)" 'U=1:2,FS
U=3:2,S' 'written back'
ok 'UIDVALIDITY and UIDNEXT too' grep -x 'uidvalidity 99 uidnext 4' "$T/store/INBOX/fake-imapd"
ok 'within its tree' test -d "$T/store/%2E./up/cur"
start_fake -m "test=$T/store"
tell dump test
is "$(seen)" 'box ../up
box INBOX
  1 (\Seen \Flagged)
  3 (\Seen)
box New box' 'and read again with the same UIDs'
stop_fake

# ---- Python's imaplib as a client ----

imaplib()
{
	cat >"$T/client.py" <<-'END'
		import imaplib, ssl, sys
		port, tls = int(sys.argv[1]), sys.argv[2]
		if tls:
		    m = imaplib.IMAP4_SSL("localhost", port, ssl_context=ssl.create_default_context(cafile=tls))
		else:
		    m = imaplib.IMAP4("127.0.0.1", port)
		def must(reply):
		    if reply[0] != "OK": sys.exit("%r" % (reply,))
		    return reply[1]
		assert "UIDPLUS" in m.capabilities
		if tls: m.authenticate("PLAIN", lambda c: b"\0test\0secret")
		else: m.login_cram_md5("test", "secret")
		must(m.create('"a b"'))
		body = b"Subject: x\r\n\r\n" + b"y" * 300000 + b"\r\n"
		must(m.append('"a b"', r"(\Seen key)", None, body))
		assert must(m.select('"a b"')) == [b"1"]
		data = must(m.uid("fetch", "1", "(FLAGS BODY.PEEK[])"))
		assert data[0][1] == body, data
		must(m.store("1", "+FLAGS", r"(\Deleted)"))
		assert must(m.expunge()) == [b"1"]
		must(m.close())
		for i in range(50): must(m.append("INBOX", None, None, b"Subject: %d\r\n\r\nx\r\n" % i))
		must(m.select("INBOX"))
		assert len(must(m.search(None, "SUBJECT", "4"))[0].split()) == 14
		m.logout()
	END
	python3 "$T/client.py" "$PORT" "${1:-}"
}
# flights DELAY: many commands sent at once take DELAY together, one after the other each
flights()
{
	cat >"$T/flights.py" <<-'END'
		import socket, sys, time
		port, delay = int(sys.argv[1]), float(sys.argv[2])
		s = socket.create_connection(("127.0.0.1", port))
		f = s.makefile("rb")
		def until(tag):
		    while not f.readline().startswith(tag): pass
		f.readline()
		s.sendall(b"a LOGIN test secret\r\n")
		until(b"a ")
		for text, last in ((b"b NOOP\r\n" * 5 + b"c NOOP\r\n", b"c "), (b"d NOOP\r\n", b"d ")):
		    start = time.time()
		    s.sendall(text)
		    until(last)
		    took = time.time() - start
		    assert delay * 0.9 < took < delay * 2.5, took
	END
	python3 "$T/flights.py" "$PORT" "$1"
}
# octets: what a client gets that sends much and reads late
octets()
{
	cat >"$T/octets.py" <<-'END'
		import socket, sys, time
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		s.sendall(b"a LOGIN test secret\r\n" + b"b NOOP\r\n" * 500)
		time.sleep(0.2)
		s.sendall(b"b NOOP\r\n" * 500)
		got = 0
		while True:
		    p = s.recv(100)
		    if not p: break
		    got += len(p)
		print(got)
	END
	python3 "$T/octets.py" "$PORT"
}
if command -v python3 >/dev/null 2>&1; then
	echo 'on bytes 1000 drop' >"$T/faults"
	start_fake --faults "$T/faults"
	is "$(octets)" 1000 'on bytes N drop: the client gets N octets, not a reset'
	stop_fake
	start_fake
	ok 'imaplib, plain, CRAM-MD5' imaplib
	stop_fake
	is "$(grep -c secret "$T/fake.log")" 0 'no password in the log'
	ok 'the log' grep 'test .* LOGOUT' "$T/fake.log"
	start_fake --delay 100
	ok 'a slow line delays a flight once' flights 0.1
	tell counters
	is "$(echo "$ANSWER" | tr ' ' '\n' | grep flights)" flights=3 'three flights'
	stop_fake
	for kind in rsa ec; do
		command -v openssl >/dev/null 2>&1 || break
		ok "cert.sh $kind" sh "$here/fake-imapd/cert.sh" "$T/$kind" $kind
		start_fake --tls "$T/$kind/cert.pem" "$T/$kind/key.pem"
		ok "imaplib, TLS with $kind key, PLAIN" imaplib "$T/$kind/ca.pem"
		stop_fake
	done
else
	note 'no python3: imaplib is left out'
fi

# ---- mbsync as a client ----

if command -v mbsync >/dev/null 2>&1; then
	start_fake --generate 3x40 test
	mkdir -p "$T/mb" "$T/mbstate"
	cat >"$T/mbsyncrc" <<-END
		IMAPStore r
		Host 127.0.0.1
		Port $PORT
		User test
		Pass secret
		SSLType None
		AuthMechs CRAM-MD5

		MaildirStore l
		Path $T/mb/
		Inbox $T/mb/INBOX
		SubFolders Verbatim

		Channel c
		Far :r:
		Near :l:
		Patterns *
		Create Both
		Expunge Both
		Sync All
		SyncState $T/mbstate/
	END
	ok 'mbsync downloads' mbsync -c "$T/mbsyncrc" c
	is "$(count "$T/mb/INBOX")" 40 'all of INBOX'
	is "$(count "$T/mb/box0003")" 40 'all of box0003'
	message local | put "$T/mb/INBOX" F
	tell expunge test box0002 7
	tell flag test box0002 8 '\Answered'
	ok 'mbsync again' mbsync -c "$T/mbsyncrc" c
	tell dump test
	echo "$ANSWER" >"$T/dump"
	says "$T/dump" '^  41 [(].Flagged[)] ' 'its upload came'
	is "$(count "$T/mb/box0002")" 39 'the deletion went'
	stop_fake
else
	note 'no mbsync: left out'
fi
finish
