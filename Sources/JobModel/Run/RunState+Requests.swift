/// Triggers, and what opens a run.
extension RunState {
    public static var tick: RunEvent { .tick }

    public static func loaded(_ record: RunRecord, now: Milliseconds, context: RunPolicy = RunPolicy()) -> RunState {
        var record = record
        record.delivery.wait = record.delivery.wait?.reanchored(at: now)
        record.delivery.uploadWait = record.delivery.uploadWait?.reanchored(at: now)
        return RunState(record: record, now: now, policy: context)
    }

    public static func opened(
        by event: RunEvent, now: Milliseconds, context: RunPolicy = RunPolicy()
    ) -> RunState? {
        switch event {
        case .requested(_, let proposal):
            return RunState(record: proposal.record, now: now, policy: context, isNew: true)
        case .cancelRequested(_, let cancel):
            let ghost = RunRecord.ghost(of: cancel, now: now, keptUntil: now + context.memoryKept)
            return RunState(record: ghost, now: now, policy: context, isNew: true)
        default: return nil
        }
    }

    public static func missing(_ event: RunEvent) -> [RunAction] {
        switch event {
        case .requested(let token, _), .cancelRequested(let token, _), .redeliveryRequested(let token):
            [.reply(token, .unknownRun)]
        // A run that is gone has no use for the right to call.
        case .permitted(let permits): [.giveBack(permits)]
        case .attemptEnded(_, _, _, _, let next?): [.giveBack([next])]
        case .resumed, .attemptEnded, .callNamed, .queued, .circuitOpened, .uploadEnded, .deliveryEnded, .tick: []
        }
    }

    public static func unavailable(_ event: RunEvent, reason: String) -> [RunAction] {
        switch event {
        case .requested(let token, _), .cancelRequested(let token, _), .redeliveryRequested(let token):
            [.reply(token, .unavailable(reason))]
        // The run asks again when its record can be had.
        case .permitted(let permits): [.giveBack(permits), .demand(.nothing, owner: .local, acceptedAt: 0)]
        case .resumed, .attemptEnded, .callNamed, .queued, .circuitOpened, .uploadEnded, .deliveryEnded, .tick: []
        }
    }

    /// The right to call is never turned away by a crowd: the run would believe that it still waits for it.
    public static func crowded(_ event: RunEvent, reason: String) -> [RunAction] {
        if case .permitted = event { [] } else { unavailable(event, reason: reason) }
    }

    /// Work of the run that stood here before: what was asked of it was asked of another epoch.
    public static func isRevocable(_ action: RunAction) -> Bool {
        switch action {
        case .startAttempt, .upload, .deliver: true
        case .abortAttempt, .demand, .giveBack, .reply, .log: false
        }
    }

    /// The same job and epoch again is the same run; a higher epoch replaces what stands here.
    mutating func request(_ token: ReplyToken, _ proposal: RunProposal, now: Milliseconds) {
        if isNew {
            begin(token, proposal)
        } else if record.isGhost {
            appear(token, proposal, now: now)
        } else if proposal.isUnnumbered {
            requestUnnumbered(token, proposal, now: now)
        } else if proposal.record.epoch < record.epoch {
            reply(token, .staleEpoch(current: record.epoch))
        } else if proposal.record.epoch > record.epoch {
            replace(token, proposal, now: now)
        } else if proposal.record.claim == record.claim {
            extendFence(proposal.record.stopBy)
            reply(token, .accepted(record))
        } else {
            reply(token, .conflict("epoch \(record.epoch) of this job was handed out under another claim"))
        }
    }

    /// The run that was canceled before it came, or a later one.
    private mutating func appear(_ token: ReplyToken, _ proposal: RunProposal, now: Milliseconds) {
        var next = proposal
        if proposal.isUnnumbered { next.record = proposal.record.inEpoch(max(1, record.epoch)) }
        replace(token, next, now: now)
    }

