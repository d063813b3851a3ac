import JSONCoding
import Testing

/// The interface for single images (system B), over the real control plane.
@Suite("Single images")
struct ImageJobTests {
    @Test func oneImageOfOnePrompt() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let asked: JSONValue = ["prompt": "  A pier at night. ", "title": "Pier", "maxRetries": 2]
            let created = try await plane.post("/api/image/generate", asked)
            #expect(created.status == 202, "\(created.text)")
            let first = try created.json
            #expect(first.text("status") == "queued" && first["retryCount"] == 0 && first["maxRetries"] == 2)
            #expect(first["input"]?["prompt"] == "A pier at night." && first["createdAt"]?.intValue ?? 0 > 0)
            let path = "/api/job/\(first.text("id"))"
            let done = try await plane.when(path, "the end") { $0.text("status") == "succeeded" }
            #expect(done.text("provider") == "gemini" && done.text("model") == "m1" && done["errorCode"] == nil)
            #expect(done["finishedAt"]?.intValue ?? 0 >= done["startedAt"]?.intValue ?? .max)
            #expect(done.text("result") == done.text("resultUrl"))
            let picture = try await HTTP.get(done.text("result"))
            #expect(picture.status == 200 && JPEGFile(picture.body) != nil)
            // Its prompt went to the provider as it is.
            #expect(try await plane.simulator.calls().map(\.prompt) == ["A pier at night."])
            let foreign = try await plane.get("/api/images/jobs/\(first.text("id"))")
            #expect(foreign.status == 404)
        }
    }

    @Test func aRetryIsANewJobOfTheSameInputAndAFallbackSaysSo() async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["doomed"], "do": ["status": 500]]]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario)
            let created = try await plane.post("/api/image/generate", ["prompt": "A doomed pier.", "maxRetries": 1])
            let id = try created.json.text("id")
            let failed = try await plane.when("/api/job/\(id)", "the end") { $0.text("status") == "failed" }
            #expect(failed.text("errorCode") == "MAX_RETRIES_EXCEEDED" && failed.text("errorCause") == "API_ERROR")
            #expect(failed["retryCount"] == 1 && !failed.text("errorMessage").isEmpty && failed["result"] == nil)
            let again = try await plane.post("/api/job/\(id)/retry", [:])
            #expect(again.status == 202, "\(again.text)")
            let next = try again.json
            #expect(next.text("id") != id && next.text("retryOf") == id && next["retryCount"] == 0)
            #expect(next["input"] == failed["input"])
            let path = "/api/job/\(next.text("id"))"
            _ = try await plane.when(path, "the second end") { $0.text("status") == "failed" }
            let fallback = try await plane.post("/api/cases/\(next.text("id"))/fallback", [:])
            #expect(fallback.status == 202, "\(fallback.text)")
            let drawn = try await plane.when(path, "the drawn picture") { $0.text("status") == "succeeded" }
            #expect(drawn["source"]?["isFallback"] == true && drawn.text("provider") == "local")
            #expect(drawn["source"]?["fallbackCause"]?["provider"] == "gemini")
            let done = try await plane.post("\(path)/retry", [:])
            #expect(done.status == 409 && done.errorCode == "nothing_to_retry")
        }
    }

    /// A retry that is sent twice is one job, whatever has become of the one before, and however often it comes.
    @Test func aRepeatedRetryIsOneJob() async throws {
        let settings = Closed.settings.merging(["DARKROOM_REQUESTS_PER_MINUTE": "2"]) { $1 }
        try await Rig.run(settings) { rig in
            let plane = try await rig.plane(
                scenario: ["default": ["status": 500]], worker: ["DARKROOM_MAX_ATTEMPTS": "1"],
                headers: Closed.reading)
            let key = try await KeyDesk(rig: rig).create("alice")
            func post(_ path: String, _ name: String?, _ body: JSONValue = [:]) async throws -> Reply {
                let headers = key.headers.merging(name.map { ["Idempotency-Key": $0] } ?? [:]) { $1 }
                return try await HTTP.post(plane.url(path), headers: headers, json: body)
            }
            let id = try await post("/api/image/generate", nil, ["prompt": "A pier."]).json.text("id")
            let (path, owner) = ("/api/job/\(id)", "?owner=alice")
            _ = try await plane.when(path + owner, "the end") { $0.text("status") == "failed" }
            let first = try await post("\(path)/retry", "again")
            #expect(first.status == 202, "\(first.text)")
            // The one before gets its picture after all.
            #expect(try await plane.post("/api/cases/\(id)/fallback\(owner)", [:]).status == 202)
            _ = try await plane.when(path + owner, "its picture") { $0.text("status") == "succeeded" }
            for _ in 0..<3 {
                let repeated = try await post("\(path)/retry", "again")
                #expect(repeated.status == 202, "\(repeated.text)")
                #expect(try repeated.json.text("id") == first.json.text("id"))
            }
            for name in ["another", nil] {
                #expect(try await post("\(path)/retry", name).errorCode == "rate_limited")
            }
            let settled = try await plane.post("\(path)/retry\(owner)", [:], headers: ["Idempotency-Key": "other"])
            #expect(settled.errorCode == "nothing_to_retry", "\(settled.text)")
        }
    }

    @Test func whatIsRefused() async throws {
        try await Rig.run { rig in
            let words = try rig.file(bytes: Array("grenade\nnerve gas\n".utf8))
            let plane = try await rig.plane(
                scenario: ["default": "hold"], settings: ["DARKROOM_REFUSED_WORDS": words])
            let long = JSONValue.string(String(repeating: "x", count: 4_001))
            for (body, field) in [
                ([:], "prompt"), (["prompt": "   "], "prompt"), (["prompt": long], "prompt"), (["prompt": 7], "prompt"),
                (["prompt": "a", "maxRetries": 20], "maxRetries"), (["prompt": "a", "provider": "A B"], "provider"),
                (["prompt": "a", "title": ""], "title"), (["prompt": "a", "model": ""], "model"),
                (["prompt": "a", "idempotencyKey": "a b"], "idempotencyKey"),
                (["prompt": "Some NERVE  gas, please"], "prompt"),
            ] as [(JSONValue, String)] {
                let reply = try await plane.post("/api/image/generate", body)
                #expect(reply.status == 400 && reply.errorField == field, "\(body): \(reply.text)")
            }
            #expect(try await plane.get("/api/image/generate").status == 405)
            #expect(try await plane.get("/api/job/nobody").errorCode == "unknown_job")
            // A word that is only a part of another is none.
            let running = try await plane.post("/api/image/generate", ["prompt": "Grenadeers on parade"])
            #expect(running.status == 202)
            let id = try running.json.text("id")
            let early = try await plane.post("/api/job/\(id)/retry", [:])
            #expect(early.status == 409 && early.errorCode == "job_running")
            try await plane.simulator.release()
        }
    }
}
