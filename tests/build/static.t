# static.t - what "make" made is one static program: no INTERP segment (musl-gcc -static-pie, for one, silently links
# a dynamic program), and of a size that fits a router.
set -u
program=offlineimap
case " ${OI_LDFLAGS:-} " in
*" -static "*) ;;
*)	echo "1..0 # SKIP not linked with -static"
	exit 0 ;;
esac

# The types of the ELF program headers, one a line; reads the header in the file's own byte order and word size.
segments()
{
	od -An -v -tu1 -N 4096 "$1" | awk '
		{ for (i = 1; i <= NF; i++) b[n++] = $i }
		function number(at, size,    v, i) {
			for (i = 0; i < size; i++)
				v = v * 256 + b[b[5] == 2 ? at + i : at + size - 1 - i]
			return v
		}
		END {
			wide = b[4] == 2
			at = wide ? number(32, 8) : number(28, 4)
			size = number(wide ? 54 : 42, 2)
			for (count = number(wide ? 56 : 44, 2); count > 0; count--) {
				print number(at, 4)
				at += size
			}
		}'
}

LOAD=1 INTERP=3
status=0
types=$(segments $program)
if echo "$types" | grep -qx $LOAD && ! echo "$types" | grep -qx $INTERP; then
	echo "ok 1 - no INTERP segment"
else
	echo "not ok 1 - no INTERP segment"
	echo "# segment types:" $types
	status=1
fi
size=$(wc -c <$program)
if [ "$size" -le 524288 ]; then
	echo "ok 2 - at most 512 KiB ($size bytes)"
else
	echo "not ok 2 - at most 512 KiB ($size bytes)"
	status=1
fi
echo 1..2
exit $status
