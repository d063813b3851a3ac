import CJansson

extension JSONReader {
    /// The value as it stands. Recursion is bounded by the document's depth limit.
    func anyValue() throws -> JSONValue {
        switch kind {
        case JSON_NULL: .null
        case JSON_TRUE: .bool(true)
        case JSON_FALSE: .bool(false)
        case JSON_INTEGER: .int(Int64(json_integer_value(node)))
        case JSON_REAL: .double(json_real_value(node))
        case JSON_STRING: .string(try value(String.self))
        case JSON_ARRAY: .array(try anyElements())
        default: .object(try anyMembers())
        }
    }

    private func anyElements() throws -> [JSONValue] {
        try (0..<json_array_size(node)).compactMap { index in
            guard let element = json_array_get(node, index) else { return nil }
            return try below(PlaceKey.index(index), element).anyValue()
        }
    }

    private func anyMembers() throws -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members.reserveCapacity(json_object_size(node))
        try forEachMember { name, value in
            let place = below(PlaceKey.name(name), value)
            // jansson tells keys apart by bytes, Swift by meaning: "é" has two spellings.
            guard members.updateValue(try place.anyValue(), forKey: name) == nil else {
                throw JSONError(.duplicateKey, path: PathText.render(place.codingPath), message: "occurs twice")
            }
        }
        return members
    }
}
