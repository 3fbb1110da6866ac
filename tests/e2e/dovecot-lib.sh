# dovecot-lib.sh - a private Dovecot 2.3 on loopback for the tests in tests/dovecot; comes on top of lib.sh:
#	. "$(dirname "$0")/../e2e/lib.sh"
#	. "$(dirname "$0")/../e2e/dovecot-lib.sh"
# It runs without privileges: as the caller, or as "nobody" where root is the caller. User "test" (and any other
# name), password "secret".
PATH=$PATH:/usr/sbin:/sbin
need dovecot doveadm
DOVECOT=''
DOVE=$T/dove
AT_END="$AT_END; stop_dovecot"

# as_dove COMMAND...: as the user Dovecot runs as
as_dove()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid nobody --regid nogroup --clear-groups -- "$@"
	else
		"$@"
	fi
}

# start_dovecot [LINE...]: starts it with the lines added to its configuration ("imap_capability = ..."); PORT is
# the plain port. If $T/tls/cert.pem is there (certificates NAME), TLS_PORT is one that speaks TLS at once.
start_dovecot()
{
	mkdir -p "$DOVE/run" "$DOVE/home"
	echo 'test:{PLAIN}secret' >"$DOVE/users"
	[ $# -eq 0 ] && : >"$DOVE/extra.conf" || printf '%s\n' "$@" >"$DOVE/extra.conf"
	if [ -f "$T/tls/cert.pem" ]; then
		cp "$T/tls/cert.pem" "$T/tls/key.pem" "$DOVE"
	fi
	if [ "$(id -u)" -eq 0 ]; then
		chmod 711 "$T"
		chown -R nobody:nogroup "$DOVE"
	fi
	_port=$((20000 + $$ % 20000))
	_last=$((_port + 50))
	while [ $_port -lt $_last ]; do
		PORT=$_port TLS_PORT=$((_port + 20001))
		dovecot_conf >"$DOVE/conf"
		: >"$DOVE/log" && chmod 666 "$DOVE/log"
		as_dove dovecot -F -c "$DOVE/conf" >"$DOVE/said" 2>&1 9>&- &
		DOVECOT=$!
		wait_for 10 _dovecot_up_or_down
		grep -q 'starting up' "$DOVE/log" && return
		stop_dovecot
		_port=$((_port + 1))
	done
	note "dovecot did not start:" "$(cat "$DOVE/log" "$DOVE/said")"
	return 1
}
_dovecot_up_or_down()
{
	grep -q 'starting up' "$DOVE/log" || ! kill -0 "$DOVECOT"
}

stop_dovecot()
{
	[ -n "$DOVECOT" ] || return 0
	[ ! -f "$DOVE/run/master.pid" ] || kill "$(cat "$DOVE/run/master.pid")" 2>/dev/null
	wait "$DOVECOT" 2>/dev/null
	DOVECOT=''
}

dovecot_conf()
{
	_user=$(as_dove id -un) _group=$(as_dove id -gn)
	cat <<-END
		base_dir = $DOVE/run
		state_dir = $DOVE/run
		instance_name = test-$PORT
		log_path = $DOVE/log
		protocols = imap
		listen = 127.0.0.1
		default_internal_user = $_user
		default_internal_group = $_group
		default_login_user = $_user
		disable_plaintext_auth = no
		auth_mechanisms = plain login cram-md5
		mail_location = maildir:~/Maildir:LAYOUT=fs
		mail_max_userip_connections = 100
		passdb {
		  driver = passwd-file
		  args = username_format=test $DOVE/users
		}
		userdb {
		  driver = static
		  args = uid=$_user gid=$_group home=$DOVE/home/%u
		}
		namespace inbox {
		  inbox = yes
		  separator = /
		}
		service anvil {
		  chroot =
		}
		service stats {
		  chroot =
		}
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $PORT
		  }
	END
	if [ -f "$DOVE/cert.pem" ]; then
		cat <<-END
			  inet_listener imaps {
			    port = $TLS_PORT
			    ssl = yes
			  }
			}
			ssl = yes
			ssl_cert = <$DOVE/cert.pem
			ssl_key = <$DOVE/key.pem
		END
	else
		cat <<-END
			  inet_listener imaps {
			    port = 0
			  }
			}
			ssl = no
		END
	fi
	cat "$DOVE/extra.conf"
}

# dove COMMAND...: doveadm, as the "other client": dove mailbox list -u test; message x | dove save -u test -m Work
dove()
{
	as_dove doveadm -c "$DOVE/conf" "$@"
}

# dove_count MAILBOX: the number of messages there
dove_count()
{
	dove mailbox status -u test messages "$1" | sed -n 's/.*messages=//p'
}

# dove_flags MAILBOX SUBJECT: the flags of that message
dove_flags()
{
	dove fetch -u test flags mailbox "$1" subject "$2" | sed -n 's/^flags: *//p' | sed 's/ *\\Recent//'
}

# account [OPTION-LINE...]: as configure, for this server; the password may go in clear
account()
{
	configure 'ssl = no' "$@"
	chmod 600 "$T/rc"
}

# remote [MAILBOX]: the directory where Dovecot keeps it, a Maildir too, with LF line ends
remote()
{
	if [ "${1:-INBOX}" = INBOX ]; then
		echo "$DOVE/home/test/Maildir"
	else
		echo "$DOVE/home/test/Maildir/$1"
	fi
}

# deliver SUBJECT [MAILBOX]: a new message from elsewhere
deliver()
{
	message "$1" | dove save -u test -m "${2:-INBOX}"
}

# content MAILDIR: a line for each message, "checksum size flags", in order; keywords left out
content()
{
	find "$1/new" "$1/cur" -type f -exec cksum {} + | awk '{
		flags = match($0, /:2,[A-Za-z]*$/) ? substr($0, RSTART + 3) : ""
		gsub(/[a-z]/, "", flags)
		print $1, $2, flags
	}' | sort
}

# in_step WHAT FOLDER [MAILBOX]: ok if the Maildir has the mailbox's messages with their flags, each once
in_step()
{
	is "$(content "$T/mail/$2")" "$(content "$(remote "${3:-$2}")")" "$1"
}

# snapshot DIR...: everything in there but the locks' holders: names, inodes, contents
snapshot()
{
	find "$@" | sort
	find "$@" -type f ! -name lock ! -name .offlineimap.lock -exec ls -i {} + | sort
	find "$@" -type f ! -name lock ! -name .offlineimap.lock -exec cksum {} + | sort
}

# logins: how often somebody has logged in with IMAP
logins()
{
	grep -c 'imap-login: Info: Login:' "$DOVE/log"
}
