# lib.sh - what the end-to-end tests share. A test is a script NAME.t that begins with
#	. "$(dirname "$0")/lib.sh"
# and ends with "finish". It works in the empty directory $T, which goes away with all servers when it ends.
# OFFLINEIMAP and FAKE_IMAPD say how the programs are started (tests/run sets them; both may have words in front,
# such as an emulator). Messages in files have LF line ends here.
set -u
: "${OFFLINEIMAP:=./offlineimap}" "${FAKE_IMAPD:=./fake-imapd}"
# In memory where that is easy: thousands of fsyncs are not what is tested here.
[ -n "${TMPDIR:-}" ] || [ ! -w /dev/shm ] || TMPDIR=/dev/shm
T=$(mktemp -d "${TMPDIR:-/tmp}/offlineimap-test.XXXXXX") || exit 1
LC_ALL=C HOME=$T
export LC_ALL HOME
# A test may add what must be done at its end: AT_END="$AT_END; command"
AT_END=:
trap 'stop_fake; eval "$AT_END"; chmod -R u+rwx "$T"; rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP PIPE

# ---- TAP ----

RUN=0 FAILED=0

# ok WHAT COMMAND...: the command succeeds. Its output is shown if it does not.
ok()
{
	_what=$1
	shift
	RUN=$((RUN + 1))
	if "$@" >"$T/.said" 2>&1; then
		echo "ok $RUN - $_what"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $RUN - $_what"
		{ echo "failed: $*"; head -n 60 "$T/.said"; } | sed 's/^/# /'
		return 1
	fi
}

# not COMMAND...: for ok, the command fails
not()
{
	! "$@"
}

# is GOT WANT WHAT
is()
{
	ok "$3" _is "$1" "$2"
}
_is()
{
	[ "$1" = "$2" ] && return
	printf 'got:\n%s\nwant:\n%s\n' "$1" "$2"
	return 1
}

# says FILE REGEX WHAT: a line of the file matches the extended expression. FILE "out": of the last sync.
says()
{
	ok "$3" _says "$1" "$2"
}
says_not()
{
	ok "$3" not _says "$1" "$2"
}
_says()
{
	_file=$1
	[ "$_file" = out ] && _file=$T/out
	grep -E -e "$2" "$_file" && return
	cat "$_file"
	return 1
}

note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# Ends the test here, as a whole, because the system lacks something.
skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

# need PROGRAM...: skips the test without them
need()
{
	for _program; do
		command -v "$_program" >/dev/null 2>&1 || skip_all "no $_program here"
	done
}

finish()
{
	echo "1..$RUN"
	[ $FAILED -eq 0 ]
	exit
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	_tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		_tries=$((_tries - 1))
		[ $_tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# ---- the fake server ----

FAKE_PID=''

# start_fake [OPTION...]: fake-imapd for user "test", password "secret", on a free port, which is put into PORT.
# The log of commands is in $T/fake.log when it has ended; "tell log" has it before.
start_fake()
{
	rm -f "$T/fake.port" "$T/fake.control" "$T/fake.said"
	mkfifo "$T/fake.control" || return 1
	$FAKE_IMAPD -p 0 --port-file "$T/fake.port" -u test:secret --log "$T/fake.log" --control "$@" \
		<"$T/fake.control" >"$T/fake.said" 2>"$T/fake.err" &
	FAKE_PID=$!
	exec 9>"$T/fake.control"
	if ! wait_for 10 test -s "$T/fake.port"; then
		note "fake-imapd did not start: $(cat "$T/fake.err")"
		return 1
	fi
	PORT=$(cat "$T/fake.port")
}

# tell COMMAND...: one command to the running server's control input. The answer is "ok ..." or "error ...", after
# dump and log "ok N" and N lines; what it says, without that "ok" (and N), is in ANSWER.
tell()
{
	_before=$(wc -l <"$T/fake.said")
	printf '%s\n' "$*" >&9
	if ! wait_for 10 _answered "$1"; then
		note "no answer to: $*"
		return 1
	fi
	case $ANSWER in
	error*)
		note "$*: $ANSWER"
		return 1
		;;
	esac
	case $1 in
	dump | log)	ANSWER=$(printf '%s\n' "$ANSWER" | tail -n +2) ;;
	*)	ANSWER=$(printf '%s\n' "$ANSWER" | sed -e 's/^ok *//') ;;
	esac
}
_answered()
{
	ANSWER=$(tail -n "+$((_before + 1))" "$T/fake.said")
	case $1,$ANSWER in
	*,error*)	return 0 ;;
	dump,ok* | log,ok*)
		_lines=${ANSWER%%
*}
		[ "$(printf '%s\n' "$ANSWER" | wc -l)" -gt "${_lines#ok }" ] ;;
	*,ok*)	return 0 ;;
	*)	return 1 ;;
	esac
}

