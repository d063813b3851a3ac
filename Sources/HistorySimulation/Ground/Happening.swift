import JobModel

/// What can happen in a history: faults, and every kind of event, action and answer of the machines. Counted, so that a
/// test can require that none of it is only imagined.
public enum Happening: Int, CaseIterable, Sendable {
    // Processes.
    case killedIdle
    case killedBetweenActions
    case killedBeforeCommit
    case killedAfterCommit
    case stayedDown
    case restarted
    case threadPaused
    case clockAhead
    case clockBehind
    // Disks.
    case writeRefused
    case writeConflict
    case writeUnknownDone
    case writeUnknownUndone
    case readFailed
    case diskLost
    case artifactRefused
    // The network.
    case requestLost
    case requestDoubled
    case requestDelayed
    case answerLost
    case answerLate
    case connectionRefused
    case refusedByRule
    // Providers.
    case callMade
    case callFailed
    case callLimited
    case callRefused
    case callUnusable
    case callHung
    case callBroken
    case callUnsendable
    case callLate
    case callAborted
    case questionAnswered
    case questionUnanswered
    case questionForgotten
    case billedUnheard
    case nudged
    // Mailrooms.
    case mailroomLoad
    case mailroomWrite
    case mailroomPause
    // People.
    case personCreates
    case personRepeats
    case personCreatesOther
    case personRetries
    case personEdits
    case personFallsBack
    case personRedelivers
    case personCancels
    case personEndsRun
    case personForces
    case personDeletes
    // Ends.
    case completed
    case partial
    case failed
    case canceled
    case deadLetter
    case severalEpochs
    case handedOver
    case jobForgotten
    case runEmptied
    case purged
    // Events of jobs.
    case jobCreationRequested
    case jobTriggerEnded
    case jobSnapshotArrived
    case jobForeignUpdateArrived
    case jobEpochRequested
    case jobRunAnswered
    case jobCancelRequested
    case jobCancelEnded
    case jobFinishForced
    case jobDeletionRequested
    case jobSettled
    case jobTick
    // Events of runs.
    case runRequested
    case runResumed
    case runAttemptEnded
    case runCallNamed
    case runPermitted
    case runQueued
    case runCircuitOpened
    case runUploadEnded
    case runDeliveryEnded
    case runCancelRequested
    case runRedeliveryRequested
    case runTick
    // Actions of jobs.
    case jobTrigger
    case jobAsk
    case jobTellCancel
    case jobAlert
    case jobArchive
    case jobLegacyStatus
    case jobSettle
    case jobReply
    case jobLog
    // Answers of jobs.
    case replyCreated
    case replyJoined
    case replyFolded
    case replyDuplicate
    case replyRetrying
    case replyEnding
    case replyForgotten
    case replyUnknownJob
    case replyUnknownAsset
    case replyOtherSpecification
    case replyConflict
    case replyStaleEpoch
    case replyStaleVersion
    case replyArtifactMissing
    case replyOverLimit
    case replyUnavailable
    // Answers of workers to triggers.
    case triggerAccepted
    case triggerForeign
    case triggerBusy
    case triggerRefused
    case triggerUnacceptable
    case triggerUnreachable
    // Answers of workers to questions and cancels.
    case questionSnapshot
    case questionUnknown
    case questionUnreachable
    case cancelTaken
    case cancelUnknown
    case cancelUnreachable
    // Actions of runs.
    case runStartAttempt
    case runDemand
    case runGiveBack
    case runAbort
    case runUpload
    case runDeliver
    case runReply
    case runLog
    // Answers of runs.
    case runAccepted
    case runStaleEpoch
    case runConflict
    case runUnknown
    case runUnavailable
    case runDone
    case runForgotten
    // Answers of receivers to deliveries.
    case deliveryAccepted
    case deliveryKnown
    case deliverySuperseded
    case deliveryGone
    case deliveryMissing
    case deliveryRefused
    case deliveryFailed
    // Actions of gates.
    case gateGrant
    case gatePlace
    case gateCircuitOpen
    case gateLog
}

extension Happening {
    /// Answers that follow from nothing that our own processes do: a worker asked for one epoch under two claims. Nor
    /// do owners here have plans: what these refuse is refused before there is a job.
    static let impossible: [Happening] = [.runConflict, .replyOverLimit]
}

/// How often each thing happened, over any number of histories.
public struct Coverage: Sendable {
    public private(set) var counts = [Int](repeating: 0, count: Happening.allCases.count)

    public init() {}

    mutating func count(_ happening: Happening) { counts[happening.rawValue] += 1 }

    public subscript(_ happening: Happening) -> Int { counts[happening.rawValue] }

    public static func += (left: inout Coverage, right: Coverage) {
        for index in left.counts.indices { left.counts[index] += right.counts[index] }
    }

    /// What never happened, though it can.
    public var missing: [Happening] {
        Happening.allCases.filter { counts[$0.rawValue] == 0 && !Happening.impossible.contains($0) }
    }
}
