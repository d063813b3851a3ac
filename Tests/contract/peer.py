"""A client of a server, as the contract's checks need one."""

import base64
import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time
import urllib.parse

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
DATA_URI = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
PATIENCE = 120


class Peer:
    """Speaks for the operator unless told otherwise; counts what did not come as it should."""

    def __init__(self, server, initiator, data, token, secret):
        self.netloc = urllib.parse.urlsplit(server).netloc
        self.initiator, self.data, self.token = initiator, data, token
        self.secret = base64.b64decode(secret.removeprefix("whsec_"))
        self.wrong = 0

    def call(self, method, path, body=None, key=None, headers=None, chunked=False):
        """The status, headers and document of the answer. No token goes along for the key ""."""
        headers = dict(headers or {})
        key = self.token if key is None else key
        if key:
            headers["Authorization"] = f"Bearer {key}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, iter([body]) if chunked else body, headers, encode_chunked=chunked)
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        is_json = reply.headers.get("Content-Type") == "application/json" and content
        return reply.status, reply.headers, json.loads(content) if is_json else content

    def want(self, status, code, method, path, *arguments, **more):
        """The document of an answer that must have this status and, for an error, this code."""
        got, _, document = self.call(method, path, *arguments, **more)
        said = document.get("error", {}).get("code") if isinstance(document, dict) and got >= 400 else None
        if got != status or (code is not None and said != code):
            self.wrong += 1
            print(f"wanted {status} {code}: {method} {path}: {got} {document}", file=sys.stderr)
        return document

    def until(self, path, fits, key=None):
        """The document at `path` once it fits; asks again and again, for no interface tells by itself."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, _, document = self.call("GET", path, key=key)
            # Who asks so often is told to wait sometimes.
            if status == 200 and fits(document):
                return document
            time.sleep(0.2)
        raise SystemExit(f"{path} stays {document}")

    def run(self, *arguments):
        done = subprocess.run(
            [self.initiator, *arguments, "--data", self.data], capture_output=True, text=True, check=False, timeout=PATIENCE)
        if done.returncode:
            raise SystemExit(f"initiator {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def new_key(self, owner, scope="submit,read", plan=None):
        if plan:
            self.run("owners", "set", owner, "--plan", plan)
        return json.loads(self.run("keys", "create", "--owner", owner, "--scope", scope, "--json"))["key"]

    def record(self, case):
        return json.loads(self.run("get", f"case:{case}:image-job"))

    def signed(self, text, age=0, by=None):
        """The headers of a delivery, or an upload, whose signed text ends with `text`."""
        stamp = str(int(time.time()) - age)
        code = hmac.new(by or self.secret, b"m1." + stamp.encode() + b"." + text, hashlib.sha256).digest()
        return {"webhook-id": "m1", "webhook-timestamp": stamp, "webhook-signature": "v1," + base64.b64encode(code).decode()}


def form(**fields):
    """A multipart body and its headers; a pair of a name and bytes is a file."""
    body = b""
    for name, value in fields.items():
        is_file = isinstance(value, tuple)
        disposition = f'form-data; name="{name}"' + (f'; filename="{value[0]}"' if is_file else "")
        body += f"--part\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + (value[1] if is_file else value.encode()) + b"\r\n"
    return body + b"--part--\r\n", {"Content-Type": "multipart/form-data; boundary=part"}