# on_server: every message of user "test" as a line "folder UID letters", folder as it is called locally
on_server()
{
	tell dump "${1:-test}" || return 1
	printf '%s\n' "$ANSWER" | awk '
		$1 == "box" { box = substr($0, 5); sub(/ [0-9]+$/, "", box); gsub("/", ".", box); next }
		{
			match($0, /\(.*\)/)
			flags = substr($0, RSTART, RLENGTH)
			letters = (flags ~ /Draft/ ? "D" : "") (flags ~ /Flagged/ ? "F" : "") (flags ~ /Answered/ ? "R" : "")
			letters = letters (flags ~ /Seen/ ? "S" : "") (flags ~ /Deleted/ ? "T" : "")
			print box, $1, letters
		}' | sort
}

# on_disk: the same of the Maildirs under $T/mail (or another root); a file without UID shows as "-"
on_disk()
{
	(cd "${1:-$T/mail}" && find . -type f \( -path '*/cur/*' -o -path '*/new/*' \) | sed 's,^\./,,' |
		awk '{
			box = $0; sub("/(cur|new)/[^/]*$", "", box)
			uid = "-"; if (match($0, /,U=[0-9]+/)) uid = substr($0, RSTART + 3, RLENGTH - 3)
			letters = ""; if (match($0, /:2,[A-Za-z]*$/)) letters = substr($0, RSTART + 3)
			print box, uid, letters
		}' | sort)
}

# in_step WHAT [USER ROOT]: both sides have the same messages with the same flags
in_step()
{
	on_server "${2:-test}" >"$T/.server" && on_disk "${3:-$T/mail}" >"$T/.disk"
	ok "$1" diff "$T/.server" "$T/.disk"
}

# counter NAME: of the server
counter()
{
	tell counters && printf '%s\n' "$ANSWER" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# tree: one checksum over every file of the Maildirs and the metadata, names included
tree()
{
	(cd "$T" && find mail meta -type f -exec cksum {} + 2>/dev/null | sort | cksum)
}

stop_fake()
{
	[ -n "$FAKE_PID" ] || return 0
	exec 9>&-
	kill "$FAKE_PID" 2>/dev/null
	wait "$FAKE_PID" 2>/dev/null
	FAKE_PID=''
}

# ---- messages ----

# message SUBJECT [LINES]: prints one
message()
{
	printf 'From: Ann <ann@example.org>\nTo: test@example.org\nSubject: %s\n' "$1"
	printf 'Message-ID: <%s@example.org>\nDate: Tue, 4 Mar 2003 10:00:00 +0000\n\n' "$(printf %s "$1" | tr -c 'A-Za-z0-9\n' -)"
	printf 'This is %s.\n' "$1"
	[ "${2:-0}" -eq 0 ] || awk -v n="$2" 'BEGIN { while (n--) print "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ" }'
}

# maildir DIR...: makes empty Maildirs
maildir()
{
	for _dir; do
		mkdir -p "$_dir/cur" "$_dir/new" "$_dir/tmp"
	done
}

# put MAILDIR [FLAGS]: stores standard input as a message, in new/, or in cur/ with the letters (which may be "")
# The number lies in a file since put is often the end of a pipe, a process of its own.
put()
{
	echo >>"$T/.serial"
	SERIAL=$(($(wc -l <"$T/.serial")))
	maildir "$1"
	if [ $# -gt 1 ]; then
		PUT=$1/cur/1046772000_$SERIAL.$$.test:2,$2
	else
		PUT=$1/new/1046772000_$SERIAL.$$.test
	fi
	cat >"$PUT"
}

# count MAILDIR: the number of messages
count()
{
	find "$1/new" "$1/cur" -type f | wc -l | tr -d ' '
}

# bodies MAILDIR: one checksum a message, sorted: equal for equal contents, whatever the names
bodies()
{
	find "$1/new" "$1/cur" -type f -exec cksum {} + | awk '{ print $1, $2 }' | sort
}

# find_message MAILDIR SUBJECT: the file of that subject
find_message()
{
	find "$1/new" "$1/cur" -type f -exec grep -lx "Subject: $2" {} + | grep .
}

# letters FILE: the flag letters of a Maildir file name
letters()
{
	case $1 in
	*:2,*)	printf '%s\n' "${1##*:2,}" ;;
	*)	echo ;;
	esac
}

