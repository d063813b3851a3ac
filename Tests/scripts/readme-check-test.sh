#!/bin/sh
# What scripts/readme-check must find, and what it must let pass. Prints one PASS or FAIL line for each; exits with 1 if
# one failed. Called by scripts/test.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect CODE NAME [WORDS]: with the document on standard input; WORDS must be in what the check says.
expect() {
    sed "s/^'''/\`\`\`/" >"$work/document.md"
    code=0
    README_CHECK_OUTPUT_SECONDS=3 timeout 120 "$root/scripts/readme-check" --here "$work/document.md" \
        >"$work/said" 2>&1 || code=$?
    if [ "$code" = "$1" ] && grep -q -e "${3-}" "$work/said"; then
        echo "PASS $2"
    else
        failed=1
        echo "FAIL $2: ended with $code"
        sed 's/^/    /' "$work/said"
    fi
}

expect 0 "one shell for all blocks, numbers and ids by shape, late output" "2 blocks do what is written" <<'END_OF_DOCUMENT'
'''sh
WORD=kept
(sleep 1; echo "ready http://127.0.0.1:4711 job_abc123 ✓✓▸·") &
'''

'''
ready http://127.0.0.1:1 job_xyz ▸
'''

'''json
not run, not compared
'''

'''sh
echo "$WORD and {\"hash\":\"0123abcd\",\"more\":1}"
false       # exit 1
'''

'''
kept and {"hash":"99ff…",…
'''
END_OF_DOCUMENT

expect 0 "progress that was faster than the document's" <<'END_OF_DOCUMENT'
'''sh
echo 'case completed 14/14 ✓✓'
'''

'''
case generating 0/14 ▸▸
case generating 9/14 ✓▸
case completed 14/14 ✓✓
'''
END_OF_DOCUMENT

expect 1 "progress without its end" "completed" <<'END_OF_DOCUMENT'
'''sh
echo 'case generating 9/14 ✓▸'
'''

'''
case generating 9/14 ✓▸
case completed 14/14 ✓✓
'''
END_OF_DOCUMENT

expect 1 "output that is not there" "this was not printed" <<'END_OF_DOCUMENT'
'''sh
echo one
'''

'''
two
'''
END_OF_DOCUMENT

expect 1 "lines in another order" "this was not printed" <<'END_OF_DOCUMENT'
'''sh
printf 'second\nfirst\n'
'''

'''
first
second
'''
END_OF_DOCUMENT

expect 1 "another HTTP status" "this was not printed" <<'END_OF_DOCUMENT'
'''sh
echo 'HTTP/1.1 500 Oops'
'''

'''
HTTP/1.1 202 Oops
'''
END_OF_DOCUMENT

expect 1 "an exit code that is not declared, not only of the last command" "ended with 3" <<'END_OF_DOCUMENT'
'''sh
(exit 3)
echo fine
'''
END_OF_DOCUMENT

expect 1 "another exit code than the declared one" "ended with 4" <<'END_OF_DOCUMENT'
'''sh
(exit 4)    # exit 3
'''
END_OF_DOCUMENT

expect 1 "an exit code that is declared and does not come" "did not end with 3" <<'END_OF_DOCUMENT'
'''sh
true        # exit 3
'''
END_OF_DOCUMENT

expect 1 "a code that another command declares" "ended with 3" <<'END_OF_DOCUMENT'
'''sh
(exit 3)
(exit 3)    # exit 3
'''
END_OF_DOCUMENT

expect 0 "a command of several lines" "1 blocks" <<'END_OF_DOCUMENT'
'''sh
echo first
sh -c 'exit "$1"' \
    sh 3    # exit 3
'''
END_OF_DOCUMENT

expect 1 "an error in JSON that the document does not show" "does not show" <<'END_OF_DOCUMENT'
'''sh
echo '{"error":{"code":"unknown_case"}}'
'''
END_OF_DOCUMENT

expect 1 "a block that ends the shell" "it ended the shell" <<'END_OF_DOCUMENT'
'''sh
exit 0
'''
END_OF_DOCUMENT

expect 1 "a block without an end" "has no end" <<'END_OF_DOCUMENT'
'''sh
echo one
END_OF_DOCUMENT

expect 1 "a document without commands" "no blocks of commands" <<'END_OF_DOCUMENT'
# Nothing
END_OF_DOCUMENT

expect 0 "a long block is left out, and said to be" "LEFT OUT" <<'END_OF_DOCUMENT'
<!-- readme-check: long -->
'''sh
false
'''

'''
never
'''
END_OF_DOCUMENT

expect 0 "a server is started, and ended with the check" "1 blocks" <<END_OF_DOCUMENT
'''sh
sh -c 'trap "echo ended >$work/ended; exit" TERM; echo up; while :; do sleep 1; done' &
'''

'''
up
'''
END_OF_DOCUMENT
if [ -e "$work/ended" ]; then echo "PASS the server was asked to end"; else
    echo "FAIL the server was not asked to end"
    failed=1
fi

mine="$root/kept-by-readme-check-test"
trap 'rm -rf "$work" "$mine"' EXIT
expect 0 "what the blocks name is removed, what somebody else made meanwhile is not" "is left alone" <<'END_OF_DOCUMENT'
'''sh
mkdir made-by-readme-check-test
WORD=readme; touch "kept-by-$WORD-check-test"
'''
END_OF_DOCUMENT
if [ -e "$root/made-by-readme-check-test" ]; then
    echo "FAIL what the blocks made is still there"
    failed=1
fi
exit "$failed"
