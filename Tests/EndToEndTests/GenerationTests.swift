import JSONCoding
import Testing

/// The interface for generations (system E) in words alone, over the real control plane.
@Suite("Generations")
struct GenerationTests {
    private static let path = "/api/v1/generations"

    @Test func aRenderWithItsVariants() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let created = try await plane.post(Self.path, ["prompt": "A pier at night", "variants": 2])
            #expect(created.status == 202, "\(created.text)")
            let first = try created.json
            #expect(first["predictionId"] == .null)
            #expect(first["settings"]?["mode"] == "text" && first["settings"]?["variants"] == 2)
            let id = first.text("id")
            let done = try await plane.when("\(Self.path)/\(id)", "the end") { $0.text("status") == "succeeded" }
            let variants = try #require(done["render"]?["variants"]?.arrayValue)
            #expect(done["render"]?["id"]?.stringValue == id && variants.count == 2)
            for (index, variant) in variants.enumerated() {
                #expect(variant.text("url") == "\(plane.control.url)/public/renders/\(id)/\(index).jpg")
                let picture = try await HTTP.get(variant.text("url"))
                #expect(picture.status == 200 && JPEGFile(picture.body) != nil)
            }
            for wrong in ["2.jpg", "00.jpg", "0.png", "-1.jpg"] {
                #expect(try await plane.get("/public/renders/\(id)/\(wrong)").status == 404)
            }
        }
    }

    @Test func aCancelEndsItAndADeleteHidesIt() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: ["default": "hold"])
            let id = try await plane.post(Self.path, ["prompt": "A pier at night"]).json.text("id")
            let one = "\(Self.path)/\(id)"
            let early = try await HTTP.send("DELETE", plane.url(one))
            #expect(early.status == 409 && early.errorCode == "job_running", "\(early.text)")
            let odd = try await HTTP.send("PATCH", plane.url(one), body: Array(#"{"action": "pause"}"#.utf8))
            #expect(odd.status == 400 && odd.errorCode == "VALIDATION_ERROR" && odd.errorField == "action")
            let cancel = Array(#"{"action": "cancel"}"#.utf8)
            #expect(try await HTTP.send("PATCH", plane.url(one), body: cancel).status == 200)
            _ = try await plane.when(one, "the cancel") { $0.text("status") == "canceled" }
            let late = try await HTTP.send("PATCH", plane.url(one), body: cancel)
            #expect(late.status == 409 && late.errorCode == "job_ended", "\(late.text)")
            for _ in 0..<2 {
                let deleted = try await HTTP.send("DELETE", plane.url(one))
                #expect(deleted.status == 200, "\(deleted.text)")
                #expect(try deleted.json["deleted"] == true)
            }
            #expect(try await plane.get(one).status == 410)
            try await plane.simulator.release()
        }
    }

    @Test func aFailureSaysNothingOfWhatTheProviderSaid() async throws {
        let scenario: JSONValue = ["default": ["status": 500, "message": "secret upstream words"]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario, worker: ["DARKROOM_MAX_ATTEMPTS": "1"])
            let id = try await plane.post(Self.path, ["prompt": "A pier at night"]).json.text("id")
            let failed = try await plane.when("\(Self.path)/\(id)", "the end") { $0.text("status") == "failed" }
            #expect(failed["error"]?["code"] == "UPSTREAM_ERROR")
            #expect(failed["error"]?["message"] == "the provider made no picture")
        }
    }

    @Test func whatIsRefused() async throws {
        try await Rig.run { rig in
            let words = try rig.file(bytes: Array("grenade\n".utf8))
            let plane = try await rig.plane(
                scenario: ["default": "hold"], settings: ["DARKROOM_REFUSED_WORDS": words])
            let long = JSONValue.string(String(repeating: "x", count: 2_001))
            for (body, field) in [
                ([:], "prompt"), (["prompt": ""], "prompt"), (["prompt": long], "prompt"),
                (["prompt": "a grenade"], "prompt"), (["prompt": "a", "mode": "paint"], "mode"),
                (["prompt": "a", "mode": "edit"], "input1"), (["prompt": "a", "mode": "combine"], "input1"),
                (["prompt": "a", "variants": 5], "variants"),
                (["prompt": "a", "idempotencyKey": ""], "idempotencyKey"),
            ] as [(JSONValue, String)] {
                let reply = try await plane.post(Self.path, body)
                #expect(reply.status == 400 && reply.errorCode == "VALIDATION_ERROR", "\(body): \(reply.text)")
                #expect(reply.errorField == field, "\(body): \(reply.text)")
            }
            let typed = try await HTTP.send(
                "POST", plane.url(Self.path), headers: ["Content-Type": "text/plain"], body: Array("a".utf8))
            #expect(typed.status == 415 && typed.errorCode == "VALIDATION_ERROR")
            let large = [UInt8](repeating: 0x20, count: (4 << 20) + 1)
            let tooLarge = try await HTTP.post(plane.url(Self.path), large)
            #expect(tooLarge.status == 413 && tooLarge.errorCode == "VALIDATION_ERROR")
            #expect(try await plane.get("\(Self.path)/nobody").errorCode == "unknown_job")
            #expect(try await plane.simulator.calls().isEmpty)
        }
    }

    /// An owner with a key of their own: one at a time, their own links, and nobody else's jobs.
    @Test func anOwnersGenerationsAreTheirsAlone() async throws {
        try await Rig.run(Closed.settings) { rig in
            let plane = try await rig.plane(scenario: ["default": "hold"], headers: Closed.reading)
            let made = try await rig.initiator("keys", "create", "--owner", "acme", "--json")
            #expect(made.code == 0, "\(made.errors)")
            let acme = ["Authorization": "Bearer \(try made.json.text("key"))"]
            let url = plane.url(Self.path)
            let first = try await HTTP.post(url, headers: acme, json: ["prompt": "A pier", "idempotencyKey": "k"])
            #expect(first.status == 202, "\(first.text)")
            let id = try first.json.text("id")
            let second = try await HTTP.post(url, headers: acme, json: ["prompt": "A quay"])
            #expect(second.status == 429 && second.errorCode == "TOO_MANY_INFLIGHT", "\(second.text)")
            #expect(second.headers["retry-after"] == "10")
            let again = try await HTTP.post(url, headers: acme, json: ["prompt": "A pier", "idempotencyKey": "k"])
            #expect(again.status == 202 && (try? again.json.text("id")) == id, "\(again.text)")
            // The operator's own jobs are others'.
            #expect(try await plane.get("\(Self.path)/\(id)").status == 404)
            #expect(try await plane.get("\(Self.path)/\(id)?owner=acme").status == 200)
            try await plane.simulator.release()
            let done: JSONValue = try await eventually("the end") {
                let document = try await HTTP.get("\(url)/\(id)?images=signed", headers: acme).json
                return document.text("status") == "succeeded" ? .some(document) : .none
            }
            let link = try #require(done["variants"]?[0]?.text("url"), "\(done)")
            #expect(link.contains("/api/owners/acme/public/renders/\(id)/0.jpg?"))
            #expect(JPEGFile(try await HTTP.get(link).body) != nil, "a signed link needs no token")
            let bare = String(link.prefix { $0 != "?" })
            #expect(try await HTTP.get(bare).status == 401)
            #expect(try await HTTP.get(bare, headers: acme).status == 200)
        }
    }

    /// A plane whose provider gives calls an id, and holds them.
    private func predicting(_ rig: Rig, worker settings: [String: String] = [:]) async throws -> ControlPlane {
        let simulator = try await rig.simulator(scenario: ["default": "hold"])
        let replicate = [
            "REPLICATE_API_TOKEN": "r8_named", "REPLICATE_BASE_URL": simulator.url,
            "DARKROOM_REPLICATE_MODEL": "maker/pictures", "DARKROOM_PRICES": "replicate/*=39000",
            "DARKROOM_RATE_LIMIT": "off", "DARKROOM_REPLICATE_WEBHOOK_URL": "http://127.0.0.1:9/none",
        ]
        let worker = try await rig.serve(
            "worker", ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "replicate"],
            settings: replicate.merging(settings) { $1 })
        let control = try await rig.controlServer(worker: worker.url)
        return ControlPlane(rig: rig, simulator: simulator, worker: worker, control: control)
    }

    /// The provider is asked by nobody but those who read the status: once when it is older than 5 s, however many read.
    @Test func aStatusThatIsOldAsksTheProviderOnce() async throws {
        try await Rig.run { rig in
            let plane = try await predicting(
                rig, worker: ["DARKROOM_REPLICATE_POLL": "3600", "DARKROOM_ATTEMPT_TIMEOUT": "600"])
            func questions() async throws -> Int64 {
                try await plane.simulator.state()["byForm"]?["replicate"]?["others"]?["get"]?.intValue ?? 0
            }
            let clock = ContinuousClock()
            let created = try await plane.post(Self.path, ["prompt": "A pier at night"]).json
            let (path, begun) = ("\(Self.path)/\(created.text("id"))", clock.now)
            #expect(created.text("status") == "processing", "\(created)")
            // Several read at the same time, all the while.
            func ask(until wanted: Int64) async throws {
                try await eventually("question \(wanted)") {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 { group.addTask { _ = try await plane.get(path) } }
                        try await group.waitForAll()
                    }
                    return try await questions() >= wanted ? true : nil
                }
            }
            let before = try await questions()
            try await ask(until: before + 1)
            #expect(try await questions() == before + 1)
            #expect(clock.now - begun >= .seconds(4), "what is fresh is not asked for")
            try await plane.simulator.release()
            let done = try await plane.when(path, "the end, told by a reader's question alone") {
                $0.text("status") == "succeeded"
            }
            #expect(done.text("predictionId") == created.text("predictionId"))
            let (asked, passed) = (try await questions() - before, clock.now - begun)
            #expect(asked >= 2 && Double(asked) <= passed / .seconds(5) + 1, "\(asked) questions in \(passed)")
        }
    }

    /// A provider that gives calls an id: it is told with the answer.
    @Test func thePredictionIsNamed() async throws {
        try await Rig.run { rig in
            let plane = try await predicting(rig)
            let simulator = plane.simulator
            let created = try await plane.post(Self.path, ["prompt": "A pier at night"]).json
            let prediction = created.text("predictionId")
            #expect(!prediction.isEmpty && created.text("status") == "processing", "\(created)")
            try await simulator.release()
            let path = "\(Self.path)/\(created.text("id"))"
            let done = try await plane.when(path, "the end") { $0.text("status") == "succeeded" }
            #expect(done.text("predictionId") == prediction)
        }
    }
}
