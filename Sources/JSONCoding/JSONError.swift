/// Why a document was refused, or a value could not be written.
public struct JSONError: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// Over the byte bound; nothing was parsed.
        case tooLarge = "too_large"
        /// Nested deeper than the bound.
        case tooDeep = "too_deep"
        /// Not JSON, not UTF-8, or bytes after the document.
        case malformed
        case duplicateKey = "duplicate_key"
        case missingField = "missing_field"
        case wrongType = "wrong_type"
        /// A number that does not fit, or a text that is not one of those allowed.
        case invalidValue = "invalid_value"
        /// A value that JSON cannot express (not a number, infinite).
        case unencodable
    }

    public let code: Code
    /// Where, as a person writes it: `evidence[3].name`; empty for the document itself.
    public let path: String
    /// What is wrong there, without the path, fit for the sender. Never repeats more than a few characters of content.
    public let message: String

    public init(_ code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }
}
