#!/bin/sh
# Assembles an APK without Gradle and without the Android SDK, and checks what came out:
#   apk.sh [LIBS_DIR]
# LIBS_DIR holds ABI/libhocvu_bindings.so as `cargo ndk -o LIBS_DIR` writes it. Without it the APK has
# no Rust library in it: its parts can be checked and weighed, but it does not run.
# Wants what `mvn -f pom.xml test` leaves in target/, and aapt2, zipalign, apksigner, zip, unzip.
set -eu
libs=${1:+$(cd "$1" && pwd)}
cd "$(dirname "$0")"
out=target/apk
abis='arm64-v8a armeabi-v7a'
permissions='android.permission.ACCESS_NETWORK_STATE android.permission.CAMERA android.permission.CHANGE_WIFI_MULTICAST_STATE android.permission.INTERNET android.permission.RECEIVE_BOOT_COMPLETED'

fail() {
  printf 'apk.sh: %s\n' "$1" >&2
  exit 1
}

maven=$(mvn -q -B -Dstyle.color=never help:evaluate -Dexpression=settings.localRepository -DforceStdout | sed 's/\x1b\[[0-9;]*m//g')

# The path of an artifact: GROUP NAME VERSION TYPE. Fetched only where it is not there yet; R8 lies in
# Google's repository, which some mirrors of the central one serve too.
artifact() {
  file=$maven/$(printf %s "$1" | tr . /)/$2/$3/$2-$3.$4
  [ -f "$file" ] || mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get \
    -Dartifact="$1:$2:$3:$4" -Dtransitive=false -DremoteRepositories=https://maven.google.com >&2 || true
  [ -f "$file" ] || fail "$1:$2:$3 is neither in $maven nor to be fetched"
  printf %s "$file"
}

rm -rf "$out"
mkdir -p "$out/dex" "$out/stage"
[ -d target/classes/vn ] || fail 'target/classes is empty: run mvn -f pom.xml test first'

r8=$(artifact com.android.tools r8 8.7.18 jar)
jna=$(artifact net.java.dev.jna jna 5.18.1 aar)
stdlib=$(artifact org.jetbrains.kotlin kotlin-stdlib 2.2.21 jar)
coroutines=$(artifact org.jetbrains.kotlinx kotlinx-coroutines-core-jvm 1.10.2 jar)
framework=$(artifact org.robolectric android-all 14-robolectric-10818077 jar)
# The framework's jar has none of java.*; that of the JDK has.
jdk=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")

# Resources and manifest, with the rules that keep what the manifest names.
sh host/resources.sh "$framework" "$out/aapt" --proguard "$out/manifest-rules.pro"
(cd target/classes && zip -q -r ../apk/app.jar .)
unzip -q -o "$jna" -d "$out/jna"
java -cp "$r8" com.android.tools.r8.R8 --release --min-api 21 --lib "$framework" --lib "$jdk" \
  --pg-conf app/rules.pro --pg-conf "$out/manifest-rules.pro" --output "$out/dex" \
  "$out/app.jar" "$stdlib" "$coroutines" "$out/jna/classes.jar" 2>"$out/r8.log" || { cat "$out/r8.log" >&2; exit 1; }

cp "$out"/dex/classes*.dex "$out/stage/"
if [ -n "$libs" ]; then
  for abi in $abis; do
    [ -f "$libs/$abi/libhocvu_bindings.so" ] || fail "$libs/$abi has no libhocvu_bindings.so"
    mkdir -p "$out/stage/lib/$abi"
    cp "$libs/$abi/libhocvu_bindings.so" "$out/jna/jni/$abi/libjnidispatch.so" "$out/stage/lib/$abi/"
  done
else
  for abi in $abis; do
    mkdir -p "$out/stage/lib/$abi"
    cp "$out/jna/jni/$abi/libjnidispatch.so" "$out/stage/lib/$abi/"
  done
fi
cp "$out/aapt/resources.apk" "$out/unaligned.apk"
(cd "$out/stage" && zip -q -r -9 ../unaligned.apk .)
zipalign -f -p 4 "$out/unaligned.apk" "$out/aligned.apk"

# A key for this one APK. What is published is signed by its publisher, elsewhere.
keytool -genkeypair -keystore "$out/key.p12" -storetype PKCS12 -storepass throwaway -alias throwaway \
  -keyalg RSA -keysize 2048 -validity 30 -dname CN=throwaway 2>/dev/null
apksigner sign --ks "$out/key.p12" --ks-pass pass:throwaway --min-sdk-version 21 --out "$out/hocvu.apk" "$out/aligned.apk"
rm "$out/key.p12"

# What it says of itself, read from the APK alone.
apksigner verify --min-sdk-version 21 "$out/hocvu.apk" || fail 'the signature does not verify on API 21'
aapt2 dump badging "$out/hocvu.apk" >"$out/badging" 2>/dev/null
says() { grep -q "$1" "$out/badging" || fail "the APK does not say $1"; }
says "^package: name='vn.hocvu.app' "
says "^sdkVersion:'21'"
says "^targetSdkVersion:'34'"
says "^launchable-activity: name='vn.hocvu.app.MainActivity'"
says "^ *uses-feature-not-required: name='android.hardware.camera'"
! grep -q '^application-debuggable' "$out/badging" || fail 'the APK can be debugged'
asked=$(sed -n "s/^uses-permission: name='\([^']*\)'.*/\1/p" "$out/badging" | sort | tr '\n' ' ')
[ "${asked% }" = "$permissions" ] || fail "the APK asks for other permissions: $asked"
for name in MainActivity HocvuApp platform.BundleFiles platform.SyncJob; do
  # In a dex file a class is named by its path.
  grep -aq "Lvn/hocvu/app/$(printf %s "$name" | tr . /);" "$out"/dex/classes*.dex || fail "R8 has dropped $name"
done
# Without these rules a new phone could copy the data folder of this one.
rules=$(aapt2 dump resources "$out/hocvu.apk" | sed -n 's/.*resource \(0x[0-9a-f]*\) xml\/nothing_leaves$/\1/p')
[ -n "$rules" ] && aapt2 dump xmltree --file AndroidManifest.xml "$out/hocvu.apk" | grep -q "dataExtractionRules(.*=@$rules" ||
  fail 'the manifest does not keep the data folder from being copied'
unzip -l "$out/hocvu.apk" | grep -q ' assets/buffalo.svg$' || fail 'the pictograms are missing'

kib() { printf '%s KiB' "$((($(wc -c) + 1023) / 1024))"; }
printf 'APK: %s%s\n' "$(kib <"$out/hocvu.apk")" "${libs:+, with the library}"
printf '  dex %s, packed %s\n' "$(cat "$out"/dex/classes*.dex | kib)" "$(cat "$out"/dex/classes*.dex | gzip -9 | kib)"
[ -n "$libs" ] || printf '  without the Rust library, for which the NDK is wanted: apk.sh LIBS_DIR takes it in\n'
printf '  API 21 to 34, permissions: %s\n' "$asked"
