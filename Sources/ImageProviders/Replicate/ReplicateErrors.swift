import JobModel

/// The one place where Replicate's words for a failure become ours: tables.
enum ReplicateErrors {
    /// A code that stands in the text of a failed prediction.
    struct Meaning: Hashable {
        var verdict: Verdict
        /// For people, where the provider's own words leave it open.
        var note: String?

        init(_ kind: MediaError.Kind, retry: Bool, _ note: String? = nil) {
            verdict = Verdict(kind, retry: retry)
            self.note = note
        }
    }

    /// https://replicate.com/docs/reference/error-codes, and for E001 to E005 what the official models' wrappers say.
    private static let codes: [String: Meaning] = [
        "E001": Meaning(.quotaExhausted, retry: false, "the model's own account upstream has no credit"),
        "E002": Meaning(.unauthorized, retry: false, "the model's own key upstream is refused"),
        "E003": Meaning(.rateLimited, retry: true),
        "E004": Meaning(.providerFailure, retry: true),
        "E005": Meaning(.refused, retry: false),
        "E1000": Meaning(.providerFailure, retry: true),
        "E1001": Meaning(.providerFailure, retry: false, "the model ran out of memory"),
        "E4875": Meaning(.invalidRequest, retry: false, "the webhook URL is empty"),
        "E6716": Meaning(.providerFailure, retry: true),
        "E8367": Meaning(.providerFailure, retry: false, "it was stopped before its end"),
        "E8765": Meaning(.providerFailure, retry: true),
        "E9243": Meaning(.providerFailure, retry: true, "it did not start; one more try is worth it, not several"),
        "E9825": Meaning(.providerFailure, retry: true),
    ]

    /// How models without codes say that they will not. Compared without case.
    private static let refusals = [
        "nsfw", "flagged as sensitive", "sensitive content", "content policy", "content_policy", "content moderation",
        "safety filter", "safety checker", "safety system", "prohibited_content", "prohibited content", "image_safety",
        "inappropriate content", "blocked by safety",
    ]

    static func meaning(of text: String, code: String?) -> Meaning {
        if let known = code.flatMap({ codes[$0] }) { return known }
        if isRefusal(text) { return Meaning(.refused, retry: false) }
        return Meaning(.providerFailure, retry: true)
    }

    static func isRefusal(_ text: String) -> Bool {
        let lower = text.utf8.prefix(longest).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let words = String(decoding: lower, as: UTF8.self)
        return refusals.contains { words.contains($0) }
    }

    /// A model's traceback can be long; what it says of itself stands at an end of it.
    private static let longest = 16 << 10

    /// The last `(E005)` of a text: `E` and three or four digits. What may follow it is not looked at.
    static func code(in text: String) -> String? {
        let parts = text.utf8.suffix(longest).split(separator: UInt8(ascii: "("), omittingEmptySubsequences: false)
        for part in parts.dropFirst().reversed() {
            guard let end = part.prefix(6).firstIndex(of: UInt8(ascii: ")")) else { continue }
            let word = part[..<end]
            guard word.first == UInt8(ascii: "E"), (4...5).contains(word.count),
                word.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
            else { continue }
            return String(decoding: word, as: UTF8.self)
        }
        return nil
    }

    /// - Parameter detail: the answer's own words, which for a bad input may be the model's.
    static func verdict(status: Int, detail: String?) -> Verdict {
        switch status {
        case 400, 422:
            if let detail, code(in: detail) == "E005" || isRefusal(detail) { return Verdict(.refused, retry: false) }
            return Verdict(.invalidRequest, retry: false)
        default: return Verdict(status: status)
        }
    }
}
