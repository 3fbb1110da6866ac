# config.mk - everything a user may change. Each value can be given on the make command line too.

# The compiler. musl-gcc makes a static program that runs on any kernel; "make CC=gcc LDFLAGS=" makes an
# ordinary dynamic one against the system's libc, for sanitizers, valgrind and debuggers.
CC = musl-gcc
AR = ar
STD = -std=c99
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
CFLAGS = -Os -pipe -ffunction-sections -fdata-sections -fno-unwind-tables -fno-asynchronous-unwind-tables
LDFLAGS = -static -s -Wl,--gc-sections
LIBS = -lpthread

# What the system's headers need to show POSIX.1-2001 with X/Open; the second line is added for src/base/os.c
# and compat/, the only places that use more.
CPPFLAGS = -D_XOPEN_SOURCE=600 -D_FILE_OFFSET_BITS=64
OS_CPPFLAGS = -D_GNU_SOURCE

# BearSSL: empty: its source package is fetched and built; a directory: a source tree or an installation
# prefix; "system": the distribution's libbearssl.a.
BEARSSL =

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
EXAMPLEDIR = $(PREFIX)/share/doc/offlineimap
