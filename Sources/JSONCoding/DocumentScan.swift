#if canImport(Glibc)
import Glibc
#endif

/// One pass over a document before jansson sees it: bounds its depth (jansson recurses, with a fixed bound of 2,048) and
/// finds the texts worth cutting out.
///
/// Follows strings from the first byte on, so nothing that is quoted inside a text is ever taken for structure. In a
/// malformed document the pass may lose its way, but only behind the first mistake, where jansson stops.
struct DocumentScan {
    private(set) var cuts: [Cut] = []
    private let keys: [[UInt8]]
    private var lastString = 0..<0
    /// Whether a colon came after it, so that the next string is its value.
    private var awaitsValue = false

    /// Below this jansson is quick enough.
    private static let shortestCut = 4096

    /// - Throws: `tooDeep` with the path of the array or object that is one too many.
    init(_ bytes: [UInt8], cutting keys: [String], maximumDepth: Int) throws(JSONError) {
        self.keys = keys.map { Array($0.utf8) }
        let tooDeep = bytes.withUnsafeBufferPointer { scan($0, maximumDepth: maximumDepth) }
        guard let tooDeep else { return }
        throw JSONError(
            .tooDeep, path: DocumentLocator.path(in: bytes, at: tooDeep),
            message: "is nested deeper than \(maximumDepth) levels")
    }

    /// Returns the place of the bracket that goes over the bound.
    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) -> Int? {
        var depth = 0
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let string = at + 1..<Self.endOfString(in: bytes, from: at + 1)
                meet(string, in: bytes)
                at = string.upperBound
            case UInt8(ascii: ":"):
                awaitsValue = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > maximumDepth { return at }
                awaitsValue = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
            case UInt8(ascii: ","):
                awaitsValue = false
            default:
                break
            }
            at += 1
        }
        return nil
    }

    private mutating func meet(_ string: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) {
        if awaitsValue, string.count >= Self.shortestCut, wants(bytes[lastString]) { take(string, of: bytes) }
        (lastString, awaitsValue) = (string, false)
    }

    private func wants(_ key: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        keys.contains { $0.elementsEqual(key) }
    }

    private mutating func take(_ string: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>) {
        let text = UnsafeBufferPointer(rebasing: bytes[string])
        // An open string at the end of the document is jansson's to refuse.
        guard string.upperBound < bytes.count, let decoded = Base64Text.decode(text) else { return }
        cuts.append(Cut(range: string, bytes: decoded))
    }

    /// The index of the closing quote, or the document's end.
    static func endOfString(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var at = start
        while at < bytes.count, let found = memchr(base + at, Int32(UInt8(ascii: "\"")), bytes.count - at) {
            let quote = UnsafeRawPointer(base).distance(to: found)
            // A quote is escaped if an odd number of backslashes stands before it. Looking back no further than the
            // previous quote keeps this linear.
            var before = quote
            while before > at, bytes[before - 1] == UInt8(ascii: "\\") { before -= 1 }
            if (quote - before).isMultiple(of: 2) { return quote }
            at = quote + 1
        }
        return bytes.count
    }
}
