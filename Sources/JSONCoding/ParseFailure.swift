import CJansson

/// jansson's refusal of a document, put into words with the path of the place.
struct ParseFailure {
    private let code: Int
    private let words: String

    init(_ error: json_error_t) {
        code = withUnsafePointer(to: error) { Int(darkroom_json_error_code($0)) }
        words = withUnsafePointer(to: error) { String(cString: darkroom_json_error_text($0)) }
    }

    func explained(in document: [UInt8], at offset: Int) -> JSONError {
        switch code {
        case darkroom_json_duplicate_key:
            let path = DocumentLocator.pathOfRepeatedKey(in: document)
            return JSONError(.duplicateKey, path: path, message: "occurs twice")
        case darkroom_json_numeric_overflow:
            return JSONError(.invalidValue, path: path(document, offset), message: "is a number out of range")
        case darkroom_json_null_character, darkroom_json_null_byte_in_key:
            let message = "must not contain the character U+0000"
            return JSONError(.invalidValue, path: path(document, offset), message: message)
        case darkroom_json_stack_overflow:
            return JSONError(.tooDeep, path: path(document, offset), message: "is nested too deep")
        default:
            return JSONError(.malformed, path: path(document, offset), message: syntax(document, offset))
        }
    }

    /// The offending token ends at `offset`, so the byte before it lies inside.
    private func path(_ document: [UInt8], _ offset: Int) -> String {
        DocumentLocator.path(in: document, at: offset - 1)
    }

    private func syntax(_ document: [UInt8], _ offset: Int) -> String {
        if document.starts(with: [0xEF, 0xBB, 0xBF]) { return "begins with a byte-order mark" }
        switch code {
        case darkroom_json_invalid_utf8: return "is not UTF-8 at byte \(offset)"
        case darkroom_json_premature_end: return "ends too early"
        case darkroom_json_end_expected: return "has bytes after its end at byte \(offset)"
        case darkroom_json_out_of_memory: return "does not fit into memory"
        default: return "is not JSON at byte \(offset): \(wordsWithoutContent)"
        }
    }

    /// jansson appends ` near '…'` with bytes of the document.
    private var wordsWithoutContent: String {
        let bytes = Array(words.utf8)
        let near = Array(" near ".utf8)
        let end = bytes.indices.first { bytes[$0...].starts(with: near) } ?? bytes.count
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
