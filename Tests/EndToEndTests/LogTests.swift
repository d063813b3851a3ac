import JSONCoding
import Testing

/// Every transition is logged with what it was about, and no log holds words, pictures or secrets.
@Suite("Logs")
struct LogTests {
    @Test func everyTransitionSaysWhatItWasAbout() async throws {
        try await Rig.run(Closed.settings.merging(["DARKROOM_LOG_LEVEL": "debug"]) { $1 }) { rig in
            let trio = try await rig.trio(
                scenario: [
                    "rules": [
                        ["prompt": "evidence 1 of told.", "do": ["flaky": 1, "with": ["status": 503]]],
                        ["prompt": "evidence 2 of told.", "do": ["status": 400]],
                        ["prompt": "evidence 3 of told.", "do": "prompt-blocked"],
                    ]
                ])
            let file = try rig.file(Cases.document("told", evidence: 4, words: " Words that nobody logs."))
            let created = try await trio.create(file)
            #expect(created.code == 0)
            let reader = JobReader(server: trio.receiver.url, caseID: "told", headers: Closed.reading)
            let job = try await reader.final()
            #expect(job.outcome == "partial 2/4")
            try await trio.worker.logged("webhook.delivered") { $0.text("version") == "\(job.number("version"))" }
            try await trio.receiver.logged("job.finished")
            checkWorker(trio.worker.log, job)
            checkControl(created.errors, trio.receiver.log, job, worker: trio.worker.url)
            let everything = [
                created.errors, trio.worker.process.errors.value.text, trio.receiver.process.errors.value.text,
            ]
            for secret in [
                Closed.workerToken, Closed.readToken, Secret.first.text, "test-key", "Words that nobody logs",
            ] {
                #expect(!everything.joined().contains(secret), "\(secret)")
            }
        }
    }

    private func checkWorker(_ log: [JSONValue], _ job: JSONValue) {
        let events = log.map { $0.text("event") }
        for event in [
            "run.accepted", "batch.started", "image.generated", "image.retrying", "image.failed", "job.finished",
        ] {
            #expect(events.contains(event))
        }
        let started = log.first { $0.text("event") == "batch.started" }
        #expect(started?.text("assetIds") == "evidence-1 evidence-2 evidence-3 evidence-4")
        for line in log where line["jobId"] != nil {
            let event = line.text("event")
            #expect(line.text("jobId") == job.text("jobId") && line.text("caseId") == "told", "\(line)")
            #expect(line.text("epoch") == "1" && line.number("timeMs") > 0, "\(line)")
            guard event.hasPrefix("image.") else { continue }
            #expect(line.text("provider") == "gemini" && line.text("model") == "m1", "\(line)")
            #expect(line.text("assetId").hasPrefix("evidence-"), "\(line)")
        }
        let retrying = log.first { $0.text("event") == "image.retrying" }
        #expect(retrying?.text("attempt") == "1/4" && retrying?.text("errorCode") == "provider_failure")
        #expect(retrying?.text("error").isEmpty == false && Int(retrying?.text("delayMs") ?? "") != nil)
        let failed = log.filter { $0.text("event") == "image.failed" }
        #expect(
            Set(failed.map { "\($0.text("assetId")) \($0.text("status")) \($0.text("attempt"))" })
                == ["evidence-2 failed 1/4", "evidence-3 needs_prompt_update 1/4"])
        #expect(failed.allSatisfy { !$0.text("error").isEmpty && !$0.text("errorCode").isEmpty })
    }

    private func checkControl(_ errors: String, _ receiver: [JSONValue], _ job: JSONValue, worker: String) {
        let initiator = errors.split(separator: "\n").compactMap {
            try? JSON.decode(JSONValue.self, from: Array($0.utf8))
        }
        let triggered = initiator.first { $0.text("event") == "worker.triggered" }
        #expect(triggered?.text("worker") == worker && triggered?.text("attempt") == "1")
        #expect(initiator.contains { $0.text("event") == "job.created" && $0.text("images") == "0/4" })
        let finished = receiver.first { $0.text("event") == "job.finished" }
        #expect(finished?.text("status") == "partial" && finished?.text("images") == "2/4")
        #expect(receiver.contains { $0.text("event") == "webhook.received" && !$0.text("version").isEmpty })
        for line in initiator + receiver where line["caseId"] != nil {
            #expect(line.text("caseId") == "told" && line.text("jobId") == job.text("jobId"), "\(line)")
            #expect(line.text("epoch") == "1", "\(line)")
        }
    }
}
