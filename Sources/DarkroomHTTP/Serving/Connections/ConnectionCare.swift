import NIOCore
import NIOHTTPTypes

#if canImport(Glibc)
import Glibc
#endif

/// Closes a connection whose peer does not do its part in time: sends no request, or one in drips, goes on sending after
/// its answer, or takes nothing of it.
final class ConnectionCare: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let book: ConnectionBook
    private let departures: Departures
    private var connection: ObjectIdentifier?
    private var pace: ConnectionPace
    private var id: UInt64?
    private var alarm: (at: ContinuousClock.Instant, task: Scheduled<Void>)?

    init(_ limits: ConnectionLimits, _ book: ConnectionBook, _ departures: Departures) {
        self.limits = limits
        self.book = book
        self.departures = departures
        pace = ConnectionPace(limits, now: .now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        id = book.opened { channel.close(mode: .all, promise: nil) }
        connection = ObjectIdentifier(channel)
        limitUnread(context)
        setAlarm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            pace.headCame(now: .now)
            if let id { book.isBusy(id) }
        case .body(let part): pace.bodyCame(part.readableBytes)
        case .end: pace.requestEnded(now: .now)
        }
        turned(context)
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent, let connection { departures.left(connection) }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            pace.answerEnded(now: .now)
            turned(context)
        }
        context.write(data, promise: promise)
    }

    private func turned(_ context: ChannelHandlerContext) {
        if pace.isWaiting, let id { book.waits(id) }
        setAlarm(context)
    }

    /// An alarm that rings too early finds out so by itself: only one that would ring too late is set anew.
    private func setAlarm(_ context: ChannelHandlerContext) {
        guard let deadline = pace.deadline else { return }
        if let alarm {
            guard deadline < alarm.at else { return }
            alarm.task.cancel()
        }
        let wait = TimeAmount(max(.zero, deadline - .now))
        let task = context.eventLoop.assumeIsolated().scheduleTask(in: wait) { self.ring(context) }
        alarm = (deadline, task)
    }

    private func ring(_ context: ChannelHandlerContext) {
        alarm = nil
        guard let deadline = pace.deadline else { return }
        if deadline <= .now { context.close(promise: nil) } else { setAlarm(context) }
    }

    private func end() {
        alarm?.task.cancel()
        alarm = nil
        if let id { book.closed(id) }
        id = nil
        if let connection { departures.closed(connection) }
        connection = nil
    }

    /// The kernel ends a connection whose peer has taken nothing of what was sent for so long.
    private func limitUnread(_ context: ChannelHandlerContext) {
        let option = ChannelOptions.Types.SocketOption(
            level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT))
        // A kernel that does not know it only waits longer.
        let limit = SocketOptionValue(clamping: limits.idle.inMilliseconds)
        context.channel.setOption(option, value: limit).whenFailure { _ in }
    }
}
