import Testing

@testable import JobModel

@Suite("Random walks of a job")
struct JobWalkTests {
    @Test("no history breaks a rule", arguments: Seeds.parts(of: 3_000))
    func noHistoryBreaksARule(seeds: ClosedRange<UInt64>) throws {
        for seed in seeds {
            var walk = JobWalk(seed: seed)
            try walk.walk(steps: 60)
        }
    }
}
