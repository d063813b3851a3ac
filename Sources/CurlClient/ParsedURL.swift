import CCurl

/// A URL as libcurl reads it: the parser that checks is the parser that connects.
public struct ParsedURL: Hashable, Sendable {
    /// In lower case, as are the host's letters.
    public let scheme: String
    /// Without brackets and zone; percent-escapes decoded; the odd spellings of IPv4 (hexadecimal, octal, one to
    /// four parts) as four decimal numbers.
    public let host: String
    /// The scheme's own if the URL names none; 0 only if the URL says so.
    public let port: Int
    public let path: String
    public let query: String?
    /// Empty, not nil, after a bare `#`.
    public let fragment: String?
    /// Whether anything stands before an `@` of the host part, an empty name included.
    public let hasUserInfo: Bool
    /// The host's address in the network's byte order, 4 or 16 bytes; nil if it is a name.
    public let address: [UInt8]?

    /// - Throws: `invalidRequest` for a text that is no absolute URL, one with control characters, spaces, backslashes or bytes
    ///   beyond ASCII (names in other scripts are written as `xn--…`), or over 8,192 bytes. A scheme other than `http`
    ///   and `https` is refused too.
    public init(_ text: String) throws(HTTPError) {
        let bytes = text.utf8
        guard bytes.count <= 8192 else { throw Self.invalid("the URL is longer than 8192 bytes") }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw Self.invalid("the URL has characters that must be escaped")
        }
        guard let handle = curl_url() else { throw Self.invalid("out of memory") }
        defer { curl_url_cleanup(handle) }
        let code = curl_url_set(handle, CURLUPART_URL, text, 0)
        guard code == CURLUE_OK else { throw Self.invalid(String(cString: curl_url_strerror(code))) }
        guard let scheme = Self.part(handle, CURLUPART_SCHEME)?.lowercased(), ["http", "https"].contains(scheme),
            let host = Self.part(handle, CURLUPART_HOST)?.lowercased(),
            let port = Self.part(handle, CURLUPART_PORT, flags: CURLU_DEFAULT_PORT).flatMap({ Int($0) })
        else { throw Self.invalid("not an http or https URL") }
        let unbracketed = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.scheme = scheme
        self.host = unbracketed
        self.port = port
        path = Self.part(handle, CURLUPART_PATH) ?? "/"
        query = Self.part(handle, CURLUPART_QUERY)
        fragment = Self.part(handle, CURLUPART_FRAGMENT) ?? (text.contains("#") ? "" : nil)
        hasUserInfo = Self.authority(of: text).contains("@")
        address = Self.parseAddress(unbracketed)
    }

    /// The bytes of an IPv4 or IPv6 address in its usual spelling; nil for anything else.
    public static func parseAddress(_ text: String) -> [UInt8]? {
        // inet_pton would stop at a NUL and take what stands before it.
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = Int(ccurl_parse_address(text, &bytes))
        return count == 0 ? nil : Array(bytes[..<count])
    }

    /// What stands between `//` and the path. Read from the text because libcurl does not tell an empty user name
    /// from none.
    private static func authority(of text: String) -> Substring {
        var rest = text[...]
        while let first = rest.first, first != "/" { rest.removeFirst() }
        return rest.drop { $0 == "/" }.prefix { !"/?#".contains($0) }
    }

    private static func part(_ handle: OpaquePointer, _ part: CURLUPart, flags: Int32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    private static func invalid(_ message: String) -> HTTPError {
        HTTPError(.invalidRequest, phase: .beforeSend, message: message)
    }
}
