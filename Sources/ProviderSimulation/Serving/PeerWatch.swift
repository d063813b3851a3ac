import NIOCore
import Threads

/// What a call waits on: time, its client, the script's release, the end of the server. One for each connection, and
/// one for each prediction, which has no client but can be canceled.
///
/// Hummingbird looks at the inbound side only between requests, so a call that hangs would not learn that its client
/// has gone. Its own helper (`consumeWithCancellationOnInboundClose`) gives up the connection after the answer; a
/// simulated delay must leave it open for the next call, as providers do.
final class PeerWatch: Sendable {
    enum WaitEnd: Sendable {
        case elapsed
        case released
        case peerClosed
        case canceled
        case closing
    }

    private struct State {
        /// Set once: no wait begins after it.
        var over: WaitEnd?
        var ticket: UInt64 = 0
        var waiter: CheckedContinuation<WaitEnd, Never>?
        var isHeld = false
        /// How the wait with this ticket ended before anyone stood waiting.
        var early: (ticket: UInt64, end: WaitEnd)?
    }

    private let state = Locked(State())

    /// Waits for the time or for whatever comes first. One wait at a time: a connection serves one call at a time.
    ///
    /// - Parameters:
    ///   - isHeld: ``release()`` ends it too.
    ///   - onceHeld: runs when a release will end this wait.
    func wait(
        _ duration: Duration, on loop: any EventLoop, isHeld: Bool = false, onceHeld: () -> Void = {}
    ) async -> WaitEnd {
        let ticket = state.withLock { state in
            state.ticket += 1
            state.isHeld = isHeld
            return state.ticket
        }
        onceHeld()
        let timer = loop.scheduleTask(in: TimeAmount(duration)) {
            self.wake(with: .elapsed) { $0.ticket == ticket }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let end: WaitEnd? = state.withLock { state in
                    if let over = state.over { return over }
                    if let early = state.early, early.ticket == ticket { return early.end }
                    state.waiter = continuation
                    return nil
                }
                if let end { continuation.resume(returning: end) }
            }
        } onCancel: {
            finish(.closing)
        }
    }

    /// Ends this wait and every later one.
    func finish(_ end: WaitEnd) {
        wake(with: end) { state in
            if state.over == nil { state.over = end }
            return true
        }
    }

    func release() { wake(with: .released) { $0.isHeld } }

    private func wake(with end: WaitEnd, if condition: (inout State) -> Bool) {
        let waiter = state.withLock { state -> CheckedContinuation<WaitEnd, Never>? in
            guard condition(&state) else { return nil }
            if state.waiter == nil { state.early = (state.ticket, end) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: end)
    }
}

/// Tells a connection's ``PeerWatch`` that its client has gone: a half-close counts, because nothing else shows an
/// ordinary close while an answer is owed.
final class PeerCloseHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let connections: ConnectionTable
    private let watch = PeerWatch()

    init(connections: ConnectionTable) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) { connections.add(context.channel, watch) }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        watch.finish(.peerClosed)
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch.finish(.peerClosed)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { watch.finish(.peerClosed) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        watch.finish(.peerClosed)
        context.fireErrorCaught(error)
    }
}
