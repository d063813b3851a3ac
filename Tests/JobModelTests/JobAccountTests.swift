import Testing

@testable import JobModel

@Suite("A job and its owner's account")
struct JobAccountTests {
    private static let names = ["evidence-1", "evidence-2"]

    private func desk(allowing micros: Int64? = nil, isAllowed: Bool = true) throws -> JobDesk {
        var job = try Make.job(assets: Self.names)
        if isAllowed { job.take(JobAllowance(micros: micros)) }
        var desk = JobDesk(job, policy: JobPolicy(settles: true))
        desk.send(.tick)
        desk.send(.triggerEnded(epoch: 1, .accepted))
        return desk
    }

    private func end(_ desk: inout JobDesk, costing costs: [Int64], version: Int = 1) {
        var snapshot = Make.snapshot(of: desk.job, version: version, status: .failed, [.failed, .failed])
        for (index, cost) in costs.enumerated() { snapshot.assets[index].cost = AssetCost(micros: cost) }
        desk.report(snapshot)
    }

    private func settlements(_ desk: JobDesk) -> [JobRecord] {
        desk.actions.compactMap { if case .settle(let record) = $0 { record } else { nil } }
    }

    @Test("it is settled at its end, once, and wants attention until that is known")
    func settled() throws {
        var desk = try desk(allowing: 100)
        #expect(!desk.job.isSettlementOwed && settlements(desk).isEmpty)
        end(&desk, costing: [30, 10])
        #expect(desk.job.isFinal && desk.job.isSettlementOwed && desk.job.due == desk.job.updatedAt)
        desk.send(.tick)
        let settlement = try #require(settlements(desk).first?.settlement)
        #expect(settlements(desk).count == 1)
        #expect(settlement.total == Amount(micros: 40) && settlement.items.map(\.total.micros) == [30, 10])
        desk.send(.settled(desk.job.jobID, epoch: 1, settlement.total))
        #expect(!desk.job.isSettlementOwed && desk.job.due == desk.job.keepUntil)
        #expect(desk.job.account?.isReserved == false && settlements(desk).count == 1)
    }

    @Test("one that nothing is set aside for and that cost nothing owes nothing")
    func free() throws {
        var desk = try desk(isAllowed: false)
        end(&desk, costing: [])
        #expect(desk.job.isFinal && !desk.job.isSettlementOwed && settlements(desk).isEmpty)
        var paid = try self.desk(isAllowed: false)
        end(&paid, costing: [7])
        #expect(paid.job.isSettlementOwed && settlements(paid).count == 1)
    }

    @Test("one that is not settled is not forgotten")
    func kept() throws {
        var desk = try desk(allowing: 100)
        end(&desk, costing: [30])
        desk.now = JobPolicy.standardKept * 2
        desk.send(.tick)
        #expect(!desk.job.isForgotten)
        desk.send(.settled(desk.job.jobID, epoch: 1, desk.job.settlement.total))
        #expect(desk.job.isForgotten)
    }

    @Test("a worker that takes over gets what is left, and a retry what was set aside for it")
    func whatIsLeft() throws {
        var desk = try desk(allowing: 100)
        #expect(desk.job.handOut.runOptions?.maxCostMicros == 100)
        var snapshot = Make.snapshot(of: desk.job, version: 1, status: .generating, [.generating, .generating])
        snapshot.assets[0].cost = AssetCost(micros: 30, possiblyBilled: 1, possibleMicros: 25)
        desk.report(snapshot)
        desk.send(.runAnswered(epoch: 1, .unknown))
        #expect(desk.job.handOut.epoch == 2 && desk.job.handOut.maxCostMicros == 45)
        desk.send(.triggerEnded(epoch: 2, .accepted))
        end(&desk, costing: [0, 45])
        desk.send(.settled(desk.job.jobID, epoch: 2, desk.job.settlement.total))
        let claim = try Claim("claim_1_3")
        desk.send(.epochRequested(9, EpochRequest(claim: claim, allowance: JobAllowance(micros: 60))))
        #expect(desk.job.handOut.epoch == 3 && desk.job.handOut.maxCostMicros == 60)
        #expect(desk.job.account?.isReserved == true && desk.job.account?.maxCostMicros == 160)
        #expect(desk.job.account?.settled == Amount(micros: 75, possibleMicros: 25))
    }

    @Test("where nothing limits the owner any more, nothing limits the next epoch")
    func noLimit() throws {
        var desk = try desk(allowing: 10)
        end(&desk, costing: [10])
        desk.send(.settled(desk.job.jobID, epoch: 1, desk.job.settlement.total))
        try desk.retry()
        #expect(desk.job.handOut.epoch == 2 && desk.job.handOut.maxCostMicros == nil)
        #expect(desk.job.account?.isReserved == false)
    }

    @Test("news of an epoch that is over release nothing of the present one")
    func lateNews() throws {
        var desk = try desk(allowing: 100)
        end(&desk, costing: [10])
        let total = desk.job.settlement.total
        let claim = try Claim("claim_1_2")
        desk.send(.epochRequested(9, EpochRequest(claim: claim, allowance: JobAllowance(micros: 60))))
        desk.send(.settled(desk.job.jobID, epoch: 1, total))
        #expect(desk.job.account?.isReserved == true && desk.job.account?.settled == total)
        desk.send(.settled(try JobID("job_other"), epoch: 2, .zero))
        #expect(desk.job.account?.isReserved == true && desk.job.account?.settled == total)
    }
}
