/// A request to send.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Absolute, `http` or `https`, without user information.
    public var url: String
    /// In order. Names and values without control characters, or the request is refused as `invalidRequest`.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// Name lookup, TCP and TLS.
    public var connectTimeout: Duration
    /// From the call to the last byte of the answer. The socket is closed when it passes, whatever the peer does.
    public var timeout: Duration
    /// A longer answer ends the transfer with `bodyTooLarge`.
    public var maximumBodyBytes: Int
    /// Asked for each resolved address before a connection to it is opened or reused; nil trusts every address.
    public var addressFilter: AddressFilter?
    /// Bounds the large answers in memory; nil takes the answer as it comes.
    public var answerRoom: AnswerRoom?
    /// Called once, when a connection is ready and the request is about to be written to it. Runs on the engine thread:
    /// it must be quick and must not block.
    public var onSend: (@Sendable () -> Void)?

    public init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        connectTimeout: Duration = .seconds(10), timeout: Duration, maximumBodyBytes: Int,
        addressFilter: AddressFilter? = nil, answerRoom: AnswerRoom? = nil, onSend: (@Sendable () -> Void)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.maximumBodyBytes = maximumBodyBytes
        self.addressFilter = addressFilter
        self.answerRoom = answerRoom
        self.onSend = onSend
    }
}

/// Decides which peers may be connected to. Runs on the engine thread: it must be quick and must not block.
public struct AddressFilter: Sendable {
    /// The network's byte order: 4 bytes for IPv4, 16 for IPv6. Returns whether the peer is allowed.
    public let allows: @Sendable (_ address: [UInt8]) -> Bool
    /// For messages. Connections are shared between filters: each request asks its own about the peer, on a reused
    /// connection too.
    public let name: String

    public init(name: String, allows: @escaping @Sendable (_ address: [UInt8]) -> Bool) {
        self.name = name
        self.allows = allows
    }
}

/// A whole answer. Every status is an answer, 4xx and 5xx included; redirects are not followed.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// In order, names in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The answer's place in the request's ``AnswerRoom``; keep it as long as the bytes, or what was made of them, are
    /// in use. nil for small answers.
    public var place: AnswerRoom.Place?

    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name (lower case).
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// Why no whole answer came.
public struct HTTPError: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// Bad URL, scheme, method or header; nothing was sent.
        case invalidRequest = "invalid_request"
        case nameNotFound = "name_not_found"
        /// Refused, unreachable or TLS failed.
        case connectFailed = "connect_failed"
        /// The connect deadline passed.
        case connectTimeout = "connect_timeout"
        /// The address filter refused every address.
        case addressRefused = "address_refused"
        /// The total deadline passed.
        case timeout
        case bodyTooLarge = "body_too_large"
        /// The peer broke the connection or the protocol.
        case broken
        /// The task was canceled.
        case canceled
        /// The client was shut down.
        case closed
    }

    /// What is known of the request when it failed: decides whether the peer may have acted on it.
    public enum Phase: String, Hashable, Sendable {
        case beforeSend = "before_send"
        case afterSend = "after_send"
        /// The status line and perhaps more had come.
        case answerStarted = "answer_started"
    }

    public let code: Code
    public let phase: Phase
    /// In libcurl's words, without the URL's query and without headers.
    public let message: String
    /// The status, if the head of the answer had come.
    public let status: Int?

    public init(_ code: Code, phase: Phase, message: String, status: Int? = nil) {
        self.code = code
        self.phase = phase
        self.message = message
        self.status = status
    }
}

/// Sends requests. ``CurlClient`` is the one that does; tests put others in its place.
public protocol HTTPSending: Sendable {
    /// Canceling the task closes the socket at once and throws `canceled`.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
