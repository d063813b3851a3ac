import JobModel
import Threads

/// What can be known of runs here.
extension WorkerService {
    /// What stands at a number now.
    var presentMeasures: [MeasureNote] {
        let present = callDesk.present
        let providers = (roster.entries + roster.standby).map(\.provider.name)
        return [MeasureNote(.runsInHand, [], Double(records.inHand))]
            + RunMeasures.notes(present.use, roster: roster)
            + providers.map { MeasureNote(.circuitOpen, [$0], present.circuitsOpen.contains($0) ? 1 : 0) }
    }

    /// News of a provider's call is to be had (its callback came). False if this worker has no such run.
    public func nudge(_ call: RemoteCall, of job: JobID) throws(StoreError) -> Bool {
        guard try view(job) != nil else { return false }
        roster.provider(named: call.provider)?.nudge(call)
        return true
    }

    /// Asks the providers now for news of the run's calls under way, of each at most once in five seconds. What they say
    /// comes by itself.
    public func refresh(_ run: RunRecord) {
        let now = clock.now()
        for call in run.assets.compactMap(\.openCall) {
            guard refreshes.withLock({ $0.mayAsk(call, now: now, every: Self.refreshPause) }) else { continue }
            roster.provider(named: call.provider)?.nudge(call)
        }
    }

    private static var refreshPause: Milliseconds { 5_000 }

    /// The run as it is known here: of one in hand the present state, otherwise the stored one.
    public func view(_ job: JobID) throws(StoreError) -> RunRecord? {
        if let state = records.state(job) { return state.record }
        guard let stored = try store.get(Keys.run(job)), !stored.isEmpty else { return nil }
        return try RecordCoding.decode(RunRecord.self, from: stored)
    }

    /// What a receiver of ours would be told now, pictures that are still on their way to it included, for whoever knows
    /// the run's claim; nil for others. Only what is durable: what a receiver takes up must not be made again otherwise.
    public func snapshot(_ job: JobID, claim: Claim) throws(StoreError) -> Snapshot? {
        guard let stored = try store.get(Keys.run(job)), !stored.isEmpty else { return nil }
        let run = try RecordCoding.decode(RunRecord.self, from: stored)
        guard run.claim == claim, !run.isForgotten, run.artifactURL != nil else { return nil }
        return run.snapshot()
    }
}
