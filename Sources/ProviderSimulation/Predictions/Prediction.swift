import JSONCoding

/// One prediction as far as it has come; a value.
struct Prediction: Sendable {
    enum Status: String, Encodable, Sendable {
        case starting
        case processing
        case succeeded
        case failed
        case canceled
        /// Its deadline passed before it was begun.
        case aborted

        var isTerminal: Bool { self != .starting && self != .processing }
    }

    /// Its pictures and the way its output names them.
    struct Output: Sendable {
        var sources: [PictureSource]
        var shape: OutputShape
        /// For the shapes that are URLs.
        var links: [String]
    }

    let id: String
    /// From 1, in order of creation.
    let number: Int
    /// Of the call that created it.
    let call: Int
    let model: String
    let request: PredictionRequest
    let ending: Ending
    /// Unix time in ms, like the others.
    let createdMs: Int64
    var status = Status.starting
    var startedMs: Int64?
    var completedMs: Int64?
    var output: Output?
    var error: String?
    var logs = ""
    /// How often it was read, and how often somebody asked to cancel it.
    var gets = 0
    var cancels = 0
    var webhooks = WebhookTally()

    var deadlineMs: Int64? { request.cancelAfter.map { createdMs + Int64($0) * 1_000 } }

    /// It is there for its creator only.
    var isLost: Bool { ending == .prediction(.lost) }

    /// A caller who waits need wait no more.
    var isReady: Bool { status.isTerminal || output != nil }

    mutating func begin(at now: Int64) {
        guard status == .starting else { return }
        status = .processing
        startedMs = now
    }

    /// The first end counts.
    ///
    /// - Returns: whether this was it.
    mutating func settle(_ end: Status, error text: String? = nil, at now: Int64) -> Bool {
        guard !status.isTerminal else { return false }
        status = end
        completedMs = now
        error = text
        if end != .succeeded { output = nil }
        return true
    }
}

/// The webhook messages of one prediction.
struct WebhookTally: Encodable, Hashable, Sendable {
    var attempts = 0
    var delivered = 0
    /// Given up, or lost because intermediate messages are sent once.
    var failed = 0
    /// Of the last attempt; nil when none was answered.
    var lastStatus: Int?
}
