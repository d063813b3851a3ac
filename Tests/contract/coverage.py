"""Says what the recorded exchanges came to.

    coverage.py DOCUMENT RECORD UNSEEN

Ends with 1 if an exchange was not as documented, or if a documented answer was not seen that UNSEEN does not name. A line
of UNSEEN is `OPERATION STATUS CODE`, any of them `*`, and after a `#` why no walk comes by it."""

import fnmatch
import json
import sys
from collections import Counter

from document import Document


def patterns(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.split("#")[0].split() for line in file]
    return [tuple(line) for line in lines if line]


def main():
    document, record, unseen = sys.argv[1:]
    wanted = list(Document(document).answers())
    with open(record, encoding="utf-8") as file:
        exchanges = [json.loads(line) for line in file]
    for exchange in exchanges:
        if "faults" in exchange:
            print(f"{exchange['request']}: {exchange['status']} {exchange['answer']}", file=sys.stderr)
            for fault in exchange["faults"]:
                print(f"    {fault}", file=sys.stderr)
    faults = sum("faults" in exchange for exchange in exchanges)
    seen = Counter((line["operation"], line["status"], code) for line in exchanges for code in line["codes"])
    excused = patterns(unseen)
    missing = [answer for answer in wanted if not seen[answer]]
    unexcused = [answer for answer in missing if not any(
        all(fnmatch.fnmatchcase(str(part), pattern) for part, pattern in zip(answer, line)) for line in excused)]
    for operation, status, code in unexcused:
        print(f"not seen: {operation} {status} {code}", file=sys.stderr)
    title = Document(document).root["info"]["title"]
    print(f"{title}: {len(exchanges)} exchanges, {faults} not as documented; "
          f"{len(wanted) - len(missing)} of {len(wanted)} documented answers seen, {len(missing) - len(unexcused)} excused")
    sys.exit(1 if faults or unexcused else 0)


if __name__ == "__main__":
    main()
