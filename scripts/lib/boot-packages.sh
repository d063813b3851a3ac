#!/bin/sh
# Boots a Debian root directory with systemd as its first process, installs the packages there and sees the services
# through what units are for: started, killed, misconfigured, restarted, purged. Called by scripts/package --boot.
#
# usage: boot-packages.sh ROOT    whose /debs holds the packages
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=scripts/lib/say.sh
. "$here/say.sh"
bare=$1
services="darkroom-initiator darkroom-worker darkroom-receiver"
log="$bare/debs/boot.log"

# until_so SECONDS COMMAND…: waits until it succeeds.
until_so() {
    tries=$(($1 * 5))
    shift
    until "$@"; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            inside journalctl --no-pager -o cat -n 40 >&2 || tail -n 20 "$log" >&2
            die "this did not come true: $*"
        fi
        sleep 0.2
    done
}

# The first process of the container is the only child of the one that was started.
find_leader() {
    leader=$(cut -d ' ' -f 1 <"/proc/$container/task/$container/children") 2>/dev/null
    [ -n "$leader" ]
}

inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --root --wd \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}

is_up() { inside systemctl is-system-running 2>/dev/null | grep -q -E 'running|degraded'; }
are_active() { [ "$(inside systemctl is-active $services | sort -u)" = active ]; }
has_failed() { [ "$(inside systemctl is-failed darkroom-worker)" = failed ]; }
restarts() { inside systemctl show -p NRestarts --value darkroom-worker; }
serves() { inside curl -sS -o /dev/null --fail "http://127.0.0.1:$1/readyz"; }
all_serve() { serves 8080 && serves 8081 && serves 8082; } 2>/dev/null

say "booting it with systemd"
cp /etc/resolv.conf "$bare/etc/resolv.conf"
chroot "$bare" sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends systemd systemd-sysv curl /debs/*.deb' >"$log" 2>&1 ||
    die "the packages were not installed: $(tail -n 5 "$log")"
systemd-nspawn --quiet --directory "$bare" --boot --register=no --keep-unit --private-network --console=pipe \
    </dev/null >>"$log" 2>&1 &
container=$!
trap 'kill -KILL "$container" 2>/dev/null || :' EXIT
until_so 60 find_leader
until_so 120 is_up

say "the services are enabled, run, and serve, with all that their units forbid them"
until_so 60 are_active
until_so 60 all_serve
# shellcheck disable=SC2086 # words
[ "$(inside systemctl is-enabled $services | sort -u)" = enabled ] || die "a service is not enabled"
inside darkroom-client --server http://127.0.0.1:8080 --token-file /etc/darkroom/secrets/operator-token --timeout 300 \
    create /usr/share/darkroom-demo/cases/kurofune-ryokan.json

say "killed, the worker is back"
before=$(restarts)
inside systemctl kill --signal KILL darkroom-worker
came_back() { [ "$(restarts)" -gt "$before" ] && are_active; }
until_so 60 came_back
until_so 60 all_serve

say "with a wrong setting it stops and says so; with a right one it runs again"
inside sh -c 'cp /etc/darkroom/worker.env /run/ && echo DARKROOM_PROVIDER=nonsense >>/etc/darkroom/worker.env'
inside systemctl restart darkroom-worker || :
until_so 60 has_failed
inside journalctl -u darkroom-worker -o cat --no-pager | grep -q 'error: --provider' || die "it does not say what is wrong"
inside cp /run/worker.env /etc/darkroom/worker.env
inside systemctl reset-failed darkroom-worker
inside systemctl restart darkroom-worker
# The unit's start is over when the server has said that it serves.
serves 8081 || die "a started worker does not serve yet"

say "installed again, the services are new processes; a disabled one stays disabled"
pid_of() { inside systemctl show -p MainPID --value "$1"; }
former=$(pid_of darkroom-initiator)
inside systemctl disable --quiet --now darkroom-receiver
inside sh -c 'dpkg -i /debs/*.deb' >>"$log" 2>&1 || die "the second installation failed: $(tail -n 5 "$log")"
[ "$(pid_of darkroom-initiator)" != "$former" ] || die "an upgrade leaves the former process running"
[ "$(inside systemctl is-enabled darkroom-receiver || :)" = disabled ] || die "an upgrade enables what was disabled"
until_so 60 serves 8080

say "purged while they run"
inside sh -c 'apt-get purge -y -qq "darkroom-*"' >>"$log" 2>&1 || die "the purge failed: $(tail -n 5 "$log")"
inside systemctl list-units --all --no-legend 'darkroom*' | grep . && die "units are left"
inside sh -c 'getent passwd darkroom || ls -d /etc/darkroom /var/lib/darkroom' 2>/dev/null && die "something is left"

kill -s RTMIN+4 "$leader"
wait "$container" || :
trap - EXIT
say "the services do what their units say under systemd"
