# TLS against a certificate of a private CA, and what has to be refused; passwords.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start()
{
	start_dovecot 'auth_failure_delay = 0' 'auth_mechanisms = plain' || exit 1
}

# tls HOST PORT [LINE...]: configured with TLS
tls()
{
	_host=$1 PORT=$2
	shift 2
	configure "$@"
	chmod 600 "$T/rc"
	sed "s/^remotehost = .*/remotehost = $_host/" "$T/rc" >"$T/rc.new" && cat "$T/rc.new" >"$T/rc"
}

# refused WHAT REGEX: the run fails, says why, and nobody logged in
refused()
{
	_logins=$(logins)
	ok "$1 is refused" not sync_now -d imap
	is $STATUS 6 "$1: status 6"
	says out "$2" "$1: the error says so"
	is "$(logins)" "$_logins" "$1: no login"
}

# The first server, for another name.
certificates mail.example.org || exit 1
start
tls localhost "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused 'a certificate for another name' 'ERROR: .*its certificate is for another name'
stop_dovecot
mv "$T/tls" "$T/other"

certificates localhost || exit 1
start
deliver hello
plain=$PORT
tls localhost "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
syncs 'TLS with a private CA'
in_step 'the message is there' INBOX
ok 'it was TLS' grep -q 'Login: .*TLS' "$DOVE/log"

tls 127.0.0.1 "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused 'an address' 'ERROR: .*127\.0\.0\.1'
tls localhost "$TLS_PORT" 'ssl = yes'
refused 'a CA the system does not know' 'ERROR: .*(trust|issuer|certificate)'
tls localhost "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/other/ca.pem"
refused 'a CA of the same name with another key' 'ERROR: .*(signature|trust|certificate)'
tls localhost "$plain" 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused 'a port that speaks no TLS' 'ERROR: .*TLS'
tls localhost "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/nowhere.pem"
refused 'a CA file that is not there' 'nowhere\.pem'

tls localhost "$TLS_PORT" 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
sed 's/^remotepass = .*/remotepass = wrong-password/' "$T/rc" >"$T/rc.new" && cat "$T/rc.new" >"$T/rc"
refused 'a wrong password' 'ERROR: .*(login|password|authent)'
says_not out "wrong-password|$(printf '\0test\0wrong-password' | base64 | cut -c 1-20)" 'and it is not in the log of -d imap'
is "$(count "$T/mail/INBOX")" 1 'the mail is untouched'
finish
