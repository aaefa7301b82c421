#!/bin/sh
# Compiles the resources into a binary table and R.java:
#   resources.sh FRAMEWORK_JAR OUT_DIR [MORE OPTIONS OF aapt2 link]
set -eu
framework=$1
out=$2
shift 2
mkdir -p "$out"
# Gradle adds these from app/build.gradle.kts; aapt2 alone wants them in the file.
sed -e 's#<manifest #<manifest package="vn.hocvu.app" #' \
    -e 's#^    <application#    <uses-sdk android:minSdkVersion="21" android:targetSdkVersion="34" />\n    <application#' \
    app/src/main/AndroidManifest.xml >"$out/AndroidManifest.xml"
aapt2 compile --dir app/src/main/res -o "$out/compiled.zip"
# An older aapt2 does not know what API 30 added, `<queries>`, and takes it in with a warning.
aapt2 link -I "$framework" --manifest "$out/AndroidManifest.xml" --auto-add-overlay --warn-manifest-validation \
    --min-sdk-version 21 --target-sdk-version 34 \
    -A ../assets/pictograms --java "$out/java" -o "$out/resources.apk" "$@" "$out/compiled.zip"