    private mutating func requestUnnumbered(_ token: ReplyToken, _ proposal: RunProposal, now: Milliseconds) {
        if record.isFinished {
            var next = proposal
            next.record = proposal.record.inEpoch(record.epoch + 1)
            replace(token, next, now: now)
        } else if proposal.record.requestHash == record.requestHash {
            reply(token, .accepted(record))
        } else {
            reply(token, .conflict("this case is being worked on with another request"))
        }
    }

    private mutating func begin(_ token: ReplyToken, _ proposal: RunProposal) {
        isNew = false
        effects.mustSave = true
        effects.attachments.append(proposal.specification)
        putQuestionsToTheirProviders()
        log(.accepted(assets: record.assets.count))
        if record.cancelThrough != nil { cancel() }
        reply(token, .accepted(record))
    }

    /// Only the provider that gave a call its id can be asked about it.
    private mutating func putQuestionsToTheirProviders() {
        for index in record.assets.indices {
            guard let call = record.assets[index].openCall else { continue }
            if let provider = record.providers.firstIndex(where: { $0.name == call.provider }) {
                record.assets[index].provider = provider
            } else {
                record.assets[index].openCall = nil
            }
        }
    }

    private mutating func replace(_ token: ReplyToken, _ proposal: RunProposal, now: Milliseconds) {
        for index in inFlight.keys.sorted() {
            effects.actions.append(.abortAttempt(record.assets[index].id, epoch: record.epoch))
        }
        // Of calls that are ordered and not begun nobody will report an end.
        let unused = permits + inFlight.sorted { $0.key < $1.key }.map(\.value)
        if !unused.isEmpty { effects.releases.append(.giveBack(unused)) }
        var kept = effects
        kept.revokesWaiting = true
        // Who sends no job id asks for the pictures once more; who counts epochs says what is kept.
        var next = proposal.isUnnumbered ? proposal.record : carrying(proposal.record)
        next.cancelThrough = cancelThrough(epoch: next.epoch)
        self = RunState(record: next, now: now, policy: policy, isNew: true)
        effects = kept
        begin(token, proposal)
    }

    /// Pictures made of the same words, which the control side may not know of yet, fill their slots in the new epoch too:
    /// they are paid for. Calls that end with the old epoch are told as possibly billed, and asked about where the
    /// provider has an id for them.
    private func carrying(_ next: RunRecord) -> RunRecord {
        var next = next
        for index in next.assets.indices where next.assets[index].state != .generated {
            let asset = next.assets[index]
            guard let before = record.assets.firstIndex(where: { $0.id == asset.id }) else { continue }
            let isSame = asset.words != nil && asset.words == record.assets[before].words
            if isSame, record.assets[before].state == .generated {
                next.assets[index].carry(record.assets[before])
            } else if inFlight[before] != nil {
                next.assets[index].cost.possiblyBilled += 1
                next.assets[index].cost.possibleMicros += price(of: before) ?? 0
                if isSame { next.assets[index].openCall = record.assets[before].openCall }
            }
        }
        return next
    }

    private mutating func extendFence(_ stopBy: Milliseconds?) {
        guard let stopBy, let own = record.stopBy else { return }
        record.stopBy = max(own, stopBy)
    }
}

extension RunRecord {
    /// The same request as a later run of a job whose epochs the worker counts.
    func inEpoch(_ epoch: Int) -> RunRecord {
        var next = RunRecord(
            jobID: jobID, owner: owner, caseID: caseID, epoch: epoch, claim: claim, stopBy: stopBy,
            specification: specification, requestHash: requestHash, webhookURL: webhookURL, artifactURL: artifactURL,
            limits: limits, providers: providers, fallsBackOnRefusal: fallsBackOnRefusal, isFallback: isFallback,
            estimateMicros: estimateMicros, acceptedAt: acceptedAt, assets: assets)
        next.trace = trace
        return next
    }
}
