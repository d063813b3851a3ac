#!/bin/sh
# Installs the packages of a directory into a Debian of nothing but its essential packages, made for this, and uses them
# there. Called by scripts/package --check, as root.
#
# usage: check-packages.sh DIRECTORY [--boot]    --boot: afterwards also with systemd as the first process there
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=scripts/lib/say.sh
. "$here/say.sh"

if [ "${2-}" = "" ] || [ "$2" = --boot ]; then
    bare=$(mktemp -d /var/tmp/darkroom-bare.XXXXXX)
    # Mounts and processes of the check are in namespaces of its own and gone by then.
    trap 'rm -rf --one-file-system "$bare"' EXIT
    trap 'exit 130' INT TERM
    suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    say "making a bare Debian ($suite)"
    mmdebstrap --quiet --variant=minbase "$suite" "$bare" || die "mmdebstrap failed"
    cp /etc/resolv.conf "$bare/etc/resolv.conf"
    mkdir "$bare/debs"
    cp "$1"/darkroom-*.deb "$bare/debs/"
    unshare --mount --pid --fork --kill-child sh "$0" "$1" "$bare"
    if [ "${2-}" = --boot ]; then sh "$here/boot-packages.sh" "$bare"; fi
    exit
fi

bare=$2
mount --make-rprivate /
mount -t proc proc "$bare/proc"
mount --rbind /dev "$bare/dev"

clean="env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive"

# inside COMMAND…: in the bare Debian, with a clean environment.
# shellcheck disable=SC2086 # words
inside() { chroot "$bare" $clean "$@"; }

# quietly COMMAND…: what it says is shown only if it fails.
quietly() { inside "$@" >"$bare/debs/log" 2>&1 || { tail -n 30 "$bare/debs/log" >&2; die "$* failed"; }; }

# Everything that is there, by name, kind, mode, owner and content, without what dpkg and apt note for themselves.
snapshot() {
    inside find / -xdev \( -path /proc -o -path /dev -o -path /sys -o -path /run -o -path /tmp -o -path /debs \
        -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache/apt -o -path /var/log \
        -o -path /var/cache/ldconfig -o -path '/etc/*-' \) -prune -o -printf '%y %m %u %g %p %l\n' | LC_ALL=C sort
    inside sh -c 'find /etc /var/lib /var/cache -xdev -type f ! -path "/etc/*-" ! -path "/var/lib/dpkg/*" \
        ! -path "/var/lib/apt/*" ! -path "/var/cache/apt/*" ! -path "/var/cache/ldconfig/*" -exec md5sum {} +' |
        LC_ALL=C sort -k 2
}

# visitor COMMAND…: as a user without any rights.
visitor() {
    # shellcheck disable=SC2016 # the inner shell's
    inside setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'cd /tmp/visitor && exec "$@"' sh "$@"
}

is_picture() {
    file="$bare/tmp/visitor/darkroom-demo/$1.jpg"
    [ "$(head -c 2 "$file" | od -An -tx1 | tr -d ' ')" = ffd8 ] || die "$1.jpg is no JPEG"
    [ "$(wc -c <"$file")" -gt 50000 ] || die "$1.jpg is too small for a contact sheet"
}

# server NAME ARGUMENTS…: as its unit starts it, by the settings that were installed; sets `process` and waits for it.
server() {
    name=$1
    unit="$bare/usr/lib/systemd/system/darkroom-$name.service"
    {
        sed -n 's/^Environment=//p' "$unit"
        grep -v '^#' "$bare/etc/darkroom/$name.env"
    } >"$bare/debs/environment"
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    # What an earlier one said counts no more.
    : >"$bare/debs/$name.out"
    # Not in a function, so that the process id is the server's.
    # shellcheck disable=SC2046,SC2086 # words without spaces
    chroot "$bare" $clean setpriv --reuid darkroom --regid darkroom --init-groups \
        env $(cat "$bare/debs/environment") $command >"$bare/debs/$name.out" 2>"$bare/debs/$name.log" &
    process=$!
    tries=0
    until grep -q '^ready ' "$bare/debs/$name.out"; do
        kill -0 "$process" 2>/dev/null || die "darkroom-$name ended: $(cat "$bare/debs/$name.log")"
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || die "darkroom-$name is not ready after 60 s: $(cat "$bare/debs/$name.log")"
        sleep 0.1
    done
    servers="$servers $process"
}

