import JSONCoding
import Testing

/// The first system's own request, with none of our fields, and a receiver that knows nothing of us.
@Suite("The seed's own request")
struct SeedRequestTests {
    private static let seedFields: Set<String> = [
        "caseId", "status", "completedImages", "totalImages", "evidenceImages", "locationImages", "failedIds",
    ]
    private static let ownFields: Set<String> = [
        "jobId", "epoch", "claim", "version", "final", "to", "estimateMicros", "assets",
    ]
    private static let caseID = "case-1734567890123"

    @Test func fourWebhooksForFourteenImages() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(picture: "medium", scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let receiver = try await ForeignReceiver(rig)
            try await submit(worker, receiver)
            // Each stretch of images is let go only when the webhook before it was taken, so none is merged.
            for (webhooks, held) in [(1, 5), (2, 5), (3, 4)] {
                _ = try await receiver.bodies(atLeast: webhooks)
                try await simulator.wait("held", is: Int64(held))
                try await simulator.release()
            }
            try await untilTold(worker)
            let bodies = try receiver.bodies()
            #expect(bodies.map { $0.number("completedImages") } == [0, 5, 10, 14])
            #expect(bodies.map { $0.text("status") } == ["generating", "generating", "generating", "completed"])
            for body in bodies { checkFields(body, receiver) }
            for (earlier, later) in zip(bodies, bodies.dropFirst()) {
                let (before, after) = (earlier.pictureLinks, later.pictureLinks)
                #expect(before.allSatisfy { after[$0.key] == $0.value }, "pictures are told again, unchanged")
            }
            try checkPictures(bodies[3])
        }
    }

    /// However fast the images come: the start, the end, and what was merged in between is nothing lost.
    @Test func neverMoreThanFour() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator)
            let receiver = try await ForeignReceiver(rig)
            try await submit(worker, receiver)
            try await untilTold(worker)
            let bodies = try receiver.bodies()
            #expect((2...4).contains(bodies.count))
            let counts = bodies.map { $0.number("completedImages") }
            #expect(counts.first == 0 && counts.last == 14 && counts == counts.sorted())
        }
    }

    /// A request for a case that is being worked on joins it if it is the same; after the end it is a new epoch.
    @Test func theSameRequestAgain() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let receiver = try WebhookStub()
            let url = "\(worker.url)/api/generate-case-images"
            let body = Cases.document("again", evidence: 2).with("webhookUrl", .string(receiver.url))
            for _ in 1...2 {
                let reply = try await HTTP.post(url, json: body)
                #expect(reply.status == 202)
                #expect(try reply.json.text("jobId") == "case.again" && reply.json.number("epoch") == 1)
            }
            let other = Cases.document("again", evidence: 3).with("webhookUrl", .string(receiver.url))
            let conflict = try await HTTP.post(url, json: other)
            #expect(conflict.status == 409 && conflict.errorCode == "case_running")
            try await simulator.wait("held", is: 2)
            try await simulator.play(["default": "ok"])
            try await simulator.release()
            try await worker.logged("job.finished")
            let next = try await HTTP.post(url, json: other)
            #expect(next.status == 202)
            #expect(try next.json.number("epoch") == 2)
            try await worker.logged("job.finished") { $0.text("epoch") == "2" }
            #expect(try await simulator.calls().count == 5)
        }
    }

    /// The repository's request with the receiver's own port in it; every other byte as it stands there.
    private func submit(_ worker: Server, _ receiver: ForeignReceiver) async throws {
        let text = String(decoding: try Files.read(Places.fixture("requests/seed-case.json")), as: UTF8.self)
        let document = try JSON.decode(JSONValue.self, from: Array(text.utf8))
        let parts = text.split(separator: document.text("webhookUrl"))
        try #require(parts.count == 2)
        let body = "\(parts[0])\(receiver.url)\(parts[1])"
        let reply = try await HTTP.post("\(worker.url)/api/generate-case-images", Array(body.utf8))
        #expect(reply.status == 202)
        #expect(try reply.json.number("epoch") == 1)
        #expect(try reply.json.text("status") == "generating")
        #expect(try reply.json.text("jobId") == "case.\(Self.caseID)")
    }

    /// Until the run's last snapshot has been taken.
    private func untilTold(_ worker: Server) async throws {
        try await worker.logged("job.finished")
        let run = try await HTTP.get("\(worker.url)/api/runs/case.\(Self.caseID)").json
        #expect(run.outcome == "completed 14/14")
        #expect(run["success"]?.boolValue == true)
        #expect(run.text("caseId") == Self.caseID)
        #expect(run.number("duration") >= 0)
        let version = "\(run.number("version"))"
        try await worker.logged("webhook.delivered") { $0.text("version") == version }
    }

    private func checkFields(_ body: JSONValue, _ receiver: ForeignReceiver) {
        #expect(Set(body.objectValue?.keys ?? [:].keys) == Self.seedFields.union(Self.ownFields))
        #expect(body.text("caseId") == Self.caseID)
        #expect(body.number("totalImages") == 14)
        #expect(body["failedIds"]?.arrayValue?.isEmpty == true)
        #expect(body["final"]?.boolValue == (body.text("status") == "completed"))
        #expect(body.text("to") == receiver.url)
        #expect(body["assets"]?.arrayValue?.count == 14)
        #expect(body.pictureLinks.count == Int(body.number("completedImages")))
        let evidence = body["evidenceImages"]?.objectValue ?? [:]
        let locations = body["locationImages"]?.objectValue ?? [:]
        #expect(Set(evidence.keys).isSubset(of: Cases.evidence))
        #expect(Set(locations.keys).isSubset(of: Cases.locations))
    }

    private func checkPictures(_ body: JSONValue) throws {
        for (id, link) in body.pictureLinks {
            let head = "data:image/jpeg;base64,"
            try #require(link.hasPrefix(head), "\(id)")
            let text = String(link.dropFirst(head.count))
            let bytes = Secret.decode(text)
            #expect(Secret.encode(bytes) == text, "\(id): strict base64")
            #expect(try #require(JPEGFile(bytes), "\(id)").is512)
        }
    }
}
