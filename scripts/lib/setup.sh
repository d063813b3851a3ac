# Sourced by the other scripts: installs what is missing from Debian's packages and builds. Says what it does; does
# nothing that is done already.

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$root/scripts/lib/say.sh"

packages="git ca-certificates pkg-config libcurl4-openssl-dev libjansson-dev liblmdb-dev libvips-dev fonts-dejavu-core fonts-ipafont-gothic curl"

# find_swift: puts a toolchain on the PATH that is installed in one of the usual places.
find_swift() {
    for place in "${HOME-}/.local/share/swiftly/bin" /usr/share/swift/usr/bin /usr/libexec/swift/bin; do
        command -v swift >/dev/null && return
        if [ -x "$place/swift" ]; then PATH="$PATH:$place"; fi
    done
    command -v swift >/dev/null || die "a Swift toolchain (6.2 or newer) must be on the PATH"
}

# find_sudo WHAT: what makes a command root's, to say for what.
find_sudo() {
    sudo=
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || die "root or sudo is needed to $1"
    sudo=sudo
}

# install_packages [MORE…]: from Debian, without recommended extras.
install_packages() {
    find_swift
    missing=
    for package in $packages "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || missing="$missing $package"
    done
    if [ -z "$missing" ]; then
        say "all Debian packages are here"
        return
    fi
    say "installing from Debian:$missing"
    find_sudo "install:$missing"
    $sudo apt-get update -qq || die "apt-get update failed"
    # shellcheck disable=SC2086 # a list of names
    $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null ||
        die "apt-get install failed"
}

# find_promtool: names the checker of Prometheus' pages in DARKROOM_PROMTOOL. Where there is none it is taken out of Debian's
# package, which is not installed: it would start a server.
find_promtool() {
    tools="$root/.build/tools"
    DARKROOM_PROMTOOL=$(command -v promtool) || DARKROOM_PROMTOOL="$tools/promtool"
    if [ ! -x "$DARKROOM_PROMTOOL" ]; then
        say "fetching promtool from Debian"
        rm -rf "$tools/prometheus"
        mkdir -p "$tools/prometheus"
        if ! (cd "$tools/prometheus" && apt-get download -qq prometheus >/dev/null 2>&1); then
            find_sudo "read Debian's lists"
            $sudo apt-get update -qq || die "apt-get update failed"
            (cd "$tools/prometheus" && apt-get download -qq prometheus >/dev/null) || die "apt-get download prometheus failed"
        fi
        dpkg-deb --fsys-tarfile "$tools"/prometheus/prometheus_*.deb | tar -xOf - ./usr/bin/promtool >"$tools/promtool.part" ||
            die "Debian's prometheus holds no promtool"
        chmod +x "$tools/promtool.part"
        mv "$tools/promtool.part" "$DARKROOM_PROMTOOL"
        rm -rf "$tools/prometheus"
    fi
    export DARKROOM_PROMTOOL
}

# build [ARGUMENTS…]: the debug build, whose output goes to a log that is shown only if it fails.
build() {
    mkdir -p "$root/.build"
    say "building (the first time takes some minutes)"
    if ! (cd "$root" && swift build "$@") >"$root/.build/build.log" 2>&1; then
        tail -n 40 "$root/.build/build.log" >&2
        die "the build failed; the whole log is .build/build.log"
    fi
    bin="$root/.build/debug"
}
