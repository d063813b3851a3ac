import CCurl
import Threads

/// Drives libcurl's multi handle on one thread: commands from the mailbox, sockets from epoll, libcurl's one timer.
///
/// Made, run and dropped on that thread. A result is taken from the multi handle's messages only, and no handle is
/// added or removed inside a callback.
final class Engine {
    let settings: CurlClient.Configuration
    let mailbox: Mailbox
    let counters: Locked<CurlClient.Statistics>
    let poller: Poller
    let journal = LookupJournal()
    var multi: Multi
    var handles = HandlePool()
    var transfers: [ObjectIdentifier: Transfer] = [:]
    var lookups: LookupQueue<ObjectIdentifier>
    /// Calls that wait for another's lookup.
    var waiting: [ObjectIdentifier: PendingCall] = [:]
    /// Calls whose answers wait for a place.
    var waitingForRoom: Set<ObjectIdentifier> = []
    var lendAt = ContinuousClock.now
    /// No waiting call ends before.
    var nextWaitingDeadline: ContinuousClock.Instant?

    private var backlog: [Mailbox.Command] = []
    private var backlogHead = 0
    private var idleSince: ContinuousClock.Instant?

    /// So that a burst of new calls does not hold up those in flight.
    private static let commandsPerTurn = 128

    init(configuration: CurlClient.Configuration, mailbox: Mailbox, counters: Locked<CurlClient.Statistics>) {
        Process.prepareCurl()
        Process.blockPipeSignalOnThisThread()
        settings = configuration
        self.mailbox = mailbox
        self.counters = counters
        poller = Poller(wake: mailbox.event)
        lookups = LookupQueue(maximum: configuration.maximumLookups)
        multi = Multi(poller: poller, maximumConnections: configuration.maximumConnections)
    }

    /// Returns when the mailbox was closed and every call has ended.
    func run() {
        while takeCommands() {
            waitForEvents()
            multi.runTimerIfDue()
            settleLookups()
            collect()
            expireWaiting()
            lendPlaces()
            dropConnectionsIfIdle()
        }
        endAll(.closed, "the client was shut down")
        multi.close()
    }

    /// False once the mailbox is closed; nothing it held is lost then, because ``endAll(_:_:)`` sees the backlog.
    private func takeCommands() -> Bool {
        let (commands, isClosed) = mailbox.takeAll()
        if backlogHead == backlog.count {
            backlog = commands
            backlogHead = 0
        } else {
            backlog += commands
        }
        if isClosed { return false }
        for _ in 0..<min(Self.commandsPerTurn, backlog.count - backlogHead) {
            let command = backlog[backlogHead]
            backlogHead += 1
            switch command {
            case .start(let pending): start(pending)
            case .cancel(let call): cancel(call)
            case .admit(let call, let place): admit(call, place)
            }
        }
        if backlogHead == backlog.count {
            backlog = []
            backlogHead = 0
        }
        return true
    }

    private func waitForEvents() {
        poller.wait(limit: waitLimit()) { descriptor, events in
            if descriptor == mailbox.event {
                ccurl_event_clear(descriptor)
            } else {
                multi.socketIsReady(descriptor, events: events)
            }
        }
    }

    private func waitLimit() -> Duration? {
        if backlogHead < backlog.count { return .zero }
        let idleEnd = idleSince.map { $0 + settings.maximumIdleAge }
        let lending = waitingForRoom.isEmpty ? nil : lendAt
        guard let next = [multi.timer, nextWaitingDeadline, idleEnd, lending].compactMap({ $0 }).min() else {
            return nil
        }
        return max(.zero, next - .now)
    }

    /// libcurl looks at idle connections only when it needs one: a client that nobody uses would keep them for ever,
    /// closed by the peer or not. When all of them are too old they go, with the multi handle that holds them.
    private func dropConnectionsIfIdle() {
        guard transfers.isEmpty, waiting.isEmpty, multi.wasUsed else {
            idleSince = nil
            return
        }
        let since = idleSince ?? .now
        idleSince = since
        guard ContinuousClock.now > since + settings.maximumIdleAge else { return }
        renewMulti()
        idleSince = nil
    }

    func renewMulti() {
        multi.close()
        multi = Multi(poller: poller, maximumConnections: settings.maximumConnections)
    }

    private func endAll(_ code: HTTPError.Code, _ message: String) {
        // Those that wait first: the end of a call that looks up a name would begin the next of them.
        for pending in waiting.values { fail(pending, code, message) }
        waiting = [:]
        endTransfers(code, message)
        for case .start(let pending) in backlog[backlogHead...] { pending.fail(code, message) }
        backlog = []
        backlogHead = 0
    }
}
