/// Finds what a text is about by a table of words, in English and Japanese.
///
/// The thing itself usually stands last before any "of", "with" or "in" (a *letter opener*, a *photograph* of a ring,
/// 血のついた*ナイフ*), so the match that ends last wins, and of those the longest.
struct WordTable<Meaning: Sendable>: Sendable {
    private let rows: [(meaning: Meaning, words: [String])]

    /// Words in lower case, separated by commas.
    init(_ rows: [(Meaning, String)]) {
        self.rows = rows.map { row in
            (row.0, row.1.split(separator: ",").map { String($0.drop { $0 == " " }) })
        }
    }

    func meaning(of name: String, or description: String) -> Meaning? {
        let name = WordTable.normalised(name)
        return lastMatch(in: WordTable.head(of: name)) ?? lastMatch(in: name)
            ?? firstMatch(in: WordTable.normalised(description))
    }

    private func lastMatch(in text: String) -> Meaning? {
        var best: (end: Int, length: Int, meaning: Meaning)?
        for match in matches(in: text) where (match.end, match.length) > (best?.end ?? -1, best?.length ?? 0) {
            best = match
        }
        return best?.meaning
    }

    private func firstMatch(in text: String) -> Meaning? {
        matches(in: text).min { ($0.end - $0.length, -$0.length) < ($1.end - $1.length, -$1.length) }?.meaning
    }

    private func matches(in text: String) -> [(end: Int, length: Int, meaning: Meaning)] {
        let bytes = Array(text.utf8)
        return rows.flatMap { row in
            row.words.compactMap { word in
                WordTable.end(of: Array(word.utf8), in: bytes).map { ($0, word.utf8.count, row.meaning) }
            }
        }
    }

    /// The last place where `word` ends in `text`: anywhere for Japanese, at a word's bounds (or its plural's) else.
    private static func end(of word: [UInt8], in text: [UInt8]) -> Int? {
        guard word.count <= text.count else { return nil }
        let isWholeWord = word[0] < 0x80
        for start in stride(from: text.count - word.count, through: 0, by: -1) {
            let end = start + word.count
            guard text[start..<end].elementsEqual(word) else { continue }
            if !isWholeWord || (isBound(text, start - 1) && isWordEnd(text, end)) { return end }
        }
        return nil
    }

    private static func isWordEnd(_ text: [UInt8], _ end: Int) -> Bool {
        let s = UInt8(ascii: "s")
        return isBound(text, end) || (text[end] == s && isBound(text, end + 1))
            || (text[end] == UInt8(ascii: "e") && end + 1 < text.count && text[end + 1] == s && isBound(text, end + 2))
    }

    private static func isBound(_ text: [UInt8], _ index: Int) -> Bool {
        guard text.indices.contains(index) else { return true }
        return !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index])
    }

    private static func normalised(_ text: String) -> String { text.lowercased() }

    private static func head(of name: String) -> String {
        var words: [Substring] = []
        for word in name.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "(" }) {
            if ["of", "with", "from", "in", "on", "at", "near", "about", "under", "for", "to"].contains(word) { break }
            words.append(word)
        }
        return words.joined(separator: " ")
    }
}
