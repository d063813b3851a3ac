# Sourced: starts servers on free ports and stops them.

pids=

# start NAME COMMAND…: starts a server, waits for its ready line, and sets `url`. Its log is $work/NAME.log.
start() {
    name=$1
    shift
    : >"$work/$name.out"
    "$@" >"$work/$name.out" 2>"$work/$name.log" &
    pid=$!
    pids="$pids $pid"
    tries=0
    while ! url=$(sed -n 's/^ready //p' "$work/$name.out") || [ -z "$url" ]; do
        kill -0 "$pid" 2>/dev/null || die "$name ended: $(cat "$work/$name.log")"
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || die "$name is not ready after 60 s: $(cat "$work/$name.log")"
        sleep 0.1
    done
}

# stop_all: asks every server to end and waits for it.
stop_all() {
    for pid in $pids; do kill "$pid" 2>/dev/null || :; done
    for pid in $pids; do wait "$pid" 2>/dev/null || :; done
    pids=
}
