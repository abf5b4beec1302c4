# The two commands of the house are `make run` and `make test`; the others are their parts.
# CONTRIBUTING.md explains them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
# The clone's own Python and tools come first, so that what the machine carries does not matter.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH):$(HOME)/.cargo/bin
export STATELINE := $(abspath $(TARGET))/release/stateline

# What holds at every commit, quickest first.
VERIFY := format tidy clippy deny unit docs
# What a test run adds.
BEYOND := integration doctests build clients fuzz

.PHONY: help run test verify bench clean setup $(VERIFY) $(BEYOND)

help:
	@echo 'make run      start the server with the examples, on http://127.0.0.1:8083'
	@echo 'make test     everything that CI checks'
	@echo 'make verify   the part of it to run before each commit: $(VERIFY)'
	@echo 'make build    the release binary: $(STATELINE)'
	@echo 'make bench    measure it'
	@echo 'make clean    remove what was built (data in .stateline stays)'

run:
	@scripts/setup --run
	cargo build --release --locked --package stateline-cli
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

build:
	cargo build --release --locked --package stateline-cli

clients:
	@scripts/test-clients

fuzz:
	@scripts/fuzz 15

bench: build
	"$(STATELINE)" bench

clean:
	cargo clean
	rm -rf .venv .tools tests/node-sdk/node_modules
