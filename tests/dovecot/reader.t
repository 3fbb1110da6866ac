# A mail reader that renames files and another client that changes flags all the while: nothing seems deleted.
# On a real disk, where readdir misses files that are renamed meanwhile.
TMPDIR=${TMPDIR:-/tmp}
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/dovecot-lib.sh"
start_dovecot 'mail_fsync = never' || exit 1
account

need perl

# busy: a reader who marks and unmarks every message, for ever; quicker than mv could
busy()
{
	exec perl -e 'chdir $ARGV[0] or die;
		for (;;) {
			opendir my $dir, "." or die;
			for (readdir $dir) {
				my $new = $_;
				$new =~ s/:2,S$/:2,FS/ or $new =~ s/:2,FS$/:2,S/ or next;
				rename $_, $new;
			}
		}' "$T/mail/INBOX/cur"
}

deliver first
awk -v dir="$(remote)/cur" 'BEGIN {
	for (i = 1; i <= 3000; i++) {
		file = dir "/1046772000." i ".test:2,S"
		printf "Subject: %d\nMessage-ID: <%d@example.org>\n\nNumber %d.\n", i, i, i >file
		close(file)
	}
}'
chmod 644 "$(remote)"/cur/*
syncs 'start'
busy &
reader=$!
AT_END="kill $reader 2>/dev/null; $AT_END"
round=0 deleted=0 copied=0
while [ $round -lt 15 ]; do
	round=$((round + 1))
	dove flags add -u test '\Answered' mailbox INBOX uid $((round * 10)):$((round * 10 + 5))
	sync_now
	deleted=$((deleted + $(grep -c 'Deleting [0-9]* message' "$T/out")))
	copied=$((copied + $(grep -c 'Copy message' "$T/out")))
done
kill $reader
wait $reader 2>/dev/null
is $deleted 0 "$round runs while files are renamed delete nothing"
is $copied 0 'and copy nothing'
is "$(dove_count INBOX)" 3001 'the server has them all'
is "$(count "$T/mail/INBOX")" 3001 'so has the Maildir'
syncs 'when the reader has gone'
syncs 'once more'
in_step 'all is in step' INBOX
finish
