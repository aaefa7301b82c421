#!/bin/sh
# Tests the app's Swift package on Linux against a library and a program that were built before
# (README.md says how).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/.." && pwd)
target=$repo/target/debug
linux=$repo/bindings/swift/linux.sh

"$repo/bindings/swift/generate.sh"
"$linux" "$here" swift format lint --strict --recursive Package.swift Sources Tests app standin
# What only Apple's systems have is read, not compiled.
"$linux" "$here" sh -c 'swiftc -parse app/Hocvu/*.swift Sources/Border/*.swift'
"$linux" "$here" \
    swift test --scratch-path "$repo/target/swift-ios" -Xlinker "-L$target" -Xlinker "-rpath=$target"
