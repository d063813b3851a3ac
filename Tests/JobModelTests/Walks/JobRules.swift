@testable import JobModel

/// The rules that no history of a job may break.
struct JobRules {
    let seed: UInt64
    var step = 0
    /// What was asked for under each claim.
    var requests: [Claim: EpochRequest] = [:]
    /// What each asset was asked for with in each epoch, told from the requests alone.
    private(set) var words: [Int: [AssetID: ContentHash]] = [:]
    private var last: (record: JobRecord, revision: UInt64)?

    init(seed: UInt64) { self.seed = seed }

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws {
        if !holds { throw BrokenRule(rule(), seed: seed, step: step) }
    }

    mutating func check(_ bench: Bench<JobState>, archived: [JobID: JobRecord]) throws {
        if let state = bench.state { try check(state.record) }
        guard let stored = bench.stored, stored.revision != last?.revision else { return }
        note(stored.record)
        try check(stored.record)
        try checkWords(of: stored.record)
        if let last { try check(step: last.record, to: stored.record, archived: archived) }
        last = stored
    }

    /// The words of the epochs that a commit opened.
    private mutating func note(_ job: JobRecord) {
        let isSameJob = last?.record.jobID == job.jobID
        let before = isSameJob ? last?.record.handOut.epoch ?? 0 : job.handOut.epoch - 1
        var words = isSameJob ? self.words[before] ?? [:] : [:]
        let opened = job.pastClaims.map { ($0.epoch, $0.claim) } + [(job.handOut.epoch, job.handOut.claim)]
        for (epoch, claim) in opened where epoch > before {
            if case .words(let edit)? = requests[claim]?.change { words[edit.asset] = edit.after }
            self.words[epoch] = words
        }
    }

    func wordsAreAlike(_ asset: AssetID, _ one: Int, _ other: Int) -> Bool {
        let first = Make.hash(9_000)
        return words[one]?[asset] ?? first == words[other]?[asset] ?? first
    }

    /// A picture stands in a slot only if it was made from the slot's words.
    private func checkWords(of job: JobRecord) throws {
        for (index, asset) in job.assets.enumerated() {
            guard let picture = asset.picture,
                let epoch = words.keys.first(where: { Make.picture(100 * $0 + index) == picture })
            else { continue }
            let fits = wordsAreAlike(asset.id, epoch, job.handOut.epoch)
            try require(fits, "\(asset.id): a picture of epoch \(epoch), made from other words")
        }
    }

    /// What is true of a record by itself.
    private func check(_ job: JobRecord) throws {
        let made = job.assets.filter { $0.picture != nil || $0.link != nil }
        try require(job.completedImages == made.count, "\(job.completedImages) counted, \(made.count) held")
        try require(made.allSatisfy { $0.status == .generated }, "a picture in a slot that is not generated")
        if job.status.isTerminal {
            try require(job.completedImages + job.failedIDs.count == job.assets.count, "made and failed are not all")
            let wasCanceled = job.status == .canceled
            let expected = JobStatus.outcome(of: job.assets.map(\.status), wasCanceled: wasCanceled)
            try require(job.status == expected, "\(job.status) instead of \(expected)")
        }
        let isContinued = job.status.isTerminal && !job.isFinal
        try require(!job.isFinal || job.status.isTerminal, "final at \(job.status)")
        try require(!isContinued || job.assets.contains(where: \.isCutOff), "not final, and nothing to go on with")
        try require(!job.isFinal || job.queue == nil, "an ended job in a queue")
        try require(job.status.isTerminal == (job.completedAt != nil), "completedAt at \(job.status)")
        try require(job.pastClaims.count <= JobRecord.claimsKept, "\(job.pastClaims.count) claims kept")
        let isOfNobody = job.handOut.acceptance == .none && job.status != .pending && job.cancel == nil
        let wasEndedHere = job.journal.contains { [.cancelAsked, .forceFinished].contains($0.what) }
        try require(!isOfNobody || wasEndedHere, "\(job.status) of nobody")
    }

