/// What is wrong with a name that came from outside.
public struct InvalidIdentifier: Error, Equatable, Sendable {
    /// Says what is allowed, in words fit for the person who sent it. Never repeats the offending text.
    public let message: String
}

/// A name that stands in keys, URLs and file names: 1 to 128 of `A-Za-z0-9._~-`, and not `.` or `..`.
private func validated(_ text: String) throws(InvalidIdentifier) -> String {
    let allowed = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
    guard allowed, (1...128).contains(text.utf8.count), text != ".", text != ".." else {
        throw InvalidIdentifier(
            message: "must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ - and not \".\" or \"..\"")
    }
    return text
}

/// A kind of name; ``init(_:)`` is the only way in from outside, so a value in hand is always legal.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible {
    var text: String { get }
    init(_ text: String) throws(InvalidIdentifier)
}

extension Identifier {
    public var description: String { text }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.message))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// The case (or other thing of the caller's) that a job belongs to.
public struct CaseID: Identifier {
    public let text: String
    public init(_ text: String) throws(InvalidIdentifier) { self.text = try validated(text) }

    /// Of a job that belongs to no case, or to one that is not known: it stands for one itself.
    public init(of job: JobID) { text = job.text }
}

/// One asset within a job.
public struct AssetID: Identifier {
    public let text: String
    public init(_ text: String) throws(InvalidIdentifier) { self.text = try validated(text) }
}

/// One request for a number of assets.
public struct JobID: Identifier {
    public let text: String
    public init(_ text: String) throws(InvalidIdentifier) { self.text = try validated(text) }
}

/// Whose job it is.
public struct OwnerID: Identifier {
    public let text: String
    public init(_ text: String) throws(InvalidIdentifier) { self.text = try validated(text) }
    private init(known text: String) { self.text = text }

    /// The owner while there are no accounts; its keys carry no owner prefix.
    public static let local = OwnerID(known: "local")
}

/// The secret-like word of one hand-out; only its holder may report on the job.
public struct Claim: Identifier {
    public let text: String
    public init(_ text: String) throws(InvalidIdentifier) { self.text = try validated(text) }

    /// From a random number of the caller's, of which it takes 60 bits.
    init(drawn dice: UInt64) {
        let alphabet = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)
        let letters = (0..<12).map { alphabet[Int(dice >> (5 * $0) & 31)] }
        text = "claim_" + String(decoding: letters, as: UTF8.self)
    }
}

/// A SHA-256 as 64 lower-case hexadecimal digits: the name of an artifact's bytes.
public struct ContentHash: Identifier {
    public let text: String

    public init(_ text: String) throws(InvalidIdentifier) {
        let isHex = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
            default: false
            }
        }
        guard isHex, text.utf8.count == 64 else {
            throw InvalidIdentifier(message: "must be 64 lower-case hexadecimal digits (a SHA-256)")
        }
        self.text = text
    }

    /// From the 32 bytes of a digest.
    public init(digest: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for byte in digest {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
        precondition(bytes.count == 64, "a SHA-256 has 32 bytes")
        text = String(decoding: bytes, as: UTF8.self)
    }
}

/// What an asset is a picture of; decides its prompt template, transform and place in the plan.
public enum AssetKind: Hashable, Sendable, Codable, CustomStringConvertible {
    case evidence
    case location
    /// Any other kind that a caller of the general form names (1 to 128 of the identifier alphabet).
    case other(String)

    public init(_ text: String) throws(InvalidIdentifier) {
        switch text {
        case "evidence": self = .evidence
        case "location": self = .location
        default: self = .other(try validated(text))
        }
    }

    public var description: String {
        switch self {
        case .evidence: "evidence"
        case .location: "location"
        case .other(let name): name
        }
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.message))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
