# man.t - offlineimap(1) has the options, interfaces and exit statuses of --help, and no others.
. "$(dirname "$0")/lib.sh"

page=$(dirname "$0")/../../man/offlineimap.1
$OFFLINEIMAP --help >"$T/help"

# tags HEADING: the words set off in the .TP entries below it, one a line
tags()
{
	awk -v heading="$1" '
		/^\.SH / { inside = index($0, heading) > 0 }
		tagged && inside { print }
		{ tagged = $0 == ".TP" }' "$page" | sed 's/^\.B[RI]* *//; s/\\-/-/g; s/"//g; s/\\f[RP]//g'
}

# below HEADING: the first columns of the table of --help
below()
{
	awk -v heading="$1" '
		/^[^ ]/ { inside = index($0, heading) == 1 }
		inside && /^  / { print }' "$T/help" | sed 's/^  //; s/   *.*//'
}

options()
{
	tr -s ', ' '\n\n' | grep '^-' | sort
}

is "$(tags OPTIONS | options)" "$(below options: | options)" 'options'
# What follows the name of each option that takes a value.
values()
{
	tr A-Z a-z | grep -v ',  *-' | sed -n 's/^-[^ ]*  *//p' | sort
}
is "$(tags OPTIONS | values)" "$(below options: | values)" 'their values'
is "$(tags 'USER INTERFACES')" "$(below 'user interfaces')" 'user interfaces'
is "$(tags 'EXIT STATUS')" "$(below 'exit status')" 'exit statuses'

# The synopsis names each option, too.
synopsis=$(sed -n '/^\.SH SYNOPSIS/,/^\.SH DESC/p' "$page" | sed 's/\\-/-/g; s/-1o/-1 -o/' | tr ' []"' '\n\n\n\n' | grep '^-' | sort)
is "$synopsis" "$(below options: | options)" 'synopsis'

finish
