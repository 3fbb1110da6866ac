# options.t - the command line and the exit statuses that need no server.
. "$(dirname "$0")/lib.sh"

# run STATUS REGEX OPTION...: ends so, and says so on one of its outputs
run()
{
	_want=$1 _regex=$2
	shift 2
	$OFFLINEIMAP "$@" >"$T/out" 2>&1 </dev/null
	STATUS=$?
	is "$STATUS" "$_want" "offlineimap $*: status"
	says out "$_regex" "offlineimap $*: $_regex"
}

PORT=1
configure 'ssl = no'
unset XDG_CONFIG_HOME

run 0 '^usage: offlineimap' --help
run 0 '^usage: offlineimap' -h
run 0 '^usage: offlineimap' -c nothing --nonsense --help
run 0 '^offlineimap [0-9]' --version
run 0 '^offlineimap [0-9]' -V
run 2 '^offlineimap: unknown option -x; see offlineimap --help$' -x
run 2 'unknown option --nonsense;' --nonsense
run 2 'unknown option -x;' -1x
run 2 'option -c needs a value;' -c
run 2 'option --allow-delete needs a value;' --allow-delete
run 2 'option --dry-run takes no value;' --dry-run=yes
run 2 "nothing to do with the word 'INBOX'" -o INBOX
run 2 '-P needs -1' -P "$T/prof"
ok '-P without -1 makes no directory' test ! -e "$T/prof"
run 2 'File exists' -1 -P "$T" -c "$T/rc"
run 2 'configuration file .*/nothing does not exist' -c "$T/nothing"
run 2 'no section \[Account Nobody\]' -c "$T/rc" -a Nobody
run 2 "no user interface 'Nothing'" -c "$T/rc" -u Nothing
run 2 'Curses.Blinkenlights is not there yet' -c "$T/rc" -u Curses.Blinkenlights
run 2 'TTY.TTYUI needs a terminal' -c "$T/rc" -u TTY.TTYUI
echo nonsense >"$T/bad"
run 2 ':1: before the first \[section\]' -c "$T/bad"

# Nobody listens on port 1.
run 6 '^ERROR: ' -c "$T/rc"
run 6 '^WARNING: Invalid debug type: tea$' -c "$T/rc" -d imap,tea
says out '^Now debugging for imap: ' '-d imap is announced'
says out '^offlineimap [0-9]' 'the banner'
run 6 '^ERROR: ' -c "$T/rc" -u Noninteractive.Quiet
says_not out '^offlineimap [0-9]' 'Quiet has no banner'
run 6 'profile mode' -1 -P "$T/prof" -c "$T/rc"
ok '-P writes tables' ls "$T"/prof/*.prof

# The default places, today's first.
mv "$T/rc" "$T/.offlineimaprc"
run 6 '^ERROR: '
mkdir -p "$T/.config/offlineimap"
echo nonsense >"$T/.config/offlineimap/config"
run 2 '/.config/offlineimap/config:1: before'
XDG_CONFIG_HOME=$T/xdg
export XDG_CONFIG_HOME
run 6 '^ERROR: '
mkdir -p "$T/xdg/offlineimap"
echo nonsense >"$T/xdg/offlineimap/config"
run 2 '/xdg/offlineimap/config:1: before'

finish
