import JSONCoding
import JobModel

/// Why an answer that is no HTTP error holds no picture.
struct Refusal: Error, Hashable, Sendable {
    var verdict: Verdict
    /// The provider's own word, or one of ours: `TEXT_ONLY`, `NO_IMAGE`, `BAD_ANSWER`.
    var code: String
    /// The provider's words to the caller.
    var words: String?
    /// In milliseconds, if the provider asked for it.
    var retryAfter: Int64?
}

extension Refusal {
    /// The code of an error without one that came with a status of success.
    static let errorInAnswer = "ERROR_IN_ANSWER"

    /// An answer that says it succeeded and cannot be read.
    ///
    /// - Parameter picture: how the path ends under which the picture stands.
    init(undecodable error: JSONError, picture: String) {
        // A picture in broken base64 is bad output; anything else is no answer in a shape we know.
        let isPicture = error.code == .invalidValue && error.path.hasSuffix(picture)
        verdict = Verdict(isPicture ? .unusableOutput : .providerFailure, retry: true)
        code = "BAD_ANSWER"
        words = error.path.isEmpty ? "the answer \(error.message)" : "\(error.path) \(error.message)"
    }
}