# ---- the program ----

# configure [OPTION-LINE...]: a 2003-style $T/rc for one account Test on $PORT; the lines go into its section
configure()
{
	mkdir -p "$T/mail"
	{
		printf '[general]\nmetadata = %s\naccounts = Test\nui = Noninteractive.Basic\n\n' "$T/meta"
		printf '[Test]\nlocalfolders = %s\nremotehost = 127.0.0.1\nremoteport = %s\n' "$T/mail" "$PORT"
		printf 'remoteuser = test\nremotepass = secret\n'
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$T/rc"
	chmod 600 "$T/rc"
}

# set_line OPTION [VALUE]: changes the line in the configuration; without a value it goes away. VALUE may hold no | or &.
set_line()
{
	if [ $# -gt 1 ]; then
		sed "s|^$1 = .*|$1 = $2|" "$T/rc" >"$T/rc.new"
	else
		sed "/^$1 = /d" "$T/rc" >"$T/rc.new"
	fi
	cat "$T/rc.new" >"$T/rc"
}

# add_to SECTION LINE...: puts lines behind its header
add_to()
{
	_section=$1
	shift
	printf '%s\n' "$@" >"$T/lines"
	sed "/^\\[$_section\\]/r $T/lines" "$T/rc" >"$T/rc.new" && cat "$T/rc.new" >"$T/rc"
}

# line_of TEXT: where it stands in the configuration
line_of()
{
	grep -nF -e "$1" "$T/rc" | head -n 1 | cut -d : -f 1
}

# sync_now [OPTION...]: runs the program on $T/rc; output in $T/out, exit status in STATUS and returned
sync_now()
{
	$OFFLINEIMAP -c "$T/rc" "$@" >"$T/out" 2>&1 </dev/null 9>&-
	STATUS=$?
	return $STATUS
}

# syncs WHAT [OPTION...]: ok if it ends with status 0
syncs()
{
	_sync=$1
	shift
	ok "$_sync" _sync_shown "$@"
}
_sync_shown()
{
	sync_now "$@" && return
	echo "status $STATUS"
	cat "$T/out"
	return 1
}

# start_sync [OPTION...]: in the background, for daemon tests; SYNC_PID. stop_sync: SIGTERM, then STATUS
start_sync()
{
	: >"$T/out"	# now: who waits for a line must not find the last run's
	$OFFLINEIMAP -c "$T/rc" "$@" >"$T/out" 2>&1 </dev/null 9>&- &
	SYNC_PID=$!
	AT_END="kill -9 $SYNC_PID 2>/dev/null; $AT_END"
}
stop_sync()
{
	kill "$SYNC_PID" 2>/dev/null
	wait "$SYNC_PID"
	STATUS=$?
}

# ---- TLS ----

# certificates NAME: in $T/tls a private CA (ca.pem) and a certificate for the host name (cert.pem, key.pem)
certificates()
{
	need openssl
	mkdir -p "$T/tls"
	(cd "$T/tls" && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 \
		-subj "/CN=Test CA" -addext basicConstraints=critical,CA:TRUE &&
	openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj "/CN=$1" &&
	printf 'subjectAltName=DNS:%s\n' "$1" >extensions &&
	openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile extensions \
		-out cert.pem) >"$T/tls/log" 2>&1 || { cat "$T/tls/log"; return 1; }
}
