#!/bin/sh
# System A, as its game's client: a case's images, asked for once and polled every two seconds.
. "$(dirname "$0")/common.sh"

send POST /api/generate-case '{"caseId": "walk-harbor",
  "evidence": [{"id": "evidence-1", "name": "Brass key", "description": "Found under the pier."},
               {"id": "evidence-2", "name": "Torn letter", "description": "Signed with one initial."}],
  "locations": [{"id": "location-1", "name": "Pier 9", "description": "Fog, one lamp."}]}'
expect 202
is status pending
is totalImages 3
is completedImages 0

until_field /api/cases/walk-harbor/image-job final true
is status completed
is completedImages 3
for id in evidence-1 evidence-2 location-1; do
    picture "$SERVER/api/cases/walk-harbor/images/$id" "$JPEG"
done

# Nothing is left to make again.
send POST /api/cases/walk-harbor/retry '{}'
expect 409
is code nothing_to_retry
send POST /api/generate-case '{"caseId": "walk-empty"}'
expect 400
printf 'walk: a case, done\n'
