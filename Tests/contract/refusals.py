"""Causes the answers that no walk comes by: refusals of every kind, repeats, links.

    refusals.py SERVER INITIATOR DATA DOCUMENT [alone]

SERVER is a closed control plane with a worker behind it (with `alone`: whose worker has ended), INITIATOR works on its store
DATA. The operator's token and the
webhooks' secret are in DARKROOM_READ_TOKEN and DARKROOM_WEBHOOK_SECRET. Ends with 1 if an answer is another than wanted;
whether it is as documented is for the recorder to say."""

import hashlib
import json
import os
import re
import sys

from document import Document
from peer import DATA_URI, PIXEL, Peer, form

HASH = hashlib.sha256(b"nothing").hexdigest()
SUBMISSIONS = {
    "/api/generate-case": lambda words: {"caseId": words.replace(" ", "-"), "evidence": [{"id": "e1", "name": words, "description": words}]},
    "/api/image/generate": lambda words: {"prompt": words},
    "/api/images/generate": lambda words: {"prompt": words, "job_type": "variation", "projectId": "p1"},
    "/api/v1/generations": lambda words: {"prompt": words},
}
E_CODES = {"invalid_request": "VALIDATION_ERROR", "too_large": "VALIDATION_ERROR", "unsupported_media_type": "VALIDATION_ERROR",
           "price_unknown": "VALIDATION_ERROR", "quota_exceeded": "LIMIT_EXCEEDED", "budget_exceeded": "LIMIT_EXCEEDED",
           "too_many_in_flight": "TOO_MANY_INFLIGHT"}


def named(path, code):
    """The code under the name that the path's interface gives it."""
    return E_CODES.get(code, code) if path.startswith("/api/v1/generations") else code


def at_every_door(peer, document):
    """What each route says to those who may not come in, and to bodies that are none."""
    keys = {scope: peer.new_key(f"door-{scope}", scope) for scope in ["submit", "read"]}
    tired = peer.new_key("door-tired", "admin")
    case = peer.want(202, None, "POST", "/api/generate-case", SUBMISSIONS["/api/generate-case"]("door"))
    generation = peer.want(202, None, "POST", "/api/v1/generations", {"prompt": "door"})
    there = {"caseId": case["caseId"], "assetId": "e1", "id": generation["id"]}
    for (method, template), operation in document.operations.items():
        scheme = operation["security"][0] if operation["security"] else {}
        if "bearer" not in scheme:
            continue
        method, path = method.upper(), template
        for parameter in document.parameters(operation):
            if parameter["in"] == "path":
                path = path.replace("{%s}" % parameter["name"], HASH if parameter["name"] == "sha256" else "nobody")
        other = keys["submit" if scheme["bearer"] == ["read"] else "read"]
        peer.want(401, "unauthorized", method, path, key="")
        peer.want(403, "forbidden", method, path, key=other)
        # Some flow in again while it is asked: a stream that was let in would not end.
        if operation["operationId"] != "followJobs" and not any(peer.call(method, path, key=tired)[0] == 429 for _ in range(400)):
            peer.want(429, "rate_limited", method, path, key=tired)
        peer.want(400, named(path, "invalid_request"), method, f"{path}?owner=%20")
        if "requestBody" in operation and "409" in operation["responses"]:
            # Of a job that is there: otherwise its absence might be all that was found.
            path, large = re.sub(r"{(\w+)}", lambda name: there[name[1]], template), b" " * ((4 << 20) + 1)
            for status, code, body, kind in [(400, "invalid_request", b"[", "application/json"), (413, "too_large", large, "application/json"),
                                             (415, "unsupported_media_type", b"a,b", "text/csv"), (415, "unsupported_media_type", b"[]", "multipart/x")]:
                peer.want(status, named(path, code), method, path, body, headers={"Content-Type": kind})
    for method, path, status in [("PROPFIND", "/api/jobs", 405), ("OPTIONS", "/healthz", 405), ("GET", "/api/none", 404)]:
        peer.want(status, None, method, path)


