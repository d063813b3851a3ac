/// The public part of an API key: 12 of `a-z0-9`.
public struct APIKeyID: Identifier {
    public let text: String

    public static let length = 12

    public init(_ text: String) throws(InvalidIdentifier) {
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        guard isAllowed, text.utf8.count == Self.length else {
            throw InvalidIdentifier(message: "must be \(Self.length) characters of a-z 0-9")
        }
        self.text = text
    }
}

/// An API key as it is stored: all but its secret, of which there is only a hash.
public struct APIKeyRecord: Hashable, Sendable {
    /// Version of this encoding; raise it when an older reader would misunderstand.
    public static let format: UInt16 = 1
    public static let maximumNoteCharacters = 200

    public var writeID: UInt64
    public let id: APIKeyID
    public let owner: OwnerID
    public let scopes: Set<AccessScope>
    /// SHA-256 of the secret. The secret is random and long, so there is nothing that a slow hash would protect.
    public let secretHash: ContentHash
    public let createdAt: Milliseconds
    /// Nil for one that does not expire.
    public private(set) var expiresAt: Milliseconds?
    public private(set) var revokedAt: Milliseconds?
    /// The key that takes this one's place.
    public private(set) var replacedBy: APIKeyID?
    /// What its maker wrote beside it.
    public let note: String?

    public init(
        id: APIKeyID, owner: OwnerID, scopes: Set<AccessScope>, secretHash: ContentHash, createdAt: Milliseconds,
        expiresAt: Milliseconds? = nil, note: String? = nil
    ) {
        writeID = 0
        self.id = id
        self.owner = owner
        self.scopes = scopes
        self.secretHash = secretHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.note = note
    }

    public enum State: String, Hashable, Sendable, CaseIterable {
        case active
        case expired
        case revoked
    }

    public func state(now: Milliseconds) -> State {
        if revokedAt != nil { return .revoked }
        if let expiresAt, expiresAt <= now { return .expired }
        return .active
    }

    /// Ends it at once. The moment of a first revocation stays.
    public mutating func revoke(now: Milliseconds) { revokedAt = revokedAt ?? now }

    /// Lets another key take its place: until `end`, or an earlier end of its own, both are good.
    /// - Returns: false, and nothing is changed, if it is not active any more.
    public mutating func replace(by other: APIKeyID, until end: Milliseconds, now: Milliseconds) -> Bool {
        guard state(now: now) == .active else { return false }
        expiresAt = min(expiresAt ?? end, end)
        replacedBy = other
        return true
    }
}

extension APIKeyRecord: Codable {
    private enum Key: String, CodingKey {
        case writeID = "writeId"
        case id
        case owner
        case scopes
        case secretHash
        case createdAt
        case expiresAt
        case revokedAt
        case replacedBy
        case note
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        writeID = try values.decode(UInt64.self, forKey: .writeID)
        id = try values.decode(APIKeyID.self, forKey: .id)
        owner = try values.decode(OwnerID.self, forKey: .owner)
        scopes = Set(try values.decode([AccessScope].self, forKey: .scopes))
        secretHash = try values.decode(ContentHash.self, forKey: .secretHash)
        createdAt = try values.decode(Milliseconds.self, forKey: .createdAt)
        expiresAt = try values.decodeIfPresent(Milliseconds.self, forKey: .expiresAt)
        revokedAt = try values.decodeIfPresent(Milliseconds.self, forKey: .revokedAt)
        replacedBy = try values.decodeIfPresent(APIKeyID.self, forKey: .replacedBy)
        note = try values.decodeIfPresent(String.self, forKey: .note)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(writeID, forKey: .writeID)
        try values.encode(id, forKey: .id)
        try values.encode(owner, forKey: .owner)
        try values.encode(scopes.map(\.rawValue).sorted(), forKey: .scopes)
        try values.encode(secretHash, forKey: .secretHash)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encodeIfPresent(expiresAt, forKey: .expiresAt)
        try values.encodeIfPresent(revokedAt, forKey: .revokedAt)
        try values.encodeIfPresent(replacedBy, forKey: .replacedBy)
        try values.encodeIfPresent(note, forKey: .note)
    }
}
