import CCurl

/// epoll. Belongs to the engine thread.
final class Poller {
    private let epoll: Int32
    private let ready: UnsafeMutablePointer<ccurl_ready>
    private static let capacity: Int32 = 128

    /// - Parameter wake: a descriptor to watch for reading, for good.
    init(wake: Int32) {
        epoll = ccurl_epoll_create()
        precondition(epoll >= 0, "no descriptor for epoll")
        ready = .allocate(capacity: Int(Self.capacity))
        let isWatched = watch(wake, events: Int32(CCURL_READABLE), isKnown: false)
        precondition(isWatched, "epoll refused the mailbox")
    }

    deinit {
        ready.deallocate()
        ccurl_close(epoll)
    }

    /// A descriptor's number may have been closed and given out again without a word: whether epoll knows it is only
    /// a hint, and each operation falls back on the other.
    func watch(_ descriptor: Int32, events: Int32, isKnown: Bool) -> Bool {
        let first = isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
        let error = ccurl_epoll_control(epoll, first, descriptor, events)
        switch error {
        case 0: return true
        case EEXIST: return ccurl_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events) == 0
        case ENOENT: return ccurl_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events) == 0
        default: return false
        }
    }

    /// Not an error if it is unknown: closing a socket has removed it.
    func forget(_ descriptor: Int32) {
        _ = ccurl_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0)
    }

    /// Waits until a descriptor is ready or `limit` has passed (nil: for ever), then hands over each ready one.
    func wait(limit: Duration?, _ body: (_ descriptor: Int32, _ events: Int32) -> Void) {
        let milliseconds = limit.map { Int32(clamping: $0.roundedUpMilliseconds) } ?? -1
        let count = ccurl_epoll_wait(epoll, ready, Self.capacity, milliseconds)
        precondition(count >= 0 || count == -EINTR, "epoll_wait failed with \(-count)")
        for index in 0..<Int(max(0, count)) {
            body(ready[index].descriptor, ready[index].events)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that a wait is never too short; 0 for the past.
    var roundedUpMilliseconds: Int {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? Int.max : Int(clamping: whole.addingReportingOverflow(part).partialValue)
    }
}
