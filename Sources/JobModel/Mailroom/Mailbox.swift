/// What a transition asks for.
public struct Effects<Action: Sendable>: Sendable {
    /// In order. None is performed before the state it follows from is durable, unless the transition changes nothing
    /// that must survive.
    public var actions: [Action] = []
    /// Performed at once, whatever becomes of the record: what they let go of is not needed in any case.
    public var releases: [Action] = []
    /// Bytes that the changed record names; they become durable with it.
    public var attachments: [Artifact] = []
    /// Whether the record must be durable before anything follows from it. Otherwise the change rides on the next write.
    public var mustSave = false
    /// The record is another one now: earlier actions that still wait are dropped if they are revocable.
    var revokesWaiting = false

    public init() {}
}

/// A pure machine around one record.
public protocol DurableState: Sendable {
    associatedtype Record: Sendable
    associatedtype Event: Sendable
    associatedtype Action: Sendable
    /// What the process was told when it started.
    associatedtype Context: Sendable

    var record: Record { get }

    /// Takes one event in. Reads no clock and throws no dice of its own.
    mutating func apply(_ event: Event, now: Milliseconds, dice: UInt64) -> Effects<Action>

    /// When ``tick`` is due; nil if only other events can move it. Always later than the last event.
    var nextWake: Milliseconds? { get }
    /// Whether the process may forget it: whatever happens next begins with reading the record.
    var isAtRest: Bool { get }
    /// "Time has passed."
    static var tick: Event { get }

    /// The state around a record read from the store.
    static func loaded(_ record: Record, now: Milliseconds, context: Context) -> Self
    /// The state that an event opens where no record stands; nil if it opens none.
    static func opened(by event: Event, now: Milliseconds, context: Context) -> Self?
    /// What follows from an event that needs a record where none stands.
    static func missing(_ event: Event) -> [Action]
    /// What follows from an event when the store can neither give nor take the record: an answer, if somebody waits for
    /// one. An event with nothing to say here is a fact, and is kept until the record can be had.
    static func unavailable(_ event: Event, reason: String) -> [Action]
    /// The same when too many events wait for the store already. An event with nothing to say here is taken all the same.
    static func crowded(_ event: Event, reason: String) -> [Action]
    /// So many records are held before others, whose time has come, are read; they come in their turn.
    static var heldAtMost: Int { get }
    /// Whether an action is void once another record has taken the place of the one it followed from.
    static func isRevocable(_ action: Action) -> Bool
}

extension DurableState {
    public static var heldAtMost: Int { .max }

    public static func isRevocable(_ action: Action) -> Bool { false }

    public static func crowded(_ event: Event, reason: String) -> [Action] { unavailable(event, reason: reason) }
}

/// What the owner of a mailbox must do next.
enum MailboxStep<State: DurableState>: Sendable {
    /// Write the record with these attachments, then report ``Mailbox/committed()``.
    case write(State.Record, [Artifact])
    case perform(State.Action)
}

/// Everything that happens to one record, one thing after another, with at most one write under way.
///
/// Events that arrive during a write change the state at once and share the next write; the actions that follow from an
/// event wait for the write that holds it. So nothing acts on a state that a crash could take back, and a crowd of
/// events costs one commit.
struct Mailbox<State: DurableState>: Sendable {
    private(set) var state: State
    /// The record as it goes into the write under way; nil while there is none.
    private var written: State.Record?
    private var inWrite: [Arrived] = []
    private var unsaved: [Arrived] = []
    private var inWriteActions: [State.Action] = []
    private var gated: [State.Action] = []
    private var inWriteAttachments: [Artifact] = []
    private var attachments: [Artifact] = []
    private var mustSave = false

    struct Arrived: Sendable {
        let event: State.Event
        let now: Milliseconds
        let dice: UInt64
    }

    init(_ state: State) { self.state = state }

    var isWriting: Bool { written != nil }

    /// Whether everything that must be durable is, and has been acted upon.
    var isIdle: Bool { !isWriting && !mustSave && gated.isEmpty }

    /// Events whose effect the store may not hold.
    var pending: [Arrived] { inWrite + unsaved }

    var pendingCount: Int { inWrite.count + unsaved.count }

    /// So many changes may wait for a write that something else asks for.
    private static var ridersAtMost: Int { 64 }

    mutating func receive(_ arrived: Arrived) -> [MailboxStep<State>] {
        let effects = state.apply(arrived.event, now: arrived.now, dice: arrived.dice)
        unsaved.append(arrived)
        mustSave = mustSave || effects.mustSave || unsaved.count >= Self.ridersAtMost
        attachments += effects.attachments
        if effects.revokesWaiting {
            gated.removeAll(where: State.isRevocable)
            inWriteActions.removeAll(where: State.isRevocable)
        }
        gated += effects.actions
        return effects.releases.map { .perform($0) } + pump()
    }

    /// The write under way is durable.
    mutating func committed() -> [MailboxStep<State>] {
        written = nil
        let released = inWriteActions
        (inWrite, inWriteActions, inWriteAttachments) = ([], [], [])
        return released.map { .perform($0) } + pump()
    }

    /// The write under way once more: it is certain that it did not happen.
    func writeAgain() -> [MailboxStep<State>] { written.map { [.write($0, inWriteAttachments)] } ?? [] }

    private mutating func pump() -> [MailboxStep<State>] {
        guard !isWriting else { return [] }
        guard mustSave else {
            let free = gated
            gated = []
            return free.map { .perform($0) }
        }
        mustSave = false
        (inWrite, unsaved) = (unsaved, [])
        (inWriteActions, gated) = (gated, [])
        (inWriteAttachments, attachments) = (attachments, [])
        written = state.record
        return writeAgain()
    }
}
