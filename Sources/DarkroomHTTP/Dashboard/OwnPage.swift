import HTTPTypes
import Hummingbird

/// Tells the dashboard's own requests from those that a page of another site has a browser make with its cookie.
///
/// The cookie is `SameSite=Strict` already; this holds where a browser does not know that, and for pages of the same
/// site on another port. A page elsewhere cannot set the header without the server's leave, which it never gives.
enum OwnPage {
    static let headerName = "X-Darkroom-Request"

    /// - Throws: 403 as ``Refusal`` for a request that changes something and does not come from a page of this server.
    static func require(_ request: Request) throws(Refusal) {
        guard request.method != .get, request.method != .head else { return }
        guard header(headerName, request) == "1" else {
            throw Refusal(.forbidden, "forbidden", "a request with a session needs the header \(headerName): 1")
        }
        guard isOfThisServer(request) else {
            throw Refusal(.forbidden, "forbidden", "this request comes from a page of another site")
        }
    }

    /// What the browser itself says decides. `Origin` has to fit `Host` only where it does not: a proxy may have changed
    /// that.
    private static func isOfThisServer(_ request: Request) -> Bool {
        if let site = header("Sec-Fetch-Site", request) { return site == "same-origin" }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.head.authority?.lowercased() else { return false }
        return ["http://\(authority)", "https://\(authority)"].contains(origin.lowercased())
    }

    private static func header(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }
}
