import JSONCoding
import Testing

/// What scripts rely on: the exit codes of every command.
@Suite("Exit codes")
struct ExitCodeTests {
    @Test func aJobThatRuns() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            #expect(try await trio.create(Cases.harborLights).code == 0)
            let status = try await rig.initiator("status", "harbor-lights")
            #expect(status.code == 6)
            #expect(status.output.hasPrefix("harbor-lights  generating 0/14  epoch 1  job_"))
            #expect(try await rig.initiator("list").code == 0)
            try await again(trio)
            let retry = try await rig.initiator("retry", "harbor-lights")
            #expect(retry.code == 2)
            #expect(retry.errors.contains("still running"))

            let watching = try rig.start("initiator", ["watch", "harbor-lights", "--data", rig.path("control")])
            try await trio.simulator.wait("held", is: 5)
            try await trio.simulator.play(["default": "ok"])
            try await trio.simulator.release()
            #expect(try await watching.end() == .exited(0))
            try await afterwards(rig)
        }
    }

    /// The same request joins, another one conflicts, and neither makes a second job.
    private func again(_ trio: Trio) async throws {
        let before = try await trio.job("harbor-lights").now()
        let joined = try await trio.create(Cases.harborLights)
        #expect(joined.code == 0)
        #expect(joined.output.contains("joined"))
        let other = try trio.rig.file(Cases.document("harbor-lights", evidence: 3))
        let conflict = try await trio.create(other)
        #expect(conflict.code == 2)
        #expect(conflict.errors.contains("with another request"))
        let after = try await trio.job("harbor-lights").now()
        #expect(after.text("jobId") == before.text("jobId"))
        #expect(after.number("totalImages") == 14)
    }

    private func afterwards(_ rig: Rig) async throws {
        #expect(try await rig.initiator("status", "harbor-lights").code == 0)
        let json = try await rig.initiator("status", "harbor-lights", "--json")
        #expect(json.code == 0)
        #expect(try json.json.outcome == "completed 14/14")
        let list = try await rig.initiator("list")
        #expect(list.code == 0)
        #expect(list.output.hasPrefix("harbor-lights  completed 14/14  epoch 1  cost 0.546  job_"))
        let retry = try await rig.initiator("retry", "harbor-lights")
        #expect(retry.code == 2)
        #expect(retry.errors.contains("every image of this case was made"))
        #expect(try await rig.initiator("get", "case:harbor-lights:image-job").code == 0)
    }

    @Test func aJobThatFails() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": ["status": 400]])
            #expect(try await trio.create(try rig.file(Cases.document("doomed", evidence: 2))).code == 0)
            #expect(try await rig.initiator("watch", "doomed").code == 4)
            let status = try await rig.initiator("status", "doomed")
            #expect(status.code == 4)
            #expect(status.output.contains("evidence-1 failed"))
            let job = try await trio.job("doomed").now()
            #expect(job.outcome == "failed 0/2")
            #expect(job.text("errorCode") == "VALIDATION_ERROR")
        }
    }

    @Test func aCaseThatIsNotThere() async throws {
        try await Rig.run { rig in
            for command in [
                ["status", "nobody"], ["watch", "nobody"], ["retry", "nobody"], ["get", "case:nobody:image-job"],
            ] {
                let finished = try await rig.run("initiator", command + ["--data", rig.path("control")])
                #expect(finished.code == 2, "\(command)")
                #expect(finished.errors.contains("there is no"), "\(command)")
            }
            let list = try await rig.initiator("list")
            #expect(list.code == 0 && list.output.isEmpty)
        }
    }

    @Test func noWorkerToReach() async throws {
        try await Rig.run { rig in
            let port = try Ports.pick()
            let created = try await rig.create(
                Cases.harborLights, worker: "http://127.0.0.1:\(port)", receiver: "http://127.0.0.1:9")
            #expect(created.code == 5)
            #expect(created.errors.contains("127.0.0.1:\(port)"))
            #expect(created.output.contains("no worker reached yet"))
            let status = try await rig.initiator("status", "harbor-lights", "--json")
            #expect(status.code == 6)
            #expect(try status.json.text("status") == "pending")
            #expect(try status.json.text("lastError").contains("127.0.0.1:\(port)"))
            #expect(try status.json["handOut"]?.number("tries") == 3)
        }
    }

    @Test(arguments: [
        ["create"], ["create", "case.json", "--worker", "http://127.0.0.1:1"], ["status"], ["status", "a/b"],
        ["watch", ".."], ["nonsense"], ["list", "--wrong"],
        ["create", "case.json", "--worker", "ftp://127.0.0.1", "--receiver", "http://127.0.0.1:1"],
        ["create", "case.json", "--worker", "http://user:word@127.0.0.1", "--receiver", "http://127.0.0.1:1"],
    ])
    func wrongUsage(_ arguments: [String]) async throws {
        try await Rig.run { rig in
            let finished = try await rig.run("initiator", arguments + ["--data", rig.path("control")])
            #expect(finished.code == 2)
            #expect(!finished.errors.isEmpty)
        }
    }

    /// Neither the caller's words nor the job's outcome: 1.
    @Test func anythingElse() async throws {
        try await Rig.run { rig in
            let control = try await rig.controlServer()
            let arguments = ["serve", "--data", rig.path("other"), "--worker", "http://127.0.0.1:9", "--listen"]
            let second = try await rig.run("initiator", arguments + ["127.0.0.1:\(control.port)"])
            #expect(second.code == 1 && second.errors.contains("0 picks a free one"), "\(second.errors)")
            let mistyped = try await rig.initiator("cancle", "harbor-lights")
            #expect(mistyped.code == 2 && mistyped.errors.contains("did you mean \"cancel\"?"), "\(mistyped.errors)")
        }
    }

    @Test func helpTellsAllCodes() async throws {
        try await Rig.run { rig in
            let help = try await rig.run("initiator", ["--help"])
            let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            for code in [
                "0 done", "1 anything else", "2 wrong usage", "3 partial", "4 failed", "5 recorded", "6 not final",
            ] {
                #expect(words.contains(code), "\(code)")
            }
            for program in ["initiator", "worker", "receiver"] {
                let version = try await rig.run(program, ["--version"])
                #expect(version.code == 0 && version.output == "1.0.0\n", "\(program): \(version.output)")
            }
        }
    }

    @Test func helpIsNoMistake() async throws {
        try await Rig.run { rig in
            for program in ["initiator", "worker", "receiver", "provider-simulator"] {
                let finished = try await rig.run(program, ["--help"])
                #expect(finished.code == 0)
                #expect(finished.output.contains("USAGE: \(program)"))
            }
        }
    }
}
