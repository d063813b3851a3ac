import JobModel
import Threads

/// Tells listeners of changes to jobs, of this process and of others: one watch of the store for all of them.
///
/// Nothing runs while nobody listens. A listener is told what changed after it began to listen, so whoever listens first
/// and looks second misses nothing. What a restart loses are the listeners; what they were told stands in the store.
public final class JobNews: Sendable {
    /// Beyond so many writes between two looks everybody is told to look.
    private static let writesAtMost = 4_096
    /// Between two looks, so that a burst of commits is one.
    private static let rest = Duration.milliseconds(10)
    /// Of the board, and of looking whether anybody listens still.
    private static let turn = Duration.seconds(1)

    private let store: any KeyValueStore
    private let state = Locked(State())

    private struct State {
        var board = NewsBoard<Mailbox>()
        var guestsAtMost = Int.max
        var areGuestsWelcome = true
        var isClosed = false
        /// Everything up to here has been told, or is being told.
        var told = Revision.zero
        /// Everything up to here lies in the mailboxes, or was taken.
        var delivered = Revision.zero
        /// Of a watch that ends and of the one that follows it.
        var tellings = 0
        var isWatching = false
        /// The newest one.
        var watch: Task<Void, Never>?

        func isRoom(forGuestOf owner: OwnerID) -> Bool {
            areGuestsWelcome && board.hasRoom(forGuestOf: owner, atMost: guestsAtMost)
        }
    }

    public init(store: any KeyValueStore) { self.store = store }

    /// Bounds those who come from outside. The last quarter of the places is for owners who have less than a quarter.
    public func limitGuests(to count: Int) { state.withLock { $0.guestsAtMost = count } }

    /// How many listen who came from outside.
    public var guests: Int { state.withLock { $0.board.guests } }

    /// - Parameters:
    ///   - pulse: after so many seconds, or up to one more, it is woken, whatever happens, and so on; nil for never.
    ///   - isGuest: it is for somebody outside, of whom there may only be so many, and who is sent away early.
    /// - Returns: nil if there are too many, of all owners or of the topic's own, or if this is closed.
    public func listen(
        to topic: NewsTopic, pulse: Int? = nil, isGuest: Bool
    ) throws(StoreError) -> NewsListener? {
        let now = try store.latestRevision()
        let mailbox = Mailbox()
        let pulse = pulse.map { UInt64(max(0, $0)) + 1 }
        let added: (id: UInt64, isFirst: Bool)? = state.withLock { state in
            guard !state.isClosed else { return nil }
            guard !isGuest || state.isRoom(forGuestOf: topic.owner) else { return nil }
            let isFirst = !state.isWatching
            if isFirst { (state.isWatching, state.told) = (true, max(state.told, now)) }
            return (state.board.add(mailbox, to: topic, pulse: pulse, isGuest: isGuest), isFirst)
        }
        guard let added else { return nil }
        if added.isFirst { startWatch() }
        return NewsListener(mailbox) { [weak self] in self?.state.withLock { $0.board.remove(added.id) } }
    }

    /// Ends what guests listen to, and takes no more of them.
    public func dismissGuests() {
        let guests = state.withLock { state in
            state.areGuestsWelcome = false
            return state.board.allGuests
        }
        for mailbox in guests { mailbox.put { $0.isOver = true } }
    }

    /// Ends everything.
    public func close() {
        let (mailboxes, watch) = state.withLock { state in
            state.isClosed = true
            return (state.board.all, state.watch)
        }
        watch?.cancel()
        for mailbox in mailboxes { mailbox.put { $0.isOver = true } }
    }

    /// Ends by itself a while after the last listener left.
    private func startWatch() {
        let elements = store.watch(StoreKey())
        let task = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.pass(on: elements) }
                group.addTask { await self.takeTurns() }
                await group.next()
                group.cancelAll()
            }
        }
        let isClosed = state.withLock { state in
            state.watch = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    private func pass(on elements: AsyncStream<Revision>) async {
        // What was written before the watch began, and after somebody listened.
        tell()
        for await _ in elements {
            tell()
            // Canceled is early, which is right.
            try? await Task.sleep(for: Self.rest)
        }
        // The store is closed.
        if !Task.isCancelled { close() }
    }

    private func tell() {
        let told = state.withLock { state in
            state.tellings += 1
            return state.told
        }
        tell(after: told)
        state.withLock { state in
            state.tellings -= 1
            if state.tellings == 0 { state.delivered = state.told }
        }
    }

    private func tell(after told: Revision) {
        guard let news = try? store.changes(StoreKey(), after: told, limit: Self.writesAtMost),
            let changed = news.changed
        else {
            // Those who look will see themselves what is wrong.
            let newest = try? store.latestRevision()
            return alarm(upTo: newest ?? told)
        }
        let jobs = changed.compactMap { key, revision in
            Keys.job(at: key).map { (JobService.CaseKey($0.caseID, owner: $0.owner), revision) }
        }
        let (letters, delivered) = state.withLock { state in
            state.told = max(state.told, news.upTo)
            let letters = jobs.flatMap { key, revision in
                state.board.listeners(to: key).map { (mailbox: $0, revision: revision) }
            }
            return (letters, state.delivered)
        }
        for letter in letters {
            letter.mailbox.put { news in
                news.isTold(upTo: delivered)
                news.revision = max(letter.revision, news.revision ?? .zero)
            }
        }
    }

    private func alarm(upTo revision: Revision) {
        let mailboxes = state.withLock { state in
            state.told = max(state.told, revision)
            return state.board.all
        }
        for mailbox in mailboxes { mailbox.put { $0.mayHaveChanged = true } }
    }

    private func takeTurns() async {
        while !Task.isCancelled {
            // Canceled is early, and found out above.
            try? await Task.sleep(for: Self.turn)
            let turn: (due: [Mailbox], delivered: Revision)? = state.withLock { state in
                if state.board.isEmpty, !Task.isCancelled {
                    state.isWatching = false
                    return nil
                }
                return (state.board.nextTurn(), state.delivered)
            }
            guard let turn else { return }
            for mailbox in turn.due {
                mailbox.put { news in
                    news.isTold(upTo: turn.delivered)
                    news.isPulse = true
                }
            }
        }
    }
}
