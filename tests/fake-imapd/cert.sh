#!/bin/sh
# cert.sh DIR [rsa|ec [HOST]] - makes a throw-away CA (ca.pem) and a server certificate for HOST (localhost) signed
# by it (cert.pem, key.pem) in DIR with the openssl command.
set -eu
[ $# -ge 1 ] && [ $# -le 3 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
kind=${2:-rsa} host=${3:-localhost}
mkdir -p "$1"
cd "$1"

case $kind in
rsa)	new_key() { openssl genrsa -out "$1" 2048; } ;;
ec)	new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; } ;;
*)	echo "cert.sh: rsa or ec, not $kind" >&2; exit 2 ;;
esac

{
	new_key ca.key
	new_key key.pem
	openssl req -x509 -new -key ca.key -out ca.pem -days 30 -subj '/CN=throw-away CA' \
		-addext basicConstraints=critical,CA:TRUE
	openssl req -new -key key.pem -out request.pem -subj "/CN=$host"
	printf 'subjectAltName=DNS:%s\n' "$host" >extensions
	openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile extensions \
		-out cert.pem
} >log 2>&1 || { cat log >&2; exit 1; }
rm -f request.pem extensions log
