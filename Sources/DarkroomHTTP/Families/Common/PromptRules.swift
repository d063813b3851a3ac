import JobModel

/// The rules that the interfaces' own prompts share.
enum PromptRules {
    /// - Returns: the prompt without white space around it.
    static func prompt(
        _ text: String, field: String = "prompt", upTo maximum: Int, refused: RefusedWords
    ) throws(InvalidRequest) -> String {
        let prompt = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard !prompt.isEmpty else { throw InvalidRequest(field: field, message: "must not be empty") }
        // Scalars, not grapheme clusters: one cluster can be of any length.
        guard prompt.unicodeScalars.count <= maximum else {
            throw InvalidRequest(field: field, message: "must be at most \(maximum) characters")
        }
        try refused.check(prompt, field: field)
        return prompt
    }

    /// - Parameter range: of what may be asked for.
    static func count(
        _ value: Int?, field: String, in range: ClosedRange<Int>, default standard: Int
    ) throws(InvalidRequest) -> Int {
        guard let value else { return standard }
        guard range.contains(value) else {
            throw InvalidRequest(field: field, message: "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A name that stands in addresses, such as a project's.
    static func name(_ text: String, field: String) throws(InvalidRequest) -> String {
        do { return try AssetID(text).text } catch { throw InvalidRequest(field: field, message: error.message) }
    }
}
