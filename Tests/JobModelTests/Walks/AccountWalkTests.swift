import Testing

@testable import JobModel

@Suite("Random walks of an account")
struct AccountWalkTests {
    @Test("no history overdraws it, and its balance is the sum of its lines", arguments: Seeds.parts(of: 4_000))
    func noHistoryBreaksARule(seeds: ClosedRange<UInt64>) throws {
        for seed in seeds {
            var walk = try AccountWalk(seed: seed)
            try walk.walk(steps: 250)
        }
    }
}
