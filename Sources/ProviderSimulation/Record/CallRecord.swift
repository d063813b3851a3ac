import JSONCoding

/// One call as it came in and what became of it. Holds no secret: of a key only its length.
public struct CallRecord: Encodable, Hashable, Sendable {
    /// How a call ended, or that it has not.
    public enum Outcome: String, Encodable, Hashable, Sendable {
        /// Still waiting, hanging or being sent.
        case inProgress = "in_progress"
        /// The whole answer was handed to the connection.
        case answered
        /// The provider's own checks refused it: a key, a field, a model.
        case refused
        /// The client closed the connection first.
        case abortedByPeer = "aborted_by_peer"
        /// The script closed the connection.
        case closedByScript = "closed_by_script"
        /// The simulator was shut down, or the longest hang was over.
        case closedByServer = "closed_by_server"
    }

    /// From 1, in order of arrival.
    public let number: Int
    /// The provider whose wire form it speaks.
    public let form: String
    /// Unix time of arrival in ms.
    public let timeMs: Int64
    /// Since the simulator began, in ms.
    public let startedMs: Double
    public internal(set) var endedMs: Double?
    public let path: String
    public let model: String
    /// The first 4,000 characters.
    public internal(set) var prompt: String
    /// Names only, lower case and sorted.
    public let headers: [String]
    public let keyLength: Int
    public let bodyBytes: Int
    /// The body as sent, if recording bodies was asked for and it has at most 16 kB.
    public internal(set) var body: JSONValue?
    /// Which call of its prompt, from 1; nil for refused calls.
    public internal(set) var callOfPrompt: Int?
    /// The rule's name, `marker` or `default`.
    public internal(set) var decidedBy: String?
    /// The ending's name.
    public internal(set) var ending: String?
    public internal(set) var status: Int?
    /// Why it was refused, in the provider's word.
    public internal(set) var cause: String?
    public internal(set) var outcome = Outcome.inProgress
    /// A provider would charge for it: a picture was made, whatever became of the answer.
    public internal(set) var isBillable = false
    /// The id of the prediction it created.
    public internal(set) var prediction: String?

    static let longestPrompt = 4_000
    static let longestBody = 16 << 10
}

/// The sums over all calls since the start or the last reset.
public struct CallSums: Encodable, Hashable, Sendable {
    public internal(set) var total = 0
    public internal(set) var inProgress = 0
    public internal(set) var peakInProgress = 0
    /// Of those in progress, the ones that a release would let go.
    public internal(set) var held = 0
    public internal(set) var answered = 0
    public internal(set) var refused = 0
    public internal(set) var aborted = 0
    public internal(set) var closed = 0
    /// Calls whose records were dropped to make room.
    public internal(set) var recordsDropped = 0
    /// Predictions made; for the forms that have them.
    public internal(set) var predictions = 0
    /// Of those, the ones that are not over.
    public internal(set) var predictionsInProgress = 0
    /// Attempts to send a webhook.
    public internal(set) var webhooksSent = 0
    /// Messages that were answered with 2xx.
    public internal(set) var webhooksDelivered = 0
    /// Messages given up.
    public internal(set) var webhooksFailed = 0
    /// By the form's name.
    public internal(set) var byForm: [String: FormSums] = [:]

    /// Calls a provider would charge for.
    public var billable: Int { byForm.values.reduce(0) { $0 + $1.billable } }
}

/// The sums of one form.
public struct FormSums: Encodable, Hashable, Sendable {
    /// Calls for pictures, refused ones included.
    public internal(set) var calls = 0
    /// Of those, the ones a provider would charge for.
    public internal(set) var billable = 0
    /// Calls that were counted and not recorded, by route: `get`, `cancel`, `list`, `download`, …
    public internal(set) var others: [String: Int] = [:]
}
