#!/bin/sh
# Runs scripts/darkroom-client against stub_server.py through every outcome, under every shell that is here
# (or under those named in SHELLS, one a line). Prints `N passed, N failed`; exits 1 if anything failed.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
client=$here/../../scripts/darkroom-client
fixtures=$here/../../fixtures
work=$(mktemp -d) || exit 1
stub_pid='' passed=0 failed=0
unset DARKROOM_SERVER DARKROOM_READ_TOKEN

finish() {
    if [ -n "$stub_pid" ]; then kill "$stub_pid" 2>/dev/null; fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_stub() {
    if [ -n "$stub_pid" ]; then kill "$stub_pid" && wait "$stub_pid" 2>/dev/null; fi
    rm -f "$work/ready"
    mkfifo "$work/ready"
    python3 "$here/stub_server.py" >"$work/ready" &
    stub_pid=$!
    read -r word server <"$work/ready"
    [ "$word" = ready ] || exit 1
}

# ---------------------------------------------------------------------------------------------- expectations

pass() { passed=$((passed + 1)); }

fail() {
    failed=$((failed + 1))
    printf 'FAILED under %s: %s\n' "$shell" "$1"
    sed 's/^/    out: /' "$work/out"
    sed 's/^/    err: /' "$work/err"
}

run_client() {
    # The shell may be two words (`busybox sh`).
    # shellcheck disable=SC2086
    env TMPDIR="$work/tmp" $shell "$client" --server "$server" --interval 0.1 --timeout 120 "$@" >"$work/out" 2>"$work/err"
    status=$?
}

# check NAME TEST…: one expectation.
check() {
    name=$1
    shift
    if "$@"; then pass; else fail "$name: $* (exit code $status)"; fi
}

has() { grep -q -e "$2" "$work/$1"; }
lacks() { ! grep -q -e "$2" "$work/$1"; }
lines() { [ "$(wc -l <"$work/$1")" -eq "$2" ]; }
exits() { [ "$status" -eq "$1" ]; }
matches() { grep -c -e "$2" "$work/$1" | grep -qx "$3"; }
holds() { [ "$(tail -c "${#2}" "$1" 2>/dev/null)" = "$2" ]; }
holds_files() { [ "$(find "$1" -type f | wc -l)" -eq "$2" ]; }
nothing_left() { [ -z "$(ls -A "$work/tmp")" ]; }

case_file() { printf '{"caseId":"%s","evidence":[{"id":"evidence-1","name":"n","description":"{\\"caseId\\""}],"locations":[]}' "$1" >"$work/case.json"; }

asked() { curl -sS "$server/stub/requests" >"$work/asked"; }

# ----------------------------------------------------------------------------------------------------- tests

test_outcomes() {
    run_client watch completes
    check completed exits 0
    check "one line a change" lines out 3
    check "time, status, counts" has out '^[0-2][0-9]:[0-5][0-9]:[0-5][0-9] pending 0/14$'
    check "last line" has out ' completed 14/14$'
    run_client watch partial
    check partial exits 3
    check "failed ids" has out ' partial 10/14 failed: evidence-1, evidence-2, location-3, location-4$'
    check "last error" has err 'the provider refused'
    run_client watch failed
    check failed exits 4
    run_client watch canceled
    check canceled exits 4
    run_client watch another-round
    check "waits for final" exits 0
    check "says that more follows" has out ' partial 10/14 .*another round follows'
    run_client watch no-final
    check "only a true final ends it" exits 0
    asked
    check "three polls" matches asked '/api/cases/no-final/image-job' 3
    run_client watch unknown-state
    check "state unknown to the client" exits 1
    run_client watch queued
    check "place in the queue" has out ' pending 0/14 (3 ahead in the queue)$'
}

test_odd_json() {
    run_client watch odd
    check "nested status, escapes, braces" exits 0
    check "top-level values" has out ' completed 14/14$'
    run_client watch long
    check "a body of many blocks" exits 0
    run_client watch escapes
    check "control characters never reach the terminal" has out 'failed: a \[31m b$'
    run_client watch bumpy
    check "transient trouble" exits 0
    check "trouble is said" has err 'trying again'
    check "and its end" has err 'answers again'
    check "broken answers are not states" lines out 2
}

test_refusals() {
    run_client watch no-such-case
    check "unknown case" exits 2
    check "its words" has err 'knows no case no-such-case'
    run_client watch gone
    check "deleted case" exits 2
    run_client watch secret
    check "no token" exits 1
    check "what to do" has err '--token-file'
    run_client watch foreign
    check "wrong owner" exits 1
    check "what to do" has err 'token of the case.s owner'
    run_client watch moved
    check "no redirects followed" exits 1
    for bad in ../etc .. 'a b' 'a/b' ''; do
        run_client watch "$bad"
        check "bad id '$bad'" exits 2
    done
}

test_usage() {
    for bad in '' 'watch' 'dance completes' 'watch a b' '--interval 0 watch a' '--interval x watch a' '--timeout 0 watch a' \
        '--stall -1 watch a' '--server ftp://h watch a' '--server http://u:p@h watch a' '--server http://h?q watch a' \
        '--nonsense watch a' 'watch a --timeout' '--token-file /nonexistent/file watch a' 'create /nonexistent/case.json'; do
        # shellcheck disable=SC2086
        run_client $bad
        check "usage: '$bad'" exits 2
    done
    for bad in 'a"b' 'a\b' 'a b'; do
        printf '%s\n' "$bad" >"$work/token"
        run_client --token-file "$work/token" watch completes
        check "token '$bad'" exits 2
    done
    run_client --help
    check help exits 0
    check "help names the exit codes" has out 'exit codes:'
    run_client watch completes --timeout=60
    check "options after the command, with =" exits 0
}

test_time() {
    run_client --timeout 5 watch never
    check "timeout" exits 5
    check "its words" has err 'gave up after 5 s: the last state was generating 5/14'
    run_client --timeout 1 watch hangs
    check "a server that says nothing" exits 5
    refusing=$(curl -sS "$server/stub/refusing")
    run_client --server "$refusing" --timeout 1 watch completes
    check unreachable exits 5
    check "its words" has err "cannot reach $refusing"
    run_client --server "$refusing" get completes
    check "unreachable get" exits 5
    case_file taken
    run_client --server "$refusing" create "$work/case.json"
    check "unreachable create" exits 5
}

# Reads the client's warnings as they come and lets the stub go on at each one.
test_stall() {
    rm -f "$work/warnings"
    mkfifo "$work/warnings"
    for case in stalls two-stalls; do
        # shellcheck disable=SC2086
        env TMPDIR="$work/tmp" $shell "$client" --server "$server" --interval 0.1 --timeout 120 --stall 1 watch "$case" \
            >"$work/out" 2>"$work/warnings" &
        while IFS= read -r warning; do
            printf '%s\n' "$warning"
            case $warning in *"nothing moved"*) curl -sS -X POST "$server/stub/release/$case" -o /dev/null ;; esac
        done <"$work/warnings" >"$work/err"
        wait $!
        status=$?
        check "$case" exits 0
        if [ "$case" = stalls ]; then expected=1; else expected=2; fi
        check "$case: once a stall" matches err 'nothing moved for [0-9]* s (generating 5/14)' "$expected"
    done
}

test_create() {
    case_file taken
    run_client create "$work/case.json"
    check "create, then watch" exits 0
    check "pending, generating, completed" lines out 3
    asked
    check "the file as it is" has asked '"type": "application/json", "body": "{.\{1,2\}caseId.\{1,2\}: \{0,1\}.\{1,2\}taken'
    case_file lost-answer
    run_client create "$work/case.json"
    check "an answer that got lost" exits 0
    asked
    grep lost-answer "$work/asked" | grep '"POST"' | sed 's/.*"key": "\([0-9a-f]*\)".*/\1/' >"$work/keys"
    check "asked three times" lines keys 3
    check "with one key" [ "$(sort -u "$work/keys" | grep -c '^[0-9a-f]\{32\}$')" -eq 1 ]
    for pair in conflict:2 bad-input:2 broken:1; do
        case_file "${pair%:*}"
        run_client create "$work/case.json"
        check "create: ${pair%:*}" exits "${pair#*:}"
    done
    case_file bad-input
    run_client create "$work/case.json"
    check "the field is named" has err 'evidence\[3\].name is empty'
    for text in 'not json' '{"caseId":7}' '{"evidence":[{"caseId":"taken"}]}' '{"caseId":"a/b"}' '{"caseId":"taken"' '["taken"]'; do
        printf '%s' "$text" >"$work/case.json"
        run_client create "$work/case.json"
        check "case file: $text" exits 2
    done
}

# The fixtures themselves pass the client's reader: a refusal by the server, not a reading error, ends these.
test_fixtures() {
    for file in "$fixtures"/cases/*.json "$fixtures"/requests/*.json; do
        run_client create "$file"
        check "$file is readable" lacks err 'not a JSON object'
        check "$file has an id" has err 'takes no cases (404)'
    done
}

test_token() {
    mkdir -p "$work/bin"
    printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s"\nexec "%s" "$@"\n' "$work/arguments" "$(command -v curl)" >"$work/bin/curl"
    chmod +x "$work/bin/curl"
    printf 'read-token-5f1c\r\nsecond line\n' >"$work/token"
    path_before=$PATH
    PATH=$work/bin:$PATH
    run_client --token-file "$work/token" watch guarded
    check "token from a file" exits 0
    DARKROOM_READ_TOKEN=read-token-5f1c
    export DARKROOM_READ_TOKEN
    run_client watch guarded
    check "token from the environment" exits 0
    run_client --out "$work/elsewhere" watch foreign-pictures
    unset DARKROOM_READ_TOKEN
    PATH=$path_before
    check "curl was called" has arguments "$server/api/cases/guarded/image-job"
    check "the token is never an argument" lacks arguments read-token
    asked
    grep '"/picture/1"' "$work/asked" >"$work/foreign"
    check "another server is asked" lines foreign 1
    check "without the token" has foreign '"token": null'
    check "nothing of it stays behind" nothing_left
}

test_pictures() {
    out=$work/pictures
    run_client --out "$out" watch pictures
    check pictures exits 0
    check "a relative link" holds "$out/evidence-1.jpg" "picture of evidence-1"
    check "an absolute link" holds "$out/evidence-2.jpg" "picture of 2"
    check "a second try" holds "$out/location-1.jpg" "a whole picture"
    check "no partial files" holds_files "$out" 3
    rm -rf "$out"
    run_client --out "$out" watch bad-pictures
    check "a picture missing" exits 1
    check "the others are saved" holds "$out/evidence-3.jpg" "picture of 3"
    check "nothing else" holds_files "$out" 1
    check "nothing outside" [ ! -e "$work/escape.jpg" ]
    rm -rf "$out"
    run_client --out "$out" get pictures
    check "get with --out" [ -f "$out/location-1.jpg" ]
}

test_get() {
    run_client get odd
    check get exits 0
    check "the body as served" has out '^{"note":"}\]\\"status'
    run_client get no-such-case
    check "get of an unknown case" exits 2
    check "nothing on standard output" lines out 0
}

# A signal to the whole group, as Ctrl-C sends it, after the first line of output.
test_interrupt() {
    # shellcheck disable=SC2086
    TMPDIR=$work/tmp python3 - $shell "$client" --server "$server" --interval 30 --timeout 120 watch never \
        >"$work/out" 2>"$work/err" <<'PYTHON'
import os, signal, subprocess, sys
# Whoever was started in the background ignores it, and so would its children.
signal.signal(signal.SIGINT, signal.SIG_DFL)
client = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, start_new_session=True)
client.stdout.readline()
os.killpg(client.pid, signal.SIGINT)
sys.exit(client.wait(timeout=20))
PYTHON
    status=$?
    check "Ctrl-C" exits 130
    check "nothing stays behind" nothing_left
}

# ------------------------------------------------------------------------------------------------------ main

available_shells() {
    for candidate in sh dash 'busybox sh' 'bash --posix' ksh yash; do
        if command -v "${candidate%% *}" >/dev/null 2>&1; then printf '%s\n' "$candidate"; fi
    done
}

mkdir "$work/tmp"
available_shells >"$work/shells"
if [ -n "${SHELLS:-}" ]; then printf '%s\n' "$SHELLS" >"$work/shells"; fi
while IFS= read -r shell <&3; do
    start_stub
    for group in outcomes odd_json refusals usage time stall create fixtures token pictures get interrupt; do
        "test_$group"
    done
done 3<"$work/shells"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
