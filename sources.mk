# sources.mk - written by tools/sources (make sources); do not edit.

HDR = \
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
	src/sync/names.c

COMPAT =

FAKE_SRC =

SIM_SRC =

UNIT_SRC =

FUZZ_SRC =
