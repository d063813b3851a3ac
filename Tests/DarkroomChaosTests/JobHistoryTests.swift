import Testing

@testable import darkroom_chaos

@Suite("What a reader was shown of one job")
struct JobHistoryTests {
    private static func job(
        _ status: String, made: Int = 0, failed: [String] = [], epoch: Int = 1, version: Int = 1, revision: Int64 = 1
    ) -> JobDocument {
        let ids = ["evidence-1", "evidence-2"]
        let links = Dictionary(uniqueKeysWithValues: ids.prefix(made).map { ($0, "http://here/api/artifacts/\($0)") })
        return JobDocument(
            caseId: "c", jobId: "j", status: status, final: JobDocument.terminal.contains(status), totalImages: 2,
            completedImages: made, failedImages: failed.count, failedIds: failed, evidenceImages: links,
            locationImages: [:], epoch: epoch, version: version, revision: revision, worker: "http://w",
            assets: ids.enumerated().map { index, id in
                JobDocument.Asset(
                    id: id, status: index < made ? "generated" : "generating", attempts: 1, image: links[id])
            })
    }

    private static func complaints(_ jobs: JobDocument...) -> [String] {
        var history = JobHistory()
        return jobs.flatMap { history.observe($0, at: 0) }
    }

    @Test func aJobThatGoesOnIsFine() {
        #expect(
            Self.complaints(
                Self.job("pending"), Self.job("generating", made: 1, version: 3, revision: 4),
                Self.job("completed", made: 2, version: 5, revision: 9)
            ).isEmpty)
    }

    @Test("nothing goes back: version, revision, epoch")
    func order() {
        let first = Self.job("generating", version: 3, revision: 7)
        #expect(Self.complaints(first, Self.job("generating", version: 2, revision: 8)).count == 1)
        #expect(Self.complaints(first, Self.job("generating", version: 4, revision: 6)).count == 1)
        #expect(
            Self.complaints(
                Self.job("generating", epoch: 2), Self.job("generating", epoch: 1, version: 9, revision: 9)
            ).count == 1)
        #expect(Self.complaints(first, Self.job("generating", epoch: 2, version: 0, revision: 8)).isEmpty)
    }

    @Test("what was final stays final in its epoch")
    func finality() {
        let end = Self.job("completed", made: 2)
        #expect(Self.complaints(end, Self.job("generating", made: 2, version: 2, revision: 2)).count == 1)
        #expect(Self.complaints(end, Self.job("generating", made: 2, epoch: 2, revision: 2)).isEmpty)
    }

    @Test("a picture once shown stays")
    func pictures() {
        let shown = Self.job("generating", made: 1)
        #expect(Self.complaints(shown, Self.job("generating", made: 0, version: 2, revision: 2)).count == 1)
    }

    @Test("counters equal contents, and the status follows from them")
    func counters() {
        var job = Self.job("generating", made: 1)
        job.completedImages = 2
        #expect(Self.complaints(job).count == 1)
        #expect(Self.complaints(Self.job("completed", made: 1, failed: ["evidence-2"])).count == 1)
        #expect(Self.complaints(Self.job("partial", made: 1)).count == 1)
        #expect(Self.complaints(Self.job("partial", made: 1, failed: ["evidence-2"])).isEmpty)
        #expect(Self.complaints(Self.job("generating", made: 1, failed: ["evidence-1"])).count == 1)
    }
}
