import CurlClient
import JSONCoding
import Threads

/// Reads jobs over HTTP as any client does.
struct JobClient: Sendable {
    let http: CurlClient

    enum Answer: Sendable {
        case job(JobDocument)
        case unknown
        /// No answer, or one that says "not now".
        case silence
    }

    private static let limits = JSONLimits(maximumBytes: 4 << 20)

    /// - Parameter revision: waits for news behind it for some seconds; nil answers at once.
    /// - Throws: ``JSONError`` for an answer that is no job.
    func job(_ id: String, at server: String, after revision: Int64?) async throws -> Answer {
        let query = revision.map { "?wait=5&after=\($0)" } ?? ""
        guard let reply = await get("\(server)/api/cases/\(id)/image-job\(query)") else { return .silence }
        switch reply.status {
        case 200: return .job(try JSON.decode(JobDocument.self, from: reply.body, limits: Self.limits))
        case 404: return .unknown
        default: return .silence
        }
    }

    /// Nil if the worker does not answer, or does not hold the run.
    func run(_ job: String, at worker: String) async throws -> RunDocument? {
        let token = [(name: "Authorization", value: "Bearer \(Credentials.workerToken)")]
        guard let reply = await get("\(worker)/api/runs/\(job)", headers: token), reply.status == 200 else {
            return nil
        }
        return try JSON.decode(RunDocument.self, from: reply.body, limits: Self.limits)
    }

    func get(_ url: String, headers: [(name: String, value: String)] = []) async -> HTTPResponse? {
        let request = HTTPRequest(
            "GET", url, headers: headers, timeout: .seconds(15), maximumBodyBytes: Self.limits.maximumBytes)
        return try? await http.send(request)
    }
}

/// Follows each case from its creation to its end.
struct Watcher: Sendable {
    let stage: Stage
    let client: JobClient
    let ledger: Ledger
    let findings: Findings
    /// Set once nothing is in the way of jobs any more: they must have ended by then.
    let deadline: Locked<ContinuousClock.Instant?>

    func follow(_ one: Ledger.Case) async {
        var history = JobHistory()
        while !isOver {
            switch await look(one, after: history.last?.revision) {
            case .job(let job):
                for complaint in history.observe(job, at: WallClock.now) { findings.add(complaint) }
                if job.final { return ledger.end(one, Ledger.Outcome(history: history, isFinal: true)) }
            case .unknown:
                guard one.isAccepted || history.last != nil else { return ledger.end(one, nil) }
                findings.add("\(one.id): LOST, it was accepted and nobody knows it")
                return ledger.end(one, Ledger.Outcome(history: history, isFinal: false))
            case .silence:
                await Pause.milliseconds(100)
            }
        }
        findings.add("\(one.id): NOT ENDED, \(history.last.map { "\($0.status), epoch \($0.epoch)" } ?? "never seen")")
        ledger.end(one, Ledger.Outcome(history: history, isFinal: false))
    }

    private var isOver: Bool { deadline.withLock { $0 }.map { $0 <= .now } ?? false }

    private func look(_ one: Ledger.Case, after revision: Int64?) async -> JobClient.Answer {
        guard let server = stage.control.url else { return .silence }
        do { return try await client.job(one.id, at: server, after: revision) } catch {
            findings.add("\(one.id): its job cannot be read: \(error)")
            return .silence
        }
    }
}
