/// An API key that cannot be printed by accident: every description of it, and of what holds it, is redacted.
public struct ProviderKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    let text: String

    /// - Parameter provider: whose key it is, for the error.
    /// - Throws: if `text` is empty, longer than 512 bytes, or not printable ASCII without spaces (it goes in a header).
    public init(_ text: String, for provider: String) throws(ProviderConfigurationError) {
        guard (1...512).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ProviderConfigurationError("the \(provider) API key must be 1 to 512 printable ASCII characters")
        }
        self.text = text
    }

    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
