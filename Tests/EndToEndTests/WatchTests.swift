import JSONCoding
import Testing

/// `watch` on a terminal and in a pipe.
@Suite("Watching")
struct WatchTests {
    @Test func onATerminalBarsAreDrawnOver() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            #expect(try await trio.create(Cases.harborLights).code == 0)
            let watching = try watch(rig, columns: 100, rows: 30)
            _ = try await watching.output.wait(for: "the first picture") { lines in
                lines.all.contains { $0.contains("location") } ? true : nil
            }
            try await trio.simulator.wait("held", is: 5)
            try await trio.simulator.play(["default": "ok"])
            try await trio.simulator.release()
            #expect(try await watching.end() == .exited(0))
            let lines = try await wholeOutput(watching)
            let text = lines.joined(separator: "\n")
            #expect(text.contains("\u{1B}[17F"), "one line for the job, two for its kinds, fourteen for its images")
            #expect(text.contains("\u{1B}[32m") && text.contains("harbor-lights"))
            #expect(text.contains("14/14") && text.contains("completed"))
            #expect(lines.contains { $0.contains("Torn Ferry Ticket") && $0.contains("generated") })
            for line in lines { #expect(width(of: line) < 100, "\(line)") }
        }
    }

    @Test func aSmallTerminalShowsWhatFits() async throws {
        try await Rig.run(["NO_COLOR": "1"]) { rig in
            let trio = try await rig.trio(scenario: ["default": ["status": 400]])
            #expect(try await trio.create(Cases.harborLights).code == 0)
            _ = try await trio.job("harbor-lights").final()
            let watching = try watch(rig, columns: 40, rows: 8)
            #expect(try await watching.end() == .exited(4))
            let lines = try await wholeOutput(watching)
            #expect(lines.contains { $0.contains("and 11 more: 11 failed") }, "\(lines)")
            #expect(!lines.joined().contains("\u{1B}[3"), "no colours")
            let drawn = lines.prefix { !$0.contains("more:") }
            #expect(drawn.count == 6)
            for line in drawn { #expect(width(of: line) < 40, "\(line)") }
        }
    }

    @Test func aDumbTerminalGetsPlainLines() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            #expect(try await trio.create(try rig.file(Cases.document("dumb", evidence: 2))).code == 0)
            _ = try await trio.job("dumb").final()
            let watching = try watch(rig, "dumb", columns: 80, rows: 24, term: "dumb")
            #expect(try await watching.end() == .exited(0))
            let lines = try await wholeOutput(watching)
            #expect(lines.first?.hasPrefix("dumb  completed 2/2  ✓✓") == true, "\(lines)")
            #expect(!lines.joined().contains("\u{1B}"))
        }
    }

    @Test func inAPipeItSaysWhatHoldsAJobUp() async throws {
        try await Rig.run { rig in
            let port = try Ports.pick()
            let created = try await rig.create(
                Cases.harborLights, worker: "http://127.0.0.1:\(port)", receiver: "http://127.0.0.1:9")
            #expect(created.code == 5)
            #expect(created.errors.contains("run the same command again"), "\(created.errors)")
            let watching = try rig.start("initiator", ["watch", "harbor-lights", "--data", rig.path("control")])
            _ = try await watching.output.wait(for: "the reason") { lines in
                lines.all.contains { $0.hasPrefix("harbor-lights  ! worker http://127.0.0.1:\(port)") } ? true : nil
            }
            #expect(watching.output.value.all.first == "harbor-lights  pending 0/14  ··············")
            #expect(!watching.output.value.text.contains("\u{1B}"))
            watching.signal(2)
            #expect(try await watching.end() == .killed(signal: 2))
        }
    }

    /// What was recorded before finds its worker with the same command.
    @Test func createAgainGoesOn() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let port = try Ports.pick()
            let receiver = try await rig.receiver()
            let worker = "http://127.0.0.1:\(port)"
            let first = try await rig.create(Cases.harborLights, worker: worker, receiver: receiver.url)
            #expect(first.code == 5)
            let second = try await rig.create(Cases.harborLights, worker: worker, receiver: receiver.url)
            #expect(second.code == 5 && second.output.contains("recorded before, no worker reached yet"))
            _ = try await rig.worker(of: simulator, listen: "127.0.0.1:\(port)")
            try await eventually("the worker to have it") {
                let again = try await rig.create(Cases.harborLights, worker: worker, receiver: receiver.url)
                return again.code == 0 ? true : nil
            }
            let job = try await JobReader(server: receiver.url, caseID: "harbor-lights").final()
            #expect(job.outcome == "completed 14/14" && job.number("epoch") == 1)
        }
    }

    /// Under script(1), which gives its command a terminal.
    private func watch(
        _ rig: Rig, _ caseID: String = "harbor-lights", columns: Int, rows: Int, term: String = "xterm"
    ) throws -> ChildProcess {
        let command =
            "stty rows \(rows) cols \(columns); exec \(Places.binaries)/initiator watch \(caseID) --data control"
        let shell = "cd \(rig.directory.path) && exec script -qefc '\(command)' /dev/null"
        return try rig.start("/bin/sh", ["-c", shell], settings: ["TERM": term, "SHELL": "/bin/sh"])
    }

    /// Without the carriage returns that the terminal puts in.
    private func wholeOutput(_ child: ChildProcess) async throws -> [String] {
        let all = try await child.output.wait(for: "the end of its output") { $0.isEnded ? $0.all : nil }
        return all.map { String($0.filter { $0 != "\r" }.replacing("\r\n", with: "")) }
    }

    /// Columns of a line without its control sequences; every letter here is one wide.
    private func width(of line: String) -> Int {
        line.replacing(/\u{1B}\[[0-9]*[A-Za-z]/, with: "").count { $0 != "\r" }
    }
}
