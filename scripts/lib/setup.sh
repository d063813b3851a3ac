# Sourced by the other scripts: installs what is missing from Debian's packages and builds. Says what it does; does
# nothing that is done already.

say() { printf '%s\n' "== $*"; }
die() { printf '%s\n' "error: $*" >&2; exit 1; }

root=$(cd "$(dirname "$0")/.." && pwd)
packages="pkg-config libcurl4-openssl-dev libjansson-dev liblmdb-dev libvips-dev fonts-dejavu-core fonts-ipafont-gothic curl"

# install_packages [MORE…]: from Debian, without recommended extras.
install_packages() {
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
    sudo=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "root or sudo is needed to install:$missing"
        sudo=sudo
    fi
    $sudo apt-get update -qq || die "apt-get update failed"
    # shellcheck disable=SC2086 # a list of names
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        die "apt-get install failed"
}

# build [ARGUMENTS…]: the debug build, whose output goes to a log that is shown only if it fails.
build() {
    command -v swift >/dev/null || die "a Swift toolchain (6.2 or newer) must be on the PATH"
    mkdir -p "$root/.build"
    say "building (the first time takes some minutes)"
    if ! (cd "$root" && swift build "$@") >"$root/.build/build.log" 2>&1; then
        tail -n 40 "$root/.build/build.log" >&2
        die "the build failed; the whole log is .build/build.log"
    fi
    bin="$root/.build/debug"
}