def submissions(peer):
    """Repeats, and what an owner may not have."""
    keys = {plan: peer.new_key(f"plan-{plan}", plan=plan) for plan in ["one", "none", "poor"]}
    for path, body in SUBMISSIONS.items():
        kind = path.strip("/").replace("/", "-")
        name = {"Idempotency-Key": kind}
        first = peer.want(202, None, "POST", path, body(f"{kind} once"), headers=name)
        peer.want(202, None, "POST", path, body(f"{kind} once"), headers=name)
        peer.want(409, "idempotency_conflict", "POST", path, body(f"{kind} else"), headers=name)
        job = first.get("caseId", first.get("id"))
        peer.until(f"/api/cases/{job}/image-job", lambda view: view["final"])
        peer.want(200, None, "DELETE", f"/api/admin/jobs/{job}")
        peer.want(410, "deleted", "POST", path, body(f"{kind} once"), headers=name)
        peer.want(402, named(path, "quota_exceeded"), "POST", path, body("more"), key=keys["none"])
        peer.want(402, named(path, "budget_exceeded"), "POST", path, body("more"), key=keys["poor"])
        peer.want(400, named(path, "invalid_request"), "POST", path, {})
    first = peer.want(202, None, "POST", "/api/image/generate", {"prompt": "endless"}, key=keys["one"])
    for path, body in SUBMISSIONS.items():
        peer.want(429, named(path, "too_many_in_flight"), "POST", path, body("second"), key=keys["one"])
    peer.want(202, None, "POST", f"/api/cases/{first['id']}/cancel", key=keys["one"])


def epochs(peer):
    """More of a job that has ended: not for an owner who may not have it."""
    key, plan = peer.new_key("pauper", plan="free"), ["owners", "set", "pauper", "--plan"]

    def failed(name, **more):
        case = {"caseId": name, "evidence": [{"id": "e1", "name": "doomed", "description": "doomed", **more}]}
        peer.want(202, None, "POST", "/api/generate-case", case, key=key)
        image = peer.want(202, None, "POST", "/api/image/generate", {"prompt": "doomed", "maxRetries": 0, **more}, key=key)["id"]
        for job in [name, image]:
            peer.until(f"/api/cases/{job}/image-job", lambda view: view["final"], key=key)
        return [("POST", f"/api/cases/{name}/retry", None), ("PATCH", f"/api/cases/{name}/assets/e1", {"prompt": "a"}),
                ("POST", f"/api/job/{image}/retry", None), ("POST", f"/api/cases/{name}/fallback", {"provider": more.get("model", "gemini")})]

    priced, unpriced = failed("priced"), failed("unpriced", model="unpriced")
    unpriced += [("POST", "/api/images/generate", {"prompt": "a", "job_type": "variation", "projectId": "p1", "model": "unpriced"}),
                 ("POST", "/api/generate-case", {"caseId": "a", "evidence": [{"id": "e1", "name": "a", "description": "a", "model": "unpriced"}]})]
    unpriced += [("POST", path, {"prompt": "a", "model": "unpriced"}) for path in ["/api/image/generate", "/api/v1/generations"]]
    for words, status, code, steps in [("rich", 422, "price_unknown", unpriced), ("none", 402, "quota_exceeded", priced), ("poor", 402, "budget_exceeded", priced)]:
        peer.run(*plan, words)
        for method, path, body in steps:
            peer.want(status, named(path, code), method, path, body, key=key)
    peer.run(*plan, "one")
    running = peer.want(202, None, "POST", "/api/image/generate", {"prompt": "endless"}, key=key)
    for method, path, body in priced:
        peer.want(429, "too_many_in_flight", method, path, body, key=key)
    peer.want(202, None, "POST", f"/api/cases/{running['id']}/cancel", key=key)


