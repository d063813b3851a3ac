/// The state of telling a receiver: the newest visible version is told until it was heard.
public struct Delivery: Hashable, Sendable, Codable {
    /// Why nothing more is sent.
    public enum End: Hashable, Sendable, Codable {
        /// The final snapshot could not be delivered within the schedule, or was refused; it can be sent again by command.
        case deadLetter(reason: String)
        /// The receiver said 410.
        case gone
        /// The receiver knows a higher epoch.
        case superseded
    }

    /// The newest version worth telling.
    public var wanted = 0
    public var acknowledged = 0
    /// The newest version given up: a progress snapshot after its tries, superseded by the next.
    public var abandoned = 0
    public var triedVersion = 0
    /// Tries of `triedVersion`.
    public var tries = 0
    /// When the first of them began; nil before any, and in records of an earlier version.
    public var triedSince: Milliseconds?
    public var wait: Wait?
    /// Failed uploads since the last one that worked, and the pause after them.
    public var uploadTries = 0
    public var uploadWait: Wait?
    public var end: End?
    public var lastError: String?

    public init() {}

    /// How long the version that is being tried has taken so far, at most a week; nil if nobody knows when that began.
    public func latency(now: Milliseconds) -> Milliseconds? {
        triedSince.map { min(max(0, now - $0), DeliveryTry.longestLatency) }
    }

    public var isOwing: Bool { end == nil && wanted > max(acknowledged, abandoned) }
    public var isAtRest: Bool { !isOwing }

    /// A new version became worth telling.
    public mutating func want(_ version: Int) { wanted = max(wanted, version) }

    /// Tells a version once more though it was heard, or was given up.
    mutating func repeatTelling(_ version: Int) {
        wanted = version
        acknowledged = min(acknowledged, version - 1)
        abandoned = min(abandoned, version - 1)
        tries = 0
    }

    /// A request with `version` leaves.
    public mutating func begin(_ version: Int, now: Milliseconds) {
        if triedVersion != version {
            triedVersion = version
            tries = 0
        }
        if tries == 0 { triedSince = now }
        tries += 1
        wait = nil
    }

    /// How it ended.
    public mutating func settle(
        _ version: Int, _ answer: DeliveryAnswer, isFinal: Bool, now: Milliseconds, dice: UInt64
    ) {
        lastError = nil
        switch answer {
        case .accepted, .alreadyKnown:
            acknowledged = max(acknowledged, version)
        case .superseded:
            // Calls in flight may still end in pictures, which fill empty slots: the final snapshot tells of them.
            acknowledged = max(acknowledged, version)
            if isFinal { end = .superseded }
        case .gone:
            end = .gone
        case .refused(let reason):
            lastError = reason
            giveUp(version, reason: reason, isFinal: isFinal)
        case .artifactsMissing(_, let reason):
            lastError = reason
            if tries >= DeliveryPolicy.progressTries { giveUp(version, reason: reason, isFinal: isFinal) }
        case .failed(let reason, let retryAfter):
            lastError = reason
            let delay = DeliveryPolicy.delay(afterTry: tries, isFinal: isFinal, retryAfter: retryAfter, dice: dice)
            wait = delay.map { Wait(now: now, length: $0) }
            let isLast = isFinal ? delay == nil : tries >= DeliveryPolicy.progressTries
            if isLast { giveUp(version, reason: reason, isFinal: isFinal) }
        }
    }

    /// A picture could not be put to the receiver for now.
    mutating func uploadFailed(
        _ reason: String, retryAfter: Milliseconds?, isFinal: Bool, now: Milliseconds, dice: UInt64
    ) {
        lastError = reason
        if let uploadWait, !uploadWait.isOver(at: now) { return }
        uploadTries += 1
        let delay = DeliveryPolicy.uploadDelay(afterTry: uploadTries, retryAfter: retryAfter, dice: dice)
        if isFinal, uploadTries > DeliveryPolicy.uploadDelays.count {
            end = .deadLetter(reason: reason)
        } else {
            uploadWait = Wait(now: now, length: delay)
        }
    }

    mutating func uploadWorked() {
        uploadTries = 0
        uploadWait = nil
    }

    private mutating func giveUp(_ version: Int, reason: String, isFinal: Bool) {
        abandoned = max(abandoned, version)
        if isFinal { end = .deadLetter(reason: reason) }
    }
}

/// What came back from a receiver, reduced to what follows from it.
public enum DeliveryAnswer: Hashable, Sendable {
    /// 2xx; our own receiver adds a new `stopBy`.
    case accepted(stopBy: Milliseconds?)
    /// The receiver has this version or a newer one.
    case alreadyKnown
    /// 409 `stale_epoch` with a higher epoch than ours.
    case superseded
    /// 410.
    case gone
    /// 422 `artifact_missing`: put these again, then repeat.
    case artifactsMissing([ContentHash], reason: String)
    /// Another 4xx: repeating cannot help.
    case refused(reason: String)
    /// No answer, 3xx, 5xx, 408, 425 or 429: try again, no sooner than the receiver asks.
    case failed(reason: String, retryAfter: Milliseconds?)
}

/// When deliveries are repeated.
public enum DeliveryPolicy {
    /// Progress snapshots; then the next one supersedes them.
    public static let progressTries = 3
    /// The last of them keeps a receiver that is down from getting the next snapshot at once.
    static let progressDelays: [Milliseconds] = [1_000, 2_000, 4_000]
    /// The final snapshot, after the Standard Webhooks example schedule: about 75 h.
    static let finalDelays: [Milliseconds] = [
        5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
    ]
    static let uploadDelays: [Milliseconds] = [500, 1_000, 2_000, 4_000, 8_000, 30_000] + finalDelays.dropFirst()
    /// A picture that the receiver took and missed so often is not put to it again.
    static let missesAtMost = 3
    /// After a receiver showed that it is strained, and did not say for how long.
    public static let strainedPause: Milliseconds = 30_000
    /// A receiver may put us off, but not for longer.
    static let longestRetryAfter: Milliseconds = 86_400_000

    /// The wait after failed try number `tries` (from 1), of a progress snapshot's last try that before the next
    /// snapshot; nil when nothing follows. Up to a tenth is added at random.
    public static func delay(
        afterTry tries: Int, isFinal: Bool, retryAfter: Milliseconds?, dice: UInt64
    ) -> Milliseconds? {
        let delays = isFinal ? finalDelays : progressDelays
        guard tries >= 1, tries <= delays.count else { return nil }
        return jittered(delays[tries - 1], retryAfter: retryAfter, dice: dice)
    }

    /// The wait after failed upload number `tries` (from 1). A running job goes on trying at the last pause.
    static func uploadDelay(afterTry tries: Int, retryAfter: Milliseconds?, dice: UInt64) -> Milliseconds {
        let index = min(max(tries, 1), uploadDelays.count) - 1
        return jittered(uploadDelays[index], retryAfter: retryAfter, dice: dice)
    }

    private static func jittered(_ planned: Milliseconds, retryAfter: Milliseconds?, dice: UInt64) -> Milliseconds {
        let jittered = planned + Milliseconds(dice % UInt64(planned / 10 + 1))
        return max(jittered, min(retryAfter ?? 0, longestRetryAfter))
    }
}
