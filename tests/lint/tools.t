# tools.t - what other people's checkers say, where they are installed.
. "$(dirname "$0")/lint.sh"
includes='-Isrc -Ibuild/deps/include'
sources='^(src|compat|tests/fake-imapd)/.*\.c$'

cpp_check()
{
	cppcheck -q --std=c99 --enable=warning,performance,portability --inline-suppr -D_XOPEN_SOURCE=600 $includes \
		--suppress='*:build/deps/*' --suppress=missingIncludeSystem --template='{file}:{line}: {message} [{id}]' \
		$(files "$sources")
}
clang_tidy()
{
	# without what is a matter of taste or wrong as often as right
	clang-tidy --quiet --checks='-*,bugprone-*,misc-static-assert,-bugprone-branch-clone,
		-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,-bugprone-assignment-in-if-condition,
		-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result,
		-bugprone-sizeof-expression,-bugprone-bad-signal-to-kill-thread,
		-bugprone-not-null-terminated-result' \
		$(files "$sources") -- -std=c99 -D_XOPEN_SOURCE=600 -D_GNU_SOURCE '-DOI_VERSION=""' $includes 2>/dev/null |
		grep -E '(warning|error):' | sort -u
}
scripts()
{
	git ls-files 'tools/*' 'tests/run' 'tests/all' 'tests/*.t' 'tests/*.sh' 'tests/bench/bench' | grep -v '\.[ch]$'
}
posix_scripts()
{
	for script in $(scripts); do
		sh -n "$script"
	done
}
shell_check()
{
	# words that are meant to split, sourced files and variables they set
	shellcheck -s sh -f gcc -e SC2086,SC1090,SC1091,SC2034,SC2046,SC2154,SC2317,SC3043,SC2010,SC2088,SC2115,SC2120,SC2119 $(scripts) | grep -v ': note:'
}
without cppcheck "cppcheck" || verdict "cppcheck" cpp_check
without clang-tidy "clang-tidy" || verdict "clang-tidy" clang_tidy
verdict "the scripts are well-formed" posix_scripts
without shellcheck "shellcheck" || verdict "shellcheck" shell_check
finish
