import HTTPTypes
import Hummingbird
import NIOCore

/// Who counts as this machine for a server that is open to it: its own programs, not what reaches a loopback port from
/// elsewhere by way of one of them.
enum OpenMachine {
    static func isOwn(_ request: Request, _ context: DarkroomContext) -> Bool {
        context.isFromThisMachine && (context.forwardedClient != nil || !isForwarded(request))
            && isNamedSo(request.head.authority) && isOwnPage(request.headers[.origin])
    }

    /// A proxy on this machine speaks for others; only a trusted one says for whom.
    private static func isForwarded(_ request: Request) -> Bool {
        proxyHeaders.contains { name in HTTPField.Name(name).map { request.headers[$0] != nil } ?? false }
    }

    private static let proxyHeaders = ["Forwarded", "X-Forwarded-For", "Via"]

    /// A name that is not loopback's own leads here by a tunnel, or because a page in a browser had it point here.
    private static func isNamedSo(_ authority: String?) -> Bool {
        guard let authority, !authority.isEmpty else { return true }
        return ListenAddress(host: host(authority), port: 0).isLoopback
    }

    /// A page of another site that a browser shows on this machine.
    private static func isOwnPage(_ origin: String?) -> Bool {
        guard let origin else { return true }
        let scheme = ["http://", "https://"].first { origin.lowercased().hasPrefix($0) }
        return scheme.map { isNamedSo(String(origin.dropFirst($0.count))) } ?? false
    }

    /// Without port and brackets.
    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }
}

extension DarkroomContext {
    /// The address that the request comes from, as far as it is known.
    var clientAddress: String? { forwardedClient ?? peer?.ipAddress }

    /// Whether it comes from this machine itself: over the loopback interface, by no proxy's word for another.
    var isFromThisMachine: Bool {
        guard var address = clientAddress else { return false }
        // An IPv4 peer of a socket for both.
        if address.lowercased().hasPrefix("::ffff:") { address = String(address.dropFirst("::ffff:".count)) }
        return ListenAddress(host: address, port: 0).isLoopback
    }
}
