# SPDX-License-Identifier: GPL-2.0
#
# For people; the kernel's build reads Kbuild instead. Everything built goes to
# build/. Nothing here needs root except the two install targets, and nothing
# needs this file to test: ./vm/run does all by itself.

KDIR   ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local

BUILD  := $(CURDIR)/build
KVER    = $(shell sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' \
	    $(KDIR)/include/generated/utsrelease.h)
MODULE  = $(BUILD)/module-$(KVER)

.PHONY: help all modules userspace selftests unit schedules ring-native check bench-native bench-native-update \
	install modules_install clean

help: ## Print this list
	@echo "Targets:"
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20
	@echo "Variables:"
	@echo "  KDIR              kernel build folder ($(KDIR))"
	@echo "  PREFIX, DESTDIR   where install puts things ($(PREFIX))"
	@echo "  INSTALL_MOD_PATH  root folder for modules_install"
	@echo "In a virtual machine, without installing anything: ./vm/run --help"

all: modules userspace ## Build the module, the library and the tools

# The kernel's build writes beside the sources, so it gets links to them.
modules: $(KDIR)/Makefile ## Build ipcchan.ko for the kernel in KDIR
	@mkdir -p $(MODULE)
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/kmod $(CURDIR)/uapi $(MODULE)
	@find $(MODULE) -xtype l -delete
	$(MAKE) -C $(KDIR) M=$(MODULE) modules

$(KDIR)/Makefile:
	@echo "The headers of kernel $(shell uname -r) are not in $(KDIR)." >&2
	@echo "Install them, or name another folder by KDIR=:" >&2
	@echo "  apt install linux-headers-$(shell uname -r)" >&2
	@exit 1

userspace: ## Build the library and the tools
	$(MAKE) -C userspace BUILD=$(BUILD)/userspace

# The result is an installed kselftest tree, as the kernel's own would be: run
# build/kselftest/run_kselftest.sh as root. A built test of userspace/ whose
# source is gone would still be run by ./vm/run, so it goes too.
selftests: KSELFTEST := $(BUILD)/kselftest
selftests: ## Build the tests to run in a VM or on a real machine
	@rm -rf $(KSELFTEST)
	@mkdir -p $(BUILD)/selftests $(KSELFTEST)/ipcchan
	source=$$(scripts/linux-source) && \
	lib=$$source/tools/testing/selftests && \
	selftests="$(MAKE) -C selftests LINUX_SOURCE=$$source \
		OUTPUT=$(BUILD)/selftests" && \
	$(MAKE) -C userspace BUILD=$(BUILD)/userspace LINUX_SOURCE=$$source && \
	for test in $(BUILD)/userspace/tests/*; do \
		set -- userspace/*/$${test##*/}*; \
		[ -e $$1 ] || rm $$test; \
	done && \
	$$selftests && \
	$$selftests install INSTALL_PATH=$(KSELFTEST)/ipcchan && \
	cp -a $$lib/run_kselftest.sh $$lib/kselftest $(KSELFTEST) && \
	$$selftests -s --no-print-directory emit_tests COLLECTION=ipcchan \
		>$(KSELFTEST)/kselftest-list.txt

unit: ## Build and run the module's unit tests, on this machine
	$(MAKE) -C selftests/unit BUILD=$(BUILD)/unit

schedules: ## Try locks and deadlocks by random schedules, on this machine
	$(MAKE) -C selftests/schedules BUILD=$(BUILD)/schedules

ring-native: ## Build and run the tests of rings that need no module
	$(MAKE) -C userspace/tests/native BUILD=$(BUILD)/native

bench-native: ## Compare with other ways to other processes, on this machine
	scripts/install-packages rivals
	$(MAKE) -C userspace/bench/native BUILD=$(BUILD)/bench-native \
		$(if $(JSON),JSON=$(abspath $(JSON))) run

bench-native-update: ## Measure that for the documents
	$(MAKE) bench-native JSON=bench/native.json
	scripts/draw-native
	scripts/update-docs

check: ## Check style and contracts, on this machine
	scripts/check

install: userspace ## Install the library, tools, headers and manual pages
	$(MAKE) -C userspace install BUILD=$(BUILD)/userspace \
		PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/ipcchan \
		packaging/60-ipcchan.rules

modules_install: modules ## Install ipcchan.ko for the kernel in KDIR
	$(MAKE) -C $(KDIR) M=$(MODULE) modules_install

clean: ## Remove everything built
	rm -rf $(BUILD)
