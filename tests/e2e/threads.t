#!/bin/sh
# threads.t - accounts and folders in parallel, within maxsyncaccounts and maxconnections; -1 one after the other.
. "$(dirname "$0")/lib.sh"

# Four accounts with twelve folders each.
serve()
{
	stop_fake
	start_fake -u a:p -u b:p -u c:p -u d:p "$@"
	for u in a b c d; do
		tell generate $u 12x2x200
	done
}
serve --delay 50	# each flight is answered 50 ms late

# rc MAXSYNCACCOUNTS MAXCONNECTIONS
rc()
{
	rm -rf "$T/mail" "$T/meta"
	{
		printf '[general]\naccounts = a, b, c, d\nmetadata = %s\nmaxsyncaccounts = %s\nui = Noninteractive.Basic\n' "$T/meta" "$1"
		for u in a b c d; do
			printf '[%s]\nlocalfolders = %s/mail/%s\nremotehost = 127.0.0.1\nremoteport = %s\n' $u "$T" $u "$PORT"
			printf 'remoteuser = %s\nremotepass = p\nmaxconnections = %s\n' $u "$2"
		done
	} >"$T/rc"
	chmod 600 "$T/rc"
	tell reset-counters
}

# timed [OPTION...]: milliseconds in MS
timed()
{
	_start=$(date +%s%N)
	sync_now "$@"
	MS=$((($(date +%s%N) - _start) / 1000000))
}

rc 4 4
timed
is "$STATUS" 0 "four accounts with four connections each"
is "$(counter max_simultaneous)" 16 "sixteen logins at once"
is "$(find "$T/mail" -name '*,U=*' | wc -l | tr -d ' ')" 96 "all messages arrive"
parallel=$MS
rc 4 4
timed -1
is "$STATUS" 0 "the same with -1"
is "$(counter logins)" 4 "one connection an account"
is "$(find "$T/mail" -name '*,U=*' | wc -l | tr -d ' ')" 96 "all messages arrive"
note "parallel $parallel ms, -1 $MS ms"
# Emulators and sanitizers take time of their own.
[ -n "${SLOW:-}" ] || ok "in parallel it takes at most a sixth of the time" test $((parallel * 6)) -le "$MS"
serve
rc 4 4
sync_now -1
tell log
is "$(printf '%s\n' "$ANSWER" | awk '$1 != "-" { print $1 }' | uniq | sort | uniq -d)" "" "-1: one account after the other"
rc 1 2
sync_now
is "$(counter max_simultaneous)" 2 "maxsyncaccounts = 1, maxconnections = 2: two logins at once"
rc 2 1
sync_now
is "$(counter max_simultaneous)" 2 "maxsyncaccounts = 2, maxconnections = 1: two logins at once"

# ---- one broken account does not hold up the others ----
rc 4 2
sed 's/^remoteuser = c/remoteuser = nobody/' "$T/rc" >"$T/rc.bad" && mv "$T/rc.bad" "$T/rc" && chmod 600 "$T/rc"
sync_now
is "$STATUS" 6 "a refused login shows in the exit status"
is "$(find "$T/mail" -name '*,U=*' | wc -l | tr -d ' ')" 72 "the other three accounts are complete"
is "$(grep -c '^ERROR' "$T/out")" 1 "reported once"

# ---- a server that takes only some connections ----
rc 4 4
echo 'user=a on SELECT#9 bye "too many connections"' >"$T/faults"
tell faults "$T/faults"
sync_now
is "$STATUS" 0 "a connection that is thrown out is opened again"
is "$(find "$T/mail" -name '*,U=*' | wc -l | tr -d ' ')" 96 "nothing is missing"
finish
