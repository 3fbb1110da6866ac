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
	src/conf/ini.h \
	src/conf/loader.h \
	src/conf/option.h \
	src/conf/settings.h \
	src/conf/value.h \
	src/engine/account.h \
	src/engine/engine.h \
	src/engine/lock.h \
	src/engine/mbnames.h \
	src/engine/secret.h \
	src/imap/caps.h \
	src/imap/conn.h \
	src/imap/flags.h \
	src/imap/imap.h \
	src/imap/lex.h \
	src/imap/limits.h \
	src/imap/mutf7.h \
	src/imap/note.h \
	src/imap/resp.h \
	src/imap/sasl.h \
	src/imap/uidset.h \
	src/maildir/folder.h \
	src/maildir/maildir.h \
	src/maildir/name.h \
	src/net/dial.h \
	src/net/stream.h \
	src/net/tls.h \
	src/net/trust.h \
	src/options.h \
	src/py/literal.h \
	src/sync/folder.h \
	src/sync/guard.h \
	src/sync/job.h \
	src/sync/lookup.h \
	src/sync/names.h \
	src/sync/plan.h \
	src/sync/state.h \
	src/sync/statelog.h \
	src/sync/tree.h \
	src/ui/rows.h \
	src/ui/ui.h \
	tests/fake-imapd/conn.h \
	tests/fake-imapd/control.h \
	tests/fake-imapd/fake.h \
	tests/fake-imapd/fault.h \
	tests/fake-imapd/mime.h \
	tests/fake-imapd/serve.h \
	tests/fake-imapd/session.h \
	tests/fake-imapd/store.h \
	tests/fake-imapd/tlsd.h \
	tests/fake-imapd/words.h \
	tests/sim/fs.h \
	tests/sim/machine.h \
	tests/sim/sim.h \
	tests/sim/world.h \
	tests/unit/fakeplay.h \
	tests/unit/play.h \
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
	src/conf/account.c \
	src/conf/check.c \
	src/conf/ini.c \
	src/conf/load.c \
	src/conf/options.c \
	src/conf/place.c \
	src/conf/value.c \
	src/engine/account.c \
	src/engine/engine.c \
	src/engine/info.c \
	src/engine/lock.c \
	src/engine/mbnames.c \
	src/engine/secret.c \
	src/imap/append.c \
	src/imap/caps.c \
	src/imap/change.c \
	src/imap/conn.c \
	src/imap/fetch.c \
	src/imap/flags.c \
	src/imap/lex.c \
	src/imap/list.c \
	src/imap/mutf7.c \
	src/imap/note.c \
	src/imap/resp.c \
	src/imap/sasl.c \
	src/imap/search.c \
	src/imap/select.c \
	src/imap/session.c \
	src/imap/uidset.c \
	src/maildir/change.c \
	src/maildir/deliver.c \
	src/maildir/folder.c \
	src/maildir/name.c \
	src/maildir/scan.c \
	src/maildir/source.c \
	src/net/dial.c \
	src/net/stream.c \
	src/net/tls.c \
	src/net/trust.c \
	src/options.c \
	src/py/literal.c \
	src/sync/adopt.c \
	src/sync/download.c \
	src/sync/flags.c \
	src/sync/folder.c \
	src/sync/guard.c \
	src/sync/job.c \
	src/sync/lookup.c \
	src/sync/match.c \
	src/sync/names.c \
	src/sync/plan.c \
	src/sync/remove.c \
	src/sync/state.c \
	src/sync/statefile.c \
	src/sync/statelog.c \
	src/sync/tree.c \
	src/sync/upload.c \
	src/ui/basic.c \
	src/ui/format.c \
	src/ui/quiet.c \
	src/ui/tty.c \
	src/ui/ui.c

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

FAKE_SRC = \
	tests/fake-imapd/auth.c \
	tests/fake-imapd/box.c \
	tests/fake-imapd/change.c \
	tests/fake-imapd/conn.c \
	tests/fake-imapd/control.c \
	tests/fake-imapd/fault.c \
	tests/fake-imapd/fetch.c \
	tests/fake-imapd/list.c \
	tests/fake-imapd/log.c \
	tests/fake-imapd/maildir.c \
	tests/fake-imapd/mime.c \
	tests/fake-imapd/mischief.c \
	tests/fake-imapd/search.c \
	tests/fake-imapd/select.c \
	tests/fake-imapd/serve.c \
	tests/fake-imapd/server.c \
	tests/fake-imapd/session.c \
	tests/fake-imapd/store.c \
	tests/fake-imapd/sync.c \
	tests/fake-imapd/tlsd.c \
	tests/fake-imapd/words.c

SIM_SRC = \
	tests/sim/book.c \
	tests/sim/dial.c \
	tests/sim/dir.c \
	tests/sim/event.c \
	tests/sim/fs.c \
	tests/sim/machine.c \
	tests/sim/os.c \
	tests/sim/simtest.c \
	tests/sim/users.c \
	tests/sim/wire.c \
	tests/sim/world.c

UNIT_SRC = \
	tests/unit/t_base.c \
	tests/unit/t_caps.c \
	tests/unit/t_conf.c \
	tests/unit/t_durable.c \
	tests/unit/t_event.c \
	tests/unit/t_fake.c \
	tests/unit/t_fakemsg.c \
	tests/unit/t_fetch.c \
	tests/unit/t_flags.c \
	tests/unit/t_guard.c \
	tests/unit/t_imap.c \
	tests/unit/t_lex.c \
	tests/unit/t_literal.c \
	tests/unit/t_maildir.c \
	tests/unit/t_man.c \
	tests/unit/t_match.c \
	tests/unit/t_mutf7.c \
	tests/unit/t_name.c \
	tests/unit/t_names.c \
	tests/unit/t_os.c \
	tests/unit/t_plan.c \
	tests/unit/t_prof.c \
	tests/unit/t_resp.c \
	tests/unit/t_sasl.c \
	tests/unit/t_simos.c \
	tests/unit/t_source.c \
	tests/unit/t_state.c \
	tests/unit/t_stream.c \
	tests/unit/t_tls.c \
	tests/unit/t_trust.c \
	tests/unit/t_ui.c \
	tests/unit/t_uidset.c

FUZZ_SRC = \
	tests/fuzz/fuzz_imap.c \
	tests/fuzz/fuzz_ini.c \
	tests/fuzz/fuzz_mutf7.c \
	tests/fuzz/fuzz_name.c \
	tests/fuzz/fuzz_resp.c \
	tests/fuzz/fuzz_state.c

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
