# style.t - the measurable part of the house style: widths, white space, lengths of functions and files. The aim is 100
# columns and 25 lines a function; here stand the limits.
. "$(dirname "$0")/lint.sh"
all='\.[ch]$'

white_space()
{
	awk '
	/[ \t]$/ { print FILENAME ":" FNR ": white space at the end of the line" }
	/\r/ { print FILENAME ":" FNR ": a carriage return" }
	/^ {8}|^ +\t/ { print FILENAME ":" FNR ": indented with spaces; tabs, please" }
	{
		width = 0
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c == "\t")
				width += 8 - width % 8
			else if (c < "\200" || c > "\277")	# not in the middle of a UTF-8 sequence
				width++
		}
		if (width > limit)
			print FILENAME ":" FNR ": " width " columns; " limit " is the limit"
	}' limit=120 $(files $all)
}
lengths()
{
	awk '
	FNR == 1 { start = 0 }
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start - 1 > 60)
			print FILENAME ":" start ": a function of " FNR - start - 1 " lines; 60 is the limit"
		start = 0
	}
	FNR == 801 { print FILENAME ": more than 800 lines" }' $(files $all)
}
layout()
{
	awk '
	FNR == 1 && !/^\/\*/ { print FILENAME ":1: no comment says what the file is for" }
	/^(static )?[a-z][A-Za-z0-9_ ]*[ *][a-z_0-9]+\(.*\)$/ { print FILENAME ":" FNR ": the return type goes on its own line" }
	/(^|[^a-zA-Z_])(if|for|while|switch)\(/ { print FILENAME ":" FNR ": a blank goes before (" }
	/\)\{$/ { print FILENAME ":" FNR ": a blank goes before {" }
	/^[ \t]*\}[ \t]*$/ { brace = FILENAME ":" FNR + 1 }
	/^[ \t]*else/ && brace == FILENAME ":" FNR { print brace ": } else stand on one line" }
	/^[ \t]*\/\// { print FILENAME ":" FNR ": comments are /* */ here" }' $(files $all)
}
verdict "white space and width" white_space
verdict "functions of at most 60 lines, files of at most 800" lengths
verdict "layout" layout
finish
