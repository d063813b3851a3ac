/// One asset within a run.
public struct AssetRun: Hashable, Sendable, Codable {
    public let id: AssetID
    public let kind: AssetKind
    public let priority: Int
    /// Asked for by name, of whichever provider; nil for each provider's own.
    public let model: String?
    /// Of its words and model, to tell whether an earlier epoch's picture is of the same.
    public var words: ContentHash?
    public var state: AssetState
    /// Calls begun in this epoch. Asking what became of one is none.
    public var attempts: Int
    /// Calls and questions begun: names the one that is under way.
    public var starts: Int
    /// The index in the run's providers of the one whose turn it is, and the calls made to it.
    public var provider: Int
    public var tries: Int
    /// Why the provider before did not make it.
    public var fallbackCause: FallbackCause?
    /// A call whose end is not known, by the provider's own id: asked about before there is another.
    public var openCall: RemoteCall?
    /// Times that it was asked about, and whether that is what goes on now.
    public var asks: Int
    public var isAsking: Bool
    /// Worker crashes that fell into one of its calls.
    public var crashes: Int
    /// On the run's clock: when its first call began.
    public var startedAt: Milliseconds?
    /// On the run's clock: when the wait between two attempts ends.
    public var retryAt: Milliseconds?
    public var error: MediaError?
    /// Set where the job's deadline or the time for starting calls ended it, not a fault of its own: another epoch may
    /// go on with it.
    public var cutOff: Bool?
    public var picture: Picture?
    public var source: AssetSource?
    public var cost: AssetCost
    /// The last of its steps, oldest first; see `historyKept(assets:)`.
    public var history: [AssetEvent]
    /// Whether the receiver holds the picture (`done` for what a trigger said is kept).
    public var upload: Upload
    /// Times that the receiver had taken it and missed it later.
    public var misses: Int

    /// Steps kept of each asset, so that all of them together stay well under the size of a record.
    static func historyKept(assets: Int) -> Int { min(20, max(6, 1_200 / max(1, assets))) }

    public init(id: AssetID, kind: AssetKind, priority: Int, model: String? = nil) {
        self.id = id
        self.kind = kind
        self.priority = priority
        self.model = model
        state = .queued
        attempts = 0
        starts = 0
        provider = 0
        tries = 0
        asks = 0
        isAsking = false
        crashes = 0
        cost = AssetCost()
        history = []
        upload = .pending
        misses = 0
    }

    /// An asset that was made, or given up, in an earlier epoch.
    public init(kept: KeptAsset, kind: AssetKind, priority: Int) {
        self.init(id: kept.id, kind: kind, priority: priority)
        state = kept.status ?? .generated
        picture = kept.picture
        error = kept.error
        source = kept.source
        attempts = kept.attempts
        upload = .done
    }
}

extension AssetRun {
    /// An earlier epoch of this worker's made it. Its price is told in this one.
    mutating func carry(_ made: AssetRun) {
        state = .generated
        attempts = made.attempts
        starts = made.starts
        picture = made.picture
        source = made.source
        error = nil
        cost = AssetCost(micros: made.source?.costMicros ?? 0)
        history = made.history
        upload = made.upload == .done ? .done : .pending
        openCall = nil
    }
}

/// One step of an asset from one state to the next.
public struct AssetEvent: Hashable, Sendable, Codable {
    /// By the worker's clock, in milliseconds of Unix time.
    public var at: Milliseconds
    /// What it became: `generating` is a call or a question that began, the others say how it ended.
    public var state: AssetState
    /// The last call begun; 0 before the first.
    public var attempt: Int
    public var lane: CallLane
    /// Set where an earlier call was asked about.
    public var isQuestion: Bool?
    public var code: MediaError.Kind?
    public var providerCode: String?
    public var phase: MediaError.Phase?
    /// Until the next attempt may begin.
    public var delay: Milliseconds?
    public var costMicros: Int64?
}

/// How far a picture has come on its way to the receiver.
public enum Upload: String, Hashable, Sendable, Codable {
    case pending
    case done
    /// The receiver will not have it (too large, over its cap); a command can try again.
    case refused
}
