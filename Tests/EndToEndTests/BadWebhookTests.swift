import JSONCoding
import Testing

/// What a receiver refuses of workers, and that nothing of it shows in the job.
@Suite("Webhooks that a receiver refuses")
struct BadWebhookTests {
    /// Runs `body` with a job whose images are all held at the provider, and a worker that is not the real one.
    private func withHeldJob(_ body: (Trio, ForgedWorker, JobReader) async throws -> Void) async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            #expect(try await trio.create(try rig.file(Cases.document("held", evidence: 3))).code == 0)
            let reader = JobReader(server: trio.receiver.url, caseID: "held", headers: Closed.reading)
            // The worker has told its start and says nothing more until a picture is made.
            _ = try await reader.when("the first webhook") { $0.number("version") >= 1 }
            try await trio.simulator.wait("held", is: 3)
            try await body(trio, try await ForgedWorker(rig, receiver: trio.receiver.url, caseID: "held"), reader)
        }
    }

    @Test func signatures() async throws {
        try await withHeldJob { _, forged, reader in
            let before = try await reader.now()
            let snapshot = forged.snapshot(version: 40)
            let body = try JSON.encode(snapshot)
            let (id, now) = ("forged-1", WallClock.seconds)
            let good = Secret.first.headers(id: id, body: body)
            let signature = good["webhook-signature"] ?? ""
            let table: [(String, [String: String], String)] = [
                ("no headers", [:], "missing_signature"),
                ("no id", good.filter { $0.key != "webhook-id" }, "missing_signature"),
                ("no timestamp", good.filter { $0.key != "webhook-timestamp" }, "missing_signature"),
                ("no signature", good.filter { $0.key != "webhook-signature" }, "missing_signature"),
                ("a dot in the id", Secret.first.headers(id: "a.b", body: body), "missing_signature"),
                ("another key", Secret.second.headers(id: id, body: body), "wrong_signature"),
                ("another body", Secret.first.headers(id: id, body: body + [32]), "wrong_signature"),
                ("another id", good.merging(["webhook-id": "other"]) { $1 }, "wrong_signature"),
                ("not base64", good.merging(["webhook-signature": "v1,???"]) { $1 }, "wrong_signature"),
                (
                    "another version", good.merging(["webhook-signature": "v2,\(signature.dropFirst(3))"]) { $1 },
                    "wrong_signature"
                ),
                ("310 s old", Secret.first.headers(id: id, timestamp: now - 310, body: body), "stale_signature"),
                ("310 s early", Secret.first.headers(id: id, timestamp: now + 310, body: body), "stale_signature"),
                (
                    "a fresh timestamp on an old signature",
                    Secret.first.headers(id: id, timestamp: now - 600, body: body).merging([
                        "webhook-timestamp": "\(now)"
                    ]) { $1 },
                    "wrong_signature"
                ),
            ]
            for (name, headers, code) in table {
                let reply = try await forged.send(snapshot, headers: headers)
                #expect(reply.status == 401 && reply.errorCode == code, "\(name): \(reply.status) \(reply.text)")
            }
            #expect(try await reader.now() == before)
            let old = Secret.first.headers(id: id, timestamp: WallClock.seconds - 280, body: body)
            #expect(try await forged.send(snapshot, headers: old).status == 200)
            let other = Secret.second.signature(id: id, timestamp: good["webhook-timestamp"] ?? "", body: body)
            let rotated = good.merging(["webhook-signature": "v1a,xyz \(other) \(signature)"]) { $1 }
            #expect(try await forged.send(snapshot, headers: rotated).status == 200, "one of several signatures fits")
        }
    }

    @Test func placesInTheOrder() async throws {
        try await withHeldJob { _, forged, reader in
            let first = try await forged.send(forged.snapshot(version: 40))
            #expect(first.status == 200)
            #expect(try first.json.number("stopBy") > WallClock.seconds * 1_000)
            let before = try await reader.now()
            #expect(before.number("version") == 40)
            let next = forged.snapshot(version: 41)
            let unknown = JSONValue.string("claim_of_nobody")
            let table: [(String, JSONValue, Int, String)] = [
                ("an unknown claim", next.with("claim", unknown), 409, "unknown_claim"),
                ("an epoch to come", next.with("epoch", 2), 409, "unknown_claim"),
                ("another address", next.with("to", "http://other.example/hook"), 409, "wrong_address"),
                ("another path", next.with("to", .string(forged.receiver + "/hook")), 409, "wrong_address"),
                ("a lower version", forged.snapshot(version: 39), 409, "stale_version"),
                ("another job", next.with("jobId", "job_other"), 404, "unknown_job"),
                ("another case", next.with("caseId", "nobody"), 404, "unknown_job"),
                ("no numbering", Self.seedShaped(next), 409, "unnumbered_update"),
            ]
            for (name, message, status, code) in table {
                let reply = try await forged.send(message)
                #expect(reply.status == status && reply.errorCode == code, "\(name): \(reply.status) \(reply.text)")
            }
            let stale = try await forged.send(forged.snapshot(version: 39))
            #expect(try stale.json["error"]?["details"]?.number("version") == 40)
            #expect(try await forged.send(forged.snapshot(version: 40)).status == 200, "the same again is no error")
            #expect(try await reader.now() == before)
        }
    }

    private static func seedShaped(_ message: JSONValue) -> JSONValue {
        ["jobId", "epoch", "claim", "version", "final", "to", "assets"].reduce(message) { $0.without($1) }
    }

    /// An epoch that is over tells nothing any more, but is told which one is now.
    @Test func anOlderEpoch() async throws {
        try await withHeldJob { trio, forged, reader in
            #expect(
                try await forged.send(forged.snapshot(version: 40, status: "failed", asset: "failed")).status == 200)
            #expect(try await reader.now().outcome == "failed 0/3")
            #expect(try await trio.rig.initiator("retry", "held").code == 0)
            let before = try await reader.when("the second epoch's first webhook") {
                $0.number("epoch") == 2 && $0.number("version") >= 1
            }
            let reply = try await forged.send(forged.snapshot(version: 41, status: "failed", asset: "failed"))
            #expect(reply.status == 409 && reply.errorCode == "stale_epoch")
            #expect(try reply.json["error"]?["details"]?.number("epoch") == 2)
            let after = try await reader.now()
            // That a later word of the old epoch came is written down; nothing that it says of the images is.
            let bookkeeping = ["revision", "updatedAt"]
            #expect(
                bookkeeping.reduce(after) { $0.without($1) } == bookkeeping.reduce(before) { $0.without($1) })
        }
    }

    @Test func bodies() async throws {
        try await withHeldJob { _, forged, reader in
            let before = try await reader.now()
            let good = forged.snapshot(version: 41)
            var table: [(String, [UInt8], String)] = [
                ("empty", [], ""), ("not JSON", Array("status=done".utf8), ""), ("a list", Array("[]".utf8), ""),
                ("not UTF-8", Array(#"{"caseId":"#.utf8) + [0x22, 0xFF, 0x22, 0x7D], "caseId"),
            ]
            let wrong: [(String, JSONValue?, String)] = [
                ("caseId", nil, "caseId"), ("caseId", "a/b", "caseId"), ("status", nil, "status"),
                ("status", "finished", "status"), ("completedImages", "none", "completedImages"),
                ("evidenceImages", [], "evidenceImages"), ("failedIds", [7], "failedIds[0]"), ("claim", nil, "claim"),
                ("epoch", 0, "epoch"), ("version", -1, "version"), ("version", nil, "version"), ("final", nil, "final"),
                ("final", "yes", "final"), ("to", nil, "to"), ("assets", nil, "assets"), ("assets", [7], "assets[0]"),
                ("assets", [["id": "..", "kind": "evidence", "status": "generating", "attempts": 1]], "assets[0].id"),
                ("assets", [["id": "x", "kind": "evidence", "status": "lost", "attempts": 1]], "assets[0].status"),
            ]
            for (key, value, field) in wrong {
                let body = value.map { good.with(key, $0) } ?? good.without(key)
                table.append(("\(key) \(value.map { "\($0)" } ?? "missing")", try JSON.encode(body), field))
            }
            for (name, body, field) in table {
                let reply = try await forged.send(body)
                #expect(reply.status == 400 && reply.errorCode == "invalid_request", "\(name): \(reply.text)")
                #expect(reply.errorField == field, "\(name): \(reply.text)")
            }
            #expect(try await reader.now() == before)
        }
    }

    @Test func withoutTheReadToken() async throws {
        try await withHeldJob { _, forged, _ in
            let hash = SHA256.hex([1])
            for path in ["/api/cases/held/image-job", "/api/cases/held/images/evidence-1", "/api/artifacts/\(hash)"] {
                for headers in [[:], ["Authorization": "Bearer wrong"], ["Authorization": "Basic \(Closed.readToken)"]]
                {
                    let reply = try await HTTP.get(forged.receiver + path, headers: headers)
                    #expect(reply.status == 401 && reply.errorCode == "unauthorized", "\(path) \(headers)")
                }
            }
        }
    }
}
