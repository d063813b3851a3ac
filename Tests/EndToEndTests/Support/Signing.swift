import JSONCoding

/// Standard Webhooks as its specification has it, apart from the product's own code.
struct Secret: Sendable {
    let text: String
    private let key: [UInt8]

    init(_ text: String) {
        self.text = text
        key = Self.decode(text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text)
    }

    /// Two that tests share; neither opens anything.
    static let first = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    static let second = Secret("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")

    func signature(id: String, timestamp: String, body: [UInt8]) -> String {
        let code = SHA256.authenticationCode(of: Array("\(id).\(timestamp).".utf8) + body, key: key)
        return "v1,\(Self.encode(code))"
    }

    /// The three headers of a delivery.
    func headers(id: String, timestamp: Int64 = WallClock.seconds, body: [UInt8]) -> [String: String] {
        [
            "webhook-id": id, "webhook-timestamp": "\(timestamp)",
            "webhook-signature": signature(id: id, timestamp: "\(timestamp)", body: body),
        ]
    }

    /// The headers of a picture's upload, whose path stands in the body's place.
    func uploadHeaders(path: String, timestamp: Int64 = WallClock.seconds) -> [String: String] {
        headers(id: "upload-1", timestamp: timestamp, body: Array("PUT \(path)".utf8))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - UInt32(group.count)))
            let digits = (0..<4).map { alphabet[Int(bits >> (18 - 6 * $0) & 63)] }
            text += digits.prefix(group.count + 1) + [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8] {
        var (bytes, bits, count): ([UInt8], UInt32, UInt32) = ([], 0, 0)
        for digit in text.utf8 {
            guard let value = values[Int(digit)] else { break }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }

    private static let values: [UInt32?] = (0..<256).map { byte in
        alphabet.firstIndex(of: UInt8(byte)).map { UInt32($0) }
    }
}
