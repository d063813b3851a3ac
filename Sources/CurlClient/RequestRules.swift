/// What a request must satisfy before anything is done for it.
enum RequestRules {
    static let maximumHeadBytes = 64 * 1024

    /// Headers that frame the message or choose the host belong to the engine.
    private static let reserved: Set<String> = ["content-length", "transfer-encoding", "host", "expect"]

    static func check(_ request: HTTPRequest) throws(HTTPError) -> ParsedURL {
        let target = try ParsedURL(request.url)
        if target.hasUserInfo { throw invalid("the URL has a user name or password") }
        if target.host.isEmpty { throw invalid("the URL has no host") }
        if !(1...65_535).contains(target.port) { throw invalid("the URL's port is not in 1...65535") }
        try checkMethod(request)
        if request.maximumBodyBytes < 0 { throw invalid("the largest body allowed is negative") }
        var size = 0
        for (name, value) in request.headers {
            try checkHeader(name: name, value: value)
            size += name.utf8.count + value.utf8.count + 4
        }
        if size > maximumHeadBytes { throw invalid("the headers are longer than \(maximumHeadBytes) bytes") }
        return target
    }

    private static func checkMethod(_ request: HTTPRequest) throws(HTTPError) {
        let method = request.method
        guard isToken(method), method.utf8.count <= 32, method != "CONNECT" else {
            throw invalid("the method is not allowed")
        }
        if method == "HEAD", !request.body.isEmpty { throw invalid("a HEAD request has no body") }
    }

    private static func checkHeader(name: String, value: String) throws(HTTPError) {
        guard isToken(name) else { throw invalid("a header's name is not a token") }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw invalid("the header \(name) has control characters")
        }
        if reserved.contains(name.lowercased()) { throw invalid("the header \(name) is set by the client itself") }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func invalid(_ message: String) -> HTTPError {
        HTTPError(.invalidRequest, phase: .beforeSend, message: message)
    }
}
