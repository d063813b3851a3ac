import HistorySimulation
import Testing

/// The short form of `scripts/simulate`: enough histories that everything that can happen in one happened.
@Suite struct HistoryTests {
    private static let seeds: Range<UInt64> = 0..<3_000

    @Test func noHistoryBreaksARuleAndEverythingHappens() async {
        let report = await Campaign.run(seeds: Self.seeds, threads: 2)
        #expect(
            report.violation == nil, "replay it with scripts/simulate --seed \(report.violation?.seed ?? 0) --trace")
        #expect(report.histories == Self.seeds.count)
        #expect(report.coverage.missing == [], "a rule about what never happens says nothing")
    }

    @Test(arguments: [0, 7, 23, 1_000_003] as [UInt64])
    func aSeedIsOneHistory(seed: UInt64) {
        let (first, second) = (History.run(seed: seed), History.run(seed: seed))
        #expect(first.digest == second.digest)
        #expect(first.steps == second.steps)
        #expect(first.steps > 20)
        // Being watched changes nothing.
        let traced = History.run(seed: seed, isTraced: true)
        #expect(traced.digest == first.digest)
        #expect(traced.lines.count > 20)
        #expect(first.lines.isEmpty)
    }

    @Test func otherSeedsAreOtherHistories() {
        let digests = Set((0..<50 as Range<UInt64>).map { History.run(seed: $0).digest })
        #expect(digests.count == 50)
    }

    @Test func aCampaignIsTheSumOfItsHistories() async {
        let report = await Campaign.run(seeds: 100..<140, threads: 2)
        let outcomes = (100..<140 as Range<UInt64>).map { History.run(seed: $0) }
        #expect(report.histories == outcomes.count)
        #expect(report.steps == outcomes.reduce(0) { $0 + $1.steps })
        for happening in Happening.allCases {
            #expect(report.coverage[happening] == outcomes.reduce(0) { $0 + $1.coverage[happening] })
        }
    }
}
