/// What the owner of a mailroom must do.
public enum MailroomAction<Key: Hashable & Sendable, State: DurableState>: Sendable {
    /// Read the record and report ``Mailroom/loaded(_:_:revision:isOwnWrite:now:)``
    /// or ``Mailroom/unreadable(_:reason:)``.
    case load(Key)
    /// Write the record if the one in the store has this revision (nil: if there is none) and report
    /// ``Mailroom/wrote(_:_:)``.
    case write(Key, State.Record, expecting: UInt64?, [Artifact])
    /// Wait a little, then report ``Mailroom/resumeWriting(_:)``: the store takes no writes at present, or cannot give
    /// the record.
    case pause(Key, reason: String)
    case perform(Key, State.Action)
}

/// How a write ended, with the revision it has now.
public enum MailroomWrite: Hashable, Sendable {
    case committed(UInt64)
    /// Something else stands there, or nobody knows.
    case conflict
    /// It is certain that nothing was written.
    case refused(String)
}

/// What a process holds in memory of all its records: one mailbox for each that something is happening to, those being
/// read, and when each wants attention. The same for worker and control; only their states differ.
public struct Mailroom<Key: Hashable & Sendable, State: DurableState>: Sendable {
    private var slots: [Key: Slot] = [:]
    private var dues = DueQueue<Key>()
    /// Let go of, and to be read again in time.
    private var dormant: Set<Key> = []
    /// Whose time has come while there was no room for them.
    private var crowd = WaitingLine<Key>()
    private let context: State.Context

    private struct Slot: Sendable {
        var mailbox: Mailbox<State>?
        /// nil: no record stands in the store.
        var revision: UInt64?
        var isLoading = false
        /// It was let go of before this, and would have been read again in time.
        var wasDormant = false
        /// Times in a row that the record could not be read.
        var failedReads = 0
        /// Came before the record was read.
        var early: [Mailbox<State>.Arrived] = []

        /// Whether so many events wait for the store that no more may.
        func isCrowded(limit: Int) -> Bool { early.count + (mailbox?.pendingCount ?? 0) >= limit }
    }

    /// So many events of one record may wait for the store; then those that want an answer are told so at once.
    private static var waitingAtMost: Int { 256 }
    /// Facts about a record that cannot be read so often in a row are given up until the next start.
    private static var readsAtMost: Int { 60 }

    public init(context: State.Context) { self.context = context }

    public typealias Action = MailroomAction<Key, State>

    /// How many records are held.
    public var count: Int { slots.count }

    /// How many records are held, or were let go of until a time that they named.
    public var inHand: Int { slots.count + dormant.count }

    public func isInHand(_ key: Key) -> Bool { slots[key] != nil || dormant.contains(key) }

    /// The state held of a record; nil says nothing about the store.
    public func state(_ key: Key) -> State? { slots[key]?.mailbox?.state }

    /// All states held.
    public var states: [State] { slots.values.compactMap { $0.mailbox?.state } }

    /// When ``tick(now:dice:)`` is due; 0 is "at once".
    public var nextWake: Milliseconds? { mutating get { hasRoom && !crowd.isEmpty ? 0 : dues.next } }

    /// Whether a record may be read because its time has come. What is held already is never turned away.
    public var hasRoom: Bool { slots.count < State.heldAtMost }

    public mutating func receive(_ event: State.Event, for key: Key, now: Milliseconds, dice: UInt64) -> [Action] {
        var slot = slots[key] ?? Slot()
        let arrived = Arrived(event: event, now: now, dice: dice)
        if slot.isCrowded(limit: Self.waitingAtMost) {
            let answers = State.crowded(event, reason: "too much waits for the store already")
            if !answers.isEmpty { return answers.map { .perform(key, $0) } }
        }
        if slot.mailbox != nil {
            let steps = slot.mailbox?.receive(arrived) ?? []
            return settle(key, slot, steps)
        }
        slot.early.append(arrived)
        if dormant.remove(key) != nil { slot.wasDormant = true }
        let mustLoad = !slot.isLoading
        slot.isLoading = true
        slots[key] = slot
        return mustLoad ? [.load(key)] : []
    }

    /// The record as it stands in the store, with its revision (of a tombstone: the revision without a record).
    /// `isOwnWrite` says that it carries the identity of the write under way, which therefore did succeed.
    public mutating func loaded(
        _ key: Key, _ record: State.Record?, revision: UInt64?, isOwnWrite: Bool, now: Milliseconds
    ) -> [Action] {
        guard var slot = slots[key] else { return [] }
        slot.isLoading = false
        slot.failedReads = 0
        slot.revision = revision
        guard let mailbox = slot.mailbox else { return open(key, slot, record, now: now) }
        if isOwnWrite {
            let steps = slot.mailbox?.committed() ?? []
            return settle(key, slot, steps)
        }
        // Somebody else's record, or none: what is not durable yet happens again, to what stands there now.
        slot.early = mailbox.pending
        slot.mailbox = nil
        return open(key, slot, record, now: now)
    }

