# lint.sh - what the checks in tests/lint share: a check is a command that prints complaints, one a line, for "verdict";
# the script ends with "finish". They work on the files that sources.mk lists, in the top directory.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/../.." || exit 1
RUN=0 FAILED=0

# files EXTENDED-REGEX: the matching files of sources.mk (and the two main.c, which are in no list)
files()
{
	{ sed -n 's/^	\([^ ]*\.[ch]\).*/\1/p' sources.mk; ls src/main.c tests/fake-imapd/main.c 2>/dev/null; } |
		grep -E -e "$1" | sort -u
}

# objects EXTENDED-REGEX: the compiled ones of those; make built them before
objects()
{
	files "$1" | sed -n 's/\.c$/.o/p' | while read -r object; do
		[ -f "$object" ] && echo "$object"
	done
}

# verdict WHAT COMMAND...: good if the command prints nothing
verdict()
{
	RUN=$((RUN + 1))
	_what=$1
	shift
	_complaints=$("$@" 2>&1)
	if [ -z "$_complaints" ]; then
		echo "ok $RUN - $_what"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $RUN - $_what"
		printf '%s\n' "$_complaints" | sed 's/^/# /'
	fi
}

# without PROGRAM WHAT: counts a check as skipped, and is true, where the program is missing
without()
{
	command -v "$1" >/dev/null 2>&1 && return 1
	RUN=$((RUN + 1))
	echo "ok $RUN - $2 # SKIP no $1 here"
}

finish()
{
	echo "1..$RUN"
	[ $FAILED -eq 0 ]
	exit
}
