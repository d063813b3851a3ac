/// What an operator has set that cannot be; in words for the operator.
public struct ProviderConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}
