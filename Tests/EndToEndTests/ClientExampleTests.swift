import JSONCoding
import Testing

/// `examples/`, each against the real programs: what they are copied from must work.
@Suite("Client examples")
struct ClientExampleTests {
    enum Example: String, CaseIterable, Sendable {
        case shell
        case python
        case javascript
        case swift

        /// The program and what comes before its own arguments.
        fileprivate var command: [String] {
            switch self {
            case .shell: ["/bin/sh", "\(Places.repository)/examples/sh/client"]
            case .python: ["/usr/bin/env", "python3", "\(Places.repository)/examples/python/client.py"]
            case .javascript: ["/usr/bin/env", "node", "\(Places.repository)/examples/javascript/client.mjs"]
            case .swift: ["client-example"]
            }
        }

        /// A shell alone cannot listen.
        fileprivate static let receiving: [Example] = [.python, .javascript, .swift]
    }

    private func start(
        _ rig: Rig, _ example: Example, _ arguments: String..., settings: [String: String] = [:]
    ) throws -> ChildProcess {
        let command = example.command
        return try rig.start(command[0], command.dropFirst() + arguments, settings: settings)
    }

    private func run(_ rig: Rig, _ example: Example, _ arguments: String...) async throws -> Finished {
        let command = example.command
        return try await rig.run(command[0], command.dropFirst() + arguments)
    }

