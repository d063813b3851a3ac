import JobModel

/// Words and phrases that an operator will have in no prompt. Upper and lower case are one, and a word stands for itself
/// alone, not for longer ones that it is a part of.
public struct RefusedWords: Sendable {
    private let phrases: [[Substring]]

    /// - Parameter phrases: one word or phrase each; empty ones are left out.
    public init(_ phrases: [String]) {
        self.phrases = phrases.map { RefusedWords.words($0.lowercased()[...]) }.filter { !$0.isEmpty }
    }

    /// - Throws: if one of them is in the text; the refusal does not say which.
    func check(_ text: String, field: String) throws(InvalidRequest) {
        guard !phrases.isEmpty else { return }
        let words = RefusedWords.words(text.lowercased()[...])
        for phrase in phrases where words.indices.contains(where: { words[$0...].starts(with: phrase) }) {
            throw InvalidRequest(field: field, message: "has words that are not taken here")
        }
    }

    private static func words(_ text: Substring) -> [Substring] {
        text.split { !$0.isLetter && !$0.isNumber }
    }
}
