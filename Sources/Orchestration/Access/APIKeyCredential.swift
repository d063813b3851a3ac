import Crypto
import JobModel

/// An API key as its bearer holds it: `dk_<id>_<secret>`. It is shown once, when it is made, and stands in no log, record
/// or error.
public struct APIKeyCredential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let id: APIKeyID
    private let secret: String

    public static let prefix = "dk"
    /// Of 32 letters each: 200 bits.
    static let secretLength = 40

    private static let alphabet = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)

    /// A new one.
    init(from random: any RandomSource) throws(InvalidIdentifier) {
        id = try APIKeyID(Self.letters(APIKeyID.length, from: random))
        secret = Self.letters(Self.secretLength, from: random)
    }

    /// From what a request bears; nil for what is no key of ours, whatever else it may be.
    public init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.prefix, parts[2].utf8.count == Self.secretLength,
            parts[2].utf8.allSatisfy({ Self.alphabet.contains($0) }), let id = try? APIKeyID(String(parts[1]))
        else { return nil }
        self.id = id
        secret = String(parts[2])
    }

    /// For the one who is to have it.
    public var text: String { "\(Self.prefix)_\(id)_\(secret)" }

    public var description: String { "\(Self.prefix)_\(id)_[redacted]" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// What is stored of the secret.
    var secretHash: ContentHash { ContentHash(of: Array(secret.utf8)) }

    /// Whether the secret is the one that was stored; takes the same time wherever they differ.
    func fits(_ record: APIKeyRecord) -> Bool {
        id == record.id && SecretText.areSame(record.secretHash.text, secretHash.text)
    }

    private static func letters(_ count: Int, from random: any RandomSource) -> String {
        var (letters, bits): ([UInt8], UInt64) = ([], 0)
        for index in 0..<count {
            // Twelve letters of five bits from each number.
            if index % 12 == 0 { bits = random.next() }
            letters.append(alphabet[Int(bits & 31)])
            bits >>= 5
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