def running_and_ended(peer):
    """What cannot be done to a job that runs, and what not to one that has ended or was let go of."""
    running = {"caseId": "running", "evidence": [{"id": "e1", "name": "endless", "description": "endless"}]}
    peer.want(202, None, "POST", "/api/generate-case", running)
    peer.want(202, None, "POST", "/api/generate-case", running)
    peer.want(409, "case_running", "POST", "/api/generate-case", dict(running, evidence=[dict(running["evidence"][0], name="other")]))
    steps = [("POST", "retry", {"assets": ["e1"]}), ("POST", "fallback", {"provider": "local", "assets": ["e1"]}), ("PATCH", "assets/e1", {"prompt": "a"})]
    for method, step, body in steps:
        peer.want(409, "job_running", method, f"/api/cases/running/{step}", body)
    peer.want(409, "job_running", "DELETE", "/api/admin/jobs/running")
    peer.want(404, "no_picture", "GET", "/api/cases/running/images/e1")
    peer.want(202, None, "POST", "/api/cases/running/cancel")
    peer.until("/api/cases/running/image-job", lambda view: view["final"])
    peer.want(409, "job_ended", "POST", "/api/cases/running/cancel")

    made = {"caseId": "made", "evidence": [{"id": "e1", "name": "made", "description": "made"}, {"id": "e2", "name": "doomed", "description": "doomed"}]}
    peer.want(202, None, "POST", "/api/generate-case", made)
    peer.until("/api/cases/made/image-job", lambda view: view["final"])
    for method, step, body in steps:
        peer.want(409, "asset_generated", method, f"/api/cases/made/{step}", body)
        peer.want(404, "unknown_asset", method, f"/api/cases/made/{step}".replace("e1", "e9"), dict(body, **({"assets": ["e9"]} if method == "POST" else {})))
        peer.want(404, "unknown_case", method, f"/api/cases/nobody/{step}", body)
        peer.want(400, "invalid_request", method, f"/api/cases/made/{step}", [])
    peer.want(202, None, "POST", "/api/cases/made/retry", {"assets": ["e2"]})
    peer.until("/api/cases/made/image-job", lambda view: view["final"])
    for step in ["cancel", "redeliver"]:
        peer.want(404, "unknown_case", "POST", f"/api/cases/nobody/{step}")
    peer.want(202, None, "POST", "/api/cases/made/redeliver")
    peer.want(202, None, "POST", "/api/cases/made/fallback", {"assets": ["e2"]})
    peer.until("/api/cases/made/image-job", lambda view: view["status"] == "completed")
    for method, step, body in [("POST", "retry", None), ("POST", "fallback", {})]:
        peer.want(409, "nothing_to_retry", method, f"/api/cases/made/{step}", body)
    let_go(peer, steps)


def let_go(peer, steps):
    _, headers, _ = peer.call("GET", "/api/cases/made/images/e1")
    peer.want(304, None, "GET", "/api/cases/made/images/e1", headers={"If-None-Match": headers["ETag"]})
    peer.want(404, "unknown_asset", "GET", "/api/cases/made/images/e9")
    peer.want(404, "unknown_case", "GET", "/api/cases/nobody/images/e1")
    view = peer.want(200, None, "GET", "/api/cases/made/image-job?images=inline&wait=1&after=1")
    peer.want(200, None, "GET", "/api/cases/made/image-job?images=signed")
    peer.want(400, "invalid_request", "GET", "/api/cases/made/image-job?images=painted")
    peer.want(404, "unknown_case", "GET", "/api/cases/nobody/image-job")
    news = told(peer, "made", view)
    view = peer.want(200, None, "GET", "/api/cases/made/image-job")
    peer.want(200, None, "GET", "/api/cases/made/events")
    peer.want(204, None, "GET", f"/api/cases/made/events?after={view['revision']}")
    peer.want(404, "unknown_case", "GET", "/api/cases/nobody/events")
    peer.want(200, None, "GET", "/api/cases/made/why")
    peer.want(200, None, "GET", "/api/cases/made/why?asset=e1")
    peer.want(404, "unknown_case", "GET", "/api/cases/nobody/why")
    peer.want(200, None, "DELETE", "/api/admin/jobs/made")
    peer.want(200, None, "DELETE", "/api/admin/jobs/made")
    peer.want(404, "unknown_job", "DELETE", "/api/admin/jobs/nobody")
    tell(peer, 410, "deleted", news)
    for method, step, body in steps + [("POST", "cancel", None), ("POST", "redeliver", None), ("GET", "image-job", None), ("GET", "images/e1", None), ("GET", "events", None), ("GET", "why", None)]:
        peer.want(410, "deleted", method, f"/api/cases/made/{step}", body)


