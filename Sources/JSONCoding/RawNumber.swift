/// jansson prints a double with a number of digits that is one for the whole document (`0.1` becomes
/// `0.10000000000000001` beside one that needs 17). So doubles stand in the tree as marked texts and lose their quotes
/// after printing.
///
/// The mark begins with U+0000, which no text or key of a value may contain: `"\u0000` cannot be printed for
/// anything else (`\\u0000` for a backslash follows another backslash, never a quote that opens a text).
enum RawNumber {
    static let mark = "\0"

    static func unquoted(_ document: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        return document.withUnsafeBufferPointer { document in
            var result: [UInt8] = []
            result.reserveCapacity(document.count)
            var kept = 0
            var searched = 0
            while let escape = NullEscape.next(in: document, from: searched) {
                searched = escape + NullEscape.spelling.count
                guard escape > 0, document[escape - 1] == quote else { continue }
                result += document[kept..<escape - 1]
                let number = document[searched...].prefix { $0 != quote }
                result += number
                kept = min(number.endIndex + 1, document.count)
                searched = kept
            }
            result += document[kept...]
            return result
        }
    }
}
