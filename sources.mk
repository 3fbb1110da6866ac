# sources.mk - written by tools/sources (make sources); do not edit.

HDR = \
	compat/compat.h \
	src/base/base64.h \
	src/base/buf.h \
	src/base/crc32.h \
	src/base/date.h \
	src/base/err.h \
	src/base/event.h \
	src/base/md5.h \
	src/base/mem.h \
	src/base/num.h \
	src/base/os.h \
	src/base/path.h \
	src/base/prof.h \
	src/base/stop.h \
	src/base/thr.h \
	src/conf/settings.h \
	src/engine/account.h \
	src/engine/engine.h \
	src/imap/flags.h \
	src/imap/imap.h \
	src/imap/limits.h \
	src/imap/mutf7.h \
	src/imap/uidset.h \
	src/maildir/maildir.h \
	src/maildir/name.h \
	src/net/dial.h \
	src/net/stream.h \
	src/net/tls.h \
	src/net/trust.h \
	src/sync/folder.h \
	src/sync/guard.h \
	src/sync/names.h \
	src/sync/plan.h \
	src/sync/state.h \
	src/sync/tree.h \
	src/ui/ui.h \
	tests/fake-imapd/fake.h \
	tests/fake-imapd/serve.h \
	tests/unit/tap.h

SRC = \
	src/base/base64.c \
	src/base/buf.c \
	src/base/crc32.c \
	src/base/date.c \
	src/base/err.c \
	src/base/event.c \
	src/base/md5.c \
	src/base/mem.c \
	src/base/num.c \
	src/base/os.c \
	src/base/osfile.c \
	src/base/osreap.c \
	src/base/path.c \
	src/base/prof.c \
	src/base/stop.c \
	src/base/thr.c \
	src/sync/names.c

COMPAT = \
	compat/fs_is_local.c \
	compat/fsync.c \
	compat/lock.c \
	compat/pipe.c \
	compat/random.c \
	compat/rename_new.c \
	compat/set_mtime.c \
	compat/socket.c \
	compat/stat_ns.c \
	compat/wipe.c

FAKE_SRC =

SIM_SRC =

UNIT_SRC =

FUZZ_SRC =

compat/fs_is_local.o: compat/fs_is_local.c
	@echo CC compat/fs_is_local.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/fs_is_local.c

compat/fsync.o: compat/fsync.c
	@echo CC compat/fsync.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/fsync.c

compat/lock.o: compat/lock.c
	@echo CC compat/lock.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/lock.c

compat/pipe.o: compat/pipe.c
	@echo CC compat/pipe.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/pipe.c

compat/random.o: compat/random.c
	@echo CC compat/random.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/random.c

compat/rename_new.o: compat/rename_new.c
	@echo CC compat/rename_new.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/rename_new.c

compat/set_mtime.o: compat/set_mtime.c
	@echo CC compat/set_mtime.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/set_mtime.c

compat/socket.o: compat/socket.c
	@echo CC compat/socket.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/socket.c

compat/stat_ns.o: compat/stat_ns.c
	@echo CC compat/stat_ns.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/stat_ns.c

compat/wipe.o: compat/wipe.c
	@echo CC compat/wipe.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ compat/wipe.c

src/base/os.o: src/base/os.c
	@echo CC src/base/os.c
	@$(COMPILE) $(OS_CPPFLAGS) -c -o $@ src/base/os.c
