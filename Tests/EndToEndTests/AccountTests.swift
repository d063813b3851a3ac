import JSONCoding
import Testing
import Threads

/// The operator's own account under a plan, through real processes: what was promised holds whatever dies.
@Suite("Accounts and money", .serialized)
struct AccountTests {
    private static let price: Int64 = 39_000
    private static let images = 5

    /// What `serve` knows of the workers' prices; one attempt for each image.
    private static let pricing = [
        "DARKROOM_PROVIDER": "gemini", "DARKROOM_GEMINI_MODEL": "m1", "DARKROOM_PRICES": "gemini/*=39000",
        "DARKROOM_MAX_ATTEMPTS": "1",
    ]

    private struct Purse: Sendable {
        let rig: Rig
        let settings: [String: String]
        let data: String

        init(_ rig: Rig, _ plan: JSONValue, data: String = "control") async throws {
            self.rig = rig
            self.data = data
            settings = pricing.merging(["DARKROOM_PLANS": try rig.file(["own": plan])]) { _, own in own }
            let set = try await run("owners", "set", "local", "--plan", "own")
            #expect(set.code == 0, "\(set.errors)")
        }

        func run(_ arguments: String...) async throws -> Finished {
            try await rig.run("initiator", arguments + ["--data", rig.path(data)], settings: settings)
        }

        func serve(listen: String, worker: String, crashAt commit: Int? = nil) async throws -> Server {
            var own = settings
            if let commit { own["DARKROOM_CRASH_AT_COMMIT"] = "\(commit)" }
            return try await rig.serve(
                "initiator", ["serve", "--listen", listen, "--data", rig.path(data), "--worker", worker], settings: own)
        }

        func account() async throws -> JSONValue { try await run("owners", "show", "local", "--json").json }

        /// When nothing is set aside any more.
        func settled() async throws -> JSONValue {
            try await eventually("nothing to be set aside in \(data)") {
                let account = try await account()
                return account["openJobs"]?.arrayValue?.isEmpty == true ? account : nil
            }
        }

        /// The lines of the ledger, which add up to the balance; `verify` says so too.
        func books() async throws -> [JSONValue] {
            let account = try await account()
            let text = try await run("ledger", "local", "--json").output
            let lines = try text.split(separator: "\n").map { try JSON.decode(JSONValue.self, from: Array($0.utf8)) }
            #expect(lines.reduce(0) { $0 + $1.number("micros") } == account["spent"]?.number("micros"))
            let verified = try await run("verify")
            #expect(verified.code == 0, "\(verified.output)")
            return lines
        }
    }

    private static func post(_ server: String, case name: String, key: String? = nil) async throws -> Reply {
        try await HTTP.post(
            "\(server)/api/generate-case", headers: key.map { ["Idempotency-Key": $0] } ?? [:],
            json: Cases.document(name, evidence: images))
    }

    private static func listen() throws -> String { "127.0.0.1:\(try Ports.pick())" }

