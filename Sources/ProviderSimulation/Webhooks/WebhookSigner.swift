import Crypto
import JSONCoding

#if canImport(FoundationEssentials)
import FoundationEssentials
#endif

/// Signs webhooks as Standard Webhooks 1.0.0 has it (the symmetric scheme): HMAC-SHA256 over `id.timestamp.body`.
///
/// See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
struct WebhookSigner: Sendable {
    /// `whsec_` and base64; what `GET /v1/webhooks/default/secret` answers.
    let secret: String
    private let key: SymmetricKey

    /// - Returns: nil unless the secret is `whsec_` and the base64 of 24 to 64 bytes.
    init?(secret: String) {
        guard secret.hasPrefix("whsec_"), let bytes = Base64.decode(String(secret.dropFirst(6))),
            (24...64).contains(bytes.count)
        else { return nil }
        self.secret = secret
        key = SymmetricKey(data: bytes)
    }

    /// The bytes 0 to 31.
    static var standard: WebhookSigner {
        let bytes = (0..<32).map { UInt8($0) }
        return WebhookSigner(secret: SimulatorConfiguration.standardWebhookSecret, key: SymmetricKey(data: bytes))
    }

    private init(secret: String, key: SymmetricKey) {
        self.secret = secret
        self.key = key
    }

    /// - Parameters:
    ///   - timestamp: Unix seconds of this attempt.
    ///   - isForged: with a key that nobody was told.
    func headers(
        id: String, timestamp: Int64, body: [UInt8], isForged: Bool = false
    ) -> [(name: String, value: String)] {
        var code = HMAC<SHA256>(key: isForged ? SymmetricKey(size: .bits256) : key)
        code.update(data: Array("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(timestamp)"),
            ("webhook-signature", "v1,\(Base64.encode(Array(code.finalize())))"),
        ]
    }
}
