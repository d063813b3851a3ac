"""A stand-in for Darkroom's HTTP side, scripted by case id, for the client's tests.

Prints `ready http://127.0.0.1:PORT`. Each GET of a case's job plays the next step of its script; the last one repeats.
GET  /stub/requests       what was asked so far, one JSON object a line
GET  /stub/refusing       an address at which connections are refused, held by this process
POST /stub/release/CASE   lets a script that waits at HOLD go on
"""

import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "read-token-5f1c"
PICTURE = b"\xff\xd8\xff\xe0 picture of "
HOLD, DROP, TRUNCATE, HANG = object(), object(), object(), object()


def job(status, completed, final, failed=(), **extra):
    """A job in the server's compact form, with a nested status before the real one."""
    body = {"assets": [{"id": "evidence-1", "status": "generated", "completedImages": 99, "final": True}], "status": status,
            "completedImages": completed, "totalImages": 14, "failedIds": list(failed), "final": final, "revision": 7}
    return 200, json.dumps({**body, **extra}, separators=(",", ":")), {}


def raw(text, code=200, **headers):
    return code, text, headers


def error(code, name, message, **headers):
    return code, json.dumps({"error": {"code": name, "message": message}}), headers


PENDING, HALF, DONE = job("pending", 0, False), job("generating", 5, False), job("completed", 14, True)
FOUR = ("evidence-1", "evidence-2", "location-3", "location-4")
ODD = (r'{"note":"}]\"status\":\"failed\",\\","s\u0074atus":"completed","final":tr' 'ue , "assets":[{"status":"failed",'
       r'"final":false,"deep":[[{"status":"failed"}]]}],"prompt":"\\\"{[,:\\","\u540d\u524d":"\ud83d\udd26\ud83d 旅館 e\u0301",'
       r'"queue":null,"cost":-1.5e+3,"completedImages":14,' '\r\n\t' r'"totalImages":14,"failedIds":[],"revision":1,'
       r'"last":{"status":"failed","final":false}}')
LONG = job("completed", 14, True, notes='"status":"failed"\\' * 4000)

SCRIPTS = {
    "completes": [PENDING, HALF, HALF, DONE],
    "partial": [HALF, job("partial", 10, True, FOUR, lastError="the provider refused")],
    "failed": [job("failed", 0, True, FOUR)],
    "canceled": [job("canceled", 3, True, FOUR)],
    "another-round": [job("partial", 10, False, FOUR), job("pending", 10, False), DONE],
    "unknown-state": [job("melted", 3, True)],
    "no-final": [job("completed", 14, None), job("completed", 14, "true"), DONE],
    "odd": [raw(ODD)],
    "long": [LONG],
    "queued": [job("pending", 0, False, queue={"ahead": 3}), DONE],
    "escapes": [job("completed", 14, True, lastError="x", failedIds=["a\u001b[31m\nb"])],
    "stalls": [HALF, HOLD, DONE],
    "two-stalls": [HALF, HOLD, job("generating", 5, False, revision=8), HOLD, DONE],
    "never": [HALF],
    "hangs": [HANG],
    "bumpy": [HALF, DROP, TRUNCATE, error(500, "internal", "later"), error(503, "busy", "later", **{"Retry-After": "1"}),
              raw("<html>gateway</html>"), raw('{"status":"completed","completedImages":14'), raw('["completed"]'), DONE],
    "secret": [error(401, "unauthorized", "a token is needed")],
    "foreign": [error(403, "forbidden", "another owner's")],
    "gone": [error(410, "deleted", "the job was deleted")],
    "moved": [raw("", 302, Location="http://127.0.0.1:1/")],
    "guarded": [DONE],
    "pictures": [job("completed", 14, True, evidenceImages={"evidence-1": "/picture/evidence-1", "evidence-2": "@SELF/picture/2"},
                     locationImages={"location-1": "/flaky/location-1"})],
    "bad-pictures": [job("completed", 14, True, evidenceImages={"evidence-1": "/none", "evidence-2": "data:image/jpeg;base64,AA",
                                                                "../escape": "/picture/x", "evidence-3": "/picture/3"})],
    "foreign-pictures": [job("completed", 14, True, evidenceImages={"evidence-1": "@OTHER/picture/1"})],
}
ANSWERS = {
    "taken": [raw(json.dumps({"caseId": "taken", "status": "pending", "completedImages": 0, "totalImages": 14}), 202)],
    "lost-answer": [DROP, error(503, "busy", "full", **{"Retry-After": "1"}), raw("{}", 202)],
    "conflict": [error(409, "conflict", "another body is running")],
    "bad-input": [error(400, "invalid", "evidence[3].name is empty")],
    "broken": [error(500, "internal", "the disk is full")],
}
SCRIPTS["taken"] = SCRIPTS["lost-answer"] = [HALF, DONE]


