import JobModel

/// An event of a machine, counted by its kind.
protocol CountedEvent {
    var happening: Happening { get }
}

extension JobEvent: CountedEvent {
    var happening: Happening {
        switch self {
        case .creationRequested: .jobCreationRequested
        case .triggerEnded: .jobTriggerEnded
        case .snapshotArrived: .jobSnapshotArrived
        case .foreignUpdateArrived: .jobForeignUpdateArrived
        case .epochRequested: .jobEpochRequested
        case .runAnswered: .jobRunAnswered
        case .cancelRequested: .jobCancelRequested
        case .cancelEnded: .jobCancelEnded
        case .finishForced: .jobFinishForced
        case .deletionRequested: .jobDeletionRequested
        case .settled: .jobSettled
        case .tick: .jobTick
        }
    }
}

extension RunEvent: CountedEvent {
    var happening: Happening {
        switch self {
        case .requested: .runRequested
        case .resumed: .runResumed
        case .attemptEnded: .runAttemptEnded
        case .callNamed: .runCallNamed
        case .permitted: .runPermitted
        case .queued: .runQueued
        case .circuitOpened: .runCircuitOpened
        case .uploadEnded: .runUploadEnded
        case .deliveryEnded: .runDeliveryEnded
        case .cancelRequested: .runCancelRequested
        case .redeliveryRequested: .runRedeliveryRequested
        case .tick: .runTick
        }
    }
}
