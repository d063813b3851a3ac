@testable import JobModel

/// The rules that no history of a run may break.
struct RunRules {
    let seed: UInt64
    let limits: RunLimits
    var step = 0
    private var committed: RunRecord?
    private var told: [Place: [SnapshotAsset]] = [:]
    private var commits = 0

    struct Place: Hashable {
        let epoch: Int
        let claim: Claim
        let version: Int
    }

    init(seed: UInt64, limits: RunLimits) {
        self.seed = seed
        self.limits = limits
    }

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws {
        if !holds { throw BrokenRule(rule(), seed: seed, step: step) }
    }

    mutating func check(_ bench: Bench<RunState>) throws {
        if let state = bench.state { try check(state.record) }
        guard bench.commits != commits, let next = bench.stored?.record else { return }
        commits = bench.commits
        try check(next)
        if let committed { try check(step: committed, to: next) }
        committed = next
    }

    /// What is true of a record by itself.
    private func check(_ record: RunRecord) throws {
        let busy = record.assets.filter { $0.state == .generating }
        try require(busy.count <= limits.window, "\(busy.count) calls at once")
        try require(busy.count { $0.kind == .location } <= limits.locationWindow, "too many locations at once")
        for asset in record.assets {
            try require(asset.tries <= limits.retry.maximumAttempts, "\(asset.id): too many calls to one provider")
            let isWhole = asset.startedAt == nil || asset.attempts >= asset.tries
            try require(isWhole, "\(asset.id): more calls to one provider than in all")
            let hasCost = asset.cost.possiblyBilled >= 0 && asset.cost.possibleMicros >= 0 && asset.cost.micros >= 0
            try require(hasCost, "\(asset.id): a cost below zero")
            try require(asset.state != .generated || asset.openCall == nil, "\(asset.id): made, and still asked about")
            try require(
                asset.history.count <= AssetRun.historyKept(assets: record.assets.count),
                "\(asset.id): too much history")
            let last = asset.history.last?.state ?? asset.state
            try require(last == asset.state, "\(asset.id): \(asset.state), and its history ends with \(last)")
            try require((asset.state == .generated) == (asset.picture != nil), "\(asset.id): \(asset.state), picture")
            try require(asset.state != .generated || asset.cutOff == nil, "\(asset.id): made, and cut off")
            try require(!asset.state.isFailure || asset.error != nil, "\(asset.id): \(asset.state) without an error")
            try require((asset.retryAt != nil) == (asset.state == .retrying), "\(asset.id): retryAt in \(asset.state)")
        }
        try require(record.isFinished == record.assets.allSatisfy(\.state.isSettled), "finished unlike its assets")
        try require(record.isFinished == (record.finishedAt != nil), "finishedAt")
        if let left = record.forgotten {
            try require(record.isAtRest && record.assets.isEmpty && left.made <= left.assets, "forgotten unlike itself")
        } else {
            try checkCounters(of: record.snapshot(), record)
        }
        if limits.schedule == .barrier { try checkBarrier(record) }
    }

    private func checkCounters(of snapshot: Snapshot, _ record: RunRecord) throws {
        let made = snapshot.assets.count { $0.picture != nil }
        try require(snapshot.madeCount == made, "madeCount is not what the snapshot holds")
        guard record.isFinished else { return }
        try require(made + snapshot.failedIDs.count == record.assets.count, "made and failed are not all")
        // A run may learn after its end that it is superseded: then either flag is right.
        let flags = record.isSuperseded ? [true, false] : [record.isCancelWanted]
        let fitting = flags.map { JobStatus.outcome(of: record.assets.map(\.state), wasCanceled: $0) }
        try require(fitting.contains(record.status), "\(record.status) instead of \(fitting)")
    }

