# tls.t - TLS from the first byte: what is accepted, what is refused; one clear error each, no login, no waiting.
. "$(dirname "$0")/lib.sh"
need openssl
certificates localhost || exit 1
maildir "$T/server/INBOX"
message hello 3000 | put "$T/server/INBOX" S

# serve: a TLS server with the certificate in $T/tls
serve()
{
	stop_fake
	start_fake -m "test=$T/server" --tls "$T/tls/cert.pem" "$T/tls/key.pem" || exit 1
}

# fresh HOST [LINE...]
fresh()
{
	rm -rf "$T/mail" "$T/meta"
	_host=$1
	shift
	configure "$@"
	set_line remotehost "$_host"
}

# refused REGEX WHAT
refused()
{
	tell reset-counters
	_start=$(date +%s)
	sync_now -d imap
	is "$STATUS" 6 "$2: status 6"
	says out "^ERROR: Test: .*$1" "$2: the error"
	is "$(grep -c '^ERROR' "$T/out")" 1 "$2: one"
	is "$(counter logins)" 0 "$2: no login"
	ok "$2: at once" test $(($(date +%s) - _start)) -le 2
	says_not out 'C .*(LOGIN|AUTHENTICATE|\*\*\*)' "$2: nothing is sent"
}

# ---- accepted ----

serve
fresh localhost 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
syncs 'a certificate of a private CA'
is "$(bodies "$T/mail/INBOX")" "$(bodies "$T/server/INBOX")" 'the mail is there'
message 'a big one' 20000 | put "$T/mail/INBOX"
syncs 'an upload'
in_step 'both sides agree'
cat "$T/tls/ca.pem" >"$T/many.pem"
printf 'words in between\n' >>"$T/many.pem"
cat "$T/tls/cert.pem" >>"$T/many.pem"
fresh localhost 'ssl = yes' "sslcacertfile = ~/many.pem"
syncs 'a file with several certificates, ~ is the home directory'

# ---- refused ----

fresh 127.0.0.1 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused '127\.0\.0\.1.*cannot be checked against an address' 'an address in place of a name'
fresh localhost 'ssl = yes'
refused 'localhost.*certificate.*sslcacertfile' 'a CA the system does not know'
: >"$T/empty.pem"
fresh localhost 'ssl = yes' "sslcacertfile = $T/empty.pem"
refused "$T/empty.pem" 'an empty file of CAs'
fresh localhost 'ssl = yes' "sslcacertfile = $T/none.pem"
refused "$T/none.pem.*No such file" 'a file of CAs that is not there'
printf 'no PEM at all\n' >"$T/words.pem"
fresh localhost 'ssl = yes' "sslcacertfile = $T/words.pem"
refused "$T/words.pem" 'a file of something else'
{ sed 12q "$T/tls/ca.pem"; echo '-----END CERTIFICATE-----'; } >"$T/cut.pem"
fresh localhost 'ssl = yes' "sslcacertfile = $T/cut.pem"
refused "$T/cut.pem|certificate" 'a damaged file of CAs'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$T/other.key" -out "$T/other.pem" \
	-days 30 -subj '/CN=Test CA' -addext basicConstraints=critical,CA:TRUE 2>"$T/log" || note "$(cat "$T/log")"
fresh localhost 'ssl = yes' "sslcacertfile = $T/other.pem"
refused 'localhost.*(unknown authority|signature)' 'a CA of the same name with another key'

# Not yet valid, or no longer: which of them depends on the openssl here.
dated()
{
	(cd "$T/tls" && openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions \
		-out cert.pem "$@") >"$T/tls/log" 2>&1
}
if dated -not_before 20300101000000Z -not_after 20310101000000Z || dated -days -1; then
	serve
	fresh localhost 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
	refused 'localhost.*certificate.*(valid|expired|clock|date)' 'a certificate out of its time'
else
	note 'openssl cannot make a certificate out of its time'
fi

printf 'subjectAltName=DNS:mail.example.org\n' >"$T/tls/extensions"
dated -days 30
serve
fresh localhost 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused 'localhost.*certificate is for another name' 'a certificate of another host'

# ---- TLS and plain text, mixed up ----

stop_fake
start_fake -m "test=$T/server" || exit 1
fresh localhost 'ssl = yes' "sslcacertfile = $T/tls/ca.pem"
refused 'localhost.*TLS.*993' 'ssl = yes, a server without TLS'
serve
fresh 127.0.0.1 'ssl = no'
add_to general 'socktimeout = 1'
refused 'no greeting.*ssl = yes.*127\.0\.0\.1' 'ssl = no, a server with TLS'
fresh 127.0.0.1
add_to general 'socktimeout = 1'
refused 'no greeting.*ssl = yes.*127\.0\.0\.1' 'a port but no ssl line, a server with TLS'
finish
