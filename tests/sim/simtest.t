# simtest.t - a sample of the simulated histories (tests/all runs all of them): without any mishap, killed, without
# power, with failing calls. A failure names the seed and the call; "simtest --seed N --kill K -v" replays it.
set -u
if [ ! -x ./simtest ]; then
	echo "1..0 # SKIP no simtest: make simtest"
	exit 0
fi

number=0
status=0
try()
{
	number=$((number + 1))
	if said=$(${EXE:-} ./simtest --jobs 2 "$@" 2>&1); then
		echo "ok $number - $(echo "$said" | tail -n 1)"
	else
		echo "not ok $number - simtest $*"
		echo "$said" | sed 's/^/# /'
		status=1
	fi
}

few=${SLOW:+0}		# under an emulator or a sanitizer a tenth
try --seed 1 --count 100 --every "40$few"
try --seed 201 --count 30 --every "60$few" --power
try --seed 301 --count 20 --every "200$few" --fail
echo "1..$number"
exit $status
