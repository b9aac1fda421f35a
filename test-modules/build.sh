#!/bin/sh
# Builds all guests that tests and benchmarks run: release and debug for wasm32-wasip1, and the
# modules written in WebAssembly text. Quick when nothing changed, quiet when all is well.
#
#   target/wasm32-wasip1/{release,debug}/{bench,demo,extensions,hostile,probe}.wasm
#   target/wat/*.wasm
#
# `build.sh --check` also runs rustfmt and clippy.
set -eu
cd "$(dirname "$0")"
# A runner of cargo that calls this script must not leak its choices into these builds.
unset CARGO_BUILD_TARGET CARGO_TARGET_DIR RUSTFLAGS CARGO_ENCODED_RUSTFLAGS

for tool in cargo rustc; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "build.sh: $tool is not on the PATH; install Rust from https://rustup.rs" >&2
    exit 1
  fi
done
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32-wasip1/lib" ]; then
  rustup target add wasm32-wasip1
fi
host=$(rustc -vV | sed -n 's/^host: //p')

if [ "${1:-}" = --check ]; then
  cargo fmt --check
  cargo clippy --quiet --locked -- -D warnings
  cargo clippy --quiet --locked --target "$host" -p wat-modules -- -D warnings
fi
cargo build --quiet --locked --release
cargo build --quiet --locked
cargo run --quiet --locked --target "$host" -p wat-modules -- wat/modules target/wat
cargo run --quiet --locked --target "$host" -p wat-modules -- ../examples/wat target/wat
