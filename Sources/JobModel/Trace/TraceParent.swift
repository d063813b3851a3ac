/// A place in somebody's trace, as W3C Trace Context writes it in the header `traceparent`:
/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
///
/// A job keeps the one that its request came with and sends it with all that follows from it, unchanged: we record no
/// spans of our own, so what comes after us hangs where the request did. Without one it gets a trace of its own.
public struct TraceParent: Hashable, Sendable, CustomStringConvertible {
    public static let headerName = "traceparent"

    /// 32 hexadecimal digits, not all of them 0.
    public let traceID: String
    /// 16 of them, not all 0.
    public let parentID: String
    /// Whether whoever sent it may have recorded it.
    public let isSampled: Bool

    public var description: String { "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")" }

    /// - Parameter header: of version 00, or of a later one that begins as this does. Nil for anything else: then it is as
    ///   if there was none.
    public init?(header: String) {
        let bytes = Array(header.utf8)
        guard bytes.count == Self.length || (bytes.count > Self.length && bytes[Self.length] == Self.dash),
            bytes.count <= Self.longest
        else { return nil }
        let parts = bytes[..<Self.length].split(separator: Self.dash, omittingEmptySubsequences: false)
        guard parts.map(\.count) == [2, 32, 16, 2],
            parts.allSatisfy({ $0.allSatisfy { Self.value($0) != nil } }), let flags = parts[3].last.flatMap(Self.value)
        else { return nil }
        let version = String(decoding: parts[0], as: UTF8.self)
        guard version != "ff", version != "00" || bytes.count == Self.length,
            !parts[1].allSatisfy({ $0 == Self.zero }), !parts[2].allSatisfy({ $0 == Self.zero })
        else { return nil }
        traceID = String(decoding: parts[1], as: UTF8.self)
        parentID = String(decoding: parts[2], as: UTF8.self)
        isSampled = flags & 1 == 1
    }

    /// A trace that begins here.
    /// - Parameter dice: drawn by lot, one after another.
    public init(dice: () -> UInt64) {
        // The last digit keeps either from being all 0.
        traceID = Self.digits(dice()) + Self.digits(dice() | 1)
        parentID = Self.digits(dice() | 1)
        isSampled = true
    }

    private static let length = 55
    /// A later version may say more, within reason.
    private static let longest = 256
    private static let dash = UInt8(ascii: "-")
    private static let zero = UInt8(ascii: "0")

    /// Of a lower-case hexadecimal digit: others are none here.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}

/// The header's text.
extension TraceParent: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let trace = TraceParent(header: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be a traceparent"))
        }
        self = trace
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
