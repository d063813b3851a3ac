# Sourced by scripts/demo and by the packaged darkroom-demo: the demonstration with executables that are there.
# $bin holds them, $fixtures the cases and scenarios, $lib the awk script, $out takes the contact sheets.

# parse_demo ARGUMENTS…: fails at one that is not known.
parse_demo() {
    provider=local
    schedule=rolling
    while [ $# -gt 0 ]; do
        case $1 in
        --simulator) provider=gemini ;;
        --schedule)
            [ $# -gt 1 ] || return 1
            shift
            schedule=$1
            ;;
        *) return 1 ;;
        esac
        shift
    done
}

# run_case CASE EXPECTED-EXIT: creates, follows, and lays out the pictures.
run_case() {
    "$bin/initiator" create "$fixtures/cases/$1.json" --data "$work/control" --worker "$worker" --receiver "$receiver"
    code=0
    "$bin/initiator" watch "$1" --data "$work/control" || code=$?
    [ "$code" = "$2" ] || die "the case ended with exit code $code, expected $2; log: $(tail -n 5 "$work/worker.log")"
    "$bin/initiator" sheet "$1" --data "$work/control" --out "$out/$1.jpg"
}

use_simulator() {
    start simulator "$bin/provider-simulator" --listen 127.0.0.1:0 --scenario "$fixtures/scenarios/demo.json"
    simulator=$url
    export GEMINI_BASE_URL="$simulator" GEMINI_API_KEY=demo
    export DARKROOM_GEMINI_MODEL=simulated-image-model DARKROOM_PRICES="gemini/*=39000"
    export DARKROOM_ATTEMPT_TIMEOUT=3 DARKROOM_MAX_ATTEMPTS=2 DARKROOM_BACKOFF_FIRST=1 DARKROOM_BACKOFF_CAP=1
}

run_with_simulator() {
    say "harbor-lights through the provider simulator: two images hang, two are refused"
    run_case harbor-lights 3
    busy=$(curl -q -fsS --noproxy '*' "$simulator/_sim/state" | sed -n 's/.*"inProgress":\([0-9]*\).*/\1/p')
    say "requests still in progress at the provider: $busy"
    [ "$busy" = 0 ] || die "the provider still holds $busy requests"
    say "when each image was settled ($schedule schedule), in ms after the run was accepted"
    awk -f "$lib/settled-times.awk" "$work/worker.log"
}

run_locally() {
    say "harbor-lights: 10 pieces of evidence, 4 locations"
    run_case harbor-lights 0
    say "kurofune-ryokan: the same in Japanese"
    run_case kurofune-ryokan 0
}

# run_demo: everything that it starts has ended when it is over.
run_demo() {
    mkdir -p "$out"
    work=$(mktemp -d)
    trap 'stop_all; rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM

    # The demo stays on this machine: it permits loopback addresses and makes its own signing secret.
    export DARKROOM_ALLOW_PRIVATE_ADDRESSES=1
    DARKROOM_WEBHOOK_SECRET="whsec_$(head -c 32 /dev/urandom | base64)"
    export DARKROOM_WEBHOOK_SECRET

    start receiver "$bin/receiver" --listen 127.0.0.1:0 --data "$work/control"
    receiver=$url
    if [ "$provider" = gemini ]; then use_simulator; fi
    DARKROOM_SCHEDULE=$schedule start worker "$bin/worker" --listen 127.0.0.1:0 --data "$work/worker" --provider "$provider"
    worker=$url
    if [ "$provider" = gemini ]; then run_with_simulator; else run_locally; fi
    say "done; look at the contact sheets in $out"
}
