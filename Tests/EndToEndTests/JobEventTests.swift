import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A job followed by server-sent events, over real sockets.
@Suite("Events of a job")
struct JobEventTests {
    private static let held: JSONValue = ["rules": [["prompt": ["held"], "do": "hold"]]]

    private func submit(_ plane: ControlPlane, _ prompt: String) async throws -> String {
        try await plane.post("/api/image/generate", ["prompt": .string(prompt)]).json.text("id")
    }

    @Test func aJobIsFollowedToItsEnd() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: Self.held)
            let id = try await submit(plane, "held")
            let path = "/api/cases/\(id)/events"
            let listener = try EventListener(plane.control, path)
            let first = try await listener.event("the present state")
            #expect(first.name == "job" && first.json.text("jobId") == id && first.json["final"] == false)
            try await plane.simulator.wait("held", is: 1)
            try await plane.simulator.release()
            let heard = try await listener.end()
            #expect(heard.status == 200 && heard.headers["content-type"] == "text/event-stream")
            #expect(heard.headers["cache-control"] == "no-store" && heard.headers["x-accel-buffering"] == "no")
            let states = heard.events.filter { $0.name == "job" }
            let revisions = states.map { $0.json.number("revision") }
            #expect(zip(revisions, revisions.dropFirst()).allSatisfy { $0 < $1 }, "\(revisions)")
            #expect(states.allSatisfy { $0.id == "\($0.json.number("revision"))" })
            let last = try #require(states.last)
            #expect(last.json["final"] == true && last.json.outcome == "completed 1/1")
            #expect(states.dropLast().allSatisfy { $0.json["final"] == false })
            #expect(heard.events.last?.name == "end" && heard.events.last?.json["reason"] == "final")
            // The same document as by asking, but for what the end was told by since.
            let asked = try await plane.get("/api/cases/\(id)/image-job").json
            #expect(asked["assets"] == last.json["assets"] && asked["completedAt"] == last.json["completedAt"])
            let links = last.json.pictureLinks
            #expect(try await HTTP.get(try #require(links.values.first)).status == 200)
        }
    }

    /// A client that has the end is told to stay away; one that has less gets it, and the end of the stream.
    @Test func whoHasTheEndIsToldThatThereIsNoMore() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let id = try await submit(plane, "a")
            let path = "/api/cases/\(id)/events"
            _ = try await EventListener(plane.control, path).end()
            // What is still written of a job that has ended costs a client one more round.
            let (late, stopped, query) = try await eventually("no more events") {
                let late = try await EventListener(plane.control, path, after: "1").end()
                let stopped = try await EventListener(plane.control, path, after: late.lastID).end()
                let query = try await EventListener(plane.control, "\(path)?after=\(late.lastID ?? "")").end()
                return [stopped, query].allSatisfy { $0.status == 204 } ? (late, stopped, query) : nil
            }
            #expect(stopped.events.isEmpty && query.events.isEmpty)
            #expect(late.events.map(\.name) == ["job", "end"])
            let foreign = try await EventListener(plane.control, path, after: "of another server").end()
            #expect(foreign.events.map(\.name) == ["job", "end"])
            let wrong = try await plane.get("\(path)?after=x")
            #expect(wrong.status == 400 && wrong.errorField == "after")
            #expect(try await plane.get("/api/cases/nobody/events").status == 404)
            #expect(try await HTTP.send("HEAD", plane.url(path)).status == 200)
        }
    }

    @Test func aKilledServersStreamGoesOnAtTheNext() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: Self.held)
            let worker = try await rig.worker(of: simulator)
            let listen = "127.0.0.1:\(try Ports.pick())"
            let doomed = try await rig.controlServer(listen: listen, worker: worker.url)
            let asked = try await HTTP.post("\(doomed.url)/api/image/generate", json: ["prompt": "held"])
            let path = "/api/cases/\(try asked.json.text("id"))/events"
            let first = try EventListener(doomed, path)
            _ = try await first.event("that a call is under way") { $0.json.text("status") == "generating" }
            doomed.process.signal(SIGKILL)
            let before = try await first.end()
            #expect(before.events.last?.name == "job", "nobody said that it was over")
            let next = try await rig.controlServer(listen: listen, worker: worker.url)
            let second = try EventListener(next, path, after: before.lastID)
            _ = try await second.heard.wait(for: "the stream") { $0.status == 200 ? true : nil }
            try await simulator.wait("held", is: 1)
            try await simulator.release()
            let after = try await second.end()
            let place = Int64(before.lastID ?? "") ?? 0
            let states = after.events.filter { $0.name == "job" }.map { $0.json.number("revision") }
            #expect(place > 0 && states.allSatisfy { $0 > place }, "\(place): \(states)")
            #expect(after.events.last?.name == "end")
        }
    }

    @Test func aShutdownEndsStreamsAndLongPollsAtOnce() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: Self.held)
            let id = try await submit(plane, "held")
            let job = JobReader(server: plane.control.url, caseID: id)
            let begun = try await job.when("a call under way") { $0.text("status") == "generating" }
            let listener = try EventListener(plane.control, "/api/cases/\(id)/events")
            let list = try EventListener(plane.control, "/api/jobs/events")
            _ = try await listener.event("the present state")
            _ = try await list.event("the beginning")
            async let poll = job.now("?wait=60&after=\(begun.number("revision") + 1_000)")
            let asked = ContinuousClock.now
            plane.control.process.signal(SIGTERM)
            for listener in [listener, list] {
                #expect(try await listener.end().events.allSatisfy { $0.name != "end" }, "a client connects again")
            }
            _ = try? await poll
            #expect(try await plane.control.process.end() == .exited(0))
            #expect(ContinuousClock.now - asked < .seconds(45), "nobody waited out a minute")
            try await plane.simulator.release()
        }
    }

    @Test func onlySoManyMayListenAtOnce() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: Self.held, settings: ["DARKROOM_LISTENERS": "2"])
            let id = try await submit(plane, "held")
            let listeners = try ["/api/cases/\(id)/events", "/api/jobs/events"].map {
                try EventListener(plane.control, $0)
            }
            for listener in listeners { _ = try await listener.event("that it was let in") }
            for path in ["events", "image-job?wait=5"] {
                let refused = try await plane.get("/api/cases/\(id)/\(path)")
                #expect(refused.status == 503 && refused.headers["retry-after"] == "5", "\(refused.text)")
            }
            #expect(try await plane.get("/api/cases/\(id)/image-job").status == 200, "who does not wait may ask")
            listeners[0].stop()
            // Who left is found out without a write to it.
            try await eventually("a place to be free") {
                let next = try EventListener(plane.control, "/api/cases/\(id)/events")
                defer { next.stop() }
                return try await next.heard.wait(for: "an answer") { $0.status > 0 ? $0.status : nil } == 200
                    ? true : nil
            }
            listeners[1].stop()
            try await plane.simulator.release()
        }
    }

    @Test func aStreamEndsWithTheKeyThatOpenedIt() async throws {
        try await Rig.run { rig in
            let desk = KeyDesk(rig: rig)
            let key = try await desk.create("acme", scope: "submit,read")
            let other = try await desk.create("other", scope: "read")
            let plane = try await rig.plane(scenario: Self.held, headers: key.headers)
            let id = try await submit(plane, "held")
            let path = "/api/cases/\(id)/events"
            #expect(try await HTTP.get(plane.url(path), headers: other.headers).status == 404)
            #expect(try await HTTP.get(plane.url(path)).status == 401)
            let listener = try EventListener(plane.control, path, headers: key.headers)
            _ = try await listener.event("the present state")
            let foreign = try EventListener(plane.control, "/api/jobs/events", headers: other.headers)
            _ = try await foreign.event("the beginning") { $0.name == "reset" }
            try await desk.revoke(key.id)
            let heard = try await listener.end()
            #expect(heard.events.last?.name == "job")
            #expect(foreign.heard.value.events.map(\.name) == ["reset"], "another owner's job is no news")
            foreign.stop()
            try await plane.simulator.release()
        }
    }
}
