# sources.t - the lists in sources.mk are those of the tracked files.
. "$(dirname "$0")/lint.sh"
lists()
{
	sh tools/sources | diff sources.mk - | grep '^[<>]'
}
verdict "sources.mk is up to date (else: make sources)" lists
finish
