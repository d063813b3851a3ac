/// Where a provider is reached: scheme, host and perhaps port, and for some providers a path.
public struct ProviderOrigin: Hashable, Sendable, CustomStringConvertible {
    /// `https` or `http`.
    public let scheme: String
    /// Host and perhaps port, in lower case.
    public let authority: String
    /// Empty, or begins with a slash and does not end with one.
    public let path: String

    /// Without the path: `https://example.com:8443`.
    public var origin: String { "\(scheme)://\(authority)" }
    /// What a request's path is appended to; never ends with a slash.
    public var text: String { origin + path }
    public var description: String { text }

    /// Nil for what is no `http` or `https` URL, and for user information, a query, a fragment, or white space.
    ///
    /// - Parameter allowingPath: otherwise a path other than `/` is refused too.
    public init?(_ url: String, allowingPath: Bool = false) {
        guard url.utf8.count <= 2_048, let end = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<end.lowerBound].lowercased()
        let rest = url[end.upperBound...]
        let isPlain = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"?#@\\".utf8.contains($0) }
        guard scheme == "https" || scheme == "http", isPlain else { return nil }
        let authority = rest.prefix { $0 != "/" }
        var path = rest[authority.endIndex...]
        while path.last == "/" { path.removeLast() }
        guard !authority.isEmpty, allowingPath || path.isEmpty else { return nil }
        self.scheme = scheme
        self.authority = authority.lowercased()
        self.path = String(path)
    }
}
