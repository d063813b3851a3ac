/// Which Darkroom this is.
public enum Release {
    /// Semantic: processes of one major version understand one another.
    public static let version = "1.0.0"
}

/// What a server says of itself to anybody, at `/healthz`: who listens at an address is no secret, and the first thing
/// to find out when two processes do not understand each other.
public struct ServerIdentity: Codable, Hashable, Sendable {
    public enum Role: String, Codable, Sendable {
        case worker
        case receiver
        /// `initiator serve`.
        case initiator
    }

    /// `ok`.
    public var status: String
    public var service: Role
    public var version: String

    init(_ service: Role) {
        status = "ok"
        self.service = service
        version = Release.version
    }

    /// The first number of a version; nil if it is none.
    public static func major(of version: String) -> Int? { version.split(separator: ".").first.flatMap { Int($0) } }
}
