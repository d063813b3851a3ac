import JSONCoding
import Testing

/// The machine's clock is set forward or back while a job is under way. Durations are counted by another clock, and the
/// times in records say how long is left: nothing waits an hour longer, and nothing is over an hour too early.
@Suite("The clock is set forward or back by an hour")
struct ClockJumpTests {
    /// A clock that the test may set, for every process of a rig. The one that durations are taken from goes on as it does.
    private struct SettableClock {
        let directory: TemporaryDirectory
        var file: String { "\(directory.path)/clock" }

        init() throws {
            directory = try TemporaryDirectory()
            try set(0)
        }

        func set(_ shift: Int64) throws { try Files.write(Array("\(shift)\n".utf8), to: file) }

        var settings: [String: String] {
            ["LD_PRELOAD": "\(Places.binaries)/libClockShift.so", "CLOCK_SHIFT_FILE": file]
        }
    }

    /// One image is held by the provider, one waits for its next attempt, the others are made.
    private static let scenario: JSONValue = [
        "default": "ok",
        "rules": [
            ["prompt": "evidence 1 of jump", "calls": [1], "do": "hold"],
            ["prompt": "evidence 2 of jump", "calls": [1], "do": ["status": 503]],
        ],
    ]
    private static let backoff = ["DARKROOM_BACKOFF_FIRST": "2", "DARKROOM_BACKOFF_CAP": "2"]

    @Test(arguments: [3_600, -3_600])
    func underWay(shift: Int64) async throws {
        let clock = try SettableClock()
        try await Rig.run(clock.settings) { rig in
            let simulator = try await rig.simulator(scenario: Self.scenario)
            let worker = try await rig.worker(of: simulator, settings: Self.backoff)
            let receiver = try await rig.receiver(worker: worker.url)
            let file = try rig.file(Cases.document("jump", evidence: 4))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "jump")
            _ = try await reader.when("two to be made") { $0.number("completedImages") >= 2 }
            try await simulator.wait("held", is: 1)
            try clock.set(shift)
            try await simulator.release()
            let after = try await reader.final()
            #expect(after.outcome == "completed 4/4" && after.number("epoch") == 1)
            // The clock was set for those who look at it now: a job made later has its time from there.
            let later = try rig.file(Cases.document("later", evidence: 1))
            #expect(try await rig.create(later, worker: worker.url, receiver: receiver.url).code == 0)
            let next = try await JobReader(server: receiver.url, caseID: "later").final()
            let moved = (next.number("createdAt") - after.number("createdAt")) / 1_000
            #expect(abs(moved - shift) < 600, "\(moved)")
        }
    }

    /// The worker is killed, and comes back with another clock than it went with.
    @Test(arguments: [3_600, -3_600])
    func betweenTwoStarts(shift: Int64) async throws {
        let clock = try SettableClock()
        try await Rig.run(clock.settings) { rig in
            let simulator = try await rig.simulator(scenario: Self.scenario)
            let listen = "127.0.0.1:\(try Ports.pick())"
            let worker = try await rig.worker(of: simulator, listen: listen, settings: Self.backoff)
            let receiver = try await rig.receiver(worker: worker.url)
            let file = try rig.file(Cases.document("jump", evidence: 4))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "jump")
            _ = try await reader.when("two to be made") { $0.number("completedImages") >= 2 }
            try await simulator.wait("held", is: 1)
            worker.process.signal(9)
            _ = try await worker.process.end()
            try clock.set(shift)
            _ = try await rig.worker(of: simulator, listen: listen, settings: Self.backoff)
            let after = try await reader.final()
            // To a worker that was not there an hour may have passed: what it may not begin any more is another epoch's.
            #expect(after.outcome == "completed 4/4" && after.number("epoch") <= (shift > 0 ? 2 : 1))
            #expect(after["cost"]?.number("possiblyBilled") == 1, "the call that was held when the worker died")
        }
    }
}
