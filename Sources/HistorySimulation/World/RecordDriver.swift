import JobModel

/// What `RecordRunner` does, on virtual time: drives a mailroom, reads and writes its records, wakes it in time and hands
/// its actions on. Between any two of its actions the process may die, or its thread may be put aside for a while.
final class RecordDriver<Key: Identifier, State: DurableState>
where State.Record: SimulatedRecord, State.Event: CountedEvent {
    typealias Performer = (Key, State.Action, State.Record?) -> Void

    private struct Step {
        let action: MailroomAction<Key, State>
        let committed: State.Record?
    }

    private(set) var mailroom: Mailroom<Key, State>
    private var writeIDs: [Key: UInt64] = [:]
    private var backlog: [Step] = []
    private var done = 0
    private var isWorkedOff = false
    private var alarm = AlarmClock()
    private unowned let process: Process
    private let disk: Disk<Key, State.Record>
    private let perform: Performer

    private var world: World { process.world }
    private static var writePause: Int64 { 1_000 }

    init(_ process: Process, disk: Disk<Key, State.Record>, context: State.Context, perform: @escaping Performer) {
        self.process = process
        self.disk = disk
        self.perform = perform
        mailroom = Mailroom(context: context)
    }

    func send(_ event: State.Event, to key: Key) {
        let (now, dice) = (process.now, world.dice.next())
        world.count(event.happening)
        feed { $0.receive(event, for: key, now: now, dice: dice) }
    }

    func schedule(_ key: Key, due: Milliseconds) {
        mailroom.schedule(key, due: due)
        arm()
    }

    func state(_ key: Key) -> State? { mailroom.state(key) }

    private func feed(
        committed: State.Record? = nil, _ change: (inout Mailroom<Key, State>) -> [MailroomAction<Key, State>]
    ) {
        backlog += change(&mailroom).map { Step(action: $0, committed: committed) }
        if isWorkedOff { arm() } else { work() }
    }

    private func arm() {
        guard let ring = alarm.mustRing(mailroom.nextWake) else { return }
        process.after(max(0, ring.at - process.now), .wake) { [unowned self] in
            guard alarm.rings(ring.number) else { return }
            let now = process.now
            world.count(State.tick.happening)
            feed { $0.tick(now: now, dice: { world.dice.next() }) }
        }
    }

    private func work() {
        isWorkedOff = true
        while done < backlog.count {
            guard process.survives() else { return }
            if world.chance(world.faults.threadPauses) {
                world.count(.threadPaused)
                return process.after(world.dice.within(1...50), .work) { [unowned self] in work() }
            }
            let step = backlog[done]
            done += 1
            perform(step)
        }
        (backlog, done, isWorkedOff) = ([], 0, false)
        arm()
    }

    private func perform(_ step: Step) {
        switch step.action {
        case .load(let key): load(key)
        case .write(let key, let record, let expecting, let attachments):
            write(key, record, expecting, attachments)
        case .pause(let key, let reason): pause(key, reason)
        case .perform(let key, let action): perform(key, action, step.committed ?? mailroom.state(key)?.record)
        }
    }

    private func load(_ key: Key) {
        world.count(.mailroomLoad)
        let steps: [MailroomAction<Key, State>]
        if world.chance(world.faults.readFailures) {
            world.count(.readFailed)
            steps = mailroom.unreadable(key, reason: "input/output error")
        } else {
            let entry = disk.entries[key]
            let isOwn = entry.map { $0.record.writeID == writeIDs[key] } ?? false
            steps = mailroom.loaded(
                key, entry?.record, revision: entry?.revision, isOwnWrite: isOwn, now: process.now)
        }
        backlog += steps.map { Step(action: $0, committed: nil) }
    }

    private func pause(_ key: Key, _ reason: String) {
        world.count(.mailroomPause)
        world.trace(process, "pauses \(key): \(reason)")
        process.after(Self.writePause, .pause) { [unowned self] in feed { $0.resumeWriting(key) } }
    }

    // MARK: Writing

    private func write(_ key: Key, _ record: State.Record, _ expecting: UInt64?, _ attachments: [Artifact]) {
        world.count(.mailroomWrite)
        var record = record
        record.writeID = world.dice.next() >> 11
        let writeID = record.writeID
        writeIDs[key] = writeID
        process.after(world.dice.within(world.faults.writeTime), .commit) { [unowned self] in
            guard process.survives() else { return world.count(.killedBeforeCommit) }
            let outcome = commit(key, record, expecting, attachments)
            guard process.survives() else { return world.count(.killedAfterCommit) }
            process.after(world.dice.within(0...3), .told) { [unowned self] in
                let isCommitted = if case .committed = outcome { true } else { false }
                feed(committed: isCommitted ? record : nil) { $0.wrote(key, outcome) }
                if writeIDs[key] == writeID, mailroom.state(key) == nil { writeIDs[key] = nil }
            }
        }
    }

    private func commit(
        _ key: Key, _ record: State.Record, _ expecting: UInt64?, _ attachments: [Artifact]
    ) -> MailroomWrite {
        let isUnknown = world.chance(world.faults.unknownWrites)
        if isUnknown, world.dice.chance(500) {
            world.count(.writeUnknownUndone)
            return .conflict
        }
        switch disk.write(key, record, expecting: expecting, attachments) {
        case .committed(let revision):
            guard !isUnknown else {
                world.count(.writeUnknownDone)
                return .conflict
            }
            return .committed(revision)
        case .conflict:
            world.count(.writeConflict)
            return .conflict
        case .refused(let reason):
            world.count(.writeRefused)
            return .refused(reason)
        }
    }
}
