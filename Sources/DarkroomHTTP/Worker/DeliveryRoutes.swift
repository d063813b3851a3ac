import Hummingbird
import JobModel
import Orchestration

/// What could not be delivered, and how to try again.
struct DeliveryRoutes: Sendable {
    private static let pageAtMost = 100

    let worker: WorkerService
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/deliveries", [.get: { request, _ in try await list(request) }])
        router.route("/api/deliveries/redeliver", [.post: { request, _ in try await redeliverAll(request) }])
    }

    private func list(_ request: Request) async throws -> Response {
        try access.requireWorkerToken(request)
        let query = request.uri.queryParameters
        guard query["state"] == "dead" else {
            throw InvalidRequest(field: "state", message: "must be dead")
        }
        let limit = try number(query["limit"].map { String($0) }) ?? Self.pageAtMost
        var after: JobID?
        if let text = query["after"] {
            guard let job = try? JobID(String(text)) else {
                throw InvalidRequest(field: "after", message: "must be a job id")
            }
            after = job
        }
        let letters = try await worker.deadLetters(after: after, limit: limit)
        let next = letters.count == limit ? letters.last?.job : nil
        return try Reply.json(DeadLetterPage(deliveries: letters.map { DeadLetterView($0) }, next: next))
    }

    private func number(_ text: String?) throws(InvalidRequest) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), (1...Self.pageAtMost).contains(value) else {
            throw InvalidRequest(field: "limit", message: "must be a number from 1 to \(Self.pageAtMost)")
        }
        return value
    }

    private func redeliverAll(_ request: Request) async throws -> Response {
        try access.requireWorkerToken(request)
        return try Reply.json(["redelivered": try await worker.redeliverDeadLetters()], status: .accepted)
    }
}

private struct DeadLetterPage: Encodable {
    var deliveries: [DeadLetterView]
    /// To be given as `after` for the next page; absent on the last.
    var next: JobID?
}

private struct DeadLetterView: Encodable {
    var jobId: JobID
    var caseId: CaseID
    var epoch: Int
    var version: Int
    var status: JobStatus
    var reason: String
    var finishedAt: Milliseconds?

    init(_ letter: DeadLetter) {
        jobId = letter.job
        caseId = letter.caseID
        epoch = letter.epoch
        version = letter.version
        status = letter.status
        reason = letter.reason
        finishedAt = letter.finishedAt
    }
}
