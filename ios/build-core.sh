#!/bin/sh
# Builds the Rust library for the phone and for the simulator, on a Mac with Xcode and rustup, and puts
# both as an xcframework where bindings/swift/Package.swift finds it.
set -eu
repo=$(cd "$(dirname "$0")/.." && pwd)
swift=$repo/bindings/swift
made=$swift/HocvuCoreFFI.xcframework
cd "$repo"

# Rust's own targets: the phone, the simulator on Apple's processors, the simulator on Intel's.
phone=aarch64-apple-ios
simulators="aarch64-apple-ios-sim x86_64-apple-ios"
# Not quoted: one word for each target.
# shellcheck disable=SC2086
rustup target add $phone $simulators

# Generated from a library of this Mac: the shipped one is stripped, and its description with it.
cargo build --locked -p hocvu-bindings --features bindgen
"$swift/generate.sh"

export IPHONEOS_DEPLOYMENT_TARGET=15.0
for target in $phone $simulators; do
    cargo build --locked -p hocvu-bindings --profile phone --config "$repo/bindings/phone.toml" \
        --target "$target"
done

built=$repo/target/ios-simulator
mkdir -p "$built"
# The simulator's two processors in one file, as an xcframework wants them.
set --
for target in $simulators; do
    set -- "$@" "$repo/target/$target/phone/libhocvu_bindings.a"
done
lipo -create "$@" -output "$built/libhocvu_bindings.a"

rm -rf "$made"
xcodebuild -create-xcframework \
    -library "$repo/target/$phone/phone/libhocvu_bindings.a" -headers "$swift/Generated/HocvuCoreFFI" \
    -library "$built/libhocvu_bindings.a" -headers "$swift/Generated/HocvuCoreFFI" \
    -output "$made"
