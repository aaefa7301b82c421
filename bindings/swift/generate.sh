#!/bin/sh
# Writes Generated/ from a library that was built before (README.md says how). What is the same as
# before stays, so that nothing is built again for it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$(cd "$here/../.." && pwd)/target/debug
fresh=$here/Generated.new

rm -rf "$fresh"
mkdir -p "$fresh/HocvuCore" "$fresh/HocvuCoreFFI"
# Linux and macOS name it each in its way.
library=$target/libhocvu_bindings.so
[ -e "$library" ] || library=$target/libhocvu_bindings.dylib
"$target/uniffi-bindgen" generate "$library" --language swift --no-format \
    --out-dir "$fresh/HocvuCore"
mv "$fresh/HocvuCore/HocvuCoreFFI.h" "$fresh/HocvuCoreFFI/"
mv "$fresh/HocvuCore/HocvuCoreFFI.modulemap" "$fresh/HocvuCoreFFI/module.modulemap"
if diff -rq "$fresh" "$here/Generated" >/dev/null 2>&1; then
    rm -rf "$fresh"
else
    rm -rf "$here/Generated"
    mv "$fresh" "$here/Generated"
fi
