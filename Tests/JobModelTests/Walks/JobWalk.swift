@testable import JobModel

/// One seeded history of the control side: a real mailroom around a job, a store that other processes write to as well,
/// workers that report in any order and more than once, and people who create and retry.
struct JobWalk {
    let seed: UInt64
    var generator: SeededGenerator
    var bench = Bench<JobState>()
    var rules: JobRules
    var now: Milliseconds = 1_000_000
    /// One worker's reports for each hand-out that left, in the order of their versions.
    var reports: [Snapshot] = []
    var triggers: [JobRecord] = []
    var questions: [JobRecord] = []
    var cancels: [JobRecord] = []
    var archiving: [(ReplyToken, JobProposal, JobRecord)] = []
    var archived: [JobID: JobRecord] = [:]
    /// Claims of workers that have told nonsense: what they say later may be out of place.
    var confusedClaims: Set<Claim> = []
    /// Claims of which a report came without its first asset: told once more, it is known already.
    var incompleteClaims: Set<Claim> = []
    var made = 0
    var step = 0

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        rules = JobRules(seed: seed)
    }

    mutating func walk(steps: Int) throws {
        try create()
        for _ in 0..<steps { try takeStep() }
        try drain()
    }

    private mutating func takeStep() throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<25: endWrite()
        case 25..<40: endTrigger()
        case 40..<43: endQuestion()
        case 43..<45: endCancel()
        case 45..<65: try report()
        case 65..<70: endArchive()
        case 70..<80: passTime()
        case 80..<84: try create()
        case 84..<88: bench.send(try epochRequest(1), now: now, dice: generator.next())
        case 88..<90: foreignUpdate()
        case 90..<91: bench.send(generator.chance(70) ? .cancelRequested(5) : .finishForced(5), now: now)
        case 91..<96: try anotherProcess()
        case 96..<98: bench.isUnreadable.toggle()
        default: crash()
        }
        try finishStep()
    }

    private mutating func finishStep() throws {
        step += 1
        rules.step = step
        try rules.check(bench, archived: archived)
        for action in bench.takeActions() { try perform(action) }
        if bench.isPaused, generator.chance(50) { bench.resumeWriting(now: now) }
    }

    private mutating func perform(_ action: JobAction) throws {
        try rules.check(action, bench: bench)
        switch action {
        case .trigger(let record): triggers.append(record)
        case .archive(let record, let token, let proposal): archiving.append((token, proposal, record))
        case .ask(let record): questions.append(record)
        case .tellCancel(let record): cancels.append(record)
        case .writeLegacyStatus, .settle, .reply, .log, .alert: break
        }
    }
}

/// The dice's moves.
extension JobWalk {
    private mutating func endWrite() {
        let end: Bench<JobState>.WriteEnd =
            generator.chance(85) ? .committed : generator.pick(Bench<JobState>.WriteEnd.allCases)
        bench.endWrite(end, now: now)
    }

    private mutating func create() throws {
        made += 1
        let names = Array(["evidence-1", "evidence-2", "location-1"].prefix(Int.random(in: 1...3, using: &generator)))
        let proposal = Make.proposal(try Make.job(made, request: generator.pick([7, 7, 8]), assets: names, now: now))
        bench.send(.creationRequested(ReplyToken(made), proposal), now: now, dice: generator.next())
    }

    private mutating func newClaim() throws -> Claim {
        made += 1
        return try Claim("claim_r\(made)")
    }

