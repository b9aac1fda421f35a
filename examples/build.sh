#!/bin/sh
# Builds the examples in other languages into test-modules/target/examples, one module a language
# and compiler: those whose compiler is there. The others are named, and left out.
#
#   ASC   the AssemblyScript compiler, for example "npx asc"
#   ZIG   zig, for example "python3 -m ziglang"
set -eu
cd "$(dirname "$0")"
out=$(cd ../test-modules && pwd)/target/examples
mkdir -p "$out"
rm -f "$out"/*.wasm

flags="-Wall -Wextra -Werror -O2 -nostdlib -Wl,--no-entry -I../guest-sdk-c"
if command -v clang >/dev/null 2>&1 && command -v wasm-ld >/dev/null 2>&1; then
  clang --target=wasm32 $flags c/counter.c -o "$out/c-clang.wasm"
else
  echo "examples/build.sh: no clang with wasm-ld; C is left out"
fi
if command -v zig >/dev/null 2>&1; then
  ZIG=${ZIG:-zig}
fi
if [ -n "${ZIG:-}" ]; then
  $ZIG cc -target wasm32-freestanding $flags c/counter.c -o "$out/c-zig.wasm"
else
  echo "examples/build.sh: no zig; set ZIG, for example to \"python3 -m ziglang\""
fi
if [ -z "${ASC:-}" ] && command -v asc >/dev/null 2>&1; then
  ASC=asc
fi
if [ -n "${ASC:-}" ]; then
  $ASC assemblyscript/counter.ts -O --runtime stub --use abort= -o "$out/assemblyscript.wasm"
else
  echo "examples/build.sh: no asc; set ASC, for example to \"npx asc\""
fi
case $(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || true) in
  go1.2[4-9]* | go1.[3-9][0-9]*)
    (cd go && GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o "$out/go.wasm" .)
    ;;
  *) echo "examples/build.sh: no go, or none from version 1.24 on; Go is left out" ;;
esac
