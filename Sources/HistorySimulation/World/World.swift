import JobModel

/// One history: the machines, the disks and the network around them, and whatever befalls them, all from one seed.
///
/// Belongs to one thread.
final class World {
    let seed: UInt64
    let profile: Profile
    var faults: Faults
    var dice: Dice
    /// True time, by which no process sets its clock exactly.
    private(set) var now: Int64 = 1_700_000_000_000
    private var agenda = Agenda()
    private(set) var steps = 0
    private(set) var coverage = Coverage()
    private(set) var log: HistoryLog
    private(set) var violation: Violation?
    /// Nothing goes wrong any more.
    private(set) var isMended = false

    let control = Disk<CaseID, JobRecord>()
    let stores: [Disk<JobID, RunRecord>]
    var archive: [JobID: JobRecord] = [:]
    var processes: [Role: Process] = [:]
    var specifications: [ContentHash: JobSpecification] = [:]
    let provider = Provider()
    let books = Books()
    let people: People

    static let stepsAtMost = 40_000
    static let start: Int64 = 1_700_000_000_000
    static let hour: Int64 = 3_600_000

    init(seed: UInt64, isTraced: Bool) {
        self.seed = seed
        var dice = Dice(seed: seed)
        profile = Profile(&dice)
        faults = profile.faults
        stores = (0..<profile.workers).map { _ in Disk() }
        people = People(&dice, profile)
        self.dice = dice
        log = HistoryLog(isTraced: isTraced)
        control.onCommit = { [unowned self] in books.check(control: $0, $1, $2, in: self) }
        for (index, store) in stores.enumerated() {
            store.onCommit = { [unowned self] in books.check(worker: index, $0, $1, $2, in: self) }
        }
    }

    var isOver: Bool { violation != nil }

    // MARK: Time

    func add(after delay: Int64, _ kind: StepKind, owner: Process?, _ run: @escaping () -> Void) {
        agenda.add(at: now + max(0, delay), tie: dice.next() & 0xFFFF, kind, owner: owner, run)
    }

    /// Does what is to happen up to this instant.
    func run(until end: Int64) {
        while !isOver, let next = agenda.next, next <= end, let item = agenda.take() { step(item) }
    }

    private func step(_ item: Agenda.Item) {
        now = max(now, item.at)
        if let owner = item.owner, owner.isDead { return }
        steps += 1
        log.note(item.kind, at: now, by: item.owner?.role.number ?? 0)
        item.run()
        if steps > World.stepsAtMost {
            violate(.everythingEnds, "there is still something to do after \(steps) steps")
        }
    }

    // MARK: Notes

    func count(_ happening: Happening) {
        coverage.count(happening)
        log.note(happening)
    }

    func chance(_ perMille: Int) -> Bool { dice.chance(perMille) }

    func trace(_ process: Process?, _ text: @autoclosure () -> String) {
        guard log.isTraced else { return }
        log.write("[\(World.seconds(now - World.start))] \(process?.role.name ?? "world"): \(text())")
    }

    private static func seconds(_ time: Int64) -> String {
        let thousandths = String(1_000 + time % 1_000).dropFirst()
        return "\(time / 1_000).\(thousandths)s"
    }

    func violate(_ rule: Rule, _ message: @autoclosure () -> String) {
        guard violation == nil else { return }
        let text = message()
        trace(nil, "VIOLATION of \(rule.rawValue): \(text)")
        violation = Violation(seed: seed, rule: rule, message: text, step: steps)
    }

    func require(_ holds: Bool, _ rule: Rule, _ message: @autoclosure () -> String) {
        if !holds { violate(rule, message()) }
    }

    func mend() {
        isMended = true
        faults = .none
        trace(nil, "all is mended")
    }
}