    /// Somebody asks for the rest, for some of it, for a fallback or for other words.
    private mutating func epochRequest(_ token: ReplyToken) throws -> JobEvent {
        var request = EpochRequest(claim: try newClaim())
        guard let job = bench.stored?.record else { return .epochRequested(token, request) }
        if generator.chance(50) { request.assets = job.assets.map(\.id).filter { _ in generator.chance(60) } }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: request.change = .fallback(provider: "local")
        case 1:
            let asset = generator.pick(job.assets)
            // Words are few, so that an asset gets old ones back now and then.
            let before = asset.wordings?.last?.hash ?? Make.hash(9_000)
            let after = Make.hash(9_000 + Int.random(in: 0...2, using: &generator))
            let base = generator.chance(85) ? job.specification : Make.hash(6)
            made += 1
            let specification = Artifact(owner: .local, hash: Make.hash(20_000 + made), bytes: [1])
            request.assets = [asset.id]
            request.change = .words(
                AssetEdit(asset: asset.id, base: base, specification: specification, before: before, after: after))
        default: break
        }
        rules.requests[request.claim] = request
        return .epochRequested(token, request)
    }

    /// The worker that got the trigger works through its assets; all it will ever say is known here at once.
    private mutating func endTrigger() {
        guard !triggers.isEmpty else { return }
        let record = triggers.remove(at: Int.random(in: triggers.indices, using: &generator))
        let epoch = record.handOut.epoch
        let answers: [TriggerAnswer] = [
            .accepted, .accepted, .acceptedByForeign, .unreachable(reason: "down"), .refused(reason: "409"),
            .unacceptable(reason: "400 options.providers"),
            .busy(reason: "503", retryAfter: generator.chance(50) ? 99_000_000 : nil),
        ]
        let answer = generator.pick(answers)
        // A worker may have begun although its answer was lost.
        let isPossible = if case .unacceptable = answer { false } else { generator.chance(30) }
        if answer == .accepted || isPossible { work(on: record) }
        bench.send(.triggerEnded(epoch: epoch, answer), now: now, dice: generator.next())
    }

    private mutating func work(on record: JobRecord) {
        guard !reports.contains(where: { $0.claim == record.handOut.claim }) else { return }
        // What the trigger says is kept stays as it is.
        var states = record.assets.map(\.status)
        var version = 1
        while let index = states.indices.first(where: { !states[$0].isSettled }) {
            states[index] = .generating
            reports.append(Make.snapshot(of: record, version: version, states))
            states[index] = generator.pick([.generated, .generated, .failed, .needsPromptUpdate, .canceled])
            version += Int.random(in: 1...3, using: &generator)
        }
        let status = JobStatus.outcome(of: states, wasCanceled: states.contains(.canceled))
        var last = Make.snapshot(of: record, version: version, status: status, states)
        for index in last.assets.indices where last.assets[index].status == .failed && generator.chance(30) {
            last.assets[index].cutOff = true
        }
        reports.append(last)
        charge(record)
    }

    private mutating func endQuestion() {
        guard !questions.isEmpty else { return }
        let record = questions.remove(at: Int.random(in: questions.indices, using: &generator))
        let known = reports.filter { $0.claim == record.handOut.claim }
        let answer: RunAnswer =
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4: .unreachable(reason: "down")
            case 4: .unknown
            default:
                known.randomElement(using: &generator).map {
                    .snapshot($0, missing: generator.chance(30) ? $0.assets.compactMap(\.picture?.hash) : [])
                } ?? .unknown
            }
        bench.send(.runAnswered(epoch: record.handOut.epoch, answer), now: now, dice: generator.next())
    }

    private mutating func endCancel() {
        guard !cancels.isEmpty else { return }
        let record = cancels.remove(at: Int.random(in: cancels.indices, using: &generator))
        let isKnown = reports.contains { $0.claim == record.handOut.claim }
        let answer: CancelAnswer = generator.chance(40) ? .unreachable(reason: "down") : isKnown ? .taken : .unknown
        bench.send(.cancelEnded(epoch: record.handOut.epoch, answer), now: now, dice: generator.next())
    }

    /// What was worked on costs something from its end on.
    private mutating func charge(_ record: JobRecord) {
        let worked = Set(record.assets.filter { !$0.status.isSettled }.map(\.id))
        for index in reports.indices where reports[index].claim == record.handOut.claim {
            for place in reports[index].assets.indices where worked.contains(reports[index].assets[place].id) {
                let isOver = reports[index].assets[place].status.isSettled
                reports[index].assets[place].cost = isOver ? AssetCost(micros: 10) : nil
            }
        }
    }

    private mutating func report() throws {
        guard !reports.isEmpty else { return }
        var snapshot = generator.pick(reports)
        let hashes = snapshot.assets.compactMap(\.picture?.hash)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: snapshot.claim = try Claim("stranger")
        case 1: snapshot.webhookURL = "http://elsewhere.example/"
        case 2: snapshot.epoch += 1
        case 3:
            incompleteClaims.insert(snapshot.claim)
            snapshot.assets.removeFirst()
        // A worker gone wrong: the same place, or one after the end, with other contents.
        case 4: snapshot = confused(snapshot)
        default: break
        }
        let missing = generator.chance(10) ? hashes : []
        bench.send(.snapshotArrived(2, snapshot, missing: missing), now: now, dice: generator.next())
    }

    private mutating func confused(_ snapshot: Snapshot) -> Snapshot {
        var snapshot = snapshot
        confusedClaims.insert(snapshot.claim)
        snapshot.version += 100
        snapshot.status = generator.pick(JobStatus.allCases)
        snapshot.isFinal = generator.chance(50)
        for index in snapshot.assets.indices { snapshot.assets[index].status = generator.pick(AssetState.allCases) }
        return snapshot
    }

    private mutating func foreignUpdate() {
        let ids = bench.stored?.record.assets.map(\.id) ?? []
        let made = ids.filter { _ in generator.chance(50) }
        let pictures = Dictionary(
            uniqueKeysWithValues: made.map { ($0, ForeignPicture.link("https://pictures.example/\($0)")) })
        let update = ForeignUpdate(
            status: generator.pick(JobStatus.allCases), completedImages: made.count, pictures: pictures,
            failedIDs: ids.filter { pictures[$0] == nil && generator.chance(50) })
        bench.send(.foreignUpdateArrived(3, update), now: now, dice: generator.next())
    }

    private mutating func endArchive() {
        guard !archiving.isEmpty else { return }
        var (token, proposal, record) = archiving.removeFirst()
        archived[record.jobID] = record
        proposal.archived = record.jobID
        bench.send(.creationRequested(token, proposal), now: now, dice: generator.next())
    }

    private mutating func passTime() {
        if generator.chance(60), let wake = bench.nextWake {
            now = max(now, wake)
        } else {
            now += Milliseconds.random(in: 0...20_000, using: &generator)
        }
        bench.tick(now: now, dice: generator.next())
    }

    /// The receiver's process, or a second initiator, commits a step of its own.
    private mutating func anotherProcess() throws {
        guard let record = bench.stored?.record, !bench.isUnreadable else { return }
        var other = JobState.loaded(record, now: now)
        let event: JobEvent =
            if let snapshot = reports.randomElement(using: &generator), generator.chance(70) {
                .snapshotArrived(9, snapshot, missing: [])
            } else {
                try epochRequest(9)
            }
        let effects = other.apply(event, now: now, dice: 0)
        guard effects.mustSave else { return }
        bench.replaceStored(other.record)
        try rules.check(bench, archived: archived)
        // What else it wants done is looked for again by whoever looks after the job.
        for case .trigger(let record) in effects.actions { triggers.append(record) }
    }

    private mutating func crash() {
        bench.crash(writeHappened: generator.chance(50))
        (triggers, archiving, questions, cancels) = ([], [], [], [])
        now += generator.pick([5, 3_000, 100_000_000, -100_000_000])
        if bench.stored?.record.due != nil { bench.schedule(due: now) }
    }
}