def told(peer, case, view):
    """What a worker is told that is late, lost, or somebody else."""
    record = peer.record(case)
    hand_out, past = record["handOut"], record["pastClaims"][0]
    asset = {"id": "e1", "kind": "evidence", "status": "failed", "attempts": 1}
    news = {"caseId": case, "status": "failed", "completedImages": 0, "totalImages": 2, "evidenceImages": {}, "locationImages": {},
            "failedIds": [], "jobId": view["jobId"], "epoch": view["epoch"], "claim": hand_out["claim"], "version": 1, "final": False,
            "to": f"http://{peer.netloc}/api/webhook/image-progress", "assets": [asset]}
    picture = {"hash": HASH, "bytes": 7, "mediaType": "image/jpeg"}
    made = dict(asset, status="generated", picture=picture, source={"provider": "gemini", "model": "m1", "isFallback": False})
    seed = {name: news[name] for name in ["caseId", "status", "completedImages", "totalImages", "evidenceImages", "locationImages", "failedIds"]}
    for status, code, body in [
        (409, "stale_version", news), (409, "unknown_claim", dict(news, claim="claim_other")), (409, "wrong_address", dict(news, to="http://127.0.0.1:9/x")),
        (409, "stale_epoch", dict(news, epoch=past["epoch"], claim=past["claim"])),
        (404, "unknown_job", dict(news, jobId="job_other")), (404, "unknown_job", dict(seed, caseId="nobody")),
        (422, "artifact_missing", dict(news, version=999, assets=[made])), (409, "unnumbered_update", seed), (400, "invalid_request", {"caseId": case}),
    ]:
        tell(peer, status, code, body)
    path = "/api/webhook/image-progress"
    typed = {"Content-Type": "text/csv", **peer.signed(b"a")}
    peer.want(415, "unsupported_media_type", "POST", path, b"a", key="", headers=typed)
    unsigned(peer, "POST", path, b"{}")
    peer.want(413, "too_large", "POST", path, b" " * ((8 << 20) + 1), key="")
    return news


def tell(peer, status, code, body):
    text = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **peer.signed(text)}
    peer.want(status, code, "POST", "/api/webhook/image-progress", text, key="", headers=headers)


def unsigned(peer, method, path, body, text=None):
    text = body if text is None else text
    peer.want(401, "missing_signature", method, path, body, key="")
    peer.want(401, "stale_signature", method, path, body, key="", headers=peer.signed(text, age=600))
    peer.want(401, "wrong_signature", method, path, body, key="", headers=peer.signed(text, by=b"other"))


def jobs_of_other_interfaces(peer):
    for path, retry in [("/api/image/generate", "/api/job"), ("/api/images/generate", "/api/images/jobs"), ("/api/v1/generations", "/api/v1/generations")]:
        job = peer.want(202, None, "POST", path, SUBMISSIONS[path]("endless"))["id"]
        one = f"{retry}/{job}"
        peer.want(200, None, "GET", one)
        peer.want(404, "unknown_job", "GET", f"{retry}/nobody")
        if path == "/api/image/generate":
            peer.want(409, "job_running", "POST", f"{one}/retry")
            peer.want(404, "unknown_job", "POST", "/api/job/nobody/retry")
        if path == "/api/v1/generations":
            peer.want(409, "job_running", "DELETE", one)
            for method in ["PATCH", "DELETE"]:
                peer.want(404, "unknown_job", method, f"{retry}/nobody", {"action": "cancel"} if method == "PATCH" else None)
            for status, body, kind in [(400, b"{}", "application/json"), (413, b" " * ((4 << 20) + 1), "application/json"), (415, b"a", "text/csv")]:
                peer.want(status, "VALIDATION_ERROR", "PATCH", one, body, headers={"Content-Type": kind})
            peer.want(200, None, "PATCH", one, {"action": "cancel"})
        else:
            peer.want(202, None, "POST", f"/api/cases/{job}/cancel")
        peer.until(f"/api/cases/{job}/image-job", lambda view: view["final"])
        if path == "/api/image/generate":
            name = {"Idempotency-Key": "again"}
            again = peer.want(202, None, "POST", f"{one}/retry", headers=name)["id"]
            other = peer.want(202, None, "POST", path, {"prompt": "made"})["id"]
            peer.until(f"/api/job/{other}", lambda view: view["status"] == "succeeded")
            peer.want(409, "nothing_to_retry", "POST", f"/api/job/{other}/retry")
            peer.want(409, "idempotency_conflict", "POST", f"{one}/retry", headers={"Idempotency-Key": "api-image-generate"})
            peer.want(202, None, "POST", f"/api/cases/{again}/cancel")
        if path == "/api/v1/generations":
            peer.want(409, "job_ended", "PATCH", one, {"action": "cancel"})
        peer.want(200, None, "DELETE", one if path == "/api/v1/generations" else f"/api/admin/jobs/{job}")
        gone = [("GET", one, None)] + ([("POST", f"{one}/retry", None)] if "job/" in one and "images" not in one else [])
        gone += [("PATCH", one, {"action": "cancel"})] if path == "/api/v1/generations" else []
        for method, place, body in gone:
            peer.want(410, "deleted", method, place, body)


