import CJansson

extension JSONWriter {
    /// Prints what has been written.
    func document(style: JSONStyle) throws(JSONError) -> [UInt8] {
        if let error = session.tooDeep { throw JSONError(writing: error) }
        guard let root = session.root else { throw JSONError(.unencodable, path: "", message: "wrote nothing") }
        var printed: [UInt8] = []
        let code = withUnsafeMutablePointer(to: &printed) { printed in
            json_dump_callback(root.pointer, appendPrinted, printed, style.flags)
        }
        guard code == 0 else { throw JSONError(.unencodable, path: "", message: "could not be printed") }
        if session.hasRawNumbers { printed = RawNumber.unquoted(printed) }
        if style == .pretty { printed.append(UInt8(ascii: "\n")) }
        return printed
    }
}

private func appendPrinted(_ piece: UnsafePointer<CChar>?, _ count: Int, _ target: UnsafeMutableRawPointer?) -> Int32 {
    guard let target else { return -1 }
    target.assumingMemoryBound(to: [UInt8].self).pointee
        .append(contentsOf: UnsafeRawBufferPointer(start: piece, count: count))
    return 0
}

extension JSONStyle {
    fileprivate var flags: Int {
        switch self {
        case .compact: Int(JSON_ENCODE_ANY | JSON_COMPACT)
        case .sorted: Int(JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS)
        case .pretty: Int(JSON_ENCODE_ANY) | Int(darkroom_json_indent_2)
        }
    }
}
