#!/usr/bin/env python3
"""A client of Darkroom with Python's standard library alone. docs/clients.md explains.

  client.py trigger SERVER CASE.json   asks for a case's pictures; prints its case id and job id
  client.py poll SERVER CASEID         follows the job by long polls: one line for each state
  client.py stream SERVER CASEID       follows it by server-sent events
  client.py receive WORKER CASE.json   hands the case to a worker and takes its signed webhooks

DARKROOM_TOKEN is the API key (of `receive`, the worker's token); DARKROOM_WEBHOOK_SECRET (whsec_…) signs webhooks.
Exit codes: 0 completed, 2 usage or no such job, 3 partial, 4 failed or canceled, 1 anything else.
"""
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import sys
import time
import urllib.error
import urllib.request

EXIT_CODES = {"completed": 0, "partial": 3}
COME_AGAIN = {429, 502, 503, 504}


def request(url, body=None, headers=None, timeout=75):
    headers = {"Content-Type": "application/json", **(headers or {})}
    token = os.environ.get("DARKROOM_TOKEN")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=timeout)


def patiently(ask):
    """Asks again while the server cannot be reached, restarts, or has too much to do."""
    while True:
        pause = 2
        try:
            return ask()
        except urllib.error.HTTPError as error:
            if error.code not in COME_AGAIN:
                print(f"client: answered {error.code}: {error.read().decode()}", file=sys.stderr)
                sys.exit(2 if error.code in (404, 410) else 1)
            pause = int(error.headers.get("Retry-After", pause))
        except (OSError, http.client.HTTPException) as error:
            print(f"client: {error}; trying again", file=sys.stderr)
        time.sleep(pause)


def show(job):
    print(job["revision"], job["status"], f'{job["completedImages"]}/{job["totalImages"]}', flush=True)


def finish(status):
    sys.exit(EXIT_CODES.get(status, 4))


def trigger(server, path):
    with open(path, "rb") as file:
        body = file.read()
    # The key makes it safe to ask again when no answer came: it is the same job.
    key = {"Idempotency-Key": "example-" + hashlib.sha256(body).hexdigest()[:32]}
    job = patiently(lambda: json.load(request(f"{server}/api/generate-case", body, key)))
    print(job["caseId"], job["jobId"])


def poll(server, case):
    revision = 0
    while True:
        url = f"{server}/api/cases/{case}/image-job?wait=30&after={revision}"
        job = patiently(lambda: json.load(request(url)))
        if job["revision"] == revision:
            continue
        revision = job["revision"]
        show(job)
        if job["final"]:
            finish(job["status"])


def events(answer):
    """The events of one connection: (id, name, data)."""
    identity, name, data = None, "message", []
    for line in answer:
        line = line.decode().rstrip("\r\n")
        field, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if not line:
            if data:
                yield identity, name, "\n".join(data)
            name, data = "message", []
        elif field == "id":
            identity = value
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)


def stream(server, case):
    place, status = None, None
    url = f"{server}/api/cases/{case}/events"
    while True:
        headers = {"Last-Event-ID": place} if place else {}
        # A stream says something at least every 20 s; silence beyond that is a connection that is gone.
        answer = patiently(lambda: request(url, headers=headers, timeout=40))
        if answer.status == 204:
            finish(status)
        try:
            for place, name, data in events(answer):
                if name == "job":
                    job = json.loads(data)
                    status = job["status"]
                    show(job)
                elif name == "end":
                    sys.exit(2) if json.loads(data)["reason"] == "deleted" else finish(status)
        except (OSError, http.client.HTTPException) as error:
            print(f"client: {error}; connecting again", file=sys.stderr)
        time.sleep(2)


def is_genuine(headers, body, secret, now):
    """Standard Webhooks: an HMAC over id, timestamp and body, and a timestamp that is not old."""
    identity, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    # Several while the secret is being changed.
    signatures = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures)


class Receiver(http.server.BaseHTTPRequestHandler):
    newest = (0, 0)
    status = None

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > 8 << 20:
            return self.answer(413)
        body = self.rfile.read(length)
        if not is_genuine(self.headers, body, os.environ["DARKROOM_WEBHOOK_SECRET"], time.time()):
            print("client: a webhook that is not genuine", file=sys.stderr, flush=True)
            return self.answer(401)
        update = json.loads(body)
        place = (update["epoch"], update["version"])
        # A webhook may come twice, or after a newer one: only what is newer counts, and all are answered 200.
        if place > Receiver.newest:
            Receiver.newest = place
            print(f'{place[0]}.{place[1]}', update["status"], f'{update["completedImages"]}/{update["totalImages"]}',
                  flush=True)
            if update["final"]:
                Receiver.status = update["status"]
        self.answer(200)

    def answer(self, status):
        body = b'{"success": true}' if status == 200 else b"{}"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def receive(worker, path):
    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        with open(path, "rb") as file:
            case = json.load(file)
        case["webhookUrl"] = f"http://127.0.0.1:{server.server_port}/hook"
        print("listening", case["webhookUrl"], flush=True)
        patiently(lambda: request(f"{worker}/api/generate-case-images", json.dumps(case).encode()).read())
        while Receiver.status is None:
            server.handle_request()
    finish(Receiver.status)


if __name__ == "__main__":
    commands = {"trigger": trigger, "poll": poll, "stream": stream, "receive": receive}
    if len(sys.argv) != 4 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    commands[sys.argv[1]](sys.argv[2].rstrip("/"), sys.argv[3])
