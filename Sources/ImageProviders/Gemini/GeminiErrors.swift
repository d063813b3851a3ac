import JobModel

/// Gemini's words for an answer without a picture. All tables, no text parsing.
enum GeminiErrors {
    /// The words for which the provider says that it will not, in whatever medium: `IMAGE_SAFETY` is `SAFETY`.
    private static let refusals = [
        "SAFETY", "PROHIBITED_CONTENT", "RECITATION", "BLOCKLIST", "SPII", "MODEL_ARMOR", "JAILBREAK", "LANGUAGE",
    ]

    /// A candidate that ended for `finishReason` and has no picture.
    static func verdict(finishReason: String) -> Verdict {
        let isRefusal = refusals.contains { finishReason == $0 || finishReason.hasSuffix("_" + $0) }
        // NO_IMAGE, IMAGE_OTHER, OTHER, MAX_TOKENS and whatever comes next: the dice fell badly.
        return isRefusal ? Verdict(.refused, retry: false) : Verdict(.unusableOutput, retry: true)
    }
}
