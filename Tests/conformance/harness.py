"""Runs checks of an SDK against the provider simulator and prints one PASS or FAIL line for each."""

import http.server
import importlib.metadata
import json
import os
import queue
import sys
import threading
import traceback
import urllib.request

URL = os.environ["SIMULATOR_URL"].rstrip("/")
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"

# Nothing of the caller's own accounts or proxies takes part.
for name in list(os.environ):
    if name.startswith(("GOOGLE_", "GEMINI_", "REPLICATE_", "OPENAI_")) or name.lower().endswith("_proxy"):
        del os.environ[name]

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_checks = []


def _call(method, path, body=None):
    request = urllib.request.Request(URL + path, data=body, method=method)
    with _opener.open(request, timeout=30) as answer:
        return answer.read()


def download(url):
    """The bytes behind a URL that an answer named; a path is taken from the simulator's address."""
    with _opener.open(URL + url if url.startswith("/") else url, timeout=30) as answer:
        return answer.read()


def scenario(default="ok", **fields):
    """What the simulator does from now on; forgets what it did before."""
    _call("PUT", "/_sim/scenario", json.dumps({"default": default, **fields}).encode())
    _call("POST", "/_sim/reset", b"")


def state():
    return json.loads(_call("GET", "/_sim/state"))


def requests():
    return json.loads(_call("GET", "/_sim/requests"))["requests"]


def check(name):
    def add(function):
        _checks.append((name, function))
        return function

    return add


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def raises(kind, function):
    """The exception of this kind that the function raises."""
    try:
        answer = function()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {str(answer)[:80]!r}")


def run(package):
    """Runs every check of this file; the exit code is 1 if one failed."""
    label = f"{package} {importlib.metadata.version(package)}"
    failed = 0
    for name, function in _checks:
        try:
            scenario()
            function()
            print(f"PASS {label}: {name}", flush=True)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the other checks still run
            failed += 1
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            print(f"FAIL {label}: {name}: {reason}", flush=True)
            traceback.print_exc(file=sys.stderr)
    sys.exit(1 if failed else 0)


class Receiver:
    """Takes webhooks on a free port of loopback; answers with the statuses given, then with 200."""

    def __init__(self, statuses=()):
        self.messages = queue.Queue()
        waiting = list(statuses)
        messages = self.messages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                messages.put(({key.lower(): value for key, value in self.headers.items()}, body))
                self.send_response(waiting.pop(0) if waiting else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def next(self):
        """The next message as its headers and its body."""
        return self.messages.get(timeout=60)

    def until_completed(self):
        received = []
        while not received or json.loads(received[-1][1])["status"] in ("starting", "processing"):
            received.append(self.next())
        return received
