"""Stands before a server and holds every exchange against the server's OpenAPI document.

    recorder.py DOCUMENT TARGET RECORD

Prints `ready http://127.0.0.1:PORT`. TARGET is a file in which a line `ready URL` will name the server; RECORD gets one
line of JSON an exchange: the operation, status, error code and what is wrong with it."""

import http.client
import json
import re
import socket
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from document import Document, Exchange

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect"}
SECONDS = 120
# Of a stream without end so many events are read.
EVENTS = "x-contract-events"


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    document = None
    target = None
    record = None
    lock = threading.Lock()

    def answer(self):
        body = self.read_body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        connection = http.client.HTTPConnection(self.server_address_of_target(), timeout=SECONDS)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP | {"content-length", EVENTS}:
                    connection.putheader(name, value)
            # Whether a length was announced is part of what is checked.
            is_chunked = "transfer-encoding" in headers
            if is_chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            elif body or "content-length" in headers:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(iter([body]) if is_chunked else body or None, encode_chunked=is_chunked)
            reply = connection.getresponse()
            content = self.read_answer(reply)
        finally:
            connection.close()
        answered = {name.lower(): value for name, value in reply.getheaders()}
        self.note(Exchange(self.command, self.path, headers, body, reply.status, answered, content))
        self.send_response_only(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in HOP | {"content-length"}:
                self.send_header(name, value)
        length = answered.get("content-length", "0") if self.command == "HEAD" else str(len(content))
        if reply.status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_PROPFIND = answer

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def read_answer(self, reply):
        wanted = self.headers.get(EVENTS)
        if wanted is None or reply.status != 200:
            return reply.read()
        content, is_event, events = b"", False, 0
        while events < int(wanted) and (line := reply.readline()):
            content += line
            is_event = is_event or line.startswith(b"data:")
            if line == b"\n":
                events, is_event = events + is_event, False
        return content

    def server_address_of_target(self):
        with open(self.target, encoding="utf-8") as file:
            found = re.search(r"^ready (\S+)", file.read(), re.MULTILINE)
        return urllib.parse.urlsplit(found.group(1)).netloc

    def note(self, exchange):
        verdict = self.document.check(exchange)
        line = {"operation": verdict.operation, "status": verdict.status, "codes": verdict.events or [verdict.code]}
        if verdict.faults:
            line["faults"] = verdict.faults
            line["request"] = f"{exchange.method} {exchange.target}"
            line["answer"] = exchange.body[:600].decode("utf-8", "replace")
        with self.lock:
            self.record.write(json.dumps(line) + "\n")
            self.record.flush()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        # A client that went away, or a server that is not there any more, is no news of the contract.
        if not isinstance(sys.exc_info()[1], (OSError, http.client.HTTPException)):
            super().handle_error(request, client_address)


def main():
    document, target, record = sys.argv[1:]
    Recorder.document, Recorder.target = Document(document), target
    with open(record, "a", encoding="utf-8") as Recorder.record:
        server = Server(("127.0.0.1", 0), Recorder)
        server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"ready http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
