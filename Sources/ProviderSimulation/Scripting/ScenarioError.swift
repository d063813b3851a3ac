/// A scenario that cannot be used, with the place a person has to look at.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `rules[2].do[0].status`; empty for the document itself.
    public let path: String
    public let message: String

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
