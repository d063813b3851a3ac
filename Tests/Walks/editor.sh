#!/bin/sh
# System D, as its lecture editor: some segments' pictures fail, the others are there; what failed says why and what to
# do about it, and is made again by itself: with other words where the provider refused them, by another provider where
# it did not answer. The provider fails for prompts that say "doomed" and refuses those that say "forbidden".
. "$(dirname "$0")/common.sh"

lecture=walk-lecture
editor=/api/cases/$lecture/image-job

# segment ID: from here on, field and is look at this segment alone.
segment() {
    call GET "$editor"
    expect 200
    JOB=$BODY
    BODY=$(printf '%s' "$JOB" | sed 's/{"id":"/\
&/g' | grep "^{\"id\":\"$1\",\"kind\"")
}

send POST /api/generate-case '{"caseId": "'$lecture'", "evidence": [
    {"id": "segment-1", "name": "The harbour", "description": "A harbour at dawn.", "prompt": "A harbour at dawn"},
    {"id": "segment-2", "name": "The wound", "description": "What was found.", "prompt": "A forbidden thing"},
    {"id": "segment-3", "name": "The storm", "description": "A storm.", "prompt": "A doomed ship in a storm"},
    {"id": "segment-4", "name": "The letter", "description": "A letter.", "prompt": "A torn letter"}]}'
expect 202
until_field "$editor" final true
is status partial
is completedImages 2
is failedImages 2

# Every slot is there, made or not.
for id in segment-1 segment-4; do
    segment "$id"
    is status generated
    is attempts 1
    picture "$SERVER/api/cases/$lecture/images/$id" "$JPEG"
done

# Refused words are tried once; the editor has prompt and reason at hand.
segment segment-2
is status needs_prompt_update
is attempts 1
is code SENSITIVE_CONTENT
is isRetryable false
is userActionRequired true
is retriedCount 0
is prompt "A forbidden thing"
[ -n "$(field providerCode)" ] || fail "the provider's own code is missing: $BODY"
[ -n "$(field message)" ] || fail "there is nothing to tell: $BODY"
call GET "/api/cases/$lecture/images/segment-2"
expect 404
is code no_picture

# What may pass was tried again until the attempts were spent.
segment segment-3
is status failed
is code TRANSIENT_PROVIDER_ERROR
is isRetryable true
is userActionRequired false
[ "$(field retriedCount)" -ge 1 ] || fail "it was not tried again: $BODY"
[ "$(field retriedCount)" = "$(($(field attempts) - 1))" ] || fail "attempts and retries differ: $BODY"

# Other words for the one segment; nothing else is made again.
send PATCH "/api/cases/$lecture/assets/segment-2" '{"prompt": "A bandaged hand"}'
expect 202
until_field "$editor" final true
is status partial
segment segment-2
is status generated
is prompt "A bandaged hand"

# The other is left to another provider, and says so.
send POST "/api/cases/$lecture/fallback" '{"assets": ["segment-3"], "provider": "local"}'
expect 202
until_field "$editor" status completed
segment segment-3
is status generated
is provider local
is isFallback true
for id in segment-1 segment-4; do
    segment "$id"
    is isFallback false
done
printf 'walk: a lecture, done\n'