    private func checkBarrier(_ record: RunRecord) throws {
        let plan = BatchPlan(assets: record.assets.map { ($0.kind, $0.priority) }, limits: limits)
        var isEarlierUnsettled = false
        for batch in plan.batches {
            let hasBegun = batch.contains { record.assets[$0].startedAt != nil }
            try require(!(hasBegun && isEarlierUnsettled), "a batch began before the one before it was settled")
            if batch.contains(where: { !record.assets[$0].state.isSettled }) { isEarlierUnsettled = true }
        }
    }

    /// What is true between one commit and the next.
    private func check(step old: RunRecord, to new: RunRecord) throws {
        // What was remembered of a cancel is no run.
        if old.isGhost { return }
        try require(new.epoch >= old.epoch, "the epoch went back")
        guard new.epoch == old.epoch else { return }
        try require(new.claim == old.claim, "the claim changed within an epoch")
        try require(new.version >= old.version, "the version went back from \(old.version) to \(new.version)")
        try require(!old.isFinished || new.status == old.status, "a terminal status changed")
        try require(new.spent >= old.spent, "the run's clock went back")
        try require(new.isForgotten || !old.isForgotten, "a forgotten run came back in its epoch")
        for (before, after) in zip(old.assets, new.assets) {
            try require(after.attempts >= before.attempts, "\(before.id): attempts went back")
            guard before.state.isSettled else { continue }
            try require(after.state == before.state, "\(before.id): \(before.state) became \(after.state)")
            try require(after.picture == before.picture, "\(before.id): its picture changed")
        }
    }

    /// What is true when an action is let go.
    mutating func check(
        _ action: RunAction, bench: Bench<RunState>, calls: [RunWalk.Call: CallPermit], deliveries: [Snapshot]
    ) throws {
        let stored = bench.stored?.record
        switch action {
        case .startAttempt(let order):
            let (id, attempt, timeout) = (order.asset, order.attempt, order.timeout)
            let asset = stored?.assets.first { $0.id == id }
            try require(asset?.state == .generating, "\(id) was started as \(String(describing: asset?.state))")
            try require(asset?.attempts == attempt, "\(id): the intent of attempt \(attempt) is not durable")
            try require((1...limits.attemptTimeout).contains(timeout), "\(id): timeout \(timeout)")
            try require(order.resuming == asset?.openCall, "\(id): asked about another call")
            let epoch = stored?.epoch ?? 0
            try require(!calls.keys.contains { $0.asset == id && $0.epoch == epoch }, "\(id) has two calls in flight")
            try require(calls.keys.count { $0.epoch == epoch } < limits.window, "too many calls in flight")
        case .deliver(let snapshot): try check(snapshot, stored)
        case .upload(let hash): try require(bench.artifacts.contains(hash), "an upload of bytes that are not durable")
        case .reply(_, .accepted(let record)):
            try require(stored?.jobID == record.jobID && (stored?.epoch ?? 0) >= record.epoch, "accepted, not durable")
        case .reply(_, .done(let record)) where record.isCancelWanted:
            try require(stored?.isCancelWanted == true || stored?.epoch != record.epoch, "a cancel is not durable")
        case .reply, .log, .abortAttempt, .demand, .giveBack: break
        }
    }

    private mutating func check(_ snapshot: Snapshot, _ stored: RunRecord?) throws {
        guard let stored else { throw BrokenRule("told before it was durable", seed: seed, step: step) }
        let isDurable = (snapshot.epoch, snapshot.version) <= (stored.epoch, stored.version)
        try require(isDurable, "version \(snapshot.version) was told at \(stored.version) stored")
        let place = Place(epoch: snapshot.epoch, claim: snapshot.claim, version: snapshot.version)
        try require(told[place].map { $0 == snapshot.assets } ?? true, "\(place) was told with two contents")
        told[place] = snapshot.assets
        if stored.epoch == snapshot.epoch, stored.version == snapshot.version {
            try require(stored.snapshot().assets == snapshot.assets, "\(place) is not what is stored")
        }
    }
}
