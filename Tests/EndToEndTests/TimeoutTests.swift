import JSONCoding
import Testing

/// Providers that go silent: every way of it ends at the attempt's deadline, and holds up nobody else.
@Suite("Silent providers")
struct TimeoutTests {
    private static let limitMs: Int64 = 1_500

    private static let hangs: [(name: String, ending: JSONValue)] = [
        ("before-headers", "hang-before-headers"), ("after-headers", "hang-after-headers"),
        ("drip", ["drip": ["intervalMs": 100]]), ("mid-body", ["drip": ["intervalMs": 3_600_000]]),
    ]

    @Test func everyHangEndsAtTheDeadline() async throws {
        try await Rig.run { rig in
            let rules = Self.hangs.map { hang -> JSONValue in
                ["prompt": .string("of \(hang.name)."), "do": hang.ending]
            }
            let trio = try await rig.trio(
                scenario: ["rules": .array(rules)],
                settings: [
                    "DARKROOM_ATTEMPT_TIMEOUT": "1.5", "DARKROOM_MAX_ATTEMPTS": "1", "DARKROOM_LOG_LEVEL": "debug",
                ])
            let base = trio.worker.descriptors
            for hang in Self.hangs {
                let file = try rig.file(Cases.document(hang.name, evidence: 10, locations: 4))
                #expect(try await trio.create(file).code == 0)
            }
            for hang in Self.hangs {
                let job = try await trio.job(hang.name).final()
                #expect(job.outcome == "failed 0/14")
                #expect(job.text("errorCode") == "TIMEOUT")
                for asset in job["assets"]?.arrayValue ?? [] { #expect(asset["error"]?.text("kind") == "timeout") }
            }
            checkDurations(trio.worker.log)
            // Every socket was closed, whatever stood behind it: the provider sees it, and so does the kernel.
            try await trio.simulator.wait("inProgress", is: 0)
            let state = try await trio.simulator.state()
            #expect(state.number("total") == 56 && state.number("aborted") == 56)
            try await eventually("the worker's descriptors to be \(base) again") {
                trio.worker.descriptors <= base ? true : nil
            }
        }
    }

    /// By the worker's own log: none was given up early.
    private func checkDurations(_ log: [JSONValue]) {
        var begun: [String: Int64] = [:]
        var ended: [String: Int64] = [:]
        for line in log {
            let name = "\(line.text("caseId"))/\(line.text("assetId"))"
            switch line.text("event") {
            case "image.attempt_started": begun[name] = line.number("timeMs")
            case "image.failed":
                ended[name] = line.number("timeMs")
                #expect(line.text("errorCode") == "timeout" && line.text("attempt") == "1/1")
                #expect(line.text("provider") == "gemini" && line.text("model") == "m1")
            default: break
            }
        }
        #expect(begun.count == 56 && ended.count == 56)
        for (name, start) in begun { #expect((ended[name] ?? 0) - start >= Self.limitMs, "\(name)") }
    }

    /// Under `rolling` two images that hang hold back none of the other twelve.
    @Test func rollingPassesThemBy() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: Self.twoHeld)
            #expect(try await trio.create(try rig.file(Cases.document("mixed", evidence: 10, locations: 4))).code == 0)
            let job = try await trio.job("mixed").when("twelve images") { $0.number("completedImages") == 12 }
            #expect(job.text("status") == "generating")
            let state = try await trio.simulator.state()
            #expect(state.number("held") == 2 && state.number("total") == 14)
            try await trio.simulator.release()
            #expect(try await trio.job("mixed").final().outcome == "completed 14/14")
        }
    }

    /// Under `barrier`, the seed's strict sequence, the next batch waits for them.
    @Test func barrierWaitsForThem() async throws {
        try await Rig.run(["DARKROOM_SCHEDULE": "barrier"]) { rig in
            let trio = try await rig.trio(scenario: Self.twoHeld)
            #expect(try await trio.create(try rig.file(Cases.document("mixed", evidence: 10, locations: 4))).code == 0)
            let job = try await trio.job("mixed").when("the rest of the first batch") {
                $0.number("completedImages") == 3
            }
            #expect(job.text("status") == "generating")
            #expect(try await trio.simulator.state().number("total") == 5)
            try await trio.simulator.release()
            #expect(try await trio.job("mixed").final().outcome == "completed 14/14")
            let calls = try await trio.simulator.calls()
            for (batch, next) in [(0..<5, 5..<10), (5..<10, 10..<14)] {
                let last = calls[batch].compactMap(\.endedMs).max() ?? .infinity
                #expect(calls[next].allSatisfy { $0.startedMs >= last })
            }
            #expect(calls[10..<14].allSatisfy { $0.prompt.contains("location") })
        }
    }

    private static let twoHeld: JSONValue = [
        "rules": [["prompt": ["evidence 1 of mixed.", "evidence 2 of mixed."], "do": "hold"]]
    ]

    /// A call that is cut off is tried again, up to the number set, and the last cause is told.
    @Test func aHangIsTriedAgain() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(
                scenario: [
                    "rules": [
                        ["prompt": "evidence 1 of again.", "calls": [1], "do": "hang-before-headers"],
                        ["prompt": "evidence 2 of again.", "do": "hang-after-headers"],
                    ]
                ], settings: ["DARKROOM_ATTEMPT_TIMEOUT": "0.5", "DARKROOM_MAX_ATTEMPTS": "3"])
            #expect(try await trio.create(try rig.file(Cases.document("again", evidence: 2))).code == 0)
            let job = try await trio.job("again").final()
            #expect(job.outcome == "partial 1/2")
            #expect(job["assets"]?[0]?.number("attempts") == 2)
            #expect(job["assets"]?[1]?.number("attempts") == 3)
            #expect(job.text("errorCode") == "MAX_RETRIES_EXCEEDED")
            #expect(job.text("errorCause") == "TIMEOUT")
            #expect(job["assets"]?[1]?["error"]?.text("kind") == "timeout")
            #expect(trio.worker.log.count { $0.text("event") == "image.retrying" } == 3)
        }
    }
}
