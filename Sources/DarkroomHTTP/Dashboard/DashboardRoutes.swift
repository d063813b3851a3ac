import Dashboard
import HTTPTypes
import Hummingbird
import JobModel
import NIOCore
import Orchestration

/// The dashboard's pages and what they are made of. Nothing in them is secret: what they show they ask for, with the
/// session of whoever is signed in.
struct DashboardRoutes: Sendable {
    private struct Served: Sendable {
        let tag: String
        let mediaType: String
        let bytes: ByteBuffer

        init(_ file: DashboardFile) {
            tag = "\"\(ContentHash(of: file.bytes).text.prefix(32))\""
            mediaType = file.mediaType
            bytes = ByteBuffer(bytes: file.bytes)
        }
    }

    private let files: [String: Served]

    init() {
        files = Dictionary(
            DashboardFile.all.map { ($0.name, Served($0)) }, uniquingKeysWith: { first, _ in first })
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("/", [.get: { request, _ in try page(request) }])
        router.route(
            "/dashboard/:file",
            [.get: { request, context in try answer(context.parameters.get("file") ?? "", request) }])
    }

    /// For browsers; a program that asks for nothing in particular has mistaken its address.
    private func page(_ request: Request) throws -> Response {
        guard request.headers[.accept]?.contains("text/html") == true else { throw Self.absent }
        return try answer(DashboardFile.page, request)
    }

    private func answer(_ name: String, _ request: Request) throws -> Response {
        guard let file = files[name] else { throw Self.absent }
        var headers = Self.guards
        headers[.eTag] = file.tag
        // Asked for again each time, and answered with 304: another version is seen at once.
        headers[.cacheControl] = "no-cache"
        headers[.vary] = name == DashboardFile.page ? "Accept" : nil
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.mediaType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }

    private static let absent = Refusal(.notFound, "not_found", "no such route")

    /// Own scripts, styles and pictures only, in no frame of another page.
    private static let guards: HTTPFields = {
        var fields: HTTPFields = [
            .contentSecurityPolicy: [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
                "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
            ].joined(separator: "; "),
            .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()
}
