/// A provider's own name for a call, by which it can be asked what became of it.
public struct RemoteCall: Hashable, Sendable, Codable {
    /// The adapter whose id it is.
    public let provider: String
    /// 1 to 128 of `A-Z a-z 0-9 . _ -`: it goes into a URL's path.
    public let id: String

    /// - Throws: ``InvalidRequest`` naming `id` or `provider`.
    public init(provider: String, id: String) throws(InvalidRequest) {
        guard (1...64).contains(provider.utf8.count), provider.utf8.allSatisfy(RemoteCall.isPlain) else {
            throw InvalidRequest(field: "provider", message: "must be 1 to 64 of A-Z a-z 0-9 . _ -")
        }
        guard (1...128).contains(id.utf8.count), id.utf8.allSatisfy(RemoteCall.isPlain), id != ".", id != ".." else {
            throw InvalidRequest(field: "id", message: "must be 1 to 128 of A-Z a-z 0-9 . _ -")
        }
        self.provider = provider
        self.id = id
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let (provider, id) = (
            try values.decode(String.self, forKey: .provider), try values.decode(String.self, forKey: .id)
        )
        do { self = try RemoteCall(provider: provider, id: id) } catch {
            throw DecodingError.dataCorruptedError(
                forKey: error.field == "id" ? .id : .provider, in: values, debugDescription: error.message)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case provider
        case id
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
