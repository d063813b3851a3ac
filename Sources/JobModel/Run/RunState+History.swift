/// The steps of assets.
extension RunState {
    /// The only place where an asset changes its state, and where that is written down.
    mutating func move(
        _ index: Int, to next: AssetState, because error: MediaError? = nil, delay: Milliseconds? = nil,
        costMicros: Int64? = nil
    ) {
        let state = record.assets[index].state
        precondition(state.canBecome(next), "\(state) cannot become \(next)")
        record.assets[index].state = next
        if next.isSettled { record.assets[index].retryAt = nil }
        if next.isFailure { untoldFailure = true }
        let asset = record.assets[index]
        record.assets[index].history.append(
            AssetEvent(
                at: clockAt, state: next, attempt: asset.attempts, lane: lane(of: index),
                isQuestion: asset.isAsking ? true : nil, code: error?.kind, providerCode: error?.providerCode,
                phase: error?.phase, delay: delay, costMicros: costMicros ?? error?.costMicros))
        let kept = AssetRun.historyKept(assets: record.assets.count)
        record.assets[index].history.removeFirst(max(0, record.assets[index].history.count - kept))
    }
}
