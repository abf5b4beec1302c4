# The two commands of the house are `make run` and `make test`; the others are their parts.
# CONTRIBUTING.md explains them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
# The clone's own Python and tools come first, so that what the machine carries does not matter.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(CURDIR)/.tools/node/bin:$(PATH):$(HOME)/.cargo/bin
export STATELINE := $(abspath $(TARGET))/release/stateline

# What holds at every commit, quickest first.
VERIFY := format tidy console console-check clippy deny unit docs
# What a test run adds.
BEYOND := console-test integration doctests build clients fuzz

# What the console is made of. The folders are among it, so that a file that is gone counts as well.
CONSOLE := $(shell find console/src console/public console/scripts 2>/dev/null) \
    $(addprefix console/,index.html package.json package-lock.json tsconfig.json vite.config.ts)

# A console whose build was cut off is not taken for one that is there.
.DELETE_ON_ERROR:

.PHONY: help run test verify bench clean setup $(VERIFY) $(BEYOND)

help:
	@echo 'make run      start the server with the examples, on http://127.0.0.1:8083'
	@echo 'make test     everything that CI checks'
	@echo 'make verify   the part of it to run before each commit: $(VERIFY)'
	@echo 'make build    the release binary with the console: $(STATELINE)'
	@echo 'make console  the console alone, for the next build of the binary'
	@echo 'make bench    measure it'
	@echo 'make clean    remove what was built (data in .stateline stays)'

run:
	@scripts/setup --run
	@$(MAKE) --no-print-directory build
	exec "$(STATELINE)" dev examples/

test: setup
	@scripts/test $(VERIFY) $(BEYOND)

verify: $(VERIFY)

setup:
	@scripts/setup

format:
	cargo fmt --all --check
	cargo fmt --check --manifest-path tests/rust-sdk/Cargo.toml

tidy:
	cargo xtask tidy
	cargo xtask shapes --check
	cargo xtask models --check

console: console/dist/index.html
	@true

console/dist/index.html: $(CONSOLE)
	@[ -d console/node_modules ] || { echo 'console/node_modules is missing; run scripts/setup --run'; exit 1; }
	cd console && npm run --silent build

console-check:
	cd console && npm run --silent check

console-test:
	cd console && NO_COLOR=1 npm test --silent

clippy:
	cargo clippy --workspace --all-targets --locked -- -D warnings

# The fetch completes the registry's copies, also of crates that only other systems build.
deny:
	cargo fetch --locked --quiet
	cargo deny --offline --log-level error check licenses bans sources

unit:
	cargo test --workspace --lib --bins --locked

docs:
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked

integration:
	@scripts/integration

doctests:
	cargo test --workspace --doc --locked

build: console
	cargo build --release --locked --package stateline-cli

clients:
	@scripts/test-clients

fuzz:
	@scripts/fuzz 15

bench: build
	"$(STATELINE)" bench

clean:
	cargo clean
	rm -rf .venv .tools tests/node-sdk/node_modules console/node_modules console/dist console/results
