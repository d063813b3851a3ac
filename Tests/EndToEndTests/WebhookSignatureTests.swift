import JSONCoding
import Testing

/// The worker's deliveries as any Standard Webhooks library would check them.
@Suite("Signatures on the worker's deliveries")
struct WebhookSignatureTests {
    private static let rotation = [
        "DARKROOM_WEBHOOK_SECRET": "\(Secret.first.text) \(Secret.second.text)"
    ]

    /// During rotation both secrets sign; over the attempts of one delivery the id stays and the time is fresh.
    @Test func idsTimesAndBothSecrets() async throws {
        try await Rig.run(Self.rotation) { rig in
            let stub = try WebhookStub { _, number in
                number <= 2 ? .init(status: 503, headers: ["Retry-After": "2"], body: "") : .init()
            }
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let body = Cases.document("signed", evidence: 1).with("webhookUrl", .string(stub.url))
            #expect(try await HTTP.post("\(worker.url)/api/generate-case-images", json: body).status == 202)
            let first = try await stub.deliveries(atLeast: 3)
            for delivery in first { check(delivery) }
            #expect(Set(first.map { $0.headers["webhook-id"] }).count == 1)
            #expect(Set(first.map(\.body)).count == 1)
            let times = first.compactMap { $0.headers["webhook-timestamp"].flatMap { Int64($0) } }
            // `Retry-After` asked for 2 s; a timestamp has whole seconds.
            #expect(times.count == 3 && times[1] > times[0] && times[2] > times[1])

            try await simulator.release()
            let all = try await stub.deliveries(atLeast: 4)
            check(all[3])
            #expect(all[3].headers["webhook-id"] != first[0].headers["webhook-id"])
            let final = try JSON.decode(JSONValue.self, from: all[3].body)
            #expect(final.outcome == "completed 1/1")
            #expect(final["final"]?.boolValue == true)
        }
    }

    private func check(_ delivery: WebhookStub.Delivery) {
        #expect(delivery.method == "POST" && delivery.path == "/hook")
        #expect(delivery.headers["content-type"] == "application/json")
        let id = delivery.headers["webhook-id"] ?? ""
        let time = delivery.headers["webhook-timestamp"] ?? ""
        #expect(!id.isEmpty && !id.contains("."))
        #expect(abs((Int64(time) ?? 0) - delivery.arrivedAt) <= 30)
        let signatures = (delivery.headers["webhook-signature"] ?? "").split(separator: " ").map(String.init)
        let expected = [Secret.first, .second].map { $0.signature(id: id, timestamp: time, body: delivery.body) }
        #expect(signatures == expected)
    }

    /// Pictures are put with a signature over their path, before the snapshot that names them.
    @Test func uploads() async throws {
        try await Rig.run(Self.rotation) { rig in
            let stub = try WebhookStub()
            let worker = try await rig.worker(of: try await rig.simulator())
            let body = Cases.document("signed", evidence: 2).with("webhookUrl", .string(stub.url))
                .with("artifactUrl", .string("http://127.0.0.1:\(stub.port)/pictures"))
            #expect(try await HTTP.post("\(worker.url)/api/generate-case-images", json: body).status == 202)
            let all = try await stub.deliveries.wait(for: "the final webhook") { deliveries in
                deliveries.contains { String(decoding: $0.body, as: UTF8.self).contains(#""final":true"#) }
                    ? deliveries : nil
            }
            let final = try JSON.decode(JSONValue.self, from: try #require(all.last).body)
            let uploads = all.filter { $0.method == "PUT" }
            #expect(
                Set(final.pictureLinks.values.map { JSONValue.hash(in: $0) })
                    == Set(uploads.map { SHA256.hex($0.body) }))
            for upload in uploads {
                let path = "/pictures/\(SHA256.hex(upload.body))"
                #expect(upload.path == "\(path)?job=case.signed")
                let (id, time) = (upload.headers["webhook-id"] ?? "", upload.headers["webhook-timestamp"] ?? "")
                let signed = Array("PUT \(path)".utf8)
                let expected = [Secret.first, .second].map { $0.signature(id: id, timestamp: time, body: signed) }
                #expect(upload.headers["webhook-signature"] == expected.joined(separator: " "))
            }
        }
    }
}
