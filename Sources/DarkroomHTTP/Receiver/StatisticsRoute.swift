import Hummingbird
import JobModel
import Orchestration

/// `GET /api/metrics/image-generation?window=24h`: how the generation of images goes, of the asker's own jobs; for whoever
/// may see everything of all owners' together, or with `?owner=ID` of one.
///
/// Answers 200 with
/// ```
/// {"window": "24h", "from": ms, "to": ms,
///  "jobs": {"ended": 3, "completed": 1, "partial": 1, "failed": 1, "canceled": 0, "running": 2, "stuck": 0},
///  "images": {"made": 18, "failed": 3, "canceled": 5, "successRate": 0.857, "failureRate": 0.143},
///  "cost": {"micros": 702000, "possibleMicros": 0},
///  "generationTimeMs": {"count": 3, "mean": 4333, "p50": 4000, "p90": 8000, "p95": 8000, "p99": 8000, "max": 8000},
///  "webhookLatencyMs": {as above},
///  "byProvider": {"gemini": {"images": {…}, "cost": {…}}},
///  "byKind": {"evidence": {"images": {…}, "cost": {…}}},
///  "byFamily": {"case": {"jobs": {…}, "images": {…}, "cost": {…}, "generationTimeMs": {…}}},
///  "parts": [{"images": {…}, "cost": {…}}, …], "truncated": false}
/// ```
/// `jobs.running` and `jobs.stuck` are of now, all else of the jobs that ended between `from` and `to`. The two rates, the
/// two times and a group's are absent where nothing is known. `byProvider` knows `none`, `byKind` `unknown`, and both
/// `other` for all beyond a hundred names. `parts` are there with `?parts=12`, up to 100: what ended in each of so many equal
/// parts of the window, the oldest first. 400 for a window that is none, and for other numbers of parts.
struct StatisticsRoute: Sendable {
    let desk: StatisticsDesk
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/metrics/image-generation", [.get: { try await show($0, $1) }])
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let principal = try await access.principal(request, context, for: .read)
        let query = request.uri.queryParameters
        let window = try query["window"].map { text in try StatisticsWindow(String(text)) } ?? .day
        let parts = try query["parts"].map { text in try Self.parts(String(text)) }
        let isOfAll = principal.may(.admin) && query["owner"] == nil
        return try Reply.json(
            try await desk.statistics(of: isOfAll ? nil : principal.owner, window: window, parts: parts))
    }

    private static func parts(_ text: String) throws(InvalidRequest) -> Int {
        guard let count = Int(text), (1...JobStatistics.partsAtMost).contains(count) else {
            throw InvalidRequest(field: "parts", message: "must be 1 to \(JobStatistics.partsAtMost)")
        }
        return count
    }
}
