#!/bin/sh
# Tests the Swift package on Linux against a library that was built before (README.md says how).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../.." && pwd)
target=$repo/target/debug

"$here/generate.sh"
"$here/linux.sh" "$here" \
    swift test --scratch-path "$repo/target/swift" -Xlinker "-L$target" -Xlinker "-rpath=$target"

# Another package that takes this one in, as an app would. It finds lessons without diacritics.
"$here/linux.sh" "$here/consumer" \
    swift run --scratch-path "$repo/target/consumer-swift" -Xlinker "-L$target" -Xlinker "-rpath=$target" \
    >"$repo/target/consumer-swift.txt"
cat "$repo/target/consumer-swift.txt"
grep -q 'Ba dấu hiệu lừa đảo' "$repo/target/consumer-swift.txt"
