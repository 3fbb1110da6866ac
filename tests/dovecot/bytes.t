# Messages arrive and return byte for byte, whatever is in them.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot || exit 1
account

# samples DIR: one message a file
samples()
{
	mkdir -p "$1"
	printf 'Subject: 8bit\n\n\200\201\376\377 \303\274 caf\351\n' >"$1/8bit"
	printf 'Subject: bare CR\n\na\rb\r\rc\r\n' >"$1/bare-cr"
	printf 'Subject: CRLF\r\n\r\none\r\ntwo\r\n' >"$1/crlf"
	printf 'Subject: mixed\n\none\r\ntwo\nthree\r\r\n\n' >"$1/mixed"
	printf '\nno header at all\n' >"$1/no-header"
	printf 'just words\n' >"$1/words"
	printf 'Subject: no body\n' >"$1/no-body"
	printf 'Subject: empty line and no body\n\n' >"$1/empty-body"
	printf 'Subject: no end\n\nno newline at the end' >"$1/no-end"
	printf 'Subject: ends in CR\n\nx\r' >"$1/ends-in-cr"
	printf '\n' >"$1/newline"
	printf 'x' >"$1/octet"
	printf 'From me to you\nSubject: mbox\n\nFrom here\n.\n..\n)\n* BAD\nA1 OK {3}\n' >"$1/protocol"
	printf 'Subject: =?\001\002?=\n\n\033[31m\177\n' >"$1/control"
	{ printf 'Subject: long\n\n'; awk 'BEGIN { for (i = 0; i < 10000; i++) printf "0123456789" }'; echo end; } >"$1/long-line"
	{ awk 'BEGIN { printf "Subject: "; for (i = 0; i < 20000; i++) printf "0123456789" }'; printf '\n\nx\n'; } \
		>"$1/long-header"
	{ printf 'Subject: binary\n\n'; head -c 100000 "$(command -v dovecot)" | tr '\0\r' xy; } >"$1/binary"
}


# has MAILDIR FILE: one of its messages is this, byte for byte
has()
{
	for _message in "$1"/new/* "$1"/cur/*; do
		cmp -s "$_message" "$2" && return
	done
	return 1
}

# arrived MAILDIR WHERE [SAMPLES]: all samples are there; a CRLF has become a LF on its way, no other CR has
arrived()
{
	is "$(count "$1")" "$n" "$2: $n messages"
	for _sample in "$T"/samples/*; do
		ok "$2: $(basename "$_sample")" has "$1" "${3:-$T/want}/$(basename "$_sample")"
	done
}

samples "$T/samples"
cp -r "$T/samples" "$T/want"
printf 'Subject: CRLF\n\none\ntwo\n' >"$T/want/crlf"
printf 'Subject: bare CR\n\na\rb\r\rc\n' >"$T/want/bare-cr"
printf 'Subject: mixed\n\none\ntwo\nthree\r\n\n' >"$T/want/mixed"
n=$(find "$T/samples" -type f | wc -l | tr -d ' ')

# down: put straight where Dovecot keeps them
dove mailbox create -u test Down Up
for file in "$T"/samples/*; do
	cp "$file" "$(remote Down)/cur/1046772000.$(basename "$file").test:2,"
done
chmod 644 "$(remote Down)"/cur/*
syncs 'download'
arrived "$T/mail/Down" Maildir

# up; Dovecot does not keep a CR that ends a message
rm "$T/samples/ends-in-cr"
n=$((n - 1))
for file in "$T"/samples/*; do
	put "$T/mail/Up" '' <"$file"
done
syncs 'upload'
arrived "$(remote Up)" server
arrived "$T/mail/Up" 'still here' "$T/samples"
syncs 'again'
says_not out 'Copy message|Pairing|WARNING' 'in step'

# nothing at all
put "$T/mail/Up" '' </dev/null
cp /dev/null "$(remote Down)/cur/1046772000.empty.test:2,"
chmod 644 "$(remote Down)/cur/1046772000.empty.test:2,"
sync_now
ok 'an empty message comes' has "$T/mail/Down" /dev/null
is $STATUS 1 'Dovecot refuses an empty one'
says out "ERROR: .*Up.*$(basename "$PUT")" 'the file is named'
ok 'it stays' test -f "$PUT"
rm "$PUT"

# NUL
printf 'Subject: nul\n\na\0b\0\n' >"$T/nul"
put "$T/mail/Up" '' <"$T/nul"
syncs 'a NUL goes up where BINARY is offered'
ok 'as it is' has "$(remote Up)" "$T/nul"
stop_dovecot
start_dovecot 'imap_capability = IMAP4rev1 UIDPLUS LITERAL+ SASL-IR' || exit 1
account
printf 'Subject: nul\n\nsecond\0\n' | put "$T/mail/Up" ''
message after | put "$T/mail/Up" ''
sync_now
is $STATUS 1 'without BINARY a NUL is a failure'
says out 'ERROR: .*NUL' 'it says so'
is "$(count "$(remote Up)")" $((n + 2)) 'it stays local, others go'
is "$(count "$T/mail/Up")" $((n + 3)) 'nothing is lost'
finish