class State:
    def __init__(self):
        self.changed = threading.Condition()
        self.positions, self.releases, self.requests = {}, {}, []

    def note(self, entry):
        with self.changed:
            self.requests.append(entry)

    def release(self, case):
        with self.changed:
            self.releases[case] = self.releases.get(case, 0) + 1

    def step(self, key, script, case):
        """The next step. At HOLD the one before repeats until a release is there to be used up."""
        with self.changed:
            at = self.positions.get(key, 0)
            if script[at] is HOLD:
                if not self.releases.get(case):
                    return script[at - 1]
                self.releases[case] -= 1
                at += 1
            self.positions[key] = min(at + 1, len(script) - 1)
            return script[at]


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, code, body, headers=None):
        data = body if isinstance(body, bytes) else body.encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def play(self, step):
        self.close_connection = True
        if step is DROP:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif step is TRUNCATE:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + DONE[1].encode())
        elif step is HANG:
            self.connection.recv(1)
        else:
            own, other = (f"http://{host}:{self.server.server_port}" for host in ("127.0.0.1", "localhost"))
            self.answer(step[0], step[1].replace("@SELF", own).replace("@OTHER", other), step[2])

    def note(self, body=""):
        self.server.state.note({"method": self.command, "path": self.path, "token": self.headers.get("Authorization"),
                                "key": self.headers.get("Idempotency-Key"), "type": self.headers.get("Content-Type"), "body": body})

    def do_GET(self):
        state, parts = self.server.state, self.path.strip("/").split("/")
        if parts[0] == "stub":
            answers = {"requests": lambda: "".join(json.dumps(entry) + "\n" for entry in state.requests),
                       "refusing": lambda: f"http://127.0.0.1:{self.server.refusing.getsockname()[1]}"}
            return self.answer(200, answers[parts[1]]())
        self.note()
        if parts[0] == "picture":
            return self.answer(200, PICTURE + parts[1].encode())
        if parts[0] == "flaky":
            return self.play(state.step(self.path, [error(503, "busy", "later"), raw("a whole picture")], None))
        if len(parts) != 4 or parts[:2] != ["api", "cases"] or parts[2] not in SCRIPTS:
            return self.answer(*error(404, "unknown_case", "no such case"))
        if parts[2] == "guarded" and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(*error(401, "unauthorized", "a token is needed"))
        self.play(state.step(parts[2], SCRIPTS[parts[2]], parts[2]))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith("/stub/release/"):
            self.server.state.release(self.path.rsplit("/", 1)[1])
            return self.answer(200, "{}")
        self.note(body)
        case = json.loads(body)["caseId"]
        if self.path != "/api/generate-case" or case not in ANSWERS:
            return self.answer(*error(404, "not_found", "no such route"))
        self.play(self.server.state.step("create " + case, ANSWERS[case], case))


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.daemon_threads = True
    server.state = State()
    server.refusing = socket.socket()
    server.refusing.bind(("127.0.0.1", 0))
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
