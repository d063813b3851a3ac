/// One of the files that the dashboard is made of, as browsers get it.
public struct DashboardFile: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    /// The one that all addresses of the dashboard lead to.
    public static let page = "index.html"

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// By the end of its name.
    public var mediaType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
