/// Which of the interfaces a job was asked for by. They share one engine and one record; each is a view of its own.
public enum JobFamily: String, Hashable, Sendable, Codable, CaseIterable {
    /// A case's images: evidence and locations.
    case `case`
    /// One image of one prompt.
    case image
    /// The images of a film project: asset keys, frames, variations.
    case scene
    /// A render with its variants, of a prompt and up to two pictures.
    case generation

    /// Whether a job is named by what it belongs to, which may have another job after it. All others are named by
    /// their own id.
    public var isNamedByCase: Bool { self == .case }
}
