import JSONCoding
import Testing

/// Jobs in lists, over HTTP and at the command line.
@Suite("Lists of jobs")
struct JobListTests {
    private func jobs(_ plane: ControlPlane, _ query: String = "") async throws -> [JSONValue] {
        let reply = try await plane.get("/api/jobs\(query)")
        #expect(reply.status == 200, "\(query): \(reply.text)")
        return try reply.json["jobs"]?.arrayValue ?? []
    }

    @Test func jobsAreListedByStateFamilyAndTimeInPages() async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["doomed"], "do": ["status": 400]]]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario)
            for prompt in ["a", "b", "doomed"] {
                let id = try await plane.post("/api/image/generate", ["prompt": .string(prompt)]).json.text("id")
                _ = try await plane.when("/api/job/\(id)", "the end") {
                    ["succeeded", "failed"].contains($0.text("status"))
                }
            }
            let render = try await plane.post("/api/v1/generations", ["prompt": "c"]).json.text("id")
            _ = try await plane.when("/api/v1/generations/\(render)", "the end") { $0.text("status") == "succeeded" }
            let all = try await jobs(plane)
            #expect(all.count == 4 && all.allSatisfy { $0.text("owner") == "local" && $0["final"] == true })
            #expect(try await jobs(plane, "?family=generation").map { $0.text("jobId") } == [render])
            #expect(try await jobs(plane, "?state=failed,partial").count == 1)
            #expect(try await jobs(plane, "?family=image&state=completed").count == 2)
            let times = all.map { $0.number("createdAt") }.sorted()
            #expect(try await jobs(plane, "?from=\(times[3])").map { $0.text("jobId") } == [render])
            #expect(try await jobs(plane, "?to=\(times[0])").count == 1)
            #expect(all.map { $0.number("createdAt") } == times.reversed(), "the newest first")
            #expect(
                try await jobs(plane, "?search=\(render.suffix(12).uppercased())").map { $0.text("jobId") } == [render])
            #expect(try await plane.get("/api/jobs?family=image&limit=1").json["total"] == 3)
            var (query, seen) = ("?limit=1", [String]())
            while true {
                let page = try await plane.get("/api/jobs\(query)").json
                seen += (page["jobs"]?.arrayValue ?? []).map { $0.text("jobId") }
                guard let next = page["next"]?.stringValue else { break }
                query = "?limit=1&after=\(next)"
            }
            #expect(seen == all.map { $0.text("jobId") })
            for (query, field) in [
                ("state=done", "state"), ("family=poster", "family"), ("from=now", "from"), ("limit=0", "limit"),
                ("limit=201", "limit"), ("owner=a%2Fb", "owner"), ("after=case:a", "after"),
                ("search=\(String(repeating: "a", count: 129))", "search"),
            ] {
                let reply = try await plane.get("/api/jobs?\(query)")
                #expect(reply.status == 400 && reply.errorField == field, "\(query): \(reply.text)")
            }
            let listed = try await rig.initiator("list", "--family", "image", "--state", "failed", "--json")
            #expect(listed.code == 0 && listed.output.split(separator: "\n").count == 1, "\(listed.errors)")
            let few = try await rig.initiator("list", "--limit", "3")
            #expect(few.output.split(separator: "\n").count == 3)
            #expect(try await rig.initiator("list", "--state", "done").code == 2)
        }
    }

    @Test func jobsThatHaveEndedAreLetGoOf() async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["slow"], "do": "hold"]]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario)
            var ids: [String] = []
            for prompt in ["a", "b"] {
                let id = try await plane.post("/api/image/generate", ["prompt": .string(prompt)]).json.text("id")
                _ = try await plane.when("/api/job/\(id)", "the end") { $0.text("status") == "succeeded" }
                ids.append(id)
            }
            let slow = try await plane.post("/api/image/generate", ["prompt": "slow"]).json.text("id")
            let admin = plane.url("/api/admin/jobs")
            let early = try await HTTP.send("DELETE", "\(admin)/\(slow)")
            #expect(early.status == 409 && early.errorCode == "job_running", "\(early.text)")
            #expect(try await HTTP.send("DELETE", "\(admin)/nobody").status == 404)
            #expect(try await HTTP.send("DELETE", "\(admin)/\(ids[0])").status == 200)
            let gone = try await plane.get("/api/job/\(ids[0])")
            #expect(gone.status == 410 && gone.errorCode == "deleted")
            for (method, place) in [("PATCH", "assets/0"), ("POST", "retry"), ("POST", "cancel")] {
                let url = plane.url("/api/cases/\(ids[0])/\(place)")
                let late = try await HTTP.send(method, url, body: Array(#"{"prompt": "late"}"#.utf8))
                #expect(late.status == 410 && late.errorCode == "deleted", "\(place): \(late.text)")
            }
            let cleared = try await HTTP.send("DELETE", admin).json
            #expect(cleared["deleted"] == 1 && cleared["running"] == 1 && cleared["next"] == nil, "\(cleared)")
            #expect(try await jobs(plane).map { $0.text("jobId") } == [slow])
            #expect(try await plane.get("/api/admin/jobs").json["jobs"]?.arrayValue?.count == 1)
            try await plane.simulator.release()
        }
    }

    /// A job for one image is kept for an hour if nothing else is set; here for a second.
    @Test func imagesAreKeptNoLongerThanTheirTime() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(settings: ["DARKROOM_IMAGE_RETENTION": "1"])
            let id = try await plane.post("/api/image/generate", ["prompt": "a"]).json.text("id")
            _ = try await eventually("the job to be let go of") {
                try await plane.get("/api/job/\(id)").status == 410 ? true : nil
            }
        }
    }
}