    /// What is true between one commit and the next, whoever made them.
    private func check(step old: JobRecord, to new: JobRecord, archived: [JobID: JobRecord]) throws {
        try require(new.handOut.epoch >= old.handOut.epoch, "the epoch went back")
        if new.jobID != old.jobID {
            try require(new.handOut.epoch > old.handOut.epoch, "a new job in the epoch of the old one")
            try require(old.isFinal, "a job was replaced before it ended")
            var copy = archived[old.jobID]
            copy?.writeID = old.writeID
            copy?.cancel = old.cancel
            try require(copy == old, "a job was replaced before it was archived as it ended")
            return
        }
        for (before, after) in zip(old.assets, new.assets) where before.status == .generated {
            try require(after.status == .generated, "\(before.id): a filled slot was emptied")
            try require((after.picture, after.link) == (before.picture, before.link), "\(before.id): another picture")
        }
        try require(new.cost.micros >= old.cost.micros, "money was forgotten")
        guard new.handOut.epoch == old.handOut.epoch else {
            let isKept = new.pastClaims.contains { $0.claim == old.handOut.claim }
            try require(isKept || old.handOut.sends == 0, "the old claim was forgotten")
            return
        }
        try require(new.version >= old.version, "the version went back")
        try require(new.handOut.claim == old.handOut.claim, "the claim changed within an epoch")
        guard new.status != old.status else { return }
        try require(reachable(old.status, new.status), "\(old.status) became \(new.status)")
        try require(!old.status.isTerminal || new.completedImages > old.completedImages, "a terminal status was left")
    }

    /// One commit may hold several steps.
    private func reachable(_ from: JobStatus, _ to: JobStatus) -> Bool {
        from.canBecome(to)
            || JobStatus.allCases.contains { $0 != .pending && from.canBecome($0) && $0.canBecome(to) }
    }

    /// What is true when an action is let go.
    func check(_ action: JobAction, bench: Bench<JobState>) throws {
        let stored = bench.stored?.record
        switch action {
        case .trigger(let record):
            try require(stored != nil, "a trigger left before its hand-out was durable")
            let isNewer = (stored?.handOut.epoch ?? 0, stored?.handOut.tries ?? 0)
            try require(isNewer >= (record.handOut.epoch, record.handOut.tries), "a trigger left before its record")
            if stored?.handOut.epoch == record.handOut.epoch {
                try require(stored?.handOut.claim == record.handOut.claim, "a trigger with a claim that is not stored")
            }
            try check(trigger: record)
        case .reply(_, .created(let record)):
            try require((stored?.handOut.epoch ?? 0) >= record.handOut.epoch, "created, not durable")
        case .reply(_, .folded(let record)):
            let place = (stored?.handOut.epoch ?? 0, stored?.version ?? 0)
            try require(place >= (record.handOut.epoch, record.version), "folded, not durable")
        case .reply(_, .retrying(let record)):
            try require((stored?.handOut.epoch ?? 0) >= record.handOut.epoch, "retrying, not durable")
        case .reply(_, .ending(let record)):
            let isPast = stored.map { $0.jobID != record.jobID || $0.handOut.epoch > record.handOut.epoch } ?? false
            try require(stored?.cancel != nil || stored?.isFinal == true || isPast, "ending, not durable")
        case .ask(let record):
            try require(record.status == .generating && record.handOut.acceptance == .acknowledged, "asked in vain")
        case .tellCancel(let record):
            let isPast = stored.map { $0.jobID != record.jobID || $0.handOut.epoch > record.handOut.epoch } ?? false
            try require(stored?.cancel != nil || isPast, "a cancel nobody asked for")
        case .reply, .archive, .writeLegacyStatus, .settle, .log, .alert: break
        }
    }

    /// A trigger asks for what was chosen and not made since; all else is kept.
    private func check(trigger job: JobRecord) throws {
        // An epoch that the job opened by itself asks for what was left.
        guard requests[job.handOut.claim] != nil || job.handOut.epoch == 1 else { return }
        try require(job.cancel == nil, "triggered although somebody wants an end")
        let request = requests[job.handOut.claim]
        for asset in job.assets {
            try require(asset.status == .queued || asset.status.isSettled, "\(asset.id): \(asset.status) in a trigger")
            let isChosen = request?.assets?.contains(asset.id) ?? true
            try require(asset.status.isSettled || isChosen, "\(asset.id): asked for, though nobody chose it")
            let wasDropped = isChosen && asset.status.isFailure
            try require(!wasDropped, "\(asset.id): chosen, and not asked for")
        }
        var providers: [String]?
        if case .fallback(let provider)? = request?.change { providers = [provider] }
        try require(job.handOut.runOptions?.providers == providers, "the wrong providers in a trigger")
        try require(job.handOut.runOptions?.isFallback == providers.map { _ in true }, "a fallback that is not said")
    }
}
