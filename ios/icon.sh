#!/bin/sh
# Draws the app's icon from the one of the Android app, after that was changed. Wants rsvg-convert and
# netpbm (Debian: librsvg2-bin netpbm).
set -eu
repo=$(cd "$(dirname "$0")/.." && pwd)
drawn=$repo/android/app/src/main/res/drawable/icon.xml
made=$repo/ios/app/Hocvu/Assets.xcassets/AppIcon.appiconset/icon.png

# A drawing of Android's is an SVG under other names, and paints nothing that has no colour.
svg=$(sed -E \
    -e 's/<vector /<svg xmlns="http:\/\/www.w3.org\/2000\/svg" fill="none" /' -e 's/<\/vector>/<\/svg>/' \
    -e 's/android:viewportWidth="([0-9]+)" android:viewportHeight="([0-9]+)"/viewBox="0 0 \1 \2"/' \
    -e 's/android:(width|height)="[0-9]+dp"//g' -e 's/xmlns:android="[^"]*"//' \
    -e 's/android:fillColor/fill/' -e 's/android:strokeColor/stroke/' -e 's/android:strokeWidth/stroke-width/' \
    -e 's/android:strokeLineJoin/stroke-linejoin/' -e 's/android:strokeLineCap/stroke-linecap/' \
    -e 's/android:pathData/d/' "$drawn")
case $svg in *android:*) printf 'icon.sh: %s has what this script does not know\n' "$drawn" >&2 && exit 1 ;; esac

# The platform rounds the corners itself and refuses an icon that can be seen through, so the ground goes
# on into the corners.
ground=$(printf %s "$svg" | sed -n 's/.* fill="\(#[0-9a-f]*\)".*/\1/p' | head -n 1)
printf %s "$svg" | rsvg-convert --width 1024 --height 1024 --background-color "$ground" |
    pngtopnm | pnmtopng -compression 9 >"$made"
