/// Makes foreign text fit for a record: without the key, without control characters, short.
struct Redaction: Sendable {
    private let key: [UInt8]
    private let mark: [UInt8]

    /// More than any message of ours shows, so that a long text costs no more than a short one.
    private static let longest = 8192
    /// What is shorter is a word rather than a key: taking it out would garble the text and hide nothing.
    private static let shortest = 6

    /// - Parameter key: nil for a provider that has none.
    init(key: ProviderKey?) {
        self.key = key.map { Array($0.text.utf8) } ?? []
        mark = Array("[redacted]".utf8)
    }

    /// - Parameter count: in characters.
    func clean(_ text: String, atMost count: Int) -> String {
        let scalars = withoutKey(text).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        let words = String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
        return words.count > count ? words.prefix(count - 1) + "…" : words
    }

    /// Works on bytes: a key before a combining accent is still the key.
    private func withoutKey(_ text: String) -> String {
        let bytes = Array(text.utf8.prefix(Self.longest))
        let redacted = key.count >= Self.shortest ? bytes.replacing(key, with: mark) : bytes
        // Where the text was cut off, the beginning of a key may stand.
        let isCut = text.utf8.count > bytes.count
        return String(decoding: isCut ? redacted.dropLast(key.count) : redacted[...], as: UTF8.self)
    }
}
