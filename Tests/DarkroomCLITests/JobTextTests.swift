import JobModel
import Testing

@testable import DarkroomCLI

@Suite struct JobTextTests {
    @Test(
        arguments: [
            (0, "0"), (39_000, "0.039"), (1_000_000, "1"), (1_000_001, "1.000001"), (12_340_000, "12.34"),
            (-500_000, "-0.5"),
            (Int64.min, "-9223372036854.775808"),
        ] as [(Int64, String)])
    func amounts(micros: Int64, text: String) {
        #expect(MoneyText.amount(micros) == text)
    }

    @Test func moneyIsSaidInPlainWords() throws {
        var job = try SampleJob.make([.generated, .held])
        #expect(JobText.lines(of: job).count == 2, "nothing paid, nothing said")
        job.assets[0].cost = AssetCost(micros: 39_000)
        job.assets[1].cost = AssetCost(possiblyBilled: 1, possibleMicros: 39_000)
        job.estimateMicros = 78_000
        let lines = JobText.lines(of: job)
        #expect(lines[0] == "case-1  generating 1/2, 1 failed  epoch 1  cost 0.039  job_1")
        #expect(lines[1] == "  cost: 0.039 (0.078 was expected)")
        #expect(lines[2] == "  possibly billed: 1 call of which nobody knows the end, 0.039 at most")
        #expect(lines[3] == "  ‖ a-1 held (Key 1) (possibly billed)")
    }

    @Test func aFallbackSaysWhoStoodInForWhom() throws {
        var job = try SampleJob.make([.generated, .generated])
        job.assets[0].source = AssetSource(provider: "gemini", model: "m", costMicros: 1)
        job.assets[1].source = AssetSource(
            provider: "local", model: "renderer-1", isFallback: true,
            fallbackCause: FallbackCause(provider: "gemini", code: "timeout"), costMicros: 0)
        #expect(
            JobText.lines(of: job).dropFirst() == [
                "  ✓ a-1 generated (Key 1): fallback by local, because gemini: timeout"
            ])
    }

    @Test(arguments: [
        (0, "waiting, next in line, 0/1"), (1, "waiting, 1 job ahead, 0/1"), (12, "waiting, 12 jobs ahead, 0/1"),
    ])
    func thePlaceInTheQueueIsShown(ahead: Int, text: String) throws {
        var job = try SampleJob.make([.queued])
        job.queue = QueuePlace(ahead: ahead, at: 0)
        #expect(JobText.progress(of: job) == text)
        #expect(ProgressDisplay.line(of: job).contains(text))
        let picture = ProgressPicture(job: job, now: 0, size: Terminal.Size(columns: 80, rows: 24)).lines()
        #expect(picture[0].rendered(columns: 80, hasColours: false).contains(text.dropLast(5)))
    }
}
