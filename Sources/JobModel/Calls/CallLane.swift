/// What shares one allowance at a provider: limits are per provider and model.
public struct CallLane: Hashable, Sendable, Codable {
    public var provider: String
    public var model: String

    public init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// The right to make one call now. Lives in memory only.
public struct CallPermit: Hashable, Sendable {
    public let lane: CallLane
    let number: UInt64
    /// It tries whether a provider that was down is back: its failure is not held against the asset.
    let isProbe: Bool

    init(lane: CallLane, number: UInt64, isProbe: Bool = false) {
        self.lane = lane
        self.number = number
        self.isProbe = isProbe
    }
}

/// How a call ended, as far as the limits are concerned.
public enum CallEnd: Hashable, Sendable {
    /// The provider answered, with a picture or with an error of the request's own.
    case answered
    /// The provider asks to slow down.
    case limited
    /// Nothing useful came: refused connections, hangs, 5xx.
    case down
    /// Ended by us, or by something that says nothing of the provider.
    case neutral

    /// - Parameter wasCutShort: by a deadline of ours: such a call's timeout says nothing of the provider.
    public init(_ result: AttemptResult, wasCutShort: Bool = false) {
        switch result {
        case .made: self = .answered
        case .failed(let error) where wasCutShort && error.kind == .timeout: self = .neutral
        case .failed(let error): self.init(error)
        case .interrupted: self = .neutral
        }
    }

    public init(_ error: MediaError) {
        switch error.kind {
        case .rateLimited: self = .limited
        case .network, .timeout, .outcomeUnknown: self = .down
        case .providerFailure: self = error.isRetryable ? .down : .answered
        case .refused, .unusableOutput, .invalidRequest, .notFound, .quotaExhausted, .unauthorized: self = .answered
        case .deadline, .canceled, .internalFailure: self = .neutral
        }
    }
}

/// What one provider may be asked to bear, for each of its models.
public struct ProviderLimits: Hashable, Sendable {
    /// Calls begun within any stretch of ``window``; nil for no limit.
    public var calls: Int?
    public var window: Milliseconds
    /// Calls in flight at one time; nil for no limit. Shrinks by itself when the provider asks to slow down.
    public var concurrency: Int?

    public static let minute: Milliseconds = 60_000

    public init(calls: Int? = nil, window: Milliseconds = minute, concurrency: Int? = nil) {
        self.calls = calls.map { max(1, $0) }
        self.window = max(1, window)
        self.concurrency = concurrency.map { max(1, $0) }
    }
}

/// What one job wants of the limits at present. Replaces what it wanted before.
public struct CallDemand: Hashable, Sendable {
    /// Assets that could start at once.
    public var now: [CallLane: Int]
    /// Assets that could start as soon as one of the job's own calls has ended.
    public var next: [CallLane: Int]
    /// Assets without an end, each worth a call at least, by where it would be made.
    public var callsLeft: [CallLane: Int]
    /// What is left of the job's deadline.
    public var timeLeft: Milliseconds
    /// Providers that the job would leave for the next of its list rather than wait for.
    public var dispensable: Set<String>

    public static let nothing = CallDemand(now: [:], next: [:], callsLeft: [:], timeLeft: 0, dispensable: [])

    public init(
        now: [CallLane: Int], next: [CallLane: Int], callsLeft: [CallLane: Int], timeLeft: Milliseconds,
        dispensable: Set<String>
    ) {
        self.now = now
        self.next = next
        self.callsLeft = callsLeft
        self.timeLeft = timeLeft
        self.dispensable = dispensable
    }

    public var isEmpty: Bool { now.isEmpty && next.isEmpty }
}
