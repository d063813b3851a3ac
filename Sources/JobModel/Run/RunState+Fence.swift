/// The fence of a run that is silent for long: in a long queue, or with a provider that takes minutes.
extension RunState {
    /// Nobody is told oftener than that, however short the fence is.
    static let shortestKeepAlive: Milliseconds = 1_000

    /// Tells the receiver the present version once more when a third of the time is over in which calls may be started,
    /// and nothing else was told meanwhile: whoever hears from a run gives it more time. A receiver that gave no time
    /// is left alone.
    mutating func keepFence(now: Milliseconds) {
        guard let keepAliveAt, keepAliveAt <= now else { return }
        record.delivery.repeatTelling(record.version)
    }

    /// When that is due, if nothing is told until then.
    var keepAliveAt: Milliseconds? {
        guard let stopBy = record.stopBy, clockAt < stopBy, isToldWithLinks, !record.isFinished, !record.isSuperseded,
            record.delivery.end == nil, !record.delivery.isOwing, delivering == nil
        else { return nil }
        // What was tried in the future was tried by a clock that has been set back since.
        let triedAt = min(record.deliveries.last?.at ?? record.acceptedAt, clockAt)
        return triedAt + max(RunState.shortestKeepAlive, (stopBy - triedAt) / 3)
    }

    /// It waits for its turn, everybody who must know does, and the limits hold what it wants: with the right to call, or
    /// when time is up, it is read again.
    var isWaitingQuietly: Bool {
        isQueued && record.stopBy != nil && !record.delivery.isOwing && record.delivery.uploadWait == nil
            && !record.isCancelWanted && !record.isSuperseded && !isNew && record.version == savedVersion
    }

    var isQueued: Bool { record.queue != nil && record.firstCallAt == nil && !record.isFinished }
}
