# duplicates.t - no six equal lines of code stand in two places of the program.
. "$(dirname "$0")/lint.sh"
twins()
{
	awk -v run=6 '
	function flush(    i) {
		for (i = 1; i + run - 1 <= n; i++)
			if (i > done)
				look(i)
		n = done = 0
	}
	# Compares the window of lines that begins at i with all seen before it.
	function look(i,    key, j) {
		for (j = i; j < i + run; j++)
			key = key line[j] "\n"
		if (!(key in seen)) {
			seen[key] = file ":" number[i]
			return
		}
		print file ":" number[i] ": as in " seen[key]
		done = i + run - 1
	}
	FNR == 1 { flush(); file = FILENAME }
	{
		text = $0
		sub(/\/\*.*\*\//, "", text)
		gsub(/[ \t]/, "", text)
		# comments, braces, includes and declarations of nothing much are no code
		if (text == "" || text ~ /^[{}();]*$/ || text ~ /^(\/?\*|#|else$|break;$|return)/)
			next
		line[++n] = text
		number[n] = FNR
	}
	END { flush() }' $(files '^(src|compat|tests/fake-imapd|tests/sim)/.*\.c$')
}
verdict "nothing stands twice" twins
finish
