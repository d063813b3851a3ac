#if canImport(Glibc)
import Glibc
#endif

/// Bytes that stand in a document as a base64 text.
///
/// Decoding fails with `invalidValue` if the text is not strict base64 (see ``Base64/decode(_:)-(String)``). From a
/// document read with ``JSON/decode(_:from:cutting:limits:)`` the bytes come without a copy.
public struct Base64Data: Hashable, Sendable, Codable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        if let cut = (decoder as? JSONReader)?.scalar.cut {
            bytes = cut.bytes
            return
        }
        guard let bytes = Base64.decode(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be base64 with padding"))
        }
        self.bytes = bytes
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.encode(bytes))
    }
}

/// Base64 as it stands between the quotes of a document, where `/` may be spelled `\/`.
enum Base64Text {
    /// Nil if there is any other escape or anything that is not strict base64.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let start = text.baseAddress else { return [] }
        guard memchr(start, Int32(UInt8(ascii: "\\")), text.count) != nil else { return Base64Codec.decode(text) }
        return unescaped(text)?.withUnsafeBufferPointer { Base64Codec.decode($0) }
    }

    static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        text.withUnsafeBufferPointer { unescaped($0) }
    }

    /// Nil if there is any escape but `\/`.
    private static func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let start = text.baseAddress else { return [] }
        var isPlain = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count) { output, count in
            guard let target = output.baseAddress else { return }
            var at = 0
            while at < text.count {
                let found = memchr(start + at, Int32(UInt8(ascii: "\\")), text.count - at)
                let end = found.map { UnsafeRawPointer(start).distance(to: $0) } ?? text.count
                (target + count).update(from: start + at, count: end - at)
                count += end - at
                at = end
                guard found != nil else { return }
                isPlain = at + 1 < text.count && text[at + 1] == UInt8(ascii: "/")
                guard isPlain else { return }
                // The slash itself opens the next run.
                at += 1
                target[count] = UInt8(ascii: "/")
                count += 1
                at += 1
            }
        }
        return isPlain ? bytes : nil
    }
}
