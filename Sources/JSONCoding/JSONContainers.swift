import CJansson

/// An object being read. One generic function stands for Codable's fifteen requirements; the commonest three have their
/// own, because the compiler does not specialize a witness for them by itself.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONReader

    var codingPath: [any CodingKey] { object.codingPath }

    var allKeys: [Key] {
        var keys: [Key] = []
        object.forEachMember { name, _ in
            if let key = Key(stringValue: name) { keys.append(key) }
        }
        return keys
    }

    func contains(_ key: Key) -> Bool { object.member(key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).pointee.type == JSON_NULL }

    @inline(__always)
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try object.value(type, of: member(key), under: key)
    }

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try object.value(type, of: member(key), under: key)
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try object.value(type, of: member(key), under: key)
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        try object.value(type, of: member(key), under: key)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let node = object.member(key.stringValue), node.pointee.type != JSON_NULL else { return nil }
        return try object.value(type, of: node, under: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try reader(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try reader(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try reader(PlaceKey.parent) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try reader(key) }

    private func reader(_ key: some CodingKey) throws -> JSONReader {
        object.below(key, try member(key))
    }

    private func member(_ key: some CodingKey) throws -> UnsafeMutablePointer<json_t> {
        guard let node = object.member(key.stringValue) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return node
    }
}

/// An array being read. A value that could not be decoded is not passed over.
struct UnkeyedReader: UnkeyedDecodingContainer {
    let array: JSONReader
    private(set) var currentIndex = 0

    init(array: JSONReader) { self.array = array }

    var codingPath: [any CodingKey] { array.codingPath }
    var count: Int? { json_array_size(array.node) }
    var isAtEnd: Bool { currentIndex >= json_array_size(array.node) }

    mutating func decodeNil() throws -> Bool {
        guard try node().pointee.type == JSON_NULL else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try array.value(type, of: node(), under: PlaceKey.index(currentIndex))
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try next().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try next().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let reader = try next()
        currentIndex += 1
        return reader
    }

    private func next() throws -> JSONReader {
        array.below(PlaceKey.index(currentIndex), try node())
    }

    private func node() throws -> UnsafeMutablePointer<json_t> {
        guard let node = json_array_get(array.node, currentIndex) else {
            let key = PlaceKey.index(currentIndex)
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return node
    }
}

extension JSONReader {
    func forEachMember(_ body: (String, UnsafeMutablePointer<json_t>) throws -> Void) rethrows {
        var place = json_object_iter(node)
        while let current = place {
            if let name = json_object_iter_key(current), let value = json_object_iter_value(current) {
                let bytes = UnsafeRawBufferPointer(start: name, count: json_object_iter_key_len(current))
                try body(String(decoding: bytes, as: UTF8.self), value)
            }
            place = json_object_iter_next(node, current)
        }
    }
}
