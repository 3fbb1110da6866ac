# layers.t - the floors of the house: which folder may include which, and who may call the system.
. "$(dirname "$0")/lint.sh"

# A row for each folder: those whose headers it may include besides its own.
includes()
{
	awk '
	FILENAME == "-" { known[$1]; for (i = 2; i <= NF; i++) may[$1, $i]; next }
	FNR == 1 {
		folder = FILENAME
		sub(/\/[^\/]*$/, "", folder)
		if (!(folder in known))
			print FILENAME ": a folder that is not in the table of tests/lint/layers.t"
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, part, "\"")
		n = split(part[2], step, "/")
		if (n > 1 && !((folder, step[n - 1]) in may) && folder !~ "/" step[n - 1] "$")
			print FILENAME ":" FNR ": " folder " must not include " part[2]
	}' - $(files '^(src|compat|tests/fake-imapd)/') <<'END'
src		ui engine sync imap maildir net conf py base compat
src/ui		base conf
src/engine	sync imap maildir net conf base
src/sync	imap maildir conf base
src/imap	net conf base
src/maildir	conf base
src/net		conf base
src/conf	py base
src/py		base
src/base	compat
compat
tests/fake-imapd	base
END
}
verdict "includes stay within the table" includes

# calls SYMBOLS OBJECTS: which objects call what they should leave to others (OBJECTS: a regex of those that may)
calls()
{
	objects '^src/' | grep -E -v -e "$2" | while read -r object; do
		nm -u "$object" | awk -v object="$object" -v banned=" $(echo $1) " '
			index(banned, " " $2 " ") { print object ": calls " $2 }'
	done
}
files='open openat creat read write pread pwrite readv writev close rename renameat renameat2 unlink unlinkat link linkat
	symlink mkdir mkdirat rmdir opendir fdopendir readdir closedir scandir fsync fdatasync sync syncfs stat lstat fstat
	fstatat access truncate ftruncate chmod fchmod chown utime utimes utimensat mkstemp mkdtemp fcntl flock lockf fopen
	fdopen freopen tmpfile remove realpath readlink pipe dup dup2 mmap'
sockets='socket connect bind listen accept send recv sendto recvfrom sendmsg recvmsg shutdown getsockopt setsockopt
	getaddrinfo getnameinfo gethostbyname poll select'
others='time clock clock_gettime gettimeofday nanosleep sleep usleep alarm rand random getrandom getentropy
	fork vfork execv execve execvp execl execlp posix_spawn posix_spawnp system popen wait waitpid kill getpid
	gethostname getpwnam getpwuid getpwnam_r getpwuid_r getuid'
threads='pthread_create pthread_join pthread_detach pthread_mutex_lock pthread_mutex_unlock pthread_cond_wait
	pthread_cond_timedwait pthread_cond_signal pthread_cond_broadcast pthread_setspecific pthread_key_create'
verdict "files only through base/os.h" calls "$files" '^src/base/os|^src/ui/'
verdict "sockets only through net/dial.h and base/os.h" calls "$sockets" '^src/base/os|^src/net/dial|^src/ui/'
verdict "clocks, random numbers and processes only through base/os.h" calls "$others" '^src/base/os'
# prof counts what thr does, so it cannot use it
verdict "threads and locks only through base/thr.h" calls "$threads" '^src/base/(thr|prof)\.o'
verdict "only out of memory, misuse and main end the program" calls "exit _Exit abort" '^src/base/(mem|buf|thr)\.o|^src/main\.o'
verdict "none of the functions that are always a mistake here" calls \
	"strtok strcpy strcat stpcpy sprintf vsprintf atoi atol atoll gets alloca setjmp _setjmp" '^$'
finish
