#!/bin/sh
# System B, as its page: one picture, a failure with its code, another try, and the local drawing in its place.
# The provider fails for prompts that say "doomed".
. "$(dirname "$0")/common.sh"

send POST /api/image/generate '{"prompt": "A lighthouse in a storm.", "title": "Lighthouse"}'
expect 202
is status queued
is retryCount 0
is maxRetries 3
job=$(field id)
until_field "/api/job/$job" status succeeded failed
is status succeeded
picture "$(field result)" "$JPEG"

send POST /api/image/generate '{"prompt": "A doomed lighthouse.", "maxRetries": 1}'
expect 202
doomed=$(field id)
until_field "/api/job/$doomed" status succeeded failed
is status failed
is errorCode MAX_RETRIES_EXCEEDED
is retryCount 1

# Another try is a job of its own, of the same input, and counts anew.
send POST "/api/job/$doomed/retry" '{}'
expect 202
is retryOf "$doomed"
is retryCount 0
again=$(field id)
[ "$again" != "$doomed" ] || fail "the retry is no new job"
until_field "/api/job/$again" status succeeded failed
is status failed

# The page offers to draw it here instead, and says so.
send POST "/api/cases/$again/fallback" '{}'
expect 202
until_field "/api/job/$again" status succeeded
is provider local
is isFallback true
picture "$(field result)" "$JPEG"

# Whoever looks after it sees the jobs, and lets them go.
call GET '/api/admin/jobs?family=image&limit=10'
expect 200
case $BODY in *"$job"*) ;; *) fail "the job is not in the list: $BODY" ;; esac
call DELETE "/api/admin/jobs/$job"
expect 200
call GET "/api/job/$job"
expect 410
call DELETE '/api/admin/jobs?family=image'
expect 200
is deleted 2
printf 'walk: an image, done\n'
