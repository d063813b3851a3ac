import CJansson

/// A document that passed the bounds and jansson. Lives as long as a reader that stands in it.
final class ParsedDocument {
    private let root: JanssonValue
    private let source: [UInt8]
    private let cuts: [Cut]

    /// jansson seeds its hash tables at the first object; doing it here once keeps that off any race.
    private static let seeded: Void = json_object_seed(0)

    init(_ bytes: [UInt8], cutting keys: [String], limits: JSONLimits) throws(JSONError) {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONError(.tooLarge, path: "", message: "is larger than \(limits.maximumBytes) bytes")
        }
        // An empty array may have no address, which jansson takes for its caller's mistake.
        guard !bytes.isEmpty else { throw JSONError(.malformed, path: "", message: "is empty") }
        Self.seeded
        let scan = try DocumentScan(bytes, cutting: keys, maximumDepth: limits.maximumDepth)
        let shortened = ShortenedDocument(bytes, cuts: scan.cuts)
        root = try shortened.parse(original: bytes)
        source = bytes
        cuts = shortened.cuts
    }

    var reader: JSONReader { JSONReader(node: root.pointer, document: self, path: nil) }

    /// The cut that stands at a text of the tree, if that text is one of our marks.
    func cut(markedBy text: UnsafeBufferPointer<UInt8>) -> Cut? {
        guard !cuts.isEmpty, text.first == 0 else { return nil }
        let digits = String(decoding: text.dropFirst(), as: UTF8.self)
        return Int(digits).map { cuts[$0] }
    }

    /// The text that stood where `cut` was made.
    func text(of cut: Cut) -> String {
        String(decoding: Base64Text.unescaped(source[cut.range]) ?? [], as: UTF8.self)
    }
}
