import JobModel

/// Those who ask for pictures, and for more of them: at instants drawn beforehand, at the control plane or at a terminal,
/// and again if nobody answered.
final class People {
    enum Wish: CaseIterable {
        case again
        case other
        case retry
        case edit
        case fallBack
        case fallBackToNobody
        case redeliver
        case cancel
        case endRun
        case force
        case delete
    }

    private struct Plan {
        let at: Int64
        let caseNumber: Int
        /// nil for the creation of the case.
        let wish: Wish?
    }

    private var plans: [Plan] = []
    private let specifications: [JobSpecification]
    private let worker: [String]
    private var jobs = 0
    private var claims = 0

    init(_ dice: inout Dice, _ profile: Profile) {
        specifications = (0..<profile.jobs).map { People.specification($0, &dice) }
        worker = (0..<profile.jobs).map { _ in
            dice.chance(40) ? Stranger.url : Names.workerURL(dice.below(profile.workers))
        }
        for number in 0..<profile.jobs {
            plans.append(Plan(at: dice.within(0...min(10_000, profile.chaos)), caseNumber: number, wish: nil))
        }
        for _ in 0..<profile.commands {
            let late = dice.chance(60) ? JobPolicy.standardKept + profile.chaos : 0
            let at = late + dice.within(0...(profile.chaos + 30_000))
            plans.append(Plan(at: at, caseNumber: dice.below(profile.jobs), wish: dice.pick(Wish.allCases)))
        }
    }

    private static func specification(_ number: Int, _ dice: inout Dice) -> JobSpecification {
        let count = 2 + dice.below(4)
        let evidence = dice.below(count + 1)
        return JobSpecification(
            caseID: Names.cases[number],
            assets: (0..<count).map { index in
                let name = Names.assets[index]
                return AssetSpecification(
                    id: name, kind: index < evidence ? .evidence : .location, prompt: "words of \(number)",
                    subject: Subject(name: name.text, description: "d"), priority: dice.below(2))
            })
    }

    func newJob() -> JobID {
        jobs += 1
        return Names.job(jobs)
    }

    func newClaim() -> Claim {
        claims += 1
        return Names.claim(claims)
    }

    func begin(in world: World) {
        for plan in plans {
            world.add(after: plan.at, .person, owner: nil) { [unowned world] in
                if let wish = plan.wish {
                    self.ask(wish, Names.cases[plan.caseNumber], plan.caseNumber, in: world)
                } else {
                    world.count(.personCreates)
                    self.create(plan.caseNumber, self.specifications[plan.caseNumber], in: world)
                }
            }
        }
    }

    // MARK: Creating

    /// Asks until there is an answer.
    private func create(_ number: Int, _ specification: JobSpecification, in world: World) {
        var isAnswered = false
        let again = { [unowned world] in
            world.add(after: world.dice.within(1_000...20_000), .person, owner: nil) { [unowned world] in
                world.count(.personRepeats)
                self.create(number, specification, in: world)
            }
        }
        at(world) { process in
            let proposal = process.proposal(specification.caseID, specification, worker: self.worker[number])
            process.ask(specification.caseID, { .creationRequested($0, proposal) }) { reply in
                isAnswered = true
                if case .unavailable = reply { again() }
            }
        }
        world.add(after: 30_000, .person, owner: nil) { if !isAnswered { again() } }
    }

    /// At the control plane, or at a terminal.
    private func at(_ world: World, _ act: (ControlProcess) -> Void) {
        if world.dice.chance(300), world.processes[.command] == nil {
            world.start(.command)
            guard let command = world.processes[.command] as? ControlProcess else { return }
            if world.dice.chance(world.profile.kills * 50), !world.isMended { command.fuse = world.dice.below(30) }
            command.after(world.dice.within(500...15_000), .kill) { [unowned world] in world.kill(command) }
            act(command)
        } else if let serve = world.processes[.serve] as? ControlProcess {
            act(serve)
        }
    }

    // MARK: Other wishes

    private func ask(_ wish: Wish, _ key: CaseID, _ number: Int, in world: World) {
        switch wish {
        case .again:
            world.count(.personRepeats)
            create(number, specifications[number], in: world)
        case .other:
            world.count(.personCreatesOther)
            var other = specifications[number]
            other.assets[0].prompt = "other words"
            create(number, other, in: world)
        case .retry:
            world.count(.personRetries)
            open(key, .none, assets: drawAssets(number, in: world), in: world)
        case .edit:
            world.count(.personEdits)
            let asset = Names.assets[world.dice.below(4)]
            for _ in 0...world.dice.below(2) { at(world) { edit(key, asset, tries: 5, nil, at: $0) } }
        case .fallBack:
            world.count(.personFallsBack)
            open(key, .fallback(provider: world.dice.pick(Provider.names)), assets: nil, in: world)
        case .fallBackToNobody:
            world.count(.personFallsBack)
            open(key, .fallback(provider: "nobody"), assets: nil, in: world)
        case .redeliver: redeliver(key, in: world)
        case .cancel:
            world.count(.personCancels)
            at(world) { $0.ask(key, { .cancelRequested($0) }) { _ in } }
        case .endRun: endRun(key, in: world)
        case .force:
            world.count(.personForces)
            at(world) { $0.ask(key, { .finishForced($0) }) { _ in } }
        case .delete:
            world.count(.personDeletes)
            at(world) { $0.ask(key, { .deletionRequested($0) }) { _ in } }
        }
    }

    private func drawAssets(_ number: Int, in world: World) -> [AssetID]? {
        guard world.dice.chance(400) else { return nil }
        return [Names.assets[world.dice.below(specifications[number].assets.count + 1)]]
    }

    private func open(_ key: CaseID, _ change: EpochRequest.Change, assets: [AssetID]?, in world: World) {
        at(world) { process in
            let request = EpochRequest(claim: newClaim(), assets: assets, change: change)
            process.ask(key, { .epochRequested($0, request) }) { _ in }
        }
    }

    private func edit(
        _ key: CaseID, _ asset: AssetID, tries: Int, _ known: JobRecord?, at process: ControlProcess
    ) {
        let world = process.world
        guard tries > 0, let record = known ?? world.control.entries[key]?.record else { return }
        guard let edit = process.edit(asset, word: world.dice.next() % 1_000, of: record) else { return }
        let request = EpochRequest(claim: newClaim(), assets: [asset], change: .words(edit))
        // Between reading the specification and asking, others may edit.
        process.after(world.dice.within(0...world.dice.pick([200, 60_000])), .person) { [unowned process] in
            process.ask(key, { .epochRequested($0, request) }) { [unowned process] reply in
                if case .otherSpecification(let present) = reply {
                    self.edit(key, asset, tries: tries - 1, present, at: process)
                }
            }
        }
    }

    private func redeliver(_ key: CaseID, in world: World) {
        guard let record = world.control.entries[key]?.record, let index = Names.worker(at: record.handOut.worker),
            let worker = world.processes[.worker(index)] as? WorkerProcess
        else { return }
        world.count(.personRedelivers)
        worker.ask(record.jobID, { .redeliveryRequested($0) }) { _ in }
    }

    /// At the worker itself.
    private func endRun(_ key: CaseID, in world: World) {
        guard let record = world.control.entries[key]?.record, let index = Names.worker(at: record.handOut.worker),
            let worker = world.processes[.worker(index)] as? WorkerProcess
        else { return }
        world.count(.personEndsRun)
        let cancel = RunCancel(job: record.jobID)
        worker.ask(record.jobID, { .cancelRequested($0, cancel) }) { _ in }
    }
}
