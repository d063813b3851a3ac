import JSONCoding

/// What a provider's request may hold: data, so that each form states its fields instead of testing them.
indirect enum FieldType: Sendable {
    case string
    /// Base64.
    case bytes
    case integer
    case number
    case bool
    /// One of these names; the type's name appears in the refusal.
    case enumeration(String, [String])
    case message([String: FieldType])
    case list(FieldType)
    /// Not looked into.
    case any
}

/// A field that does not fit its schema, in the words of protobuf's JSON mapping.
struct SchemaViolation: Error, Hashable {
    /// `generation_config.image_config`; empty for the request itself.
    var field: String
    var description: String
}

enum RequestSchema {
    /// Checks a value. Field names are taken in camelCase and in snake_case, as protobuf's JSON mapping does.
    static func check(_ value: JSONValue, is type: FieldType, at path: String = "") throws(SchemaViolation) {
        switch (type, value) {
        case (_, .null), (.any, _), (.string, .string), (.bool, .bool), (.integer, .int), (.number, .int),
            (.number, .double):
            return
        case (.bytes, .string(let text)):
            guard isBase64(text) else { throw invalid(path, "TYPE_BYTES", "Base64 decoding failed for value") }
        case (.enumeration(let name, let known), .string(let text)):
            guard known.contains(text) else { throw invalid(path, name, "\"\(text.prefix(40))\"") }
        case (.message(let fields), .object(let object)):
            for (name, value) in object.sorted(by: { $0.key < $1.key }) {
                guard let type = fields[camelCase(name)] else { throw unknown(name, at: path) }
                try check(value, is: type, at: join(path, snakeCase(name)))
            }
        case (.list(let element), .array(let items)):
            for (index, item) in items.enumerated() { try check(item, is: element, at: "\(path)[\(index)]") }
        // Protobuf takes a single message for a list of one.
        case (.list(let element), .object): try check(value, is: element, at: path)
        default: throw invalid(path, typeName(type), brief(value))
        }
    }

    private static func unknown(_ name: String, at path: String) -> SchemaViolation {
        let place = path.isEmpty ? "" : " at '\(path)'"
        return SchemaViolation(
            field: path,
            description:
                "Invalid JSON payload received. Unknown name \"\(name.prefix(80))\"\(place): Cannot find field.")
    }

    private static func invalid(_ path: String, _ type: String, _ value: String) -> SchemaViolation {
        SchemaViolation(field: path, description: "Invalid value at '\(path)' (\(type)), \(value)")
    }

    private static func typeName(_ type: FieldType) -> String {
        switch type {
        case .string: "TYPE_STRING"
        case .bytes: "TYPE_BYTES"
        case .integer: "TYPE_INT32"
        case .number: "TYPE_FLOAT"
        case .bool: "TYPE_BOOL"
        case .enumeration(let name, _): name
        case .message, .list, .any: "TYPE_MESSAGE"
        }
    }

    private static func brief(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): "\"\(text.prefix(40))\""
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .array: "a list"
        case .object: "an object"
        case .null: "null"
        }
    }

    private static func isBase64(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "="):
                true
            default: false
            }
        }
    }

    static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        return words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { result, letter in
            if letter.isUppercase { result += "_" }
            result += letter.lowercased()
        }
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension JSONValue {
    /// A member of an object by its camelCase name, or by the same name in snake_case.
    subscript(field name: String) -> JSONValue? {
        guard case .object(let fields) = self else { return nil }
        return fields[name] ?? fields[RequestSchema.snakeCase(name)]
    }

    /// The elements of a list; a single object stands for a list of one.
    var elements: [JSONValue] {
        switch self {
        case .array(let items): items
        case .object: [self]
        default: []
        }
    }
}
