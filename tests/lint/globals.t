# globals.t - no mutable data outside functions but what tests/lint/globals names, each with its reason.
. "$(dirname "$0")/lint.sh"
mutable()
{
	objects '^(src|compat)/' | while read -r object; do
		nm -f sysv "$object" | awk -v object="$object" '
			FILENAME != "-" {
				sub(/#.*/, "")
				for (i = 2; i <= NF; i++)
					known[$1, $i]
				next
			}
			{ n = split($0, column, "|"); section = column[n]; name = column[1] }
			# .data.rel.ro holds constants with addresses in them
			section ~ /^[*.]?t?(data|bss|COM)/ && section !~ /^\.data\.rel\.ro/ {
				gsub(/ /, "", name)
				sub(/\.[0-9]+$/, "", name)
				if (name != "" && !((object, name) in known))
					print object ": " name " can be changed at run time and is not in tests/lint/globals"
			}' tests/lint/globals -
	done
}
verdict "no mutable data but the known" mutable
finish