stop_servers() {
    for process in $servers; do kill "$process"; done
    for process in $servers; do
        code=0
        wait "$process" || code=$?
        [ "$code" = 0 ] || die "a server ended with $code when it was asked to"
    done
    servers=
}

# status URL [CURL'S ARGUMENTS…]
status() { inside curl -sS -o /dev/null -w '%{http_code}' "$@"; }

say "its packages: $(inside dpkg-query -f '.\n' -W | wc -l)"
names=$(for deb in "$bare"/debs/*.deb; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' | sed 's/^ *//;s/[ |].*//' |
    grep -v '^darkroom-' | sort -u)
say "what the packages name as needed:" "$(printf '%s' "$names" | tr '\n' ' ')"
quietly apt-get update -qq
# shellcheck disable=SC2086 # a list of names
quietly apt-get install -y -qq --no-install-recommends $names
snapshot >"$bare/debs/before"

say "installing the packages"
# shellcheck disable=SC2016 # the inner shell's
quietly sh -c 'apt-get install -y -qq --no-install-recommends /debs/*.deb'
inside sh -c 'command -v swift' && die "there is a Swift toolchain in the bare Debian"
for program in initiator worker receiver provider-simulator; do
    inside ldd "/usr/lib/darkroom/$program" | grep -i -E 'not found|swift' && die "$program misses libraries"
done

say "darkroom-demo, as a user without rights"
inside install -d -o 65534 -g 65534 /tmp/visitor
visitor darkroom-demo
is_picture harbor-lights
is_picture kurofune-ryokan
say "darkroom-demo --simulator"
visitor darkroom-demo --simulator
inside rm -rf /tmp/visitor

say "the services, as their units start them"
servers=
server worker
server initiator
server receiver
[ "$(status http://127.0.0.1:8080/api/jobs)" = 401 ] || die "the control plane serves without a token"
[ "$(status http://127.0.0.1:8082/api/cases/harbor-lights/image-job)" = 401 ] || die "the receiver serves without a token"
[ "$(status -X POST http://127.0.0.1:8081/api/runs -d '{}')" = 401 ] || die "the worker takes work without a token"
inside darkroom-client --server http://127.0.0.1:8080 --token-file /etc/darkroom/secrets/operator-token --timeout 300 \
    create /usr/share/darkroom-demo/cases/harbor-lights.json

say "a backup, its check and a restore, as the operator's guide has them"
operator() { inside setpriv --reuid darkroom --regid darkroom --init-groups "$@"; }
guided() {
    sed -n "s/^sudo -u darkroom \(darkroom-initiator $1 .*\)/\1/p" "$bare/usr/share/doc/darkroom-initiator/operating.md" \
        >"$bare/debs/lines"
    [ -s "$bare/debs/lines" ] || die "the operator's guide has no line for $1"
    while read -r line; do
        # shellcheck disable=SC2086 # words
        operator $line </dev/null
    done <"$bare/debs/lines"
}
guided backup
guided verify
stop_servers
guided restore
server worker
server initiator
operator darkroom-initiator status harbor-lights --data /var/lib/darkroom/control
stop_servers
inside sh -c 'rm -rf /var/lib/darkroom/backup-new /var/lib/darkroom/control.replaced-*'

say "installing them again: secrets, settings and the store stay"
kept() { inside sh -c 'cd / && find etc/darkroom var/lib/darkroom -type f -exec md5sum {} +' | sort -k 2; }
inside sh -c 'printf "# changed\n" >>/etc/darkroom/worker.env'
kept >"$bare/debs/kept"
quietly sh -c 'dpkg -i /debs/*.deb'
kept | diff "$bare/debs/kept" - || die "a second installation changed what it should keep"

say "removing them: the same stay"
quietly apt-get remove -y -qq 'darkroom-*'
kept | diff "$bare/debs/kept" - || die "removal took what it should keep"
if [ -e "$bare/usr/lib/darkroom" ]; then die "removal left executables"; fi

say "purging them: nothing is left"
quietly apt-get purge -y -qq darkroom-receiver
[ -e "$bare/var/lib/darkroom/control" ] || die "purging the receiver took the initiator's store"
quietly apt-get purge -y -qq 'darkroom-*'
snapshot >"$bare/debs/after"
diff "$bare/debs/before" "$bare/debs/after" || die "this is left, or changed"
say "the packages install into a bare Debian, work there, and leave it as it was"
