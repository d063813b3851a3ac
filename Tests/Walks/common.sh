# What every walk needs: sourced, not run. POSIX sh and curl, nothing else.
#
#   SERVER   the control plane's address, such as http://127.0.0.1:8080 (the first argument)
#   DARKROOM_TOKEN   borne with every request, if set

set -eu
SERVER=${1:?usage: sh $0 SERVER}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

fail() {
    printf 'walk: %s\n' "$*" >&2
    exit 1
}

# call METHOD PATH [curl's own arguments]: the answer's body goes to $BODY, its status to $STATUS.
call() {
    method=$1
    path=$2
    shift 2
    if [ -n "${DARKROOM_TOKEN:-}" ]; then set -- -H "Authorization: Bearer $DARKROOM_TOKEN" "$@"; fi
    STATUS=$(curl -sS -X "$method" -o "$WORK/body" -w '%{http_code}' "$@" "$SERVER$path") || fail "$method $path: no answer"
    BODY=$(cat "$WORK/body")
}

# The same with a JSON body.
send() {
    call "$1" "$2" -H 'Content-Type: application/json' -d "$3"
}

expect() {
    [ "$STATUS" = "$1" ] || fail "expected $1, got $STATUS: $BODY"
}

# field NAME: the first value of that name in $BODY, without its quotation marks.
field() {
    printf '%s' "$BODY" | tr ',{}' '\n\n\n' | sed -n "s/^\"$1\":\"\{0,1\}\([^\"]*\)\"\{0,1\}]*\$/\1/p" | head -n 1
}

is() {
    [ "$(field "$1")" = "$2" ] || fail "expected $1 $2: $BODY"
}

# until_field PATH NAME VALUE...: asks every INTERVAL seconds until the field has one of the values.
until_field() {
    asked=$1
    name=$2
    shift 2
    tries=0
    while :; do
        call GET "$asked"
        expect 200
        value=$(field "$name")
        for wanted in "$@"; do
            if [ "$value" = "$wanted" ]; then return 0; fi
        done
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "$asked: $name stays $value"
        sleep "${INTERVAL:-2}"
    done
}

# picture URL MAGIC: fetches a picture and looks at how it begins.
picture() {
    curl -sS -f ${DARKROOM_TOKEN:+-H "Authorization: Bearer $DARKROOM_TOKEN"} -o "$WORK/picture" "$1" || fail "no picture at $1"
    begin=$(od -An -tx1 -N3 "$WORK/picture" | tr -d ' \n')
    [ "$begin" = "$2" ] || fail "the picture at $1 begins with $begin"
}

JPEG=ffd8ff
PNG=89504e
