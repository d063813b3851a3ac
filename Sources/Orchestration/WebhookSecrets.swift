import Crypto
import JSONCoding
import JobModel

/// The keys that webhooks are signed with: one, or two while one takes over from the other.
///
/// The scheme is Standard Webhooks 1.0.0, symmetric (`v1`): https://github.com/standard-webhooks/standard-webhooks
public struct WebhookSecrets: Sendable, CustomStringConvertible {
    private let keys: [SymmetricKey]

    /// What is wrong with a configured secret. Never holds any of it.
    public struct Invalid: Error, Sendable {
        public let message: String
    }

    /// - Parameter text: one or two secrets separated by a space, each `whsec_` and base64 of 24 to 64 bytes (the prefix
    ///   may be missing).
    public init(_ text: String) throws(Invalid) {
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard (1...2).contains(parts.count) else {
            throw Invalid(message: "must be one or two secrets, separated by a space")
        }
        var keys: [SymmetricKey] = []
        for part in parts {
            let encoded = part.hasPrefix("whsec_") ? part.dropFirst(6) : part
            guard let bytes = Base64.decode(String(encoded)), (24...64).contains(bytes.count) else {
                throw Invalid(message: "must be \"whsec_\" and the base64 of 24 to 64 random bytes")
            }
            keys.append(SymmetricKey(data: bytes))
        }
        self.keys = keys
    }

    public var description: String { "WebhookSecrets(redacted)" }

    /// The header value: one `v1,` signature for each key, separated by spaces.
    public func signature(of signed: [UInt8]) -> String {
        keys.map { "v1," + Base64.encode(Array(HMAC<SHA256>.authenticationCode(for: signed, using: $0))) }
            .joined(separator: " ")
    }

    /// Whether any `v1` signature in the header fits any key, compared in constant time; other versions are skipped.
    public func verify(_ header: String, of signed: [UInt8]) -> Bool {
        for part in header.split(separator: " ").prefix(16) where part.hasPrefix("v1,") {
            guard let code = Base64.decode(String(part.dropFirst(3))) else { continue }
            for key in keys where HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: key) {
                return true
            }
        }
        return false
    }
}

/// The three headers of the scheme.
public struct WebhookHeaders: Hashable, Sendable {
    public static let idName = "webhook-id"
    public static let timestampName = "webhook-timestamp"
    public static let signatureName = "webhook-signature"

    public var id: String
    public var timestamp: Int64
    public var signature: String

    /// From header texts; nil if one is missing or not in its form.
    public init?(id: String?, timestamp: String?, signature: String?) {
        guard let id, !id.isEmpty, id.utf8.count <= 512, !id.contains("."), let signature, !signature.isEmpty,
            let timestamp = timestamp.flatMap({ Int64($0) }), timestamp > 0
        else { return nil }
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }

    public enum Verdict: Hashable, Sendable {
        case valid
        /// More than `SigningText/toleranceSeconds` off.
        case stale
        case wrong
    }

    /// - Parameter signed: the signed text of `SigningText`, made with this id and timestamp.
    public func verdict(over signed: [UInt8], secrets: WebhookSecrets, wallSeconds: Int64) -> Verdict {
        guard abs(wallSeconds - timestamp) <= SigningText.toleranceSeconds else { return .stale }
        return secrets.verify(signature, of: signed) ? .valid : .wrong
    }
}
