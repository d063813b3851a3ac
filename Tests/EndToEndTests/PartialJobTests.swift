import JSONCoding
import Testing

/// The first system's own scenario: ten of fourteen, and the four again.
@Suite("Ten of fourteen")
struct PartialJobTests {
    private static let failing = ["evidence-1", "evidence-2", "location-3", "location-4"]

    struct Trouble: Sendable, CustomTestStringConvertible {
        let ending: JSONValue
        let state: String
        let codeB: String
        var causeB: String?
        let codeD: String
        let attempts: Int64

        var testDescription: String { "\(ending)" }
    }

    @Test(arguments: [
        Trouble(
            ending: ["status": 400], state: "failed", codeB: "VALIDATION_ERROR", codeD: "PROVIDER_FAILURE", attempts: 1),
        Trouble(
            ending: ["status": 500], state: "failed", codeB: "MAX_RETRIES_EXCEEDED", causeB: "API_ERROR",
            codeD: "TRANSIENT_PROVIDER_ERROR", attempts: 2),
        Trouble(
            ending: "prompt-blocked", state: "needs_prompt_update", codeB: "VALIDATION_ERROR",
            codeD: "SENSITIVE_CONTENT", attempts: 1),
    ])
    func fourFailAndAreTriedAgain(_ trouble: Trouble) async throws {
        try await Rig.run { rig in
            let prompts = try names(of: Self.failing).map { JSONValue.string($0) }
            let trio = try await rig.trio(
                scenario: ["rules": [["prompt": .array(prompts), "do": trouble.ending]]],
                settings: ["DARKROOM_MAX_ATTEMPTS": "2"])
            #expect(try await trio.create(Cases.harborLights).code == 0)
            let watched = try await rig.initiator("watch", "harbor-lights")
            #expect(watched.code == 3)
            for id in Self.failing { #expect(watched.output.contains("\(id) \(trouble.state)")) }
            let partial = try await trio.job("harbor-lights").now()
            checkPartial(partial, trouble)
            let kept = partial.pictureLinks
            try await trio.simulator.play(["default": "ok"])
            let before = try await trio.simulator.calls().count

            #expect(try await rig.initiator("retry", "harbor-lights").code == 0)
            #expect(try await rig.initiator("watch", "harbor-lights").code == 0)
            let whole = try await trio.job("harbor-lights").now()
            #expect(whole.outcome == "completed 14/14")
            #expect(whole.text("jobId") == partial.text("jobId"))
            #expect(whole.number("epoch") == 2)
            #expect(whole.number("retryCount") == 1)
            #expect(whole.texts("failedIds").isEmpty && whole["errorCode"] == nil)
            #expect(kept.allSatisfy { whole.pictureLinks[$0.key] == $0.value })
            let further = try await trio.simulator.calls().dropFirst(before)
            #expect(further.count == 4)
            for name in prompts.compactMap(\.stringValue) {
                #expect(further.count { $0.prompt.contains(name) } == 1)
            }
        }
    }

    private func checkPartial(_ job: JSONValue, _ trouble: Trouble) {
        #expect(job.outcome == "partial 10/14")
        #expect(job["final"]?.boolValue == true)
        #expect(job.texts("failedIds") == Self.failing)
        #expect(job.number("failedImages") == 4)
        #expect(job.text("errorCode") == trouble.codeB)
        #expect(job["errorCause"]?.stringValue == trouble.causeB)
        #expect(job.number("completedAt") >= job.number("createdAt"))
        #expect(Set(job.pictureLinks.keys) == Set(Cases.evidence + Cases.locations).subtracting(Self.failing))
        for asset in job["assets"]?.arrayValue ?? [] {
            let failed = Self.failing.contains(asset.text("id"))
            #expect(asset.text("status") == (failed ? trouble.state : "generated"))
            #expect(asset.number("attempts") == (failed ? trouble.attempts : 1))
            #expect(asset["error"]?.text("code") == (failed ? trouble.codeD : nil))
            if failed { #expect(asset["error"]?.number("retriedCount") == trouble.attempts - 1) }
        }
    }

    /// The names by which the simulator tells these items' prompts.
    private func names(of ids: [String]) throws -> [String] {
        let file = try JSON.decode(JSONValue.self, from: try Files.read(Cases.harborLights))
        let items = (file["evidence"]?.arrayValue ?? []) + (file["locations"]?.arrayValue ?? [])
        return ids.compactMap { id in items.first { $0.text("id") == id }?.text("name") }
    }
}
