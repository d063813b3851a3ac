import CJansson

/// One value of a document being read. Three words, so that it travels in an existential without an allocation.
struct JSONReader: Decoder {
    /// Borrowed from `document`, which is never changed.
    let node: UnsafeMutablePointer<json_t>
    let document: ParsedDocument
    let path: PathNode?

    var codingPath: [any CodingKey] { path.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard kind == JSON_OBJECT else { throw error(.kind("must be an object"), reading: [String: Any].self) }
        return KeyedDecodingContainer(KeyedReader<Key>(object: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard kind == JSON_ARRAY else { throw error(.kind("must be an array"), reading: [Any].self) }
        return UnkeyedReader(array: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    var kind: json_type { node.pointee.type }
    var isNull: Bool { kind == JSON_NULL }
    var scalar: ScalarReader { ScalarReader(node: node, document: document) }

    /// The value under a name, or nil. Names are compared byte by byte.
    func member(_ name: String) -> UnsafeMutablePointer<json_t>? {
        withCharacters(of: name) { json_object_getn(node, $0, $1) }
    }

    func below(_ key: some CodingKey, _ node: UnsafeMutablePointer<json_t>) -> JSONReader {
        JSONReader(node: node, document: document, path: PathNode(key, below: path))
    }
}

extension JSONReader: SingleValueDecodingContainer {
    func decodeNil() -> Bool { isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value(type) }
}

extension JSONReader {
    /// Reads this value as any type.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do throws(ScalarMismatch) {
            if let value = try scalar.read(type) { return value }
        } catch {
            throw self.error(error, reading: type)
        }
        return try composite(type)
    }

    /// Reads the value `node` that stands under `key` in this one. Scalars, the most by far, cost no allocation.
    @inline(__always)
    func value<Value: Decodable>(
        _ type: Value.Type, of node: UnsafeMutablePointer<json_t>, under key: some CodingKey
    ) throws -> Value {
        do throws(ScalarMismatch) {
            if let value = try ScalarReader(node: node, document: document).read(type) { return value }
        } catch {
            throw below(key, node).error(error, reading: type)
        }
        return try below(key, node).composite(type)
    }

    private func composite<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try Value(from: self)
        } catch {
            throw refined(error, reading: type, at: path)
        }
    }

    private func error(_ mismatch: ScalarMismatch, reading type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: mismatch.message)
        return mismatch.isOutOfRange ? .dataCorrupted(context) : .typeMismatch(type, context)
    }
}