def pictures(peer):
    """Where pictures lie, by token and by link, for their owner and for others."""
    acme, other = peer.new_key("acme", plan="rich"), peer.new_key("other")
    body, kind = form(prompt="another", mode="edit", input1=("p.png", PIXEL))
    for key in [acme, None]:
        made = peer.want(202, None, "POST", "/api/v1/generations", body, key=key, headers=kind)
        peer.until(f"/api/v1/generations/{made['id']}", lambda view: view["status"] == "succeeded", key=key)
        view = peer.want(200, None, "GET", f"/api/v1/generations/{made['id']}?images=signed", key=key)
        places = [view["variants"][0]["url"], view["inputs"][0]]
        for scene in [{"job_type": "asset_key"}, {"job_type": "variation", "sceneId": "s1"}, {"job_type": "end_frame", "sceneId": "s1", "shotId": "3"},
                      {"job_type": "inpaint", "image": DATA_URI, "mask": DATA_URI, "references": [DATA_URI]}]:
            job = peer.want(202, None, "POST", "/api/images/generate", dict(scene, prompt="a", projectId="p1"), key=key)
            done = peer.until(f"/api/images/jobs/{job['id']}?images=signed", lambda view: view["status"] == "completed", key=key)
            places.append(done["public_url"])
        case = dict(SUBMISSIONS["/api/generate-case"]("a place"), caseId="places")
        peer.want(202, None, "POST", "/api/generate-case", case, key=key)
        done = peer.until("/api/cases/places/image-job?images=signed", lambda view: view["final"], key=key)
        places.append(done["evidenceImages"]["e1"])
        for place in places:
            a_picture(peer, "/" + place.split("/", 3)[3], key, other)
        lost(peer, view["id"], key)
        peer.want(200, None, "DELETE", "/api/admin/jobs?owner=" + ("acme" if key else "local"))
        for place in places:
            path = "/" + place.split("?")[0].split("/", 3)[3]
            peer.want(410 if "asset-images" in path or "renders" in path else 200, None, "GET", path, key=key)


def a_picture(peer, link, key, other):
    path, query = link.split("?")
    peer.want(200, None, "GET", link, key="")
    headers = peer.call("GET", path, key=key)[1]
    peer.want(304, None, "GET", path, key=key, headers={"If-None-Match": headers["ETag"]})
    peer.want(403, "wrong_signature", "GET", link + "0", key="")
    peer.want(404, "unknown_picture" if "/owners/acme/" in path or "private" in path else None, "GET", path, key=other)


def lost(peer, render, key):
    """Places at which nothing lies."""
    owner = "/api/owners/acme" if key else ""
    for base in [owner, "/api/owners/local"] if not key else [owner]:
        peer.want(404, "unknown_picture", "GET", f"{base}/public/renders/{render}/9.jpg", key=key)
        peer.want(404, "unknown_job", "GET", f"{base}/public/renders/nobody/0.jpg", key=key)
        peer.want(404, "unknown_picture", "GET", f"{base}/api/artifacts/{HASH}" if not base else f"{base}/artifacts/{HASH}", key=key)
        for place in ["master-assets", "scene_s1", "scene_s1/shot_3"]:
            root = f"{base}/asset-images/project_p1/branch_main/{place}"
            peer.want(404, "unknown_job", "GET", f"{root}/variation_nobody_0.png", key=key)
            peer.want(404, "unknown_picture", "GET", f"{root}/other.png", key=key)


