import JobModel
import Logging
import Threads

/// Drives a mailroom: reads and writes its records, wakes it in time, and hands its actions on. It knows nothing of what
/// a state means.
///
/// After ``close()`` no event is taken in: what is in flight then is, for the record, cut off as by a crash.
public final class RecordRunner<Key: Hashable & Sendable, State: DurableState>: Sendable
where State.Record: StorableRecord {
    /// Called in order for one key, never while a lock is held. It must not block; long work goes to a task of its own.
    /// The record is the one that the action follows from, as far as there is any: a record at rest has been let go of
    /// by then.
    public typealias Performer = @Sendable (Key, State.Action, State.Record?) -> Void

    private struct Contents {
        var mailroom: Mailroom<Key, State>
        /// Identity of the last write of each record that has one under way.
        var writeIDs: [Key: UInt64] = [:]
        var isClosed = false
        /// What is still to be done, in the order in which it was decided; one thread at a time does it.
        var backlog = StepQueue<Step>()
        var isWorkedOff = false
    }

    private struct Step: Sendable {
        let action: MailroomAction<Key, State>
        let committed: State.Record?
    }

    private let contents: Locked<Contents>
    private let store: any KeyValueStore
    private let clock: any EngineClock
    private let random: any RandomSource
    private let logger: Logger
    private let storeKey: @Sendable (Key) -> StoreKey
    private let perform: Performer
    private let alarm = Alarm()
    private let yard = TaskYard<Key>()

    /// A store that takes no writes is asked again after this time.
    private static var writePause: Milliseconds { 1_000 }

    public init(
        store: any KeyValueStore, clock: any EngineClock, random: any RandomSource, logger: Logger,
        context: State.Context, storeKey: @escaping @Sendable (Key) -> StoreKey, perform: @escaping Performer
    ) {
        contents = Locked(Contents(mailroom: Mailroom(context: context)))
        self.store = store
        self.clock = clock
        self.random = random
        self.logger = logger
        self.storeKey = storeKey
        self.perform = perform
    }

    /// Takes an event in. What follows from it may have been done when this returns, or not.
    public func send(_ event: State.Event, to key: Key) {
        let (now, dice) = (clock.now(), random.next())
        feed { $0.receive(event, for: key, now: now, dice: dice) }
    }

    /// Asks for a tick of a record that need not be in memory.
    public func schedule(_ key: Key, due: Milliseconds) {
        let wake = contents.withLock { contents in
            contents.mailroom.schedule(key, due: due)
            return contents.mailroom.nextWake
        }
        alarm.ring(before: wake)
    }

    /// The state held in memory; nil says nothing about the store.
    public func state(_ key: Key) -> State? { contents.withLock { $0.mailroom.state(key) } }

    /// Whether more records may be taken up than are held.
    public var hasRoom: Bool { contents.withLock { $0.mailroom.hasRoom } }

    /// How many records something is happening to, or will in time by themselves.
    public var inHand: Int { contents.withLock { $0.mailroom.inHand } }

    /// Whether a record is one of those.
    public func isInHand(_ key: Key) -> Bool { contents.withLock { $0.mailroom.isInHand(key) } }

    /// Returns when every write that was asked for is durable, or when the caller is canceled.
    public func untilIdle() async {
        while !Task.isCancelled, activity.running > 0 {
            await yard.untilEmpty()
            // What is left then is being done by another thread at this moment.
            await Task.yield()
        }
    }

    /// Writes and reads under way, and what is still to be done.
    var activity: TaskYard<Key>.Activity {
        let pending = contents.withLock { $0.backlog.count + ($0.isWorkedOff ? 1 : 0) }
        let writing = yard.activity
        return TaskYard.Activity(started: writing.started, running: writing.running + pending)
    }

    /// Wakes records in time, until the task is canceled; then ends the writes under way.
    public func run() async {
        while !Task.isCancelled {
            let wake = contents.withLock { $0.mailroom.nextWake }
            await alarm.wait(until: wake, clock: clock)
            guard !Task.isCancelled else { break }
            let now = clock.now()
            // Rings nothing: the next turn reads the time to wake at by itself.
            apply { $0.tick(now: now, dice: { random.next() }) }
        }
        await close()
    }

    /// Takes no more events and waits for writes under way.
    public func close() async {
        contents.withLock { $0.isClosed = true }
        await yard.close()
    }

    /// Changes the mailroom, does what follows, and lets the sleeping loop know when it must wake.
    private func feed(
        committed: State.Record? = nil, _ change: (inout Mailroom<Key, State>) -> [MailroomAction<Key, State>]
    ) {
        apply(committed: committed, change)
        alarm.ring(before: contents.withLock { $0.mailroom.nextWake })
    }

    private func apply(
        committed: State.Record? = nil, _ change: (inout Mailroom<Key, State>) -> [MailroomAction<Key, State>]
    ) {
        let mustWork = contents.withLock { contents in
            guard !contents.isClosed else { return false }
            contents.backlog.add(change(&contents.mailroom).map { Step(action: $0, committed: committed) })
            defer { contents.isWorkedOff = true }
            return !contents.isWorkedOff
        }
        guard mustWork else { return }
        while let step = nextStep() {
            let committed = step.committed
            switch step.action {
            case .load(let key): load(key)
            case .write(let key, let record, let expecting, let attachments):
                yard.start { await self.write(key, record, expecting, attachments) }
            case .pause(let key, let reason): pause(key, reason)
            case .perform(let key, let action): perform(key, action, committed ?? state(key)?.record)
            }
        }
    }

    private func nextStep() -> Step? {
        contents.withLock { contents in
            let step = contents.backlog.next()
            if step == nil { contents.isWorkedOff = false }
            return step
        }
    }

    private func load(_ key: Key) {
        do throws(StoreError) {
            let stored = try store.get(storeKey(key))
            let record: State.Record? =
                if let stored, !stored.isEmpty { try RecordCoding.decode(State.Record.self, from: stored) } else { nil }
            let now = clock.now()
            contents.withLock { contents in
                let isOwn = record.map { $0.writeID == contents.writeIDs[key] } ?? false
                let actions = contents.mailroom.loaded(
                    key, record, revision: stored?.revision.number, isOwnWrite: isOwn, now: now)
                contents.backlog.add(actions.map { Step(action: $0, committed: nil) })
            }
        } catch {
            logger.error(
                "store.read_failed", metadata: ["key": "\(storeKey(key).redacted)", "error": "\(error.message)"])
            contents.withLock { contents in
                let actions = contents.mailroom.unreadable(key, reason: error.message)
                contents.backlog.add(actions.map { Step(action: $0, committed: nil) })
            }
        }
    }

    private func write(_ key: Key, _ record: State.Record, _ expecting: UInt64?, _ attachments: [Artifact]) async {
        var record = record
        // JSON integers stay below 2^53 for readers in other languages.
        record.writeID = random.next() >> 11
        let writeID = record.writeID
        contents.withLock { $0.writeIDs[key] = writeID }
        let outcome = await commit(key, record, expecting, attachments)
        let isCommitted = if case .committed = outcome { true } else { false }
        feed(committed: isCommitted ? record : nil) { $0.wrote(key, outcome) }
        contents.withLock { contents in
            if contents.writeIDs[key] == writeID, contents.mailroom.state(key) == nil { contents.writeIDs[key] = nil }
        }
    }

    private func commit(
        _ key: Key, _ record: State.Record, _ expecting: UInt64?, _ attachments: [Artifact]
    ) async -> MailroomWrite {
        let body: [UInt8]
        do { body = try RecordCoding.body(of: record) } catch { return .refused(error.message) }
        let write = RecordWrite(
            key: storeKey(key), expected: expecting.map { .revision(Revision($0)) } ?? .absent,
            header: RecordCoding.header(of: record), body: body, isTombstone: record.isForgotten,
            attachments: attachments)
        switch await store.write(write) {
        case .committed(let revision): return .committed(revision.number)
        case .conflict: return .conflict
        case .refused(let error): return .refused(error.message)
        case .unknown(let error):
            logger.warning(
                "store.outcome_unknown", metadata: ["key": "\(storeKey(key).redacted)", "error": "\(error.message)"])
            return .conflict
        }
    }

    private func pause(_ key: Key, _ reason: String) {
        logger.error("store.paused", metadata: ["key": "\(storeKey(key).redacted)", "error": "\(reason)"])
        yard.start {
            await self.clock.sleep(until: self.clock.now() + Self.writePause)
            self.feed { $0.resumeWriting(key) }
        }
    }
}
