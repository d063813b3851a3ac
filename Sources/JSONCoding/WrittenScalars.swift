import CJansson

/// Why a scalar cannot be written. Has no path: that is built only where it fails.
struct ScalarRefusal: Error {
    let message: String
}

extension WritingSession {
    /// A new node for a value of one of the types that Codable itself knows, nil for all others. The caller owns it.
    ///
    /// As in ``ScalarReader/read(_:)``, comparisons and casts vanish where the compiler specializes.
    @inline(__always)
    func scalar<Value>(_ value: Value) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t>? {
        let type = Value.self
        if type == String.self, let text = value as? String { return try string(text) }
        if type == Int.self, let number = value as? Int { return .integer(Int64(number)) }
        if type == Bool.self, let flag = value as? Bool { return .bool(flag) }
        if type == Double.self, let number = value as? Double { return try double(number) }
        return try rarerScalar(value)
    }

    private func rarerScalar<Value>(_ value: Value) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t>? {
        let type = Value.self
        if type == Int64.self, let number = value as? Int64 { return .integer(number) }
        if type == UInt64.self, let number = value as? UInt64 { return try unsigned(number) }
        if type == UInt.self, let number = value as? UInt { return try unsigned(UInt64(number)) }
        if type == Int32.self, let number = value as? Int32 { return .integer(Int64(number)) }
        if type == UInt32.self, let number = value as? UInt32 { return .integer(Int64(number)) }
        if type == Int16.self, let number = value as? Int16 { return .integer(Int64(number)) }
        if type == UInt16.self, let number = value as? UInt16 { return .integer(Int64(number)) }
        if type == Int8.self, let number = value as? Int8 { return .integer(Int64(number)) }
        if type == UInt8.self, let number = value as? UInt8 { return .integer(Int64(number)) }
        if type == Float.self, let number = value as? Float { return try float(number) }
        return nil
    }

    /// What we refuse to read must not be written.
    private func string(_ text: String) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t> {
        guard let node = UnsafeMutablePointer.textWithoutNull(text) else {
            throw ScalarRefusal(message: "must not contain the character U+0000")
        }
        return node
    }

    private func unsigned(_ number: UInt64) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t> {
        guard let number = Int64(exactly: number) else {
            throw ScalarRefusal(message: "is a whole number over \(Int64.max)")
        }
        return .integer(number)
    }

    private func double(_ number: Double) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t> {
        guard number.isFinite else { throw ScalarRefusal(message: "is not a finite number") }
        return rawNumber(number.description)
    }

    /// A float's own shortest digits, unless reading them as a double first would round to its neighbor.
    private func float(_ number: Float) throws(ScalarRefusal) -> UnsafeMutablePointer<json_t> {
        guard number.isFinite else { throw ScalarRefusal(message: "is not a finite number") }
        let isExact = Double(number.description).map(Float.init) == number
        return rawNumber(isExact ? number.description : Double(number).description)
    }

    private func rawNumber(_ spelling: String) -> UnsafeMutablePointer<json_t> {
        hasRawNumbers = true
        return .text(RawNumber.mark + spelling)
    }
}
