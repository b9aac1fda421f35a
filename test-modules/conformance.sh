#!/bin/sh
# Runs the tests and examples of the crates.io package `lunatic`, unmodified, under `selene`.
# SELENE names another program than ../selene; `--peer` runs the real `lunatic` instead; `--help`
# tells the rest. Needs Python 3 and rustup with the target wasm32-wasip1.
exec python3 "$(dirname "$0")/conformance/run.py" "$@"
