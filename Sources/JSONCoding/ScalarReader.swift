import CJansson

/// Why a value is not the scalar that was asked for. Has no path: that is built only where it fails.
struct ScalarMismatch: Error {
    let message: String
    /// The kind of value is right, this one is not.
    let isOutOfRange: Bool

    static func kind(_ message: String) -> ScalarMismatch { ScalarMismatch(message: message, isOutOfRange: false) }
    static func range(_ message: String) -> ScalarMismatch { ScalarMismatch(message: message, isOutOfRange: true) }
}

/// Reads the types that Codable itself knows straight off the tree.
struct ScalarReader {
    let node: UnsafeMutablePointer<json_t>
    let document: ParsedDocument

    /// Nil if `type` is none of them.
    ///
    /// The comparisons vanish where the compiler specializes this function and cost a few nanoseconds where not; the
    /// casts only tell the compiler what the comparison has found.
    @inline(__always)
    func read<Value>(_ type: Value.Type) throws(ScalarMismatch) -> Value? {
        if type == String.self { return try string() as? Value }
        if type == Int.self { return try integer(Int.self) as? Value }
        if type == Bool.self { return try bool() as? Value }
        if type == Double.self { return try double() as? Value }
        return try readRarer(type)
    }

    private func readRarer<Value>(_ type: Value.Type) throws(ScalarMismatch) -> Value? {
        if type == Int64.self { return try integer(Int64.self) as? Value }
        if type == UInt64.self { return try integer(UInt64.self) as? Value }
        if type == UInt.self { return try integer(UInt.self) as? Value }
        if type == Int32.self { return try integer(Int32.self) as? Value }
        if type == UInt32.self { return try integer(UInt32.self) as? Value }
        if type == Int16.self { return try integer(Int16.self) as? Value }
        if type == UInt16.self { return try integer(UInt16.self) as? Value }
        if type == Int8.self { return try integer(Int8.self) as? Value }
        if type == UInt8.self { return try integer(UInt8.self) as? Value }
        if type == Float.self { return try float() as? Value }
        return nil
    }

    private var kind: json_type { node.pointee.type }

    /// Valid as long as the document.
    private var text: UnsafeBufferPointer<UInt8> {
        let count = json_string_length(node)
        let start = json_string_value(node).map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    /// The cut that stands here instead of a text.
    var cut: Cut? {
        guard kind == JSON_STRING else { return nil }
        return document.cut(markedBy: text)
    }

    func string() throws(ScalarMismatch) -> String {
        guard kind == JSON_STRING else { throw .kind("must be a string") }
        if let cut { return document.text(of: cut) }
        return String(decoding: text, as: UTF8.self)
    }

    private func bool() throws(ScalarMismatch) -> Bool {
        switch kind {
        case JSON_TRUE: return true
        case JSON_FALSE: return false
        default: throw .kind("must be true or false")
        }
    }

    private func double() throws(ScalarMismatch) -> Double {
        switch kind {
        case JSON_REAL: return json_real_value(node)
        case JSON_INTEGER: return Double(json_integer_value(node))
        default: throw .kind("must be a number")
        }
    }

    private func float() throws(ScalarMismatch) -> Float {
        let value = Float(try double())
        guard value.isFinite else { throw .range("is a number out of range") }
        return value
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(ScalarMismatch) -> Number {
        switch kind {
        case JSON_INTEGER:
            if let number = Number(exactly: json_integer_value(node)) { return number }
        case JSON_REAL:
            // Beyond 2^53 a double no longer tells which whole number was written.
            let value = json_real_value(node)
            if value.magnitude <= 0x1p53, let number = Number(exactly: value) { return number }
            if value.rounded() != value { throw .kind("must be a whole number") }
        default:
            throw .kind("must be a whole number")
        }
        throw .range("must be a whole number from \(Number.min) to \(Number.max)")
    }
}
