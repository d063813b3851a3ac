/// What no history may break.
public enum Rule: String, CaseIterable, Sendable {
    case countersEqualContents = "counters-equal-contents"
    case placeNeverGoesBack = "place-never-goes-back"
    case terminalStaysTerminal = "terminal-stays-terminal"
    case filledSlotStaysFilled = "filled-slot-stays-filled"
    case artifactsAreReadable = "artifacts-are-readable"
    case picturesAreKept = "pictures-are-kept"
    case wordsMatch = "words-match"
    case nothingIsKeptForEver = "nothing-is-kept-for-ever"
    case everythingEnds = "everything-ends"
    case deliveriesEnd = "deliveries-end"
    case receiverEqualsWorker = "receiver-equals-worker"
    case noCallAfterSuccess = "no-call-after-success"
    case unknownIsLabelled = "unknown-is-labelled"
    case oneCallAtATime = "one-call-at-a-time"
    case oneWorkerAClaim = "one-worker-a-claim"
    case intentBeforeCall = "intent-before-call"
    case moneyIsAccounted = "money-is-accounted"
    case fenceStopsCalls = "fence-stops-calls"
    case oneTriggerATry = "one-trigger-a-try"
    case cancelStopsCalls = "cancel-stops-calls"
    case acceptedIsDurable = "accepted-is-durable"
    case answeredIsDurable = "answered-is-durable"
    case toldIsDurable = "told-is-durable"
    case archivedBeforeReplaced = "archived-before-replaced"
}

/// A rule that a history broke.
public struct Violation: Sendable, Equatable {
    public let seed: UInt64
    public let rule: Rule
    public let message: String
    /// How many steps the history had taken.
    public let step: Int
}
