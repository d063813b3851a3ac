import CurlClient
import HTTPChannels
import HTTPTypes
import Hummingbird

/// Proxies whose word is taken for whom a request comes from.
///
/// A proxy adds the address that it was asked from to the end of `X-Forwarded-For`. So the list is read from its end,
/// from the connection's own peer on, as long as trusted proxies speak; the first other address is the client's, and what
/// stands before it is the client's own tale.
public struct TrustedProxies: Sendable {
    /// Nobody's word is taken.
    public static let none = TrustedProxies(blocks: [])

    private let blocks: [AddressBlock]

    private init(blocks: [AddressBlock]) { self.blocks = blocks }

    /// - Parameter list: addresses and CIDR blocks, separated by commas or white space; nil if one of them is neither.
    public init?(_ list: String) {
        var blocks: [AddressBlock] = []
        for entry in list.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            guard let block = AddressBlock(String(entry)) else { return nil }
            blocks.append(block)
        }
        self.blocks = blocks
    }

    /// Where a request comes from by the word of proxies that are trusted; nil if none speaks, or not clearly.
    /// - Parameters:
    ///   - peer: the address at the other end of the connection.
    ///   - told: the values of `X-Forwarded-For`, in their order.
    func client(behind peer: String?, told: [String]) -> String? {
        guard let peer, isTrusted(peer) else { return nil }
        let chain = told.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        var client: String?
        for entry in chain.reversed() {
            let address = Self.withoutPort(String(entry.filter { !$0.isWhitespace }))
            guard ParsedURL.parseAddress(address) != nil else { return nil }
            client = address
            if !isTrusted(address) { break }
        }
        return client
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = ParsedURL.parseAddress(String(address.prefix { $0 != "%" })) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }

    /// `203.0.113.7:4711` and `[2001:db8::1]:4711` are said too.
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].contains(".") ? String(parts[0]) : text
    }
}

/// Tells the routes whom a request comes from.
struct ClientAddress: RouterMiddleware {
    typealias Context = DarkroomContext

    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: DarkroomContext, next: (Request, DarkroomContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.forwardedClient = proxies.client(
            behind: context.peer?.ipAddress,
            told: HTTPField.Name("X-Forwarded-For").map { request.headers[values: $0] } ?? [])
        return try await next(request, context)
    }
}
