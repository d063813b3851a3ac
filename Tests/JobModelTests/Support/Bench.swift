@testable import JobModel

/// The records that a bench can hold: a store recognises a writer's own commit by this number.
protocol BenchRecord: Sendable {
    var writeID: UInt64 { get set }
}

extension RunRecord: BenchRecord {}
extension JobRecord: BenchRecord {}

/// A real mailroom with one record over a store in memory. The test decides when and how each write ends.
struct Bench<State: DurableState> where State.Record: BenchRecord {
    enum WriteEnd: CaseIterable {
        case committed
        /// Nobody knows, and it did happen.
        case unknownButDone
        /// Nobody knows, and it did not happen.
        case unknownAndLost
        case refused
    }

    struct Write {
        let record: State.Record
        let expecting: UInt64?
        let attachments: [Artifact]
    }

    private static var key: String { "record" }

    private(set) var mailroom: Mailroom<String, State>
    private let context: State.Context
    private(set) var stored: (record: State.Record, revision: UInt64)?
    private var lastRevision: UInt64 = 0
    private var lastWriteID: UInt64 = 0
    private(set) var writing: Write?
    private(set) var isPaused = false
    /// Artifacts that a commit made durable.
    private(set) var artifacts: Set<ContentHash> = []
    /// Called after each commit of this process, before any action that waited for it.
    private(set) var commits = 0
    private var performed: [State.Action] = []

    init(context: State.Context) {
        self.context = context
        mailroom = Mailroom(context: context)
    }

    var state: State? { mailroom.state(Self.key) }

    var nextWake: Milliseconds? { mutating get { mailroom.nextWake } }

    /// The actions that were let go since the last call.
    mutating func takeActions() -> [State.Action] {
        defer { performed = [] }
        return performed
    }

    /// The demands among those actions; the others stay.
    mutating func takeDemands() -> [CallDemand] where State == RunState {
        let demands = performed.compactMap { if case .demand(let demand, _, _) = $0 { demand } else { nil } }
        performed.removeAll { if case .demand = $0 { true } else { false } }
        return demands
    }

    mutating func send(_ event: State.Event, now: Milliseconds, dice: UInt64 = 0) {
        take(mailroom.receive(event, for: Self.key, now: now, dice: dice), now: now)
    }

    mutating func tick(now: Milliseconds, dice: UInt64 = 0) {
        take(mailroom.tick(now: now, dice: { dice }), now: now)
    }

    mutating func schedule(due: Milliseconds) { mailroom.schedule(Self.key, due: due) }

    mutating func endWrite(_ end: WriteEnd, now: Milliseconds) {
        guard let write = writing else { return }
        writing = nil
        guard end != .refused else { return take(mailroom.wrote(Self.key, .refused("disk full")), now: now) }
        guard write.expecting == stored?.revision else { return take(mailroom.wrote(Self.key, .conflict), now: now) }
        if end != .unknownAndLost { commit(write) }
        let outcome: MailroomWrite = end == .committed ? .committed(lastRevision) : .conflict
        take(mailroom.wrote(Self.key, outcome), now: now)
    }

    mutating func resumeWriting(now: Milliseconds) {
        isPaused = false
        take(mailroom.resumeWriting(Self.key), now: now)
    }

    /// Another process replaces the record.
    mutating func replaceStored(_ record: State.Record) {
        var record = record
        record.writeID = 0
        lastRevision += 1
        stored = (record, lastRevision)
    }

    /// The process ends; what it was writing is in the store or not.
    mutating func crash(writeHappened: Bool) {
        if writeHappened, let write = writing, write.expecting == stored?.revision { commit(write) }
        writing = nil
        isPaused = false
        performed = []
        mailroom = Mailroom(context: context)
    }

    /// The next reads of the record fail.
    var isUnreadable = false

    private mutating func commit(_ write: Write) {
        lastRevision += 1
        stored = (write.record, lastRevision)
        commits += 1
        artifacts.formUnion(write.attachments.map(\.hash))
    }

    private mutating func take(_ actions: [MailroomAction<String, State>], now: Milliseconds) {
        for action in actions {
            switch action {
            case .load(let key):
                guard !isUnreadable else {
                    take(mailroom.unreadable(key, reason: "bad sector"), now: now)
                    continue
                }
                let isOwn = stored.map { $0.record.writeID == lastWriteID && lastWriteID != 0 } ?? false
                let found = stored
                take(
                    mailroom.loaded(key, found?.record, revision: found?.revision, isOwnWrite: isOwn, now: now),
                    now: now)
            case .write(_, var record, let expecting, let attachments):
                lastWriteID += 1
                record.writeID = lastWriteID
                writing = Write(record: record, expecting: expecting, attachments: attachments)
            case .pause: isPaused = true
            case .perform(_, let action): performed.append(action)
            }
        }
    }
}

extension Bench where State == JobState {
    init() { self.init(context: JobPolicy()) }
}

extension Bench where State == RunState {
    init() { self.init(context: RunPolicy()) }

    /// Gives the run the permits that it asked for last, as a gate without limits would.
    mutating func grant(now: Milliseconds) throws {
        let demands = takeDemands()
        guard let demand = demands.last else { return }
        for (lane, count) in demand.now {
            send(.permitted(Make.permits(count, lane: lane)), now: now)
        }
    }
}
