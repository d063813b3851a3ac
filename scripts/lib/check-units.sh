#!/bin/sh
# Has systemd read the units: unknown settings, programs that are not there, and too little hardening are errors. With
# the executables of .build/debug in place of those that a package installs. Called by scripts/test.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$root/scripts/lib/say.sh"

# In tenths of systemd's measure of what a service could still do, of 100.
exposure_at_most=20

command -v systemd-analyze >/dev/null || die "there is no systemd-analyze (on Debian: apt-get install systemd)"
units=$(mktemp -d)
trap 'rm -rf "$units"' EXIT

for unit in "$root"/packaging/systemd/*.service; do
    name=$(basename "$unit")
    program=$(sed -n 's|^ExecStart=/usr/lib/darkroom/\([a-z-]*\).*|\1|p' "$unit")
    [ -n "$program" ] || die "$name starts nothing of /usr/lib/darkroom"
    sed "s|/usr/lib/darkroom/|$root/.build/debug/|" "$unit" >"$units/$name"
    said=$(systemd-analyze verify --man=no "$units/$name" 2>&1) || die "$name: $said"
    [ -z "$said" ] || die "$name: $said"
    systemd-analyze security --offline=true --threshold="$exposure_at_most" "$units/$name" >"$units/log" 2>&1 ||
        die "$name: $(tail -n 2 "$units/log")"
    say "$name: $(sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/exposure \1 of 10/p' "$units/log")"
done

# Each variable of the settings that are installed must be one that the README explains.
for file in "$root"/packaging/environment/*.env; do
    for variable in $(sed -n 's/^#\{0,1\}\([A-Z][A-Z0-9_]*\)=.*/\1/p' "$file"); do
        plain=${variable%_FILE}
        case $plain in
        DARKROOM_*_MODEL) plain=${plain#DARKROOM_} ;;
        esac
        grep -q "$plain" "$root/README.md" || die "$(basename "$file") has $variable, which the README does not explain"
    done
done