    @Test("64 submissions at once under one in flight: one job; after its end the next")
    func oneInFlight() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let purse = try await Purse(rig, ["maxInFlight": 1, "casesExempt": false])
            let control = try await purse.serve(listen: Self.listen(), worker: worker.url)
            let replies = try await crowd(64) { try await Self.post(control.url, case: "case-\($0)") }
            #expect(replies.count { $0.status == 202 } == 1)
            let refused = replies.filter { $0.status == 429 }
            #expect(refused.count == 63 && refused.allSatisfy { $0.errorCode == "too_many_in_flight" })
            let first = try #require(replies.first { $0.status == 202 }).json.text("caseId")
            let canceled = try await HTTP.post("\(control.url)/api/cases/\(first)/cancel", [])
            #expect(canceled.status == 202)
            _ = try await purse.settled()
            #expect(try await Self.post(control.url, case: "case-next").status == 202)
        }
    }

    @Test("64 submissions with one key are one job, whatever else; another body is refused")
    func oneKey() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator)
            let purse = try await Purse(rig, ["maxInFlight": 1, "casesExempt": false])
            let control = try await purse.serve(listen: Self.listen(), worker: worker.url)
            let replies = try await crowd(64) { _ in try await Self.post(control.url, case: "case-1", key: "key-1") }
            #expect(replies.allSatisfy { $0.status == 202 })
            #expect(Set(try replies.map { try $0.json.text("jobId") }).count == 1)
            let other = try await Self.post(control.url, case: "case-2", key: "key-1")
            #expect(other.status == 409 && other.errorCode == "idempotency_conflict")
            let bad = try await Self.post(control.url, case: "case-2", key: "a key")
            #expect(bad.status == 400 && bad.errorField == "Idempotency-Key")
            let body = try #require(Cases.document("case-1", evidence: Self.images).objectValue)
                .merging(["idempotencyKey": "key-1"]) { $1 }
            let inBody = try await HTTP.post("\(control.url)/api/generate-case", json: .object(body))
            #expect(try inBody.status == 202 && inBody.json.text("jobId") == replies[0].json.text("jobId"))
            _ = try await JobReader(server: control.url, caseID: "case-1").final()
            _ = try await purse.settled()
            #expect(try await purse.books().count == Self.images)
            #expect(try await simulator.calls().count == Self.images)
        }
    }

    @Test("an owner with a budget gets nothing where no price is known, and nothing beyond the quota")
    func refusals() async throws {
        try await Rig.run { rig in
            let purse = try await Purse(rig, ["imagesPerMonth": 7, "budgetMicrosPerMonth": 1_000_000])
            let control = try await purse.serve(listen: Self.listen(), worker: "http://127.0.0.1:9")
            let url = "\(control.url)/api/generate-case"
            let body = try #require(Cases.document("case-1", evidence: 1).objectValue)
            let strange = body.merging(["options": ["providers": ["openai"]]]) { $1 }
            let unpriced = try await HTTP.post(url, json: .object(strange))
            #expect(unpriced.status == 422 && unpriced.errorCode == "price_unknown")
            #expect(try await Self.post(control.url, case: "case-2").status == 202)
            let third = try await Self.post(control.url, case: "case-3")
            #expect(third.status == 402 && third.errorCode == "quota_exceeded")
            let account = try await purse.account()
            #expect(account["reserved"]?.number("micros") == 5 * Self.price)
        }
    }

    @Test(
        "64 jobs on a budget for ten, the server killed in the middle: ten are made, and not a micro-unit more is spent"
    )
    func budgetUnderAKill() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_MAX_ATTEMPTS": "1"])
            let budget = 10 * Int64(Self.images) * Self.price
            let purse = try await Purse(rig, ["budgetMicrosPerMonth": .int(budget)])
            let listen = try Self.listen()
            let doomed = try await purse.serve(listen: listen, worker: worker.url)
            let answered = Locked(0)
            _ = try await crowd(64) { number -> Bool in
                // Whose answer was lost repeats the request, as everybody else does.
                guard (try? await Self.post(doomed.url, case: "case-\(number)", key: "key-\(number)")) != nil else {
                    return false
                }
                let count = answered.withLock { count in
                    count += 1
                    return count
                }
                if count == 5 { doomed.process.signal(9) }
                return true
            }
            #expect(try await doomed.process.end() == .killed(signal: 9))
            let control = try await purse.serve(listen: listen, worker: worker.url)
            let replies = try await crowd(64) { try await Self.post(control.url, case: "case-\($0)", key: "key-\($0)") }
            let taken = try replies.filter { $0.status == 202 }.map { try $0.json.text("caseId") }
            #expect(taken.count == 10)
            #expect(replies.count { $0.errorCode == "budget_exceeded" } == 54)
            for name in taken { _ = try await JobReader(server: control.url, caseID: name).final() }
            let account = try await purse.settled()
            #expect(account["spent"]?.number("micros") == budget)
            #expect(try await purse.books().count == 10 * Self.images)
            #expect(try await simulator.calls().count == 10 * Self.images)
        }
    }

    @Test("the server killed right after each of its commits: a repeat completes the one job, and it is counted once")
    func killedAfterEveryCommit() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_MAX_ATTEMPTS": "1"])
            let kills = try await CrashSweep.run { n in
                let plan: JSONValue = [
                    "maxInFlight": 1, "budgetMicrosPerMonth": .int(Int64(Self.images) * Self.price),
                    "casesExempt": false,
                ]
                let purse = try await Purse(rig, plan, data: "control-\(n)")
                return try await kill(n, purse, worker)
            }
            #expect(kills >= 6, "key, account, job, pictures, settlement and lines are commits of their own")
        }
    }

    private func kill(_ n: Int, _ purse: Purse, _ worker: Server) async throws -> Bool {
        let (listen, name) = (try Self.listen(), "case-\(n)")
        let doomed = try await purse.serve(listen: listen, worker: worker.url, crashAt: n)
        // The answer may be lost.
        _ = try? await Self.post(doomed.url, case: name, key: "key")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await doomed.process.end() }
            group.addTask {
                guard (try? await JobReader(server: doomed.url, caseID: name).final()) != nil else {
                    // It was killed: the other task sees its end.
                    _ = try await doomed.process.end()
                    return
                }
                _ = try? await purse.settled()
            }
            try await group.next()
            group.cancelAll()
        }
        await doomed.process.stop()
        let wasKilled = try await doomed.process.end() == .killed(signal: 9)
        let verified = try await purse.run("verify")
        #expect(verified.code == 0, "\(n): \(verified.output)")
        let control = try await purse.serve(listen: listen, worker: worker.url)
        let again = try await Self.post(control.url, case: name, key: "key")
        #expect(again.status == 202, "\(n): \(again.text)")
        let job = try await JobReader(server: control.url, caseID: name).final()
        #expect(job.outcome == "completed \(Self.images)/\(Self.images)", "\(n)")
        #expect(try again.json.text("jobId") == job.text("jobId"))
        let account = try await purse.settled()
        #expect(account["spent"]?.number("micros") == Int64(Self.images) * Self.price, "\(n)")
        #expect(account["spent"]?.number("images") == Int64(Self.images), "\(n)")
        let lines = try await purse.books()
        #expect(lines.count == Self.images && Set(lines.map { $0.text("jobId") }) == [job.text("jobId")], "\(n)")
        return wasKilled
    }

    @Test("what a job may cost is held by its worker too: calls that may have been billed count")
    func heldByTheWorker() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hang-before-headers"])
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_ATTEMPT_TIMEOUT": "0.2"])
            // Room for five calls of this price, and four attempts for each of five images.
            let purse = try await Purse(rig, ["budgetMicrosPerMonth": .int(5 * Self.price)])
            let control = try await purse.serve(listen: Self.listen(), worker: worker.url)
            #expect(try await Self.post(control.url, case: "case-1").status == 202)
            let job = try await JobReader(server: control.url, caseID: "case-1").final()
            #expect(job.text("status") == "failed")
            #expect(try await simulator.calls().count == 5)
            let account = try await purse.settled()
            #expect(account["spent"]?.number("possibleMicros") == 5 * Self.price)
            let next = try await Self.post(control.url, case: "case-2")
            #expect(next.status == 402 && next.errorCode == "budget_exceeded")
            _ = try await purse.books()
        }
    }

    private func crowd<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { group in
            for number in 1...count { group.addTask { try await body(number) } }
            var results: [Result] = []
            for try await result in group { results.append(result) }
            return results
        }
    }
}
