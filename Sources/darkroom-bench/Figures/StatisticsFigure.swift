import JobModel
import LMDBStore
import Logging
import Orchestration

/// Statistics over thousands of jobs that have ended: what the first question takes, and what those after it.
struct StatisticsFigure: Figure {
    func rows(in lab: Lab) async throws -> [Row] {
        let jobs = lab.isQuick ? 1_000 : 10_000
        let store = try LMDBStore.open(try lab.directory("store"))
        do {
            let rows = try await measure(store, jobs)
            await store.close()
            return rows
        } catch {
            await store.close()
            throw error
        }
    }

    private func measure(_ store: LMDBStore, _ jobs: Int) async throws -> [Row] {
        let clock = SystemClock()
        try await write(0..<jobs, to: store, now: clock.now())
        let desk = StatisticsDesk(
            store: store, clock: clock, stuckAfter: 600_000,
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }))
        let first = try await time(desk, expecting: jobs)
        let second = try await time(desk, expecting: jobs)
        try await write(jobs..<jobs + 100, to: store, now: clock.now())
        let third = try await time(desk, expecting: jobs + 100)
        return [
            Row(
                "statistics over \(jobs) ended jobs of 14 images: first question, nothing new, 100 jobs more",
                "\(first.rounded(0)) ms, \(second.rounded(1)) ms, \(third.rounded(0)) ms")
        ]
    }

    /// In milliseconds.
    private func time(_ desk: StatisticsDesk, expecting jobs: Int) async throws -> Double {
        let begin = ContinuousClock.now
        let figures = try await desk.statistics(of: nil, window: .day)
        let length = (ContinuousClock.now - begin).milliseconds
        guard figures.jobs.ended == jobs, figures.images.made == 14 * jobs else {
            throw BenchFailure("\(figures.jobs.ended) of \(jobs) jobs were counted")
        }
        return length
    }

    private func write(_ numbers: Range<Int>, to store: LMDBStore, now: Milliseconds) async throws {
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 100) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 100, numbers.upperBound) {
                    group.addTask {
                        let job = try Self.job(number, now: now)
                        let outcome = await store.write(
                            RecordWrite(
                                key: Keys.job(job.caseID, owner: job.owner), expected: .absent,
                                header: RecordCoding.header(of: job), body: try RecordCoding.body(of: job)))
                        guard case .committed = outcome else { throw BenchFailure("a write ended as \(outcome)") }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func job(_ number: Int, now: Milliseconds) throws -> JobRecord {
        let hash = ContentHash(of: Array("\(number)".utf8))
        let assets = try (1...14).map { index in
            let kind: AssetKind = index <= 10 ? .evidence : .location
            var asset = JobAsset(id: try AssetID("\(kind)-\(index)"), kind: kind, name: "Thing \(index)")
            asset.status = .generated
            asset.attempts = 1
            asset.picture = Picture(
                hash: hash, bytes: 40_000, size: PixelSize(width: 512, height: 512), mediaType: "image/jpeg")
            asset.source = AssetSource(provider: "gemini", model: "m", costMicros: 39_000)
            asset.cost = AssetCost(micros: 39_000)
            return asset
        }
        var job = JobRecord(
            jobID: try JobID("job_\(number)"), owner: .local, caseID: try CaseID("case-\(number)"),
            createdAt: now - 60_000, specification: hash, requestHash: hash,
            handOut: HandOut(
                epoch: 1, worker: "http://127.0.0.1:8081", claim: try Claim("claim_\(number)"), stopBy: now,
                webhookURL: "http://127.0.0.1:8080/api/webhook/image-progress",
                artifactURL: "http://127.0.0.1:8080/api/artifacts"),
            assets: assets)
        job.status = .completed
        job.isFinal = true
        job.completedAt = now - 1_000
        return job
    }
}
