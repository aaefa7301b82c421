#!/bin/sh
# Runs a command with Swift on Linux: linux.sh FOLDER COMMAND...
# Where there is no Swift, Debian's is put into a folder of its own and used there by chroot, which
# needs root; the host's own packages stay as they are, but for mmdebstrap. Mounts lie in a private
# namespace and end with the run.
#   SWIFT_ROOT=DIR    where that folder is kept (1.3 GB, made once)
set -eu
repo=$(cd "$(dirname "$0")/../.." && pwd)
here=$(cd "$1" && pwd)
shift
root=${SWIFT_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/trixie-swift-6.0}
made=$root/etc/swift-root-made

debian_mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1
}

make_root() {
    # The mirror is the one that this machine's apt already uses.
    mirror=$(debian_mirror)
    if [ -z "$mirror" ] || ! command -v mmdebstrap >/dev/null; then
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
        mirror=$(debian_mirror)
    fi
    rm -rf -- "$root"
    mkdir -p "$(dirname "$root")"
    # Left out: man pages, the debugger, the language server, static and embedded Swift (1.2 GB).
    swift=/usr/libexec/swift
    set --
    for path in '/usr/share/man/*' '/usr/share/doc/*' '/usr/share/locale/*' \
        "$swift/lib/swift_static/*" "$swift/lib/swift/embedded/*" "$swift/bin/lldb*" \
        "$swift/lib/liblldb.so*" "$swift/bin/clangd" "$swift/bin/sourcekit-lsp" "$swift/bin/docc" \
        "$swift/lib/libsourcekitdInProc.so" "$swift/lib/libLTO.so*"; do
        set -- "$@" "--dpkgopt=path-exclude=$path"
    done
    mmdebstrap --quiet --variant=apt --mode=root --aptopt='Apt::Install-Recommends "false"' "$@" \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --include=swiftlang,libc6-dev,libstdc++-14-dev trixie "$root" "$mirror" </dev/null
    touch "$made"
}

# Runs a command in the folder, in the root if there is one, with the repository at its own
# path. /proc is needed: the loader finds Swift's libraries through /proc/self/exe.
run() {
    if [ ! -e "$made" ]; then
        (cd "$here" && "$@")
        return
    fi
    mkdir -p "$root$repo"
    unshare --mount --pid --fork --kill-child sh -ec '
        root=$1 repo=$2 here=$3; shift 3
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount --bind "$repo" "$root$repo"
        exec chroot "$root" /usr/bin/env -i -C "$here" PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 "$@"
    ' sh "$root" "$repo" "$here" "$@"
}

command -v swift >/dev/null || [ -e "$made" ] || make_root
run "$@"
