import CurlClient
import ProcessDriving
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Asks for cases, one after another: over HTTP and by the command, at either worker.
final class Feeder: Sendable {
    private let stage: Stage
    private let plan: Plan
    private let ledger: Ledger
    private let findings: Findings
    private let http: CurlClient
    private let driver: Driver
    private let dice: Dice
    private let count = Locked(0)
    /// Cases being asked for.
    private let underWay = Locked(0)
    /// Told of every case that may be on record.
    private let onCase: @Sendable (Ledger.Case) -> Void

    private enum ExitCode {
        static let done: Int32 = 0
        static let notReachable: Int32 = 5
    }

    init(
        _ stage: Stage, _ plan: Plan, ledger: Ledger, findings: Findings, http: CurlClient, driver: Driver,
        onCase: @escaping @Sendable (Ledger.Case) -> Void
    ) {
        (self.stage, self.plan, self.ledger, self.findings) = (stage, plan, ledger, findings)
        (self.http, self.driver, self.onCase) = (http, driver, onCase)
        dice = Dice(seed: plan.seed, stream: "cases")
    }

    /// Keeps as many cases alive as the plan says, until the task is canceled or all of the plan's cases are made.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, plan.cases.map({ made < $0 }) ?? true {
                let hasRoom = ledger.alive + underWay.withLock { $0 } < plan.alive
                if hasRoom {
                    underWay.withLock { $0 += 1 }
                    let number = nextNumber()
                    // What was begun is ended in order: a canceled request would leave it open what became of it.
                    group.addTask {
                        await Task { await self.createOne(number) }.value
                        self.underWay.withLock { $0 -= 1 }
                    }
                }
                await Pause.milliseconds(hasRoom ? 30 : 100)
            }
        }
    }

    private var made: Int { count.withLock { $0 } }

    private func createOne(_ number: Int) async {
        do {
            let body = try body(number)
            if dice.happens(0.5), let url = stage.control.url, await post(name(number), body, to: url) { return }
            await command(name(number), try file(number, body))
        } catch {
            findings.add("\(name(number)): \(error)")
        }
    }

    /// Starts the command and kills it after so many milliseconds.
    /// - Returns: whether it was still running then.
    func createAndKill(after milliseconds: Int) async -> Bool {
        let number = nextNumber()
        do {
            let running = try Running(stage.create(try file(number, try body(number)), worker: worker()))
            await Pause.milliseconds(milliseconds)
            let code = await running.kill(driver)
            let isAccepted = code == ExitCode.done || code == ExitCode.notReachable
            onCase(Ledger.Case(id: name(number), isAccepted: isAccepted))
            return code == 128 + SIGKILL
        } catch {
            findings.add("\(name(number)): \(error)")
            return false
        }
    }

    // MARK: Ways of asking

    /// - Returns: false if it was certainly not taken, because what listens there takes none (now).
    private func post(_ id: String, _ body: [UInt8], to url: String) async -> Bool {
        let request = HTTPRequest(
            "POST", "\(url)/api/generate-case", headers: [("content-type", "application/json")], body: body,
            timeout: .seconds(20), maximumBodyBytes: 4 << 20)
        do throws(HTTPError) {
            switch try await http.send(request).status {
            case 202: onCase(Ledger.Case(id: id, isAccepted: true))
            // The control side is the receiver alone at present, or cannot for now.
            case 404, 503: return false
            case let status: findings.add("\(id): POST /api/generate-case was answered with \(status)")
            }
        } catch {
            // It was killed meanwhile: recorded or not.
            onCase(Ledger.Case(id: id, isAccepted: false))
        }
        return true
    }

    private func command(_ id: String, _ file: String) async {
        do {
            let running = try Running(stage.create(file, worker: worker()))
            switch await running.end(driver) {
            case ExitCode.done, ExitCode.notReachable: onCase(Ledger.Case(id: id, isAccepted: true))
            case let code: findings.add("\(id): `initiator create` ended with code \(code)")
            }
        } catch {
            findings.add("\(id): \(error)")
        }
    }

    // MARK: Cases

    private func worker() -> Role { stage.workers[dice.number(in: 0...1)] }

    private func nextNumber() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    private func name(_ number: Int) -> String { "chaos-\(number)" }

    private func body(_ number: Int) throws -> [UInt8] {
        try Cases.body(name(number), evidence: dice.number(in: 1...8), locations: dice.number(in: 1...3))
    }

    private func file(_ number: Int, _ body: [UInt8]) throws -> String {
        let file = "\(plan.directory)/cases/\(name(number)).json"
        try Files.write(body, to: file)
        return file
    }
}

/// A command on its way.
private struct Running: Sendable {
    private let process: pid_t
    private let pipe: Pipe

    init(_ command: Command) throws {
        pipe = try Pipe()
        process = try command.start(output: pipe.writing)
    }

    func kill(_ driver: Driver) async -> Int32 {
        // Its number is its own until it has been waited for.
        Glibc.kill(process, SIGKILL)
        return await end(driver)
    }

    func end(_ driver: Driver) async -> Int32 {
        let process = process
        let code = await driver.blocking { Ending(waitingFor: process).code }
        pipe.close()
        return code
    }
}
