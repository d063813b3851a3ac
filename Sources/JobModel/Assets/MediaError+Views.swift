/// The names that the systems of the mission give to one and the same error.
extension MediaError {
    /// System D's `code`.
    public var codeD: String {
        switch kind {
        case .refused: "SENSITIVE_CONTENT"
        case .rateLimited: "RATE_LIMITED"
        case .network, .timeout, .outcomeUnknown: "TRANSIENT_PROVIDER_ERROR"
        case .providerFailure, .unusableOutput: isRetryable ? "TRANSIENT_PROVIDER_ERROR" : "PROVIDER_FAILURE"
        case .quotaExhausted, .invalidRequest, .unauthorized, .notFound: "PROVIDER_FAILURE"
        case .deadline, .canceled, .internalFailure: "UNKNOWN"
        }
    }

    /// System B's `errorCode`. `MAX_RETRIES_EXCEEDED` is a matter of the asset's history, not of one error.
    public var codeB: String {
        switch kind {
        case .timeout, .deadline: "TIMEOUT"
        case .network, .outcomeUnknown: "NETWORK_ERROR"
        case .rateLimited, .quotaExhausted: "RATE_LIMIT"
        case .invalidRequest, .refused: "VALIDATION_ERROR"
        case .providerFailure, .unusableOutput, .unauthorized, .notFound, .canceled, .internalFailure: "API_ERROR"
        }
    }

    /// System C's error class.
    public var classC: String {
        switch kind {
        case .network, .timeout, .outcomeUnknown: "TEMPORARY"
        case .providerFailure, .unusableOutput: isRetryable ? "TEMPORARY" : "PERMANENT"
        case .rateLimited: "RATE_LIMIT"
        case .unauthorized: "AUTH_ERROR"
        case .quotaExhausted, .refused, .invalidRequest, .notFound, .canceled: "PERMANENT"
        case .deadline, .internalFailure: "UNKNOWN"
        }
    }
}
