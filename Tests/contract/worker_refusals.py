"""Causes the answers of a worker that its control plane never gets.

    worker_refusals.py SERVER DOCUMENT

The worker's token is in DARKROOM_WORKER_TOKEN. Ends with 1 if an answer is another than wanted; whether it is as documented
is for the recorder to say."""

import os
import sys

from document import Document
from peer import Peer

HOOK = {"webhookUrl": "http://127.0.0.1:9/hook"}
RUN = {"jobId": "run-1", "epoch": 2, "claim": "claim_1", **HOOK, "artifactUrl": "http://127.0.0.1:9/pictures",
       "assets": [{"id": "a", "kind": "render", "prompt": "endless", "name": "a", "transform": "keep-size-png", "priority": 1}]}
CASE = {"caseId": "walked", **HOOK, "evidence": [{"id": "e1", "name": "endless", "description": "endless"}]}


def at_every_door(peer, document):
    for (method, path), operation in document.operations.items():
        if operation["security"]:
            peer.want(401, "unauthorized", method.upper(), path.replace("{jobId}", "nobody"), {}, key="other")
        if "requestBody" in operation:
            place, large = path.replace("{jobId}", "run-1"), b" " * ((4 << 20) + 1)
            peer.want(413, "too_large", "POST", place, large)
            peer.want(400, "invalid_request", "POST", place, [])
            if "415" in operation["responses"]:
                peer.want(415, "unsupported_media_type", "POST", place, b"a", headers={"Content-Type": "text/csv"})


def runs(peer):
    for path, body in [("/api/runs", RUN), ("/api/generate-case-images", CASE)]:
        run = peer.want(202, None, "POST", path, body)
        peer.want(202, None, "POST", path, body)
        peer.want(200, None, "GET", f"/api/runs/{run['jobId']}?refresh=1&claim=claim_1")
    peer.want(409, "stale_epoch", "POST", "/api/runs", dict(RUN, epoch=1))
    peer.want(409, "case_running", "POST", "/api/runs", dict(RUN, claim="claim_other"))
    numbered = dict(CASE, caseId="numbered", jobId="case-2", epoch=3, claim="claim_2")
    peer.want(202, None, "POST", "/api/generate-case-images", numbered)
    peer.want(409, "stale_epoch", "POST", "/api/generate-case-images", dict(numbered, epoch=2))
    peer.want(409, "case_running", "POST", "/api/generate-case-images", dict(CASE, evidence=[dict(CASE["evidence"][0], name="other")]))
    peer.want(202, None, "POST", "/api/runs/run-1/cancel", {"epoch": 1})
    peer.want(202, None, "POST", "/api/runs/run-1/nudge", {"provider": "gemini", "callId": "c1"})
    peer.want(202, None, "POST", "/api/runs/run-1/cancel", {"epoch": 2})
    peer.want(202, None, "POST", "/api/runs/run-9/cancel")
    peer.want(200, None, "GET", "/api/runs/run-9")
    peer.want(404, "unknown_run", "POST", "/api/runs/%20/cancel")
    for method, path, body in [("GET", "", None), ("POST", "/redeliver", None), ("POST", "/nudge", {"provider": "gemini", "callId": "c1"})]:
        peer.want(404, "unknown_run", method, f"/api/runs/nobody{path}", body)
    peer.until("/api/runs/run-1", lambda view: view["final"])
    peer.want(202, None, "POST", "/api/runs/run-1/redeliver")


def deliveries(peer):
    peer.want(200, None, "GET", "/api/deliveries?state=dead&limit=1&after=a")
    peer.want(400, "invalid_request", "GET", "/api/deliveries?state=alive")
    peer.want(202, None, "POST", "/api/deliveries/redeliver")
    for path in ["/healthz", "/readyz"]:
        peer.want(200, None, "GET", path, key="")
    peer.want(200, None, "GET", "/metrics")
    tag = peer.call("GET", "/openapi.json", key="")[1]["ETag"]
    peer.want(304, None, "GET", "/openapi.json", key="", headers={"If-None-Match": tag})


def main():
    server, path = sys.argv[1:]
    peer = Peer(server, "", "", os.environ["DARKROOM_WORKER_TOKEN"], "")
    at_every_door(peer, Document(path))
    runs(peer)
    deliveries(peer)
    sys.exit(1 if peer.wrong else 0)


if __name__ == "__main__":
    main()
