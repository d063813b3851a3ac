import JobModel

/// Every kind of action and answer has a name: a new one does not compile until it has.
extension Happening {
    init(_ action: JobAction) {
        switch action {
        case .trigger: self = .jobTrigger
        case .ask: self = .jobAsk
        case .tellCancel: self = .jobTellCancel
        case .settle: self = .jobSettle
        case .alert: self = .jobAlert
        case .archive: self = .jobArchive
        case .writeLegacyStatus: self = .jobLegacyStatus
        case .reply: self = .jobReply
        case .log: self = .jobLog
        }
    }

    init(_ reply: JobReply) {
        switch reply {
        case .created: self = .replyCreated
        case .joined: self = .replyJoined
        case .folded: self = .replyFolded
        case .duplicate: self = .replyDuplicate
        case .retrying: self = .replyRetrying
        case .ending: self = .replyEnding
        case .forgotten: self = .replyForgotten
        case .unknownJob: self = .replyUnknownJob
        case .unknownAsset: self = .replyUnknownAsset
        case .otherSpecification: self = .replyOtherSpecification
        case .conflict: self = .replyConflict
        case .staleEpoch: self = .replyStaleEpoch
        case .staleVersion: self = .replyStaleVersion
        case .artifactMissing: self = .replyArtifactMissing
        case .overLimit: self = .replyOverLimit
        case .unavailable: self = .replyUnavailable
        }
    }

    init(_ answer: TriggerAnswer) {
        switch answer {
        case .accepted: self = .triggerAccepted
        case .acceptedByForeign: self = .triggerForeign
        case .busy: self = .triggerBusy
        case .refused: self = .triggerRefused
        case .unacceptable: self = .triggerUnacceptable
        case .unreachable: self = .triggerUnreachable
        }
    }

    init(_ answer: RunAnswer) {
        switch answer {
        case .snapshot: self = .questionSnapshot
        case .unknown: self = .questionUnknown
        case .unreachable: self = .questionUnreachable
        }
    }

    init(_ answer: CancelAnswer) {
        switch answer {
        case .taken: self = .cancelTaken
        case .unknown: self = .cancelUnknown
        case .unreachable: self = .cancelUnreachable
        }
    }

    init(_ action: RunAction) {
        switch action {
        case .startAttempt: self = .runStartAttempt
        case .demand: self = .runDemand
        case .giveBack: self = .runGiveBack
        case .abortAttempt: self = .runAbort
        case .upload: self = .runUpload
        case .deliver: self = .runDeliver
        case .reply: self = .runReply
        case .log: self = .runLog
        }
    }

    init(_ reply: RunReply) {
        switch reply {
        case .accepted: self = .runAccepted
        case .staleEpoch: self = .runStaleEpoch
        case .conflict: self = .runConflict
        case .unknownRun: self = .runUnknown
        case .unavailable, .busy: self = .runUnavailable
        case .done: self = .runDone
        case .forgotten: self = .runForgotten
        }
    }

    init(_ answer: DeliveryAnswer) {
        switch answer {
        case .accepted: self = .deliveryAccepted
        case .alreadyKnown: self = .deliveryKnown
        case .superseded: self = .deliverySuperseded
        case .gone: self = .deliveryGone
        case .artifactsMissing: self = .deliveryMissing
        case .refused: self = .deliveryRefused
        case .failed: self = .deliveryFailed
        }
    }

    init(_ action: CallGateAction) {
        switch action {
        case .grant: self = .gateGrant
        case .place: self = .gatePlace
        case .circuitOpen: self = .gateCircuitOpen
        case .log: self = .gateLog
        }
    }
}
