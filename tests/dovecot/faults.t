# A disk that fails in the middle of a run: an error, never a crash; the next run takes over.
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
. "$(dirname "$0")/history.sh"
need strace
can_interrupt || skip_all 'strace may not trace here'
start_dovecot || exit 1
tell_beginning
consistent 'the beginning'

round=0 failed=0
for fault in fsync:EIO:1 fsync:EIO:2 fsync:EIO:3 fsync:EIO:5 fsync:EIO:8 fsync:EIO:11 fsync:EIO:1+ \
    write:ENOSPC:4 write:ENOSPC:5 write:ENOSPC:6 write:EDQUOT:7+ writev:EIO:1+ renameat2:EROFS:1 renameat2:ENOSPC:1+ \
    unlink:EACCES:1 getdents64:EIO:1 getdents64:EIO:3 getdents64:EIO:5 open:EMFILE:14 open:EIO:16 stat:EIO:6 \
    flock:ENOLCK:1 read:ECONNRESET:8; do
	round=$((round + 1))
	tell_more $round
	call=${fault%%:*} when=${fault##*:} error=${fault#*:}
	interrupted "$call:error=${error%:*}:when=$when"
	failed=$((failed + (STATUS > 0)))
	ok "$fault: no crash" test $STATUS -lt 100
	says_not out 'Deleting ([1-9][0-9]|[3-9]) ' "$fault: no rash deletion"
	sync_now
	consistent "$fault: the next run"
done
ok "$failed of $round runs met their fault" test $failed -ge $((round * 3 / 4))
tell_end
finish
