# history.sh - a story of changes on both sides, for tests that interrupt the program in the middle of it; comes on
# top of dovecot-lib.sh. Every message has a subject of its own; $T/expect lists those that nobody has deleted.

# tell_beginning: ten messages, in step
tell_beginning()
{
	account
	dove mailbox create -u test Work
	: >"$T/expect"
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		appear "first-$_i"
	done
	sync_now
}

# appear SUBJECT: a new message on the server; put there as files, which is quicker than doveadm
appear()
{
	message "$1" >"$T/message"
	chmod 644 "$T/message"
	mv "$T/message" "$(remote Work)/cur/1046772000.$1.test:2,"
	echo "$1" >>"$T/expect"
}

# vanish DIR SUBJECT: its message there is deleted
vanish()
{
	rm "$(find_message "$1" "$2")"
	sed "/^$2\$/d" "$T/expect" >"$T/expect.new"
	mv "$T/expect.new" "$T/expect"
}

# flag DIR SUBJECT LETTERS: that are its flags from now on
flag()
{
	_file=$(find_message "$1" "$2")
	_name=${_file##*/}
	_name=$1/cur/${_name%:2,*}:2,$3
	[ "$_file" = "$_name" ] || mv "$_file" "$_name"
}

# tell_more N: new on both sides, deleted on both, flags on both
tell_more()
{
	appear "there-$1-a"
	appear "there-$1-b"
	for _which in a b; do
		message "here-$1-$_which" | put "$T/mail/Work" S
		echo "here-$1-$_which" >>"$T/expect"
	done
	# Any four of the old ones, but the same four in every run of the test.
	set -- $(grep -v -e "-$1-" "$T/expect" | sort | comm -12 - "$T/both" |
		awk -v seed="$1" 'BEGIN { srand(seed) } { print rand(), $0 }' | sort | sed 's/.* //')
	[ $# -ge 4 ] || return 0
	vanish "$T/mail/Work" "$1"
	vanish "$(remote Work)" "$2"
	flag "$T/mail/Work" "$3" FS
	flag "$(remote Work)" "$4" RS
}

# subjects DIR: of its messages, in order
subjects()
{
	find "$1/new" "$1/cur" -type f -exec sed -n 's/^Subject: //p' {} + | sort
}

# consistent WHAT: after a run that ended well: every message is here, once; the server has none twice and none that
# nobody wrote. It may lack one whose upload had an unknown end: that waits for a minute, and deletions may wait with it.
consistent()
{
	subjects "$T/mail/Work" >"$T/here"
	subjects "$(remote Work)" >"$T/there"
	comm -12 "$T/here" "$T/there" >"$T/both"
	ok "$1" consistent_now
}
consistent_now()
{
	sort "$T/expect" | comm -23 - "$T/here" | sed 's/^/lost: /' >"$T/wrong"
	uniq -d "$T/here" | sed 's/^/twice in the Maildir: /' >>"$T/wrong"
	uniq -d "$T/there" | sed 's/^/twice on the server: /' >>"$T/wrong"
	find "$T/mail/Work/new" "$T/mail/Work/cur" -size 0 >>"$T/wrong"
	[ -s "$T/wrong" ] || return 0
	cat "$T/wrong" "$T/out"
	return 1
}

# tell_end: a minute after the last interruption everything is in step
tell_end()
{
	if grep -q ' waits: ' "$T/out"; then
		sleep 61
		sync_now
	fi
	syncs 'the last run but one'
	syncs 'the last run'
	says_not out 'Copy message|Deleting|Adding|WARNING' 'has nothing to do'
	consistent 'in the end nothing is lost or doubled'
	is "$(subjects "$T/mail/Work")" "$(sort "$T/expect")" 'and what was deleted is gone'
	in_step 'and both sides are the same' Work
	is "$(find "$T/mail/Work/tmp" -type f | wc -l | tr -d ' ')" 0 'no half message is left'
}

# interrupted STRACE-EXPRESSION [OPTION...]: a run into which strace does that; STATUS
interrupted()
{
	_inject=$1
	shift
	strace -f -qq -o /dev/null -e "trace=${_inject%%:*}" -e "inject=$_inject" $OFFLINEIMAP -c "$T/rc" "$@" \
		>"$T/out" 2>&1 </dev/null
	STATUS=$?
}

# can_interrupt: strace is there and may trace
can_interrupt()
{
	! strace -f -qq -o /dev/null -e trace=exit_group -e inject=exit_group:signal=KILL true 2>/dev/null
}
