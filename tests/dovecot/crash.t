# kill -9 at many points of a run; the next run takes over: nothing lost, nothing doubled.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
. "$(dirname "$0")/history.sh"
start_dovecot || exit 1
tell_beginning
consistent 'the beginning'

# after WHAT: the run that follows a killed one
after()
{
	killed=$((killed + (STATUS == 137)))
	sync_now
	consistent "killed $1"
}

killed=0 round=0
if can_interrupt; then
	for point in write:3 write:4 write:5 write:6 write:7 write:8 write:9 write:10 write:11 write:12 write:13 write:14 \
	    write:15 fsync:1 fsync:2 fsync:3 fsync:4 fsync:5 fsync:6 fsync:7 fsync:8 fsync:10 fsync:12 fsync:14 fsync:16 \
	    renameat2:1 renameat2:2 renameat2:3 rename:1 link:1 unlink:1 read:8 read:10 read:12 read:14 read:16 read:18 \
	    poll:4 poll:6 poll:8; do
		round=$((round + 1))
		tell_more $round
		interrupted "${point%:*}:signal=KILL:when=${point#*:}"
		after "at $point"
	done
	ok "$killed of $round runs were killed" test $killed -ge $((round * 3 / 4))
else
	for wait in 0.005 0.010 0.012 0.014 0.016 0.018 0.020 0.022 0.024 0.026 0.028 0.030 0.035 0.040; do
		round=$((round + 1))
		tell_more $round
		start_sync
		sleep $wait
		kill -9 "$SYNC_PID" 2>/dev/null
		wait "$SYNC_PID"
		STATUS=$?
		after "after $wait s"
	done
fi
tell_end
finish
