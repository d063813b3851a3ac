import Hummingbird
import NIOCore
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// One call from its record to its end. Ends its record exactly once, whatever becomes of the connection.
final class Exchange: Sendable {
    /// In the record; nil for calls that are not recorded, such as polls and downloads.
    let number: Int?
    let channel: any Channel
    let watch: PeerWatch
    private let log: CallLog
    private let longestHang: Duration
    private let isOver = Locked(false)

    init(number: Int?, channel: any Channel, watch: PeerWatch, log: CallLog, longestHang: Duration) {
        self.number = number
        self.channel = channel
        self.watch = watch
        self.log = log
        self.longestHang = longestHang
    }

    /// An answer that Hummingbird could not begin to send is dropped without a word: its client has gone.
    deinit { end(.abortedByPeer) }

    func end(_ outcome: CallRecord.Outcome) {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if isFirst, let number { log.end(number, outcome) }
    }

    func note(_ change: (inout CallRecord) -> Void) {
        if let number { log.update(number, change) }
    }

    /// The script's waits, one after the other.
    func wait(for decision: Director.Decision) async throws(CallOver) {
        var draws = decision.draws
        for pause in decision.script.pauses {
            switch pause {
            case .fixed(let milliseconds): try await self.pause(.milliseconds(milliseconds))
            case .spread(let spread): try await self.pause(spread.draw(&draws))
            case .hold: try await hold()
            }
        }
    }

    /// Waits as part of the script.
    ///
    /// - Throws: ``CallOver`` when there is nobody left to answer; the record is ended then.
    func pause(_ duration: Duration) async throws(CallOver) {
        guard duration > .zero else { return }
        try check(await watch.wait(min(duration, longestHang), on: channel.eventLoop))
    }

    /// Waits for `POST /_sim/release`.
    func hold() async throws(CallOver) {
        defer { log.holds(-1) }
        let end = await watch.wait(longestHang, on: channel.eventLoop, isHeld: true, onceHeld: { log.holds(1) })
        guard end != .elapsed else { throw finish(.closedByServer) }
        try check(end)
    }

    /// Waits until the condition holds, at most this long; whoever makes it true calls `watch.release()`.
    ///
    /// - Returns: whether it holds.
    func wait(atMost limit: Duration, until isTrue: @Sendable () -> Bool) async throws(CallOver) -> Bool {
        let end = ContinuousClock.now + limit
        while !isTrue() {
            let left = end - ContinuousClock.now
            guard left > .zero else { return false }
            // Asked again once a release would be heard: what came true between the two questions is not missed.
            let ended = await watch.wait(
                left, on: channel.eventLoop, isHeld: true, onceHeld: { if isTrue() { watch.release() } })
            try check(ended)
        }
        return true
    }

    /// Waits for the client to give up, or the longest hang to be over.
    func hang() async -> CallOver {
        do {
            try check(await watch.wait(longestHang, on: channel.eventLoop))
            return finish(.closedByServer)
        } catch {
            return error
        }
    }

    /// Waits until what was written has reached the event loop: the writer learns only there that the connection is
    /// full or gone, and would take a hundred megabytes before it does.
    func settle() async throws { try await channel.eventLoop.submit {}.get() }

    /// Closes the connection as the script says: in order, or with a reset.
    func close(byReset: Bool = false) async -> CallOver {
        if byReset, let options = channel as? any SocketOptionProvider {
            // A failure here means that the socket is closed already.
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        let over = finish(.closedByScript)
        await disconnect()
        return over
    }

    /// Closes the connection and returns once it is closed; one that is closed already is as good.
    func disconnect() async {
        try? await channel.close()
    }

    private func check(_ end: PeerWatch.WaitEnd) throws(CallOver) {
        switch end {
        case .elapsed, .released: return
        case .peerClosed, .canceled: throw finish(.abortedByPeer)
        case .closing: throw finish(.closedByServer)
        }
    }

    private func finish(_ outcome: CallRecord.Outcome) -> CallOver {
        end(outcome)
        return CallOver()
    }
}

/// There is nothing more to send on this connection. Thrown out of a body it makes Hummingbird close the connection.
struct CallOver: Error {}
