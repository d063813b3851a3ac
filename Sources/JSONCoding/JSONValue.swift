/// Any document, for those that have no fixed shape. The order of keys is not kept.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent.
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    /// The value under a key; nil if there is none or this is no object.
    public subscript(key: String) -> JSONValue? { objectValue?[key] }

    /// The value at an index; nil if there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }

    public var isNull: Bool { self == .null }

    public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// Not for numbers with a fraction or an exponent.
    public var intValue: Int64? { if case .int(let number) = self { number } else { nil } }

    /// For any number.
    public var doubleValue: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }

    public var arrayValue: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    public var objectValue: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}

extension JSONValue: Codable {
    /// Only from ``JSON/decode(_:from:limits:)``: Codable has no way to ask a decoder what stands there.
    public init(from decoder: any Decoder) throws {
        guard let reader = decoder as? JSONReader else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is read only by JSON.decode"))
        }
        self = try reader.anyValue()
    }

    /// Keys are written in sorted order, so that equal values give equal bytes in every style.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null: try encoder.encodeScalar { try $0.encodeNil() }
        case .bool(let flag): try encoder.encodeScalar { try $0.encode(flag) }
        case .int(let number): try encoder.encodeScalar { try $0.encode(number) }
        case .double(let number): try encoder.encodeScalar { try $0.encode(number) }
        case .string(let text): try encoder.encodeScalar { try $0.encode(text) }
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .object(let members):
            var container = encoder.container(keyedBy: PlaceKey.self)
            for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                try container.encode(value, forKey: .name(name))
            }
        }
    }
}

extension Encoder {
    fileprivate func encodeScalar(_ body: (inout any SingleValueEncodingContainer) throws -> Void) throws {
        var container = singleValueContainer()
        try body(&container)
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}
