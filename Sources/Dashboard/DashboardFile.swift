/// One of the files that the dashboard is made of, as browsers get it.
public struct DashboardFile: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    /// The one that all addresses of the dashboard lead to. It names all others, and where they are.
    public static let page = "index.html"
    private static let place = "/dashboard/"

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The page of a server that has the other files elsewhere than in `/dashboard/`.
    /// - Parameter place: a path that ends with a slash.
    public static func page(filesAt place: String) -> DashboardFile {
        let own = all.first { $0.name == page }
        let text = String(decoding: own?.bytes ?? [], as: UTF8.self)
        return DashboardFile(page, Array(text.replacing(Self.place, with: place).utf8))
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
