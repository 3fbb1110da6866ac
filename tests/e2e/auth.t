# auth.t - where the password comes from, how the login is chosen, what is refused, and that no secret is ever shown.
. "$(dirname "$0")/lib.sh"

# An account for each kind of password: quotes, backslashes and blanks; 8-bit bytes; one longer than a block of MD5.
odd=' p"a\ss "w%o{5}r*d\\'
eight=$(printf 'p\303\244ss\377word')
long=$(printf '%0100d' 7)
start_fake -u "odd:$odd" -u "eight:$eight" -u "long:$long" || exit 1
message hello >"$T/m"
for user in test odd eight long; do
	tell append $user INBOX '""' "$T/m"
done

# offers CAP...: the server offers these of all ways to log in
offers()
{
	for cap in AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR LOGINDISABLED; do
		tell cap $cap off
	done
	for cap; do
		tell cap $cap on
	done
}

# attempts: every login command so far, secrets masked by the server; how: the last one
attempts()
{
	tell log
	printf '%s\n' "$ANSWER" | grep -E 'LOGIN|AUTHENTICATE' | sed 's/^[^ ]* [A-Z]*[0-9]* //'
}
how()
{
	attempts | tail -n 1
}

fresh()
{
	rm -rf "$T/mail" "$T/meta"
	configure "$@"
}

# base64 of the standard input, in one line
base64_line()
{
	base64 | tr -d '\n'
}

# no_secret USER PASSWORD: neither it nor what the mechanisms make of it is in the output
no_secret()
{
	printf '%s\n' "$2" >"$T/secrets"
	printf '%s' "$2" | sed 's/[\\"]/\\&/g' >>"$T/secrets"
	printf '\n' >>"$T/secrets"
	printf '\0%s\0%s' "$1" "$2" | base64_line >>"$T/secrets"
	printf '\n' >>"$T/secrets"
	printf '\0%s\0%s' "$1" "$2" | base64_line | cut -c 12-32 >>"$T/secrets"
	not grep -F -f "$T/secrets" "$T/out"
}

# ---- the mechanisms ----

fresh
offers AUTH=CRAM-MD5 AUTH=PLAIN SASL-IR
syncs 'CRAM-MD5, PLAIN, LOGIN'
is "$(how)" 'AUTHENTICATE CRAM-MD5' 'CRAM-MD5 is preferred'
fresh
offers AUTH=PLAIN SASL-IR
syncs 'PLAIN, LOGIN'
is "$(how | cut -d ' ' -f 1-2)" 'AUTHENTICATE PLAIN' 'PLAIN is preferred to LOGIN'
ok 'its answer goes with the command' test "$(how | wc -w)" -eq 3
fresh
offers AUTH=PLAIN
syncs 'PLAIN without SASL-IR'
is "$(how)" 'AUTHENTICATE PLAIN' 'the answer waits for the server'
fresh
offers
syncs 'nothing but LOGIN'
is "$(how | cut -d ' ' -f 1)" LOGIN 'LOGIN'
fresh
offers AUTH=PLAIN LOGINDISABLED
syncs 'PLAIN, LOGINDISABLED'
fresh
offers LOGINDISABLED
before=$(how)
sync_now
is "$STATUS" 6 'LOGINDISABLED alone: status 6'
says out '^ERROR: Test: .*no way to log in' 'LOGINDISABLED alone: the error'
is "$(how)" "$before" 'LOGINDISABLED alone: LOGIN is not tried'

# A mechanism that does not work where the next one does.
fresh
offers AUTH=CRAM-MD5 AUTH=PLAIN
echo 'on AUTHENTICATE#1 no "not with me"' >"$T/faults"
tell faults "$T/faults"
syncs 'CRAM-MD5 does not work'
is "$(how)" 'AUTHENTICATE PLAIN' 'PLAIN is tried next'
: >"$T/faults"
tell faults "$T/faults"

# ---- passwords, and the trace ----

