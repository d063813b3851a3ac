import JSONCoding
import Testing

/// Requests that wait for news of a job.
@Suite("Long polls")
struct LongPollTests {
    private static let held: JSONValue = ["default": "hold"]

    /// Nobody can wait for what is not there.
    @Test func aPollOfNoJobIsAnsweredAtOnce() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let asked = ContinuousClock.now
            let reply = try await HTTP.get("\(server.url)/api/cases/nobody/image-job?wait=60")
            #expect(reply.status == 404 && reply.errorCode == "unknown_case", "\(reply.text)")
            #expect(ContinuousClock.now - asked < .seconds(45), "nobody waited out a minute")
        }
    }

    @Test func aJobThatIsDeletedMeanwhileIsGoneAtOnce() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let id = try await plane.post("/api/image/generate", ["prompt": "a"]).json.text("id")
            _ = try await plane.when("/api/job/\(id)", "the end") { $0.text("status") == "succeeded" }
            let asked = ContinuousClock.now
            async let poll = plane.get("/api/cases/\(id)/image-job?wait=60&after=999999999")
            #expect(try await HTTP.send("DELETE", plane.url("/api/admin/jobs/\(id)")).status == 200)
            #expect(try await poll.status == 410)
            #expect(ContinuousClock.now - asked < .seconds(45), "nobody waited out a minute")
        }
    }

    @Test func whoLeavesKeepsNoPlace() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: Self.held, settings: ["DARKROOM_LISTENERS": "1"])
            let id = try await plane.post("/api/image/generate", ["prompt": "a"]).json.text("id")
            let path = "/api/cases/\(id)/image-job?wait=60&after=999999999"
            let port = plane.control.port
            let poll = try await RawSocket.apart {
                let socket = try RawSocket(port: port)
                socket.send(RawConnection.request("GET", path))
                #expect(socket.next(within: 2_000) == .nothing, "it waits")
                return HeldSockets(all: [socket])
            }
            let stream = "/api/cases/\(id)/events"
            try await eventually("its place to be taken") {
                try await HTTP.send("HEAD", plane.url(stream)).status == 503 ? true : nil
            }
            poll.release()
            try await eventually("its place to be free", within: .seconds(40)) {
                try await HTTP.send("HEAD", plane.url(stream)).status == 200 ? true : nil
            }
            try await plane.simulator.release()
        }
    }
}
