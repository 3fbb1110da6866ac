# Makefile - POSIX make (GNU make and bmake are tried). What a user may change stands in config.mk; the lists of
# sources stand in sources.mk, which "make sources" writes. Objects lie beside their sources; builds with other
# compilers or flags go into copies of the tree (tools/variant).
.POSIX:
.SUFFIXES:
.SUFFIXES: .c .o .test .fuzz

all: offlineimap fake-imapd

include config.mk
include sources.mk

VERSION = 0.1
BEARSSL_LIB = build/deps/lib/libbearssl.a
INC = -Ibuild/deps/include -DOI_VERSION='"$(VERSION)"'
COMPILE = $(CC) $(CPPFLAGS) $(INC) $(STD) $(WARN) $(CFLAGS)
FUZZ_FLAGS = -fsanitize=fuzzer

OBJ = $(SRC:.c=.o) $(COMPAT:.c=.o)
FAKE_OBJ = $(FAKE_SRC:.c=.o)
SIM_OBJ = $(SIM_SRC:.c=.o)
UNIT = $(UNIT_SRC:.c=.test)
FUZZ = $(FUZZ_SRC:.c=.fuzz)
MAIN_OBJ = src/main.o tests/fake-imapd/main.o
BENCH = tests/bench/measure.test tests/bench/delayproxy.test

offlineimap: src/main.o liboi.a
	@echo LD $@
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ src/main.o liboi.a $(BEARSSL_LIB) $(LIBS)

fake-imapd: tests/fake-imapd/main.o libfake.a liboi.a
	@echo LD $@
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ tests/fake-imapd/main.o libfake.a liboi.a $(BEARSSL_LIB) $(LIBS)

# The simulation brings its own os and dial, which come before the archive's.
simtest: $(SIM_OBJ) libfake.a liboi.a
	@echo LD $@
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(SIM_OBJ) libfake.a liboi.a $(BEARSSL_LIB) $(LIBS)

liboi.a: $(OBJ)
	@echo AR $@
	@rm -f $@
	@$(AR) qcs $@ $(OBJ)

libfake.a: $(FAKE_OBJ)
	@echo AR $@
	@rm -f $@
	@$(AR) qcs $@ $(FAKE_OBJ)

.c.o:
	@echo CC $<
	@$(COMPILE) -c -o $@ $<

.c.test:
	@echo CC $<
	@$(COMPILE) $(LDFLAGS) -o $@ $< libfake.a liboi.a $(BEARSSL_LIB) $(LIBS)

.c.fuzz:
	@echo CC $<
	@$(COMPILE) $(FUZZ_FLAGS) $(LDFLAGS) -o $@ $< libfake.a liboi.a $(BEARSSL_LIB) $(LIBS)

# Every object depends on every header: always right, and the whole is built in seconds.
$(OBJ) $(FAKE_OBJ) $(SIM_OBJ) $(MAIN_OBJ): $(HDR) $(BEARSSL_LIB) build/flags
$(UNIT) $(FUZZ) $(BENCH): $(HDR) $(SIM_SRC) libfake.a liboi.a build/flags

# Other flags or another compiler than last time: build everything again.
build/flags: always
	@sh tools/ifchange $@ $(COMPILE)
build/compiler: always
	@sh tools/ifchange $@ $(CC) $(BEARSSL)
always:

$(BEARSSL_LIB): build/compiler
	@CC='$(CC)' AR='$(AR)' MAKE='$(MAKE)' sh tools/bearssl build/deps '$(BEARSSL)'

deps: $(BEARSSL_LIB)
unit: $(UNIT)
fuzz: $(FUZZ)

sources:
	sh tools/sources >sources.mk.new
	mv sources.mk.new sources.mk

demo: all
	@sh tools/demo

check: all simtest $(UNIT)
	@OI_LDFLAGS='$(LDFLAGS)' sh tests/run $(UNIT) tests/build/*.t tests/sim/*.t tests/e2e/*.t
check-unit: $(UNIT)
	@sh tests/run $(UNIT)
check-e2e: all
	@sh tests/run tests/e2e/*.t
check-dovecot: all
	@sh tests/run tests/dovecot/*.t
check-all:
	@sh tests/all
lint: $(OBJ) $(MAIN_OBJ)
	@sh tests/run -t 600 tests/lint/*.t
bench: all $(BENCH)
	@sh tests/bench/bench

cross:
	@sh tools/cross '$(TARGET)'

install: offlineimap
	mkdir -p '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1' '$(DESTDIR)$(MANDIR)/man5' '$(DESTDIR)$(EXAMPLEDIR)'
	sh tools/install 755 offlineimap '$(DESTDIR)$(BINDIR)'
	sh tools/install 644 man/offlineimap.1 '$(DESTDIR)$(MANDIR)/man1'
	sh tools/install 644 man/offlineimaprc.5 '$(DESTDIR)$(MANDIR)/man5'
	sh tools/install 644 examples/offlineimap.conf '$(DESTDIR)$(EXAMPLEDIR)'
	sh tools/install 644 examples/offlineimap.conf.minimal '$(DESTDIR)$(EXAMPLEDIR)'
install-fake-imapd: fake-imapd
	mkdir -p '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1'
	sh tools/install 755 fake-imapd '$(DESTDIR)$(BINDIR)'
	sh tools/install 644 man/fake-imapd.1 '$(DESTDIR)$(MANDIR)/man1'
uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/offlineimap' '$(DESTDIR)$(BINDIR)/fake-imapd'
	rm -f '$(DESTDIR)$(MANDIR)/man1/offlineimap.1' '$(DESTDIR)$(MANDIR)/man1/fake-imapd.1'
	rm -f '$(DESTDIR)$(MANDIR)/man5/offlineimaprc.5'
	rm -f '$(DESTDIR)$(EXAMPLEDIR)/offlineimap.conf' '$(DESTDIR)$(EXAMPLEDIR)/offlineimap.conf.minimal'

dist:
	git archive --format=tar --prefix=offlineimap-$(VERSION)/ HEAD | gzip -9n >offlineimap-$(VERSION).tar.gz

clean:
	@rm -f offlineimap fake-imapd simtest liboi.a libfake.a build/flags
	@rm -f $(OBJ) $(FAKE_OBJ) $(SIM_OBJ) $(MAIN_OBJ) $(UNIT) $(FUZZ) $(BENCH)
distclean: clean
	rm -rf build

.PHONY: all always deps unit fuzz sources demo check check-unit check-e2e check-dovecot check-all lint bench cross \
	install install-fake-imapd uninstall dist clean distclean