    /// The record cannot be read, and is asked for again after a pause. Of a record not held yet, everybody who waits for
    /// it is told at once and only facts are kept. One that is held stays: the write under way may have happened.
    public mutating func unreadable(_ key: Key, reason: String) -> [Action] {
        guard let slot = slots[key] else { return [] }
        slots[key]?.failedReads += 1
        guard slot.mailbox == nil else { return [.pause(key, reason: reason)] }
        let facts = slot.early.filter { State.unavailable($0.event, reason: reason).isEmpty }
        let answers = forget(key, reason: reason)
        guard !facts.isEmpty, slot.failedReads < Self.readsAtMost else {
            return answers + facts.flatMap { State.missing($0.event) }.map { .perform(key, $0) }
        }
        slots[key] = Slot(
            isLoading: true, wasDormant: slot.wasDormant, failedReads: slot.failedReads + 1, early: facts)
        dormant.remove(key)
        return answers + [.pause(key, reason: reason)]
    }

    /// Drops what is held of a record and tells everybody who waits for it.
    private mutating func forget(_ key: Key, reason: String) -> [Action] {
        guard let slot = slots.removeValue(forKey: key) else { return [] }
        // One that was at rest still wakes at its time.
        if slot.wasDormant, slot.mailbox == nil { dormant.insert(key) } else { dues.set(key, due: nil) }
        return (slot.early + (slot.mailbox?.pending ?? [])).flatMap { State.unavailable($0.event, reason: reason) }.map
        { .perform(key, $0) }
    }

    public mutating func wrote(_ key: Key, _ outcome: MailroomWrite) -> [Action] {
        guard var slot = slots[key], slot.mailbox != nil else { return [] }
        switch outcome {
        case .committed(let revision):
            slot.revision = revision
            let steps = slot.mailbox?.committed() ?? []
            return settle(key, slot, steps)
        case .conflict:
            slot.isLoading = true
            slots[key] = slot
            return [.load(key)]
        case .refused(let reason) where slot.revision == nil:
            // Nothing was promised to anybody yet.
            return forget(key, reason: reason)
        case .refused(let reason):
            return [.pause(key, reason: reason)]
        }
    }

    /// The pause is over.
    public mutating func resumeWriting(_ key: Key) -> [Action] {
        guard let slot = slots[key] else { return [] }
        if slot.failedReads > 0, slot.isLoading { return [.load(key)] }
        guard let mailbox = slot.mailbox, mailbox.isWriting else { return [] }
        return settle(key, slot, mailbox.writeAgain())
    }

    /// Asks for a tick of a record that need not be in memory.
    public mutating func schedule(_ key: Key, due: Milliseconds) {
        if slots[key] == nil, !crowd.contains(key) { dues.set(key, due: due) }
    }

    public mutating func tick(now: Milliseconds, dice: () -> UInt64) -> [Action] {
        var actions: [Action] = []
        for key in dues.popDue(at: now) {
            if slots[key] != nil {
                actions += receive(State.tick, for: key, now: now, dice: dice())
            } else {
                crowd.append(key)
            }
        }
        while hasRoom, let key = crowd.popFirst() {
            actions += receive(State.tick, for: key, now: now, dice: dice())
        }
        return actions
    }

    private typealias Arrived = Mailbox<State>.Arrived

    private mutating func open(_ key: Key, _ slot: Slot, _ record: State.Record?, now: Milliseconds) -> [Action] {
        var slot = slot
        slot.mailbox = record.map { Mailbox(State.loaded($0, now: now, context: context)) }
        let early = slot.early
        slot.early = []
        var steps: [MailboxStep<State>] = []
        for arrived in early {
            if slot.mailbox == nil {
                slot.mailbox = State.opened(by: arrived.event, now: arrived.now, context: context).map { Mailbox($0) }
            }
            steps += slot.mailbox?.receive(arrived) ?? State.missing(arrived.event).map { .perform($0) }
        }
        return settle(key, slot, steps)
    }

    /// Puts the slot back, or forgets it when nothing is left to do, and turns steps into actions.
    private mutating func settle(_ key: Key, _ slot: Slot, _ steps: [MailboxStep<State>]) -> [Action] {
        let isDone = slot.mailbox.map { $0.isIdle && $0.state.isAtRest } ?? true
        slots[key] = isDone ? nil : slot
        // One that rests is woken by reading its record again.
        let wake = slot.mailbox?.state.nextWake
        dues.set(key, due: wake)
        if isDone, wake != nil { dormant.insert(key) } else { dormant.remove(key) }
        return steps.map { step in
            switch step {
            case .write(let record, let attachments): .write(key, record, expecting: slot.revision, attachments)
            case .perform(let action): .perform(key, action)
            }
        }
    }
}