def uploads(peer):
    hash_ = hashlib.sha256(PIXEL).hexdigest()

    def put(status, code, path, body=PIXEL, **more):
        headers = {"Content-Type": "image/png", **peer.signed(f"PUT {path.split('?')[0]}".encode())}
        peer.want(status, code, "PUT", path, body, key="", headers=headers, **more)

    for base in ["/api/artifacts", "/api/owners/acme/artifacts"]:
        path = f"{base}/{hash_}"
        put(200, None, f"{path}?job=upload")
        put(400, "invalid_request", path)
        put(404, "invalid_hash", f"{base}/0?job=upload")
        put(411, "length_required", f"{path}?job=upload", chunked=True)
        put(413, "too_large", f"{path}?job=upload", bytes((16 << 20) + 1))
        put(422, "hash_mismatch", f"{base}/{HASH}?job=upload")
        unsigned(peer, "PUT", f"{path}?job=upload", PIXEL, f"PUT {path}".encode())
        peer.want(404, "unknown_picture", "GET", f"{path}?job=nobody&claim=other", key="")
    put(404, "not_found", f"/api/owners/%20/artifacts/{hash_}?job=upload")
    peer.want(404, "not_found", "GET", f"/api/owners/%20/artifacts/{hash_}")
    for place in ["public/renders/nobody/0.jpg", "asset-images/project_p/branch_b/master-assets/variation_x_0.png",
                  "asset-images/project_p/branch_b/scene_s/variation_x_0.png", "asset-images/project_p/branch_b/scene_s/shot_s/variation_x_0.png"]:
        peer.want(404, "not_found", "GET", f"/api/owners/%20/{place}")
    peer.want(404, "not_found", "GET", f"/private/%20/inputs/{HASH}.jpg")
    peer.want(404, "unknown_picture", "GET", f"/private/local/inputs/{HASH}.jpg")


def bad_pictures(peer):
    large = ("a.png", PIXEL + bytes(10 << 20))
    for status, fields in [(400, {"input1": ("a.png", PIXEL[:40])}), (413, {"input1": large}), (415, {"input1": ("a.png", b"GIF89a")}), (400, {"other": "a"})]:
        body, kind = form(prompt="a", **fields)
        peer.want(status, "VALIDATION_ERROR", "POST", "/api/v1/generations", body, headers=kind)
    scene = {"prompt": "a", "job_type": "variation", "projectId": "p1"}
    peer.want(400, "invalid_request", "POST", "/api/images/generate", dict(scene, image="data:image/png;base64,"))
    peer.want(415, "unsupported_media_type", "POST", "/api/images/generate", dict(scene, image="data:image/png;base64,R0lGODlh"))


def predictions(peer):
    path, body = "/api/v1/webhooks/replicate", b'{"id": "p1", "status": "succeeded"}'

    def post(status, code, path, body=body):
        peer.want(status, code, "POST", path, body, key="", headers={"Content-Type": "application/json", **peer.signed(body)})
    peer.want(202, None, "POST", "/api/generate-case", SUBMISSIONS["/api/generate-case"]("endless"))
    post(200, None, f"{path}?case=endless")
    post(404, "unknown_case", f"{path}?case=nobody&owner=acme")
    post(400, "invalid_request", path)
    post(400, "invalid_request", f"{path}?case=endless", b"{}")
    post(413, "too_large", f"{path}?case=endless", b" " * ((1 << 20) + 1))
    unsigned(peer, "POST", f"{path}?case=endless", body)


def lists_followed(peer):
    """Of a list: where it begins, a job that was made since, and one that was let go of."""
    _, _, text = peer.call("GET", "/api/jobs/events", headers={"X-Contract-Events": "1"})
    place = re.search(rb"^id: (\d+)$", text, re.MULTILINE)[1].decode()
    jobs = [peer.want(202, None, "POST", "/api/image/generate", {"prompt": f"followed {number}"})["id"] for number in range(2)]
    for job in jobs:
        peer.until(f"/api/cases/{job}/image-job", lambda view: view["final"])
    peer.want(200, None, "DELETE", f"/api/admin/jobs/{jobs[0]}")
    peer.want(200, None, "GET", f"/api/jobs/events?after={place}", headers={"X-Contract-Events": "2"})


def lists_and_document(peer):
    for number in range(3):
        peer.want(202, None, "POST", "/api/image/generate", {"prompt": f"endless {number}"})
    for path in ["/api/jobs", "/api/admin/jobs"]:
        page = peer.want(200, None, "GET", f"{path}?state=pending,generating&family=image&from=0&to=9999999999999&archived=1&search=job&limit=2")
        peer.want(200, None, "GET", f"{path}?limit=2&after={page['next']}&owner=local")
        peer.want(400, "invalid_request", "GET", f"{path}?limit=0")
    peer.want(200, None, "DELETE", "/api/admin/jobs?family=generation&owner=local")
    peer.want(400, "invalid_request", "DELETE", "/api/admin/jobs?state=odd")
    peer.want(200, None, "GET", "/api/metrics/image-generation?window=15m&parts=3")
    peer.want(200, None, "GET", "/api/metrics/image-generation?owner=acme")
    peer.want(400, "invalid_request", "GET", "/api/metrics/image-generation?window=32d")
    peer.want(400, "invalid_request", "GET", "/api/metrics/image-generation?parts=0")
    peer.want(200, None, "GET", "/metrics")
    name = {"X-Request-Id": HASH[:32], "traceparent": f"00-{HASH[:32]}-{HASH[:16]}-01"}
    peer.want(202, None, "POST", "/api/image/generate", {"prompt": "endless and traced"}, headers=name)
    peer.want(200, None, "GET", "/healthz", key="")
    peer.want(200, None, "GET", "/readyz", key="")
    _, headers, _ = peer.call("GET", "/openapi.json", key="")
    peer.want(304, None, "GET", "/openapi.json", key="", headers={"If-None-Match": headers["ETag"]})


