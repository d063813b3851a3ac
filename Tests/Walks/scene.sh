#!/bin/sh
# System C, as its film editor: a key picture, the frames of a shot, and several takes of one prompt.
. "$(dirname "$0")/common.sh"

ask() {
    send POST /api/images/generate "$1"
    expect 202
    is status queued
    job=$(field jobId)
    until_field "/api/images/jobs/$job" status completed failed
    is status completed
    is attempt_count "$2"
    is retry_count 0
}

ask '{"job_type": "asset_key", "projectId": "p7", "branchId": "main", "prompt": "The captain, fifty, grey coat"}' 1
link=$(field public_url)
case $link in
*/asset-images/project_p7/branch_main/master-assets/asset_key_*.png) ;;
*) fail "the key picture lies at $link" ;;
esac
picture "$link" "$PNG"

for frame in start_frame end_frame; do
    ask '{"job_type": "'$frame'", "projectId": "p7", "branchId": "main", "sceneId": "s1", "shotId": "3",
          "prompt": "The captain opens the door"}' 1
    link=$(field public_url)
    case $link in
    */asset-images/project_p7/branch_main/scene_s1/shot_3/${frame}_*.png) ;;
    *) fail "the frame lies at $link" ;;
    esac
    picture "$link" "$PNG"
done

ask '{"job_type": "variation", "projectId": "p7", "prompt": "The door, from inside", "variations": 3}' 3

# Sent once more under its own name it is the same job; under that name nothing else is taken.
named='{"job_type": "variation", "projectId": "p7", "prompt": "The harbour", "idempotency_key": "walk-film-1"}'
send POST /api/images/generate "$named"
expect 202
job=$(field jobId)
send POST /api/images/generate "$named"
expect 202
is jobId "$job"
send POST /api/images/generate '{"job_type": "variation", "projectId": "p8", "prompt": "x", "idempotency_key": "walk-film-1"}'
expect 409
is code idempotency_conflict
until_field "/api/images/jobs/$job" status completed failed
is status completed

send POST /api/images/generate '{"job_type": "start_frame", "projectId": "p7", "prompt": "No shot is named"}'
expect 400
is field sceneId
printf 'walk: the pictures of a film, done\n'
