#!/bin/sh
# Tests the Swift package on Linux against a library that was built before (README.md says how).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
target=$repo/target/debug

"$here/generate.sh"
"$here/linux.sh" "$here" \
    swift test --scratch-path "$repo/target/swift" -Xlinker "-L$target" -Xlinker "-rpath=$target"
