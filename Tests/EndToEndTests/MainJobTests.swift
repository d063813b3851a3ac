import JSONCoding
import Testing

/// A case of 14 from the command to the pictures, over signed webhooks and with every token set.
@Suite("The main job")
struct MainJobTests {
    @Test func makesFourteenImages() async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio(["--record-bodies"], picture: "medium")
            let created = try await trio.create(Cases.harborLights)
            #expect(created.code == 0)
            #expect(created.output.contains("a worker has it (14 images)"))
            let watched = try await rig.initiator("watch", "harbor-lights")
            #expect(watched.code == 0)
            #expect(watched.output.contains("harbor-lights  completed 14/14"))

            let reader = JobReader(server: trio.receiver.url, caseID: "harbor-lights", headers: Closed.reading)
            let job = try await reader.now()
            checkFields(job, worker: trio.worker.url)
            try await checkPictures(of: job, reader, receiver: trio.receiver.url)
            try await checkLegacyKey(rig, job)
            try await checkPrompts(trio.simulator)
        }
    }

    private func checkFields(_ job: JSONValue, worker: String) {
        #expect(job.outcome == "completed 14/14")
        #expect(job["final"]?.boolValue == true)
        #expect(job.number("failedImages") == 0)
        #expect(job.texts("failedIds").isEmpty)
        #expect(job.number("retryCount") == 0)
        #expect(job.number("maxRetries") == 3)
        #expect(job.number("epoch") == 1)
        #expect(job.text("worker") == worker)
        #expect(job.text("jobId").hasPrefix("job_"))
        for absent in ["lastError", "errorCode", "errorMessage"] { #expect(job[absent] == nil) }
        let times = ["createdAt", "startedAt", "completedAt"].map { job.number($0) }
        #expect(times == times.sorted() && times[0] > 1_700_000_000_000)
        #expect(job["evidence"]?.arrayValue?.count == 10)
        #expect(job["evidence"]?[0]?.text("name") == "Torn Ferry Ticket")
        #expect(job["locations"]?.arrayValue?.count == 4)
        let assets = job["assets"]?.arrayValue ?? []
        #expect(assets.map { $0.text("id") } == Cases.evidence + Cases.locations)
        for asset in assets {
            #expect(asset.text("status") == "generated")
            #expect(asset.number("attempts") == 1)
            #expect(asset["source"]?.text("provider") == "gemini")
            #expect(asset["source"]?.text("model") == "m1")
            #expect(asset["source"]?["isFallback"]?.boolValue == false)
        }
    }

    private func checkPictures(of job: JSONValue, _ reader: JobReader, receiver: String) async throws {
        let evidence = job["evidenceImages"]?.objectValue ?? [:]
        let locations = job["locationImages"]?.objectValue ?? [:]
        #expect(Set(evidence.keys) == Set(Cases.evidence))
        #expect(Set(locations.keys) == Set(Cases.locations))
        let pictures = try await reader.pictures(of: job)
        #expect(pictures.count == 14)
        for (id, link) in job.pictureLinks {
            let bytes = try #require(pictures[id])
            #expect(link == "\(receiver)/api/artifacts/\(SHA256.hex(bytes))")
            #expect(try #require(JPEGFile(bytes)).is512)
            #expect(try await HTTP.get(link, headers: Closed.reading).body == bytes)
        }
        let inline = try await reader.now("?images=inline").pictureLinks
        for (id, bytes) in pictures { #expect(inline[id] == "data:image/jpeg;base64,\(Secret.encode(bytes))") }
    }

    private func checkLegacyKey(_ rig: Rig, _ job: JSONValue) async throws {
        // Written after the job itself, so a reader may be a moment too early.
        let status = try await eventually("the legacy key to be ready") { () -> JSONValue? in
            let found = try await rig.initiator("get", "case:harbor-lights:image-status")
            guard found.code == 0 else { return nil }
            let status = try found.json
            return status.text("status") == "ready" ? status : nil
        }
        #expect(status["completedAt"] == job["completedAt"])
        let record = try await rig.initiator("get", "case:harbor-lights:image-job")
        #expect(record.code == 0)
        #expect(try record.json.outcome == "completed 14/14")
        #expect(try record.json.text("jobId") == job.text("jobId"))
    }

    /// The seed's two templates, word for word, and nothing else.
    private func checkPrompts(_ simulator: Simulator) async throws {
        let file = try JSON.decode(JSONValue.self, from: try Files.read(Cases.harborLights))
        func prompts(_ list: String, _ before: String, _ after: String) -> [String] {
            (file[list]?.arrayValue ?? []).map {
                "\(before): \($0.text("name")). \($0.text("description")). \(after)"
            }
        }
        let evidence = prompts(
            "evidence", "Evidence photography", "Clear detail, forensic quality, neutral background.")
        let locations = prompts(
            "locations", "Atmospheric environmental photography",
            "Film noir aesthetic, dramatic lighting, moody atmosphere, empty location.")
        let calls = try await simulator.calls()
        #expect(calls.map(\.prompt).sorted() == (evidence + locations).sorted())
        #expect(calls.allSatisfy { $0.outcome == "answered" })
        for call in calls {
            #expect(call.document.text("path") == "/v1beta/models/m1:generateContent")
            #expect(call.document.number("keyLength") == 8)
            #expect(call.document["body"]?["contents"] != nil)
        }
    }

    /// The embedded default: no provider, no key, no network.
    @Test func drawsFourteenImagesByItself() async throws {
        try await Rig.run(Closed.settings) { rig in
            let worker = try await rig.serve(
                "worker", ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "local"])
            let receiver = try await rig.receiver()
            #expect(try await rig.create(Cases.harborLights, worker: worker.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "harbor-lights", headers: Closed.reading)
            let job = try await reader.final()
            #expect(job.outcome == "completed 14/14")
            let pictures = try await reader.pictures(of: job)
            #expect(Set(pictures.values).count == 14, "each is a picture of its own")
            for (id, bytes) in pictures { #expect(try #require(JPEGFile(bytes), "\(id)").is512) }
            for asset in job["assets"]?.arrayValue ?? [] {
                #expect(asset["source"]?.text("provider") == "local")
                #expect(asset["source"]?["isFallback"]?.boolValue == false)
            }
        }
    }

    /// The Japanese case and the one whose text breaks careless code: ids, words and pictures arrive unharmed.
    @Test(arguments: ["kurofune-ryokan", "edge-of-words"])
    func carriesAnyWords(_ caseID: String) async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            let path = Places.fixture("cases/\(caseID).json")
            #expect(try await trio.create(path).code == 0)
            let job = try await trio.job(caseID).final()
            #expect(job.outcome == "completed 14/14")
            let file = try JSON.decode(JSONValue.self, from: try Files.read(path))
            for list in ["evidence", "locations"] {
                let (sent, shown) = (file[list]?.arrayValue ?? [], job[list]?.arrayValue ?? [])
                #expect(sent.map { $0.text("name") } == shown.map { $0.text("name") })
                #expect(sent.map { $0.text("description") } == shown.map { $0.text("description") })
            }
            let prompts = try await trio.simulator.calls().map(\.prompt)
            for item in (file["evidence"]?.arrayValue ?? []) + (file["locations"]?.arrayValue ?? []) {
                #expect(prompts.contains { $0.contains(item.text("name")) })
            }
        }
    }
}
