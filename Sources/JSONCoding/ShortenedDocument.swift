import CJansson

/// A long base64 text taken out of a document.
struct Cut {
    /// The text between the quotes, in the original's bytes.
    let range: Range<Int>
    let bytes: [UInt8]
}

/// What jansson gets to see: the document with a mark in place of each cut.
///
/// A mark is a text that begins with U+0000. No content can look like one: U+0000 can stand in a text only as the escape
/// `\u0000`, and a document that has these six bytes anywhere outside its cuts is not shortened at all. Without cuts
/// jansson refuses U+0000 itself. A mark replaces one string token by another, so jansson's verdict on the shortened
/// document is its verdict on the original.
struct ShortenedDocument {
    let cuts: [Cut]
    private let bytes: [UInt8]

    init(_ original: [UInt8], cuts: [Cut]) {
        guard !cuts.isEmpty else {
            (self.cuts, bytes) = ([], original)
            return
        }
        var shortened: [UInt8] = []
        var kept = 0
        var mentionsNull = false
        for (index, cut) in cuts.enumerated() {
            mentionsNull = mentionsNull || Self.mentionsNull(original[kept..<cut.range.lowerBound])
            shortened += original[kept..<cut.range.lowerBound]
            shortened += Self.mark(index)
            kept = cut.range.upperBound
        }
        mentionsNull = mentionsNull || Self.mentionsNull(original[kept...])
        shortened += original[kept...]
        (self.cuts, bytes) = mentionsNull ? ([], original) : (cuts, shortened)
    }

    private static func mark(_ index: Int) -> [UInt8] { NullEscape.spelling + String(index).utf8 }

    private static func mentionsNull(_ piece: ArraySlice<UInt8>) -> Bool {
        piece.withUnsafeBufferPointer { NullEscape.next(in: $0) != nil }
    }

    /// - Parameter original: the whole document, for the place of what is wrong.
    func parse(original: [UInt8]) throws(JSONError) -> JanssonValue {
        var error = json_error_t()
        let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | (cuts.isEmpty ? 0 : JSON_ALLOW_NUL)
        let root = bytes.withUnsafeBytes { buffer in
            json_loadb(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, Int(flags), &error)
        }
        if let root { return JanssonValue(adopting: root) }
        throw ParseFailure(error).explained(in: original, at: originalOffset(of: Int(error.position)))
    }

    private func originalOffset(of position: Int) -> Int {
        var offset = position
        for (index, cut) in cuts.enumerated() where cut.range.lowerBound < offset {
            offset += cut.range.count - Self.mark(index).count
        }
        return offset
    }
}
