import Threads

/// Sends HTTP requests over libcurl: one engine thread, one connection cache, any number of calls in flight.
///
/// HTTP/1.1 on purpose: one connection a call, so a slow or broken stream touches no other call and closing a socket
/// ends exactly one. No redirects, proxies, cookies, netrc, decompression or credentials in URLs; TLS is verified.
///
/// **Nothing is ever sent twice.** libcurl on its own repeats a request, POST included, when a reused connection dies
/// before the first byte of the answer. Here the second sending is refused and the call fails with `broken`, phase
/// `after_send`; only a request of which no byte had left may move on to another connection.
///
/// A caller that is canceled, or a client that is shut down or dropped, leaves no socket and no transfer behind. What
/// the peer did with a request that had left is unknown then: the error's phase says whether that is possible.
public final class CurlClient: HTTPSending, Sendable {
    private let mailbox = Mailbox()
    private let counters = Locked(Statistics())
    private let thread: OwnerThread

    /// What may differ from one client to another.
    public struct Configuration: Sendable {
        /// A connection unused for longer is not used again (libcurl counts whole seconds), and all are closed once
        /// nothing was in flight for so long. Shorter than servers' own limits, so that a request rarely meets a
        /// connection that is just being closed.
        public var maximumIdleAge: Duration = .seconds(10)
        /// The number of connections, idle ones and those in use, above which idle ones are closed.
        public var maximumConnections = 16_384
        /// Names being looked up at one time; each lookup is a thread of libcurl's. Calls to a name that is being
        /// looked up wait for that one lookup.
        public var maximumLookups = 64
        /// A PEM file with the authorities to trust instead of the system's.
        public var certificateAuthorities: String?

        public init() {}
    }

    /// Counts since the start of the client.
    public struct Statistics: Hashable, Sendable {
        public var requests = 0
        public var inFlight = 0
        /// Sockets opened; the rest of the requests reused one, or failed before.
        public var connectionsOpened = 0
    }

    /// Starts the engine thread. Traps if the process has no descriptors left for it.
    public init(configuration: Configuration = Configuration()) {
        let mailbox = mailbox
        let counters = counters
        thread = OwnerThread(name: "curl") {
            Engine(configuration: configuration, mailbox: mailbox, counters: counters).run()
        }
    }

    deinit { mailbox.close() }

    public var statistics: Statistics { counters.withLock { $0 } }

    /// Sends one request and returns the whole answer. An answer of any status is not an error.
    ///
    /// Both deadlines have millisecond precision and are never early. See ``HTTPError/Code`` for what may be thrown.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let call = try Call(request)
        let outcome: Call.Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let pending = PendingCall(call: call, continuation: continuation)
                if call.isCanceled {
                    pending.fail(.canceled, "the task was canceled")
                } else if !mailbox.post(.start(pending)) {
                    pending.fail(.closed, "the client was shut down")
                }
            }
        } onCancel: {
            call.cancel()
            mailbox.post(.cancel(call))
        }
        return try outcome.get()
    }

    /// Fails every call in flight with `closed`, closes all connections and ends the thread. Later calls fail with
    /// `closed`; a second shutdown waits for the first.
    public func shutdown() async {
        mailbox.close()
        await thread.join()
        mailbox.release()
    }

    /// Raises this process's limit of open descriptors to the highest it may have, for a program that holds thousands
    /// of calls. Returns the limit now in force, -1 if it cannot be read. To be called once, by the executable.
    @discardableResult
    public static func raiseDescriptorLimit() -> Int { Process.raiseDescriptorLimit() }
}
