import Testing

@testable import JobModel

@Suite("What a job costs, and what it waits for")
struct MoneyTests {
    private func snapshot(
        _ desk: JobDesk, version: Int, status: JobStatus = .generating, _ states: [AssetState], _ costs: [AssetCost?]
    ) -> Snapshot {
        var snapshot = Make.snapshot(of: desk.job, version: version, status: status, states)
        for (index, cost) in costs.enumerated() { snapshot.assets[index].cost = cost }
        return snapshot
    }

    private static let paid = AssetCost(micros: 39_000)
    private static let doubtful = AssetCost(micros: 39_000, possiblyBilled: 2, possibleMicros: 78_000)

    @Test("an epoch's cost replaces itself and is moved to the past when the next begins")
    func epochs() throws {
        var desk = try JobDesk.accepted(["evidence-1", "evidence-2"])
        #expect(desk.job.cost == JobCost(micros: 0, possiblyBilled: 0, possibleMicros: 0, estimateMicros: nil))
        var first = snapshot(desk, version: 2, [.generated, .retrying], [Self.paid, Self.paid])
        first.estimateMicros = 80_000
        desk.report(first)
        desk.report(snapshot(desk, version: 3, status: .partial, [.generated, .failed], [Self.paid, Self.doubtful]))
        #expect(
            desk.job.cost
                == JobCost(micros: 78_000, possiblyBilled: 2, possibleMicros: 78_000, estimateMicros: 80_000))
        try desk.retry()
        #expect(desk.job.assets.map(\.cost) == [nil, nil])
        #expect(desk.job.assets.map(\.earlierCost) == [Self.paid, Self.doubtful])
        #expect(desk.job.cost.micros == 78_000 && desk.job.cost.estimateMicros == nil)
        var second = snapshot(desk, version: 1, [.generated, .generating], [nil, nil])
        second.estimateMicros = 39_000
        desk.report(second)
        desk.report(snapshot(desk, version: 2, status: .completed, [.generated, .generated], [nil, Self.paid]))
        #expect(
            desk.job.cost
                == JobCost(micros: 117_000, possiblyBilled: 2, possibleMicros: 78_000, estimateMicros: 117_000))
        // What is told twice or late is counted once.
        let before = desk.job
        desk.report(first)
        desk.report(second)
        #expect(desk.job == before)
    }

    @Test("what an epoch has cost is known when its worker has said its last word")
    func latePicture() throws {
        var desk = try JobDesk.accepted(["evidence-1"])
        var late = snapshot(desk, version: 9, [.generated], [AssetCost(micros: 78_000, possiblyBilled: 1)])
        late.assets[0].source?.costMicros = 39_000
        desk.report(snapshot(desk, version: 3, status: .failed, [.failed], [Self.doubtful]))
        try desk.retry()
        desk.report(late)
        #expect(desk.job.assets[0].status == .generated)
        #expect(desk.job.assets[0].earlierCost == AssetCost(micros: 78_000, possiblyBilled: 1))
        // What it said before that, and comes only now, is no news.
        var older = late
        older.version = 8
        older.assets[0].cost = Self.paid
        desk.report(older)
        #expect(desk.job.assets[0].earlierCost == AssetCost(micros: 78_000, possiblyBilled: 1))
    }

    @Test("money of the present epoch counts where a picture of another fills the slot already")
    func filledSlot() throws {
        var desk = try JobDesk.accepted(["evidence-1", "evidence-2"])
        let late = snapshot(desk, version: 9, [.generated, .queued], [nil, nil])
        desk.report(snapshot(desk, version: 3, status: .failed, [.failed, .failed], [nil, nil]))
        try desk.retry()
        desk.report(late)
        let held = desk.job.assets[0].picture
        desk.report(snapshot(desk, version: 2, [.generated, .generating], [Self.paid, nil]))
        #expect(desk.job.assets[0].picture == held)
        #expect(desk.job.assets[0].cost == Self.paid)
        // After the end too.
        desk.report(snapshot(desk, version: 3, status: .partial, [.generated, .failed], [Self.paid, nil]))
        desk.report(snapshot(desk, version: 4, status: .partial, [.generated, .failed], [Self.paid, Self.doubtful]))
        #expect(desk.job.cost.possiblyBilled == 2)
    }

    @Test("the place in the queue is shown while there is one")
    func queue() throws {
        var desk = try JobDesk.accepted(["evidence-1"])
        var waiting = Make.snapshot(of: desk.job, version: 1, [.queued])
        waiting.queue = QueuePlace(ahead: 3, at: 5)
        desk.report(waiting)
        #expect(desk.job.queue == QueuePlace(ahead: 3, at: 5))
        desk.report(version: 2, [.generating])
        #expect(desk.job.queue == nil)
        waiting.version = 3
        desk.report(waiting)
        waiting.version = 4
        waiting.status = .failed
        waiting.assets[0].status = .failed
        desk.report(waiting)
        #expect(desk.job.isFinal && desk.job.queue == nil)
    }

    @Test("amounts that no worker of sound mind tells are refused with the field's name")
    func bounds() throws {
        let desk = try JobDesk.accepted(["evidence-1"])
        let good = snapshot(desk, version: 2, [.generated], [Self.doubtful])
        func refused(_ spoil: (inout Snapshot) -> Void) throws -> String? {
            var snapshot = good
            spoil(&snapshot)
            do throws(InvalidRequest) { _ = try SnapshotMessage(snapshot) { _ in "" }.snapshot() } catch {
                return error.field
            }
            return nil
        }
        #expect(try refused { _ in } == nil)
        #expect(try refused { $0.assets[0].cost?.micros = -1 } == "assets[0].cost")
        #expect(try refused { $0.assets[0].cost?.possibleMicros = .max } == "assets[0].cost")
        #expect(try refused { $0.assets[0].cost?.possiblyBilled = -1 } == "assets[0].cost")
        #expect(try refused { $0.assets[0].source?.costMicros = .max } == "assets[0].cost")
        #expect(try refused { $0.estimateMicros = .min } == "estimateMicros")
        #expect(try refused { $0.assets[0].attempts = -1 } == "assets[0].attempts")
        #expect(try refused { $0.assets[0].attempts = .max } == "assets[0].attempts")
        func told(after latency: Milliseconds) -> [DeliveryTry] {
            [DeliveryTry(at: 5, version: 1, number: 1, .accepted(stopBy: nil), latency: latency)]
        }
        #expect(try refused { $0.deliveries = told(after: 7 * 86_400_000) } == nil)
        #expect(try refused { $0.deliveries = told(after: .max) } == "deliveries[0].latencyMs")
        #expect(try refused { $0.deliveries = told(after: -1) } == "deliveries[0].latencyMs")
    }
}