for kind in AUTH=CRAM-MD5 'AUTH=PLAIN SASL-IR' AUTH=PLAIN ''; do
	offers $kind
	for user in test odd eight long; do
		case $user in
		test)	password=secret ;;
		*)	eval "password=\$$user" ;;
		esac
		fresh "remotepasscmd = cat $T/password"
		set_line remoteuser $user
		set_line remotepass
		printf '%s\n' "$password" >"$T/password"
		syncs "${kind:-LOGIN}, password $user" -d imap
		ok "${kind:-LOGIN}: it is not shown" no_secret $user "$password"
	done
done
says out '^DEBUG\[imap\]: .* C [A-Z][0-9]+ SELECT "INBOX"' 'the rest of the conversation is'
offers AUTH=PLAIN SASL-IR
echo 'on AUTHENTICATE untagged "* NO you sent me AHRlc3QAc2VjcmV0"' >"$T/faults"
tell faults "$T/faults"
fresh
syncs 'a server that repeats what it was sent' -d imap
ok 'it is not shown' no_secret test secret
: >"$T/faults"
tell faults "$T/faults"

# ---- a wrong password ----

for kind in AUTH=CRAM-MD5 'AUTH=PLAIN SASL-IR' AUTH=PLAIN ''; do
	offers $kind
	fresh
	set_line remotepass Geheimnis
	tell reset-counters
	before=$(attempts | wc -l)
	sync_now -d imap
	is "$STATUS" 6 "${kind:-LOGIN}, wrong password: status 6"
	is "$(grep -c '^ERROR' "$T/out")" 1 "${kind:-LOGIN}, wrong password: one error"
	says out '^ERROR: Test: .*login of user test.*no such user or wrong password' "${kind:-LOGIN}, wrong password: user and the server's words"
	is "$(counter connections) $(($(attempts | wc -l) - before))" '1 1' "${kind:-LOGIN}, wrong password: it is not tried again"
	ok "${kind:-LOGIN}, wrong password: it is not shown" no_secret test Geheimnis
done
offers AUTH=CRAM-MD5
is "$(find "$T/mail" -type f -path '*/new/*' | wc -l | tr -d ' ')" 0 'nothing is downloaded'

# ---- remotepass, remotepassfile, remotepasscmd ----

# refused REGEX WHAT: no login, one error
refused()
{
	tell reset-counters
	sync_now
	is "$STATUS" 6 "$2: status 6"
	says out "^ERROR: Test: .*$1" "$2: the error"
	is "$(grep -c '^ERROR' "$T/out")" 1 "$2: one"
	is "$(counter logins)" 0 "$2: no login"
}

printf '  secret\t\r\nmore\n' >"$T/pass"
fresh 'remotepassfile = ~/pass'
set_line remotepass
syncs 'remotepassfile: the first line, without blanks, ~ is the home directory'
set_line remotepassfile "$T/none"
refused "$T/none" 'remotepassfile: no such file'
: >"$T/empty"
fresh "remotepassfile = $T/empty"
syncs 'remotepass comes before remotepassfile'
fresh 'remotepasscmd = printf "secret\nmore\n"'
set_line remotepass wrong
syncs 'remotepasscmd: the first line, before remotepass'
set_line remotepasscmd 'echo secret; exit 3'
refused 'remotepasscmd: .*status 3' 'a command that fails'
set_line remotepasscmd true
refused "remotepasscmd: 'true' printed nothing" 'a command that prints nothing'
set_line remotepasscmd "$T/no-such-program"
refused 'remotepasscmd: .*status 127' 'a command that is not there'
fresh 'remotepasscmd = echo ran >>~/ran; echo secret' 'maxconnections = 3'
syncs 'several connections'
is "$(wc -l <"$T/ran" | tr -d ' ')" 1 'the command runs once'
fresh
set_line remotepass
refused 'no password: .*remotepass, remotepassfile or remotepasscmd at .*/rc:6' 'no password and nobody to ask'
finish
