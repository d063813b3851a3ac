import JSONCoding

/// A picture that stands in its own URL: `data:image/png;base64,…` (RFC 2397). Only the base64 form is read: a provider
/// writes no other for a picture.
enum DataURI {
    enum Failure: Error, Equatable {
        /// Not `data:…;base64,…`, or not strict base64.
        case malformed
        case tooLarge
    }

    /// What stands before the comma is short; a longer one is not searched for its end.
    private static let longestHead = 256

    static func isOne(_ text: String) -> Bool { text.utf8.prefix(5).elementsEqual("data:".utf8) { $0 | 0x20 == $1 } }

    /// - Parameter maximumBytes: of the picture; nothing is decoded beyond it.
    static func decode(
        _ text: String, maximumBytes: Int
    ) throws(Failure) -> (bytes: [UInt8], mediaType: String?) {
        let rest = text.utf8.dropFirst(5)
        guard isOne(text), let comma = rest.prefix(longestHead).firstIndex(of: UInt8(ascii: ",")) else {
            throw .malformed
        }
        let parameters = String(decoding: rest[..<comma], as: UTF8.self).lowercased().split(
            separator: ";", omittingEmptySubsequences: false)
        guard parameters.count > 1, parameters.last == "base64" else { throw .malformed }
        let data = rest[rest.index(after: comma)...]
        // Escaped digits take three bytes each, and no more than that.
        guard data.count / 12 <= maximumBytes / 3 + 1 else { throw .tooLarge }
        let digits = try unescaped(Array(data))
        guard digits.count / 4 <= maximumBytes / 3 + 1 else { throw .tooLarge }
        guard let bytes = Base64.decode(digits) else { throw .malformed }
        guard bytes.count <= maximumBytes else { throw .tooLarge }
        return (bytes, parameters[0].isEmpty ? nil : String(parameters[0]))
    }

    /// `+`, `/` and `=` may be written `%2B`, `%2F` and `%3D`.
    private static func unescaped(_ data: [UInt8]) throws(Failure) -> [UInt8] {
        guard data.contains(UInt8(ascii: "%")) else { return data }
        var result: [UInt8] = []
        result.reserveCapacity(data.count)
        var at = 0
        while at < data.count {
            guard data[at] == UInt8(ascii: "%") else {
                result.append(data[at])
                at += 1
                continue
            }
            guard at + 2 < data.count,
                let byte = UInt8(String(decoding: data[at + 1...at + 2], as: UTF8.self), radix: 16)
            else { throw .malformed }
            result.append(byte)
            at += 3
        }
        return result
    }
}
