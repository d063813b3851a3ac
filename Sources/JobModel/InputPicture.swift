/// A picture that a prompt speaks of: its bytes are an artifact of the job's owner.
public struct InputPicture: Hashable, Sendable, Codable {
    /// What it is for.
    public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
        /// To be changed as the prompt says, or to be combined with the others.
        case source
        /// To be followed in style or likeness.
        case reference
        /// Where a source may be changed.
        case mask
    }

    public var hash: ContentHash
    /// `image/jpeg`, `image/png` or `image/webp`, as its bytes say.
    public var mediaType: String
    public var bytes: Int
    public var role: Role

    public init(hash: ContentHash, mediaType: String, bytes: Int, role: Role = .source) {
        self.hash = hash
        self.mediaType = mediaType
        self.bytes = bytes
        self.role = role
    }
}
