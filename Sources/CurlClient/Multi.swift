import CCurl

/// Owns a libcurl multi handle and answers its socket and timer callbacks. Belongs to the engine thread; must be
/// closed before it is dropped, because cleaning up calls back.
final class Multi {
    private let pointer: UnsafeMutableRawPointer
    private let poller: Poller
    /// When libcurl wants to be called though no socket is ready.
    private(set) var timer: ContinuousClock.Instant?
    /// Whether it may hold connections.
    private(set) var wasUsed = false
    /// Set when libcurl or epoll refuses to go on; everything in flight here is lost then.
    private(set) var failure: String?

    init(poller: Poller, maximumConnections: Int) {
        guard let pointer = curl_multi_init() else { preconditionFailure("curl_multi_init failed") }
        self.pointer = pointer
        self.poller = poller
        let context = Unmanaged.passUnretained(self).toOpaque()
        let codes = [
            ccurl_multi_set_socket_callback(pointer, socketChanged, context),
            ccurl_multi_set_timer_callback(pointer, timerChanged, context),
            ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, max(1, maximumConnections)),
            ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING)),
        ]
        precondition(codes.allSatisfy { $0 == CURLM_OK }, "libcurl refused an option of the multi handle")
    }

    /// Closes all connections. No handle may be in it any more.
    func close() {
        let code = curl_multi_cleanup(pointer)
        precondition(code == CURLM_OK, "curl_multi_cleanup failed with \(code.rawValue)")
    }

    func add(_ handle: EasyHandle) throws(HTTPError) {
        wasUsed = true
        let code = curl_multi_add_handle(pointer, handle.pointer)
        guard code == CURLM_OK else {
            throw HTTPError(.invalidRequest, phase: .beforeSend, message: String(cString: curl_multi_strerror(code)))
        }
    }

    /// Closes the connection if the exchange was not over.
    func remove(_ handle: EasyHandle) {
        let code = curl_multi_remove_handle(pointer, handle.pointer)
        precondition(code == CURLM_OK, "curl_multi_remove_handle failed with \(code.rawValue)")
    }

    func socketIsReady(_ descriptor: Int32, events: Int32) {
        var mask: Int32 = 0
        if events & Int32(CCURL_READABLE) != 0 { mask |= CURL_CSELECT_IN }
        if events & Int32(CCURL_WRITABLE) != 0 { mask |= CURL_CSELECT_OUT }
        act(descriptor, mask)
    }

    func runTimerIfDue() {
        guard let due = timer, ContinuousClock.now >= due else { return }
        timer = nil
        act(CURL_SOCKET_BAD, 0)
    }

    private func act(_ descriptor: curl_socket_t, _ mask: Int32) {
        var running: Int32 = 0
        let code = curl_multi_socket_action(pointer, descriptor, mask, &running)
        if code != CURLM_OK { failure = failure ?? String(cString: curl_multi_strerror(code)) }
    }

    /// The next exchange that is over. Its transfer is removed by the caller.
    func nextDone() -> (Transfer, CURLcode)? {
        var result = CURLE_OK
        guard let easy = ccurl_multi_next_done(pointer, &result) else { return nil }
        var context: UnsafeMutableRawPointer?
        guard ccurl_get_private(easy, &context) == CURLE_OK, let context else {
            preconditionFailure("an easy handle without its transfer")
        }
        return (Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(), result)
    }

    fileprivate func watch(_ socket: curl_socket_t, _ what: Int32, isKnown: Bool) {
        if what == CURL_POLL_REMOVE { return poller.forget(socket) }
        var events: Int32 = 0
        if what & CURL_POLL_IN != 0 { events |= Int32(CCURL_READABLE) }
        if what & CURL_POLL_OUT != 0 { events |= Int32(CCURL_WRITABLE) }
        guard poller.watch(socket, events: events, isKnown: isKnown) else {
            failure = failure ?? "epoll refused a socket"
            return
        }
        // Any pointer marks the socket as known to epoll.
        if !isKnown { curl_multi_assign(pointer, socket, pointer) }
    }

    fileprivate func setTimer(_ milliseconds: Int) {
        timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }
}

private let socketChanged: curl_socket_callback = { _, socket, what, context, mark in
    guard let context else { return -1 }
    Unmanaged<Multi>.fromOpaque(context).takeUnretainedValue().watch(socket, what, isKnown: mark != nil)
    return 0
}

private let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return -1 }
    Unmanaged<Multi>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
