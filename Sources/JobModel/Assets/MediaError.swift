/// Why an asset could not be made: the one error value of the product, made once, at the provider adapter.
///
/// The names that systems B, C and D use for it are views (`MediaError+Views.swift`). Text in it has been through the
/// adapter's redaction: it may be shown to the owner of the job and never holds a secret.
public struct MediaError: Error, Hashable, Sendable, Codable {
    /// What happened, as fine as any reader needs it.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The connection could not be made: refused, unreachable, name not found, or the connect deadline passed.
        case network
        /// The attempt's deadline passed.
        case timeout
        /// The connection broke after the request had left; nobody knows whether the call was billed.
        case outcomeUnknown = "outcome_unknown"
        /// The provider asks to slow down.
        case rateLimited = "rate_limited"
        /// A quota that no waiting of ours will refill (per day, or money).
        case quotaExhausted = "quota_exhausted"
        /// The provider failed: 5xx or an answer in no shape we know.
        case providerFailure = "provider_failure"
        /// The provider will not make this picture from these words.
        case refused
        /// The provider answered without a picture, or with bytes that are not one.
        case unusableOutput = "unusable_output"
        /// The provider says our request is wrong.
        case invalidRequest = "invalid_request"
        /// The key is missing, wrong or lacks rights.
        case unauthorized
        /// The model or another thing named does not exist there.
        case notFound = "not_found"
        /// The asset's or the job's own deadline passed before it could be made.
        case deadline
        /// Somebody asked for the job to end.
        case canceled
        /// Our own machinery failed.
        case internalFailure = "internal"
    }

    /// How far the call had come, which decides whether it may have been billed.
    public enum Phase: String, Hashable, Sendable, Codable {
        case beforeSend = "before_send"
        case afterSend = "after_send"
        case answerRead = "answer_read"
    }

    public var kind: Kind
    /// In plain words, at most 500 characters.
    public var message: String
    /// Which adapter said so; absent when no provider was involved.
    public var provider: String?
    /// The provider's own code (`SAFETY`, `E005`, `429 RESOURCE_EXHAUSTED`), if it gave one.
    public var providerCode: String?
    /// Whether the same words may succeed if tried again.
    public var isRetryable: Bool
    /// How long the provider asks us to wait, in milliseconds.
    public var retryAfter: Int64?
    public var phase: Phase
    /// What the failed call costs all the same, in millionths; nothing is known of it while the phase is `afterSend`.
    public var costMicros: Int64?
    /// Small facts for a log line or a support request (HTTP status, byte count).
    public var context: [String: String]

    public init(
        _ kind: Kind, _ message: String, provider: String? = nil, providerCode: String? = nil,
        isRetryable: Bool? = nil, retryAfter: Int64? = nil, phase: Phase = .answerRead,
        context: [String: String] = [:]
    ) {
        self.kind = kind
        // Scalars, not grapheme clusters: one cluster can be of any length.
        self.message = String(String.UnicodeScalarView(message.unicodeScalars.prefix(500)))
        self.provider = provider
        self.providerCode = providerCode
        self.isRetryable = isRetryable ?? kind.isUsuallyRetryable
        self.retryAfter = retryAfter
        self.phase = phase
        self.context = context
    }

    /// Whether the call was sent and nobody knows how it ended: it may have been billed.
    public var isOutcomeUnknown: Bool {
        guard phase == .afterSend else { return false }
        switch kind {
        case .network, .timeout, .outcomeUnknown, .canceled: return true
        default: return false
        }
    }

    /// Whether a person has to change something (the words, the key, the model) before trying again can help.
    public var userActionRequired: Bool {
        switch kind {
        case .refused, .invalidRequest, .unauthorized, .notFound, .quotaExhausted: true
        default: false
        }
    }
}

extension MediaError.Kind {
    /// Retry decision when the adapter has no better knowledge.
    public var isUsuallyRetryable: Bool {
        switch self {
        case .network, .timeout, .outcomeUnknown, .rateLimited, .providerFailure, .unusableOutput: true
        case .quotaExhausted, .refused, .invalidRequest, .unauthorized, .notFound, .deadline, .canceled,
            .internalFailure:
            false
        }
    }
}
