/// The fence of a run that is silent for long: in a long queue, or with a provider that takes minutes.
extension RunState {
    /// Nobody is told oftener than that, however short the fence is.
    static let keepAliveAtMost: Milliseconds = 1_000

    /// Tells the receiver the present version once more when a third of the time is over in which calls may be started,
    /// and nothing else was told meanwhile: whoever hears from a run gives it more time. A receiver that gave no time
    /// is left alone.
    mutating func keepFence(now: Milliseconds, dice: UInt64) {
        guard let stopBy = record.stopBy, now < stopBy, needsFence else {
            keepAliveAt = nil
            return
        }
        guard let due = keepAliveAt else {
            keepAliveAt = now + max(RunState.keepAliveAtMost, RunState.pause(stopBy - now, dice: dice))
            return
        }
        guard due <= now else { return }
        keepAliveAt = nil
        record.delivery.repeatTelling(record.version)
    }

    private var needsFence: Bool {
        isToldWithLinks && !record.isFinished && !record.isSuperseded && record.delivery.end == nil
            && !record.delivery.isOwing && delivering == nil
    }

    /// A third, and somewhat less at random: runs that were taken up together need not tell together.
    private static func pause(_ left: Milliseconds, dice: UInt64) -> Milliseconds {
        left / 3 - Milliseconds(dice % UInt64(max(1, left / 12)))
    }
}