    @Test(arguments: Example.allCases)
    func asksForPicturesAndFollowsTheJob(_ example: Example) async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["evidence 2 of"], "do": "hold"]]]
        try await Rig.run { rig in
            let plane = try await rig.plane(scenario: scenario)
            let file = try rig.file(Cases.document("asked", evidence: 2))
            let first = try await run(rig, example, "trigger", plane.control.url, file)
            #expect(first.code == 0 && first.output.hasPrefix("asked "), "\(first.errors)")
            let again = try await run(rig, example, "trigger", plane.control.url, file)
            #expect(again.output == first.output, "the same request is the same job")
            let followers = try ["poll", "stream"].map { try start(rig, example, $0, plane.control.url, "asked") }
            for follower in followers {
                _ = try await follower.output.wait(for: "the first picture") { lines in
                    lines.all.contains { $0.hasSuffix(" generating 1/2") } ? true : nil
                }
            }
            try await plane.simulator.wait("held", is: 1)
            try await plane.simulator.release()
            for follower in followers {
                let ending = try await follower.end()
                #expect(ending == .exited(0), "\(follower.errors.value.text)")
                let lines = try await follower.output.wait(for: "its output") { $0.isEnded ? $0.all : nil }
                #expect(lines.last?.hasSuffix(" completed 2/2") == true, "\(lines)")
                let revisions = lines.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
                #expect(revisions.count == lines.count && revisions == revisions.sorted(), "\(lines)")
            }
            let late = try await run(rig, example, "stream", plane.control.url, "asked")
            #expect(late.code == 0 && late.output.hasSuffix(" completed 2/2\n"), "\(late.errors)")
            for command in ["poll", "stream"] {
                let unknown = try await run(rig, example, command, plane.control.url, "nobody")
                #expect(unknown.code == 2, "\(command): \(unknown.errors)")
            }
            #expect(try await run(rig, example, "follow").code == 2)
        }
    }

    /// Clients of a job whose server is killed, and started again before the job ends.
    /// - Parameters:
    ///   - clients: started with the server's address and the case's id.
    ///   - away: returns when the server may come back.
    /// - Returns: them, each at its end.
    private func overAnOutage(
        _ rig: Rig, clients: (_ server: String, _ caseID: String) throws -> [ChildProcess],
        away: ([ChildProcess]) async throws -> Void = { _ in }
    ) async throws -> [ChildProcess] {
        let scenario: JSONValue = ["rules": [["prompt": ["evidence 1 of"], "do": "hold"]]]
        let simulator = try await rig.simulator(scenario: scenario)
        let worker = try await rig.worker(of: simulator)
        let listen = "127.0.0.1:\(try Ports.pick())"
        let doomed = try await rig.controlServer(listen: listen, worker: worker.url)
        let document = Cases.document("outlived", evidence: 1)
        #expect(try await HTTP.post("\(doomed.url)/api/generate-case", json: document).status == 202)
        let followers = try clients(doomed.url, "outlived")
        for follower in followers {
            _ = try await follower.output.wait(for: "a line") { $0.all.isEmpty ? nil : true }
        }
        doomed.process.signal(9)
        _ = try await doomed.process.end()
        try await away(followers)
        _ = try await rig.controlServer(listen: listen, worker: worker.url)
        try await simulator.wait("held", is: 1)
        try await simulator.release()
        for follower in followers {
            let ending = try await follower.end()
            #expect(ending == .exited(0), "\(follower.errors.value.text)")
        }
        return followers
    }

    /// A server that is killed and started again is no end.
    @Test(arguments: Example.allCases)
    func outlivesAServer(_ example: Example) async throws {
        try await Rig.run { rig in
            let followers = try await overAnOutage(rig) { server, caseID in
                try ["poll", "stream"].map { try start(rig, example, $0, server, caseID) }
            }
            for follower in followers {
                let lines = try await follower.output.wait(for: "its output") { $0.isEnded ? $0.all : nil }
                #expect(lines.last?.hasSuffix(" completed 1/1") == true, "\(lines)")
                #expect(Set(lines).count == lines.count, "nothing is told twice: \(lines)")
            }
        }
    }

    /// Longer than the silence after which a stream counts as gone: each try to connect has a time of its own.
    @Test func outlivesALongOutage() async throws {
        try await Rig.run { rig in
            let silence = ["CLIENT_SILENCE_SECONDS": "1"]
            _ = try await overAnOutage(rig) { server, caseID in
                [try start(rig, .javascript, "stream", server, caseID, settings: silence)]
            } away: { followers in
                // Two seconds and more lie between them.
                for follower in followers {
                    _ = try await follower.errors.wait(for: "two tries in vain") { lines in
                        lines.all.count { $0.contains("fetch failed; trying again") } >= 2 ? true : nil
                    }
                }
            }
        }
    }

    @Test(arguments: Example.receiving)
    func takesWebhooksThatAreGenuine(_ example: Example) async throws {
        let scenario: JSONValue = ["rules": [["prompt": ["evidence 1 of"], "do": "hold"]]]
        let secret = ["DARKROOM_WEBHOOK_SECRET": Secret.first.text]
        try await Rig.run(secret) { rig in
            let simulator = try await rig.simulator(scenario: scenario)
            let worker = try await rig.worker(of: simulator)
            let file = try rig.file(Cases.document("received", evidence: 2))
            let receiver = try start(rig, example, "receive", worker.url, file)
            let address = try await receiver.output.wait(for: "where it listens") { lines in
                lines.all.first { $0.hasPrefix("listening ") }.map { String($0.dropFirst("listening ".count)) }
            }
            let forged = Array(#"{"caseId":"received","epoch":9,"version":9,"status":"failed","final":true}"#.utf8)
            let other = Secret.second.headers(id: "forged", body: forged)
            #expect(try await HTTP.post(address, headers: other, forged).status == 401)
            let old = Secret.first.headers(id: "old", timestamp: WallClock.seconds - 3_600, body: forged)
            #expect(try await HTTP.post(address, headers: old, forged).status == 401)
            let changed = Secret.first.headers(id: "changed", body: forged)
            #expect(try await HTTP.post(address, headers: changed, forged + [32]).status == 401)
            #expect(try await HTTP.post(address, forged).status == 401)
            try await simulator.wait("held", is: 1)
            try await simulator.release()
            #expect(try await receiver.end() == .exited(0), "\(receiver.errors.value.text)")
            let lines = try await receiver.output.wait(for: "its output") { $0.isEnded ? $0.all : nil }
            #expect(lines.last?.hasPrefix("1.") == true && lines.last?.hasSuffix(" completed 2/2") == true, "\(lines)")
        }
    }

    @Test func aShellVerifiesWhatAnyServerTook() async throws {
        let stub = try WebhookStub()
        let secret = ["DARKROOM_WEBHOOK_SECRET": "\(Secret.first.text)"]
        try await Rig.run(secret) { rig in
            let worker = try await rig.worker(of: try await rig.simulator())
            var document = try #require(Cases.document("verified", evidence: 1).objectValue)
            document["webhookUrl"] = .string(stub.url)
            let asked = try await HTTP.post("\(worker.url)/api/generate-case-images", json: .object(document))
            #expect(asked.status == 202)
            let delivery = try #require(try await stub.deliveries(atLeast: 1).first)
            let body = try rig.file(bytes: delivery.body)
            func verdict(_ change: (inout [String: String]) -> Void = { _ in }, body: String) async throws -> Int32 {
                var headers = delivery.headers
                change(&headers)
                let words = ["webhook-id", "webhook-timestamp", "webhook-signature"].map { headers[$0] ?? "" }
                let script = #"exec sh "$0" verify "$1" "$2" "$3" < "$4""#
                return try await rig.run(
                    "/bin/sh", ["-c", script, "\(Places.repository)/examples/sh/client"] + words + [body]
                ).code
            }
            #expect(try await verdict(body: body) == 0)
            let two = "v1,AAAA " + (delivery.headers["webhook-signature"] ?? "")
            #expect(try await verdict({ $0["webhook-signature"] = two }, body: body) == 0)
            #expect(try await verdict({ $0["webhook-id"] = "other" }, body: body) == 4)
            #expect(try await verdict({ $0["webhook-timestamp"] = "1600000000" }, body: body) == 4)
            #expect(try await verdict({ $0["webhook-signature"] = "v1,AAAA" }, body: body) == 4)
            #expect(try await verdict(body: try rig.file(bytes: delivery.body + [32])) == 4)
        }
    }
}
