/// Bounds on a document from outside, checked before it is parsed.
public struct JSONLimits: Hashable, Sendable {
    /// 4 MiB unless told otherwise.
    public var maximumBytes: Int
    /// How many arrays and objects may stand inside one another; 64 unless told otherwise.
    public var maximumDepth: Int

    public init(maximumBytes: Int = 4 << 20, maximumDepth: Int = 64) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}

/// How a document is spelled.
public enum JSONStyle: Hashable, Sendable {
    /// No white space; keys in the order in which they were encoded (Swift dictionaries have none).
    case compact
    /// No white space; keys sorted by their bytes: equal values give equal bytes.
    case sorted
    /// Two spaces a level, keys in the order in which they were encoded, a line feed at the end.
    case pretty
}

/// Codable over jansson: the only JSON in the product.
///
/// Both functions work on a tree of their own, so they may be called from any number of threads at once.
public enum JSON {
    /// Reads one document.
    ///
    /// Unknown keys are ignored. A root that is not an array or an object is fine where `type` asks for one. Whole
    /// numbers may be written `3`, `3.0` or `3e0`; the latter two only up to 2^53, where a double is still exact.
    ///
    /// - Throws: ``JSONError`` with the path of the place: `tooLarge` and `tooDeep` for the limits; `malformed` for what
    ///   is not JSON or not UTF-8, a byte-order mark and trailing bytes included; `duplicateKey`; `missingField`;
    ///   `wrongType`; `invalidValue` for numbers that do not fit, U+0000 in a text, and whatever a type's own
    ///   `init(from:)` refuses.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> Value {
        try decode(type, from: bytes, cutting: [], limits: limits)
    }

    /// Reads one document that carries long base64 texts, without walking those byte by byte.
    ///
    /// A text of at least 4 KiB of strict base64 (`\/` for `/` is understood) that is the value of one of `keys` is
    /// decoded straight from `bytes`; ``Base64Data`` picks it up without a copy. Every other text, and every document
    /// without such a text, takes the plain way. Results and error codes are the same either way; whoever asks for such
    /// a text as a `String` gets the text.
    ///
    /// - Throws: as ``decode(_:from:limits:)``.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], cutting keys: [String], limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> Value {
        let document = try ParsedDocument(bytes, cutting: keys, limits: limits)
        do {
            return try document.reader.value(type)
        } catch {
            throw JSONError(reading: error)
        }
    }

    /// Writes one document, UTF-8 without a byte-order mark.
    ///
    /// Doubles are written with the fewest digits that read back as the same number.
    ///
    /// - Throws: ``JSONError`` of code `unencodable` with the path, for what could not be read back: numbers that are
    ///   infinite or none, whole numbers over `Int64.max`, U+0000 in a text or a key, nesting over 64 levels; and for what
    ///   a type's own `encode(to:)` refuses.
    public static func encode(_ value: some Encodable, style: JSONStyle = .compact) throws(JSONError) -> [UInt8] {
        let writer = JSONWriter(slot: .root, session: WritingSession(), path: nil)
        do {
            try writer.write(value)
        } catch {
            throw JSONError(writing: error)
        }
        return try writer.document(style: style)
    }
}
