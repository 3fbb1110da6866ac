# paths.t - no tracked file names this machine's directories or the hosts of its package sources.
. "$(dirname "$0")/lint.sh"
machine()
{
	git grep -nIE '(^|[^[:alnum:]_])/(work|farm|root)/' -- . ':!tests/lint/paths.t'
	sed -nE 's#.*//([^/ ]+).*#\1#p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | sort -u |
		while read -r host; do
			git grep -nIF "$host"
		done
}
verdict "nothing of one machine" machine
finish
