#!/bin/sh
# System E, as its web app: a render of words, an edit of a picture, a cancel, and a render that is let go of.
. "$(dirname "$0")/common.sh"

send POST /api/v1/generations '{"prompt": "A pier at night", "variants": 2}'
expect 202
is mode text
render=$(field id)
until_field "/api/v1/generations/$render" status succeeded failed canceled
is status succeeded
picture "$SERVER/public/renders/$render/0.jpg" "$JPEG"
picture "$SERVER/public/renders/$render/1.jpg" "$JPEG"

# The picture that was just made is changed.
call POST /api/v1/generations -F 'prompt=The same pier by day' -F mode=edit -F "input1=@$WORK/picture;type=image/jpeg"
expect 202
is mode edit
edited=$(field id)
until_field "/api/v1/generations/$edited" status succeeded failed canceled
is status succeeded
picture "$SERVER/public/renders/$edited/0.jpg" "$JPEG"

# What is no picture is not taken, and the field is named.
printf 'GIF89a and more' >"$WORK/other"
call POST /api/v1/generations -F 'prompt=x' -F "input1=@$WORK/other;type=image/png"
expect 415
is code VALIDATION_ERROR
is field input1

# What has ended is not canceled; it can be let go of, and is gone then.
send PATCH "/api/v1/generations/$render" '{"action": "cancel"}'
expect 409
call DELETE "/api/v1/generations/$render"
expect 200
is deleted true
call GET "/api/v1/generations/$render"
expect 410
printf 'walk: a generation, done\n'
