import JSONCoding
import Testing

/// An owner's list of jobs as it changes.
@Suite("Events of a list of jobs")
struct ListEventTests {
    @Test func aListIsKeptUpToDate() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let listener = try EventListener(plane.control, "/api/jobs/events")
            let beginning = try await listener.event("the beginning")
            #expect(beginning.name == "reset" && beginning.id != nil)
            let id = try await plane.post("/api/image/generate", ["prompt": "a"]).json.text("id")
            let last = try await listener.event("the job's end") { $0.json["final"] == true }
            #expect(last.name == "job" && last.json.text("jobId") == id)
            let listed = try await eventually("its cost to be settled") {
                let line = try await plane.get("/api/jobs").json["jobs"]?.arrayValue?.first
                return line == listener.heard.value.events.last?.json ? line : nil
            }
            #expect(listed.text("jobId") == id, "a line is that of the list")
            #expect(try await HTTP.send("DELETE", plane.url("/api/admin/jobs/\(id)")).status == 200)
            let deleted = try await listener.event("its deletion") { $0.name == "deleted" }
            #expect(deleted.json.text("caseId") == last.json.text("caseId"))
            listener.stop()
        }
    }

    @Test func aClientGoesOnWhereItWas() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let first = try EventListener(plane.control, "/api/jobs/events")
            let place = try await first.event("the beginning").id
            first.stop()
            var ids: Set<String> = []
            for prompt in ["a", "b"] {
                let id = try await plane.post("/api/image/generate", ["prompt": .string(prompt)]).json.text("id")
                _ = try await plane.when("/api/job/\(id)", "the end") { $0.text("status") == "succeeded" }
                ids.insert(id)
            }
            let next = try EventListener(plane.control, "/api/jobs/events", after: place)
            let wanted = ids
            let missed = try await next.heard.wait(for: "both jobs") { heard in
                Set(heard.events.map { $0.json.text("jobId") }) == wanted ? heard : nil
            }
            #expect(missed.events.allSatisfy { $0.name == "job" })
            next.stop()
            // What this store never gave as a place says nothing.
            let foreign = try EventListener(plane.control, "/api/jobs/events", after: "999999999")
            #expect(try await foreign.event("the beginning").name == "reset")
            foreign.stop()
        }
    }
}