/// When the world behaves, every job gets its worker and ends.
extension JobWalk {
    private mutating func drain() throws {
        bench.isUnreadable = false
        try settle()
        guard let record = bench.stored?.record else { return }
        for snapshot in reports { bench.send(.snapshotArrived(4, snapshot, missing: []), now: now) }
        try settle()
        let last = bench.stored?.record ?? record
        if last.isTriggerOwed { throw broken("the trigger never left: \(last.handOut)") }
        let isReported = reports.contains { $0.claim == last.handOut.claim && $0.status.isTerminal }
        if isReported, !confusedClaims.contains(last.handOut.claim), !last.isFinal {
            throw broken("the job never ended: \(last)")
        }
        try checkLatePictures(last)
        // A worker that has told nonsense may be asked for ever.
        let isHeld = bench.mailroom.count != 0 && bench.state?.isAsking != true
        if isHeld { throw broken("a job at rest is still held in memory") }
    }

    /// Everybody answers, until nothing is left to be done.
    private mutating func settle() throws {
        for _ in 0..<500 {
            bench.endWrite(.committed, now: now)
            if bench.isPaused { bench.resumeWriting(now: now) }
            try finishStep()
            if let record = questions.popLast() {
                let last = reports.last { $0.claim == record.handOut.claim }
                let answer = last.map { RunAnswer.snapshot($0, missing: []) } ?? .unknown
                bench.send(.runAnswered(epoch: record.handOut.epoch, answer), now: now, dice: generator.next())
            } else if let record = cancels.popLast() {
                bench.send(.cancelEnded(epoch: record.handOut.epoch, .unknown), now: now)
            } else if let record = triggers.popLast() {
                work(on: record)
                bench.send(.triggerEnded(epoch: record.handOut.epoch, .accepted), now: now, dice: generator.next())
            } else if !archiving.isEmpty {
                endArchive()
            } else if bench.writing == nil, !bench.isPaused {
                // The sweep finds what no process holds.
                if bench.nextWake == nil, let record = bench.stored?.record, let due = record.due,
                    !record.isFinal || record.isCancelOwed
                {
                    bench.schedule(due: max(now, min(due, now + HandOut.fence)))
                }
                guard bench.stored?.record.isFinal == false || bench.mailroom.count > 0, let wake = bench.nextWake
                else { break }
                now = max(now, wake)
                bench.tick(now: now, dice: generator.next())
            }
            try finishStep()
        }
    }

    /// What was made under a claim on record, from the words that are asked for now, is not thrown away.
    private func checkLatePictures(_ job: JobRecord) throws {
        let claims = Set(job.pastClaims.map(\.claim) + [job.handOut.claim])
        for report in reports where report.jobID == job.jobID && claims.contains(report.claim) {
            guard !confusedClaims.contains(report.claim), !incompleteClaims.contains(report.claim) else { continue }
            for asset in report.assets where asset.status == .generated {
                guard rules.wordsAreAlike(asset.id, report.epoch, job.handOut.epoch) else { continue }
                let isKept = job.assets.contains { $0.id == asset.id && $0.status == .generated }
                if !isKept { throw broken("\(asset.id): its picture of epoch \(report.epoch) was thrown away") }
            }
        }
    }

    private func broken(_ rule: String) -> BrokenRule { BrokenRule(rule, seed: seed, step: step) }
}