def dashboard(peer):
    """Its pages, and a browser's session: what it may, and what a page of another site may not."""
    page = {"Accept": "text/html"}
    peer.want(404, "not_found", "GET", "/", key="")
    _, headers, text = peer.call("GET", "/", key="", headers=page)
    peer.want(304, None, "GET", "/", key="", headers={"If-None-Match": headers["ETag"], **page})
    for file in set(re.findall(rb"/dashboard/[0-9a-f]{12}/[\w.-]+", text)):
        _, headers, _ = peer.call("GET", file.decode(), key="")
        peer.want(304, None, "GET", file.decode(), key="", headers={"If-None-Match": headers["ETag"]})
    peer.want(404, "not_found", "GET", "/dashboard/other/app.js", key="")

    door, own = "/dashboard/session", {"X-Darkroom-Request": "1"}
    for status, code, body, more in [
        (403, "forbidden", {"key": peer.token}, {"X-Darkroom-Request": "0"}), (403, "forbidden", {"key": peer.token}, {"Sec-Fetch-Site": "cross-site"}),
        (400, "invalid_request", {}, {}), (401, "unauthorized", {"key": "nobody"}, {}),
        (413, "too_large", b" " * 4097, {}), (415, "unsupported_media_type", b"a", {"Content-Type": "text/csv"}),
    ]:
        peer.want(status, code, "POST", door, body, key="", headers={**own, **more})
    _, headers, _ = peer.call("POST", door, {"key": peer.token}, key="", headers=own)
    cookie = {"Cookie": headers["Set-Cookie"].split(";")[0]}
    for given, is_in in [(cookie, True), ({}, False)]:
        view = peer.want(200, None, "GET", door, key="", headers=given)
        if view["signedIn"] != is_in:
            peer.wrong += 1
            print(f"signed in: {view}", file=sys.stderr)
    peer.want(200, None, "GET", "/api/jobs", key="", headers=cookie)
    submission = {"prompt": "endless in a session"}
    peer.want(403, "forbidden", "POST", "/api/image/generate", submission, key="", headers=cookie)
    peer.want(202, None, "POST", "/api/image/generate", submission, key="", headers={**cookie, **own})
    peer.want(403, "forbidden", "DELETE", door, key="", headers=cookie)
    peer.want(200, None, "DELETE", door, key="", headers={**cookie, **own})


def without_a_worker(peer):
    """Its worker is gone: what needs one, and what a stranger reports in its place."""
    case = SUBMISSIONS["/api/generate-case"]("alone")
    peer.want(202, None, "POST", "/api/generate-case", case)
    peer.want(502, "worker_unreachable", "POST", "/api/cases/alone/redeliver")
    update = {"caseId": "alone", "status": "generating", "completedImages": 1, "totalImages": 1, "failedIds": [], "locationImages": {},
              "evidenceImages": {"e1": "https://pictures.example/e1.jpg"}}
    tell(peer, 200, None, update)
    tell(peer, 409, "stale_update", dict(update, completedImages=0, evidenceImages={}))


def main():
    server, initiator, data, path, *alone = sys.argv[1:]
    peer = Peer(server, initiator, data, os.environ["DARKROOM_READ_TOKEN"], os.environ["DARKROOM_WEBHOOK_SECRET"])
    if alone:
        without_a_worker(peer)
        sys.exit(1 if peer.wrong else 0)
    at_every_door(peer, Document(path))
    for step in [submissions, epochs, running_and_ended, jobs_of_other_interfaces, pictures, uploads, bad_pictures, predictions, lists_followed, lists_and_document, dashboard]:
        step(peer)
    sys.exit(1 if peer.wrong else 0)


if __name__ == "__main__":
    main()
