# SPDX-License-Identifier: Apache-2.0
# A short front for CMake. Everything is installed, built and run by these words.

.PHONY: all run test bench fuzz deb clean deps
JOBS ?= $(shell nproc)

all: build/keepvalid

deps:
	@tools/install-deps build

build/keepvalid: FORCE
	@tools/install-deps build
	@cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }; rm -f build-configure.log
	@cmake --build --preset release -j $(JOBS)
	@ln -sf release/keepvalid build/keepvalid

FORCE:

run: all
	@tools/install-deps demo
	./build/keepvalid up --demo

test:
	@tools/install-deps test
	@tools/run-tests

bench: all
	@tools/install-deps bench
	@bench/run

fuzz:
	@tools/install-deps test
	@tools/run-fuzzers 3600

deb: all
	@cmake --build --preset release --target man completions
	@cd build/release && cpack -G DEB >cpack.log || { cat cpack.log; exit 1; }
	@ls build/release/*.deb

clean:
	rm -rf build
