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
            tag = "\"\(ContentHash(of: file.bytes))\""
            mediaType = file.mediaType
            bytes = ByteBuffer(bytes: file.bytes)
        }
    }

    private let page: Served
    private let files: [String: Served]
    /// Stands in the address of every file but the page: browsers keep them for good, and another version is elsewhere.
    private let version: String

    init() {
        let all = DashboardFile.all.filter { $0.name != DashboardFile.page }
        let version = String(ContentHash(of: DashboardFile.all.flatMap(\.bytes)).text.prefix(12))
        files = Dictionary(all.map { ($0.name, Served($0)) }, uniquingKeysWith: { first, _ in first })
        page = Served(DashboardFile.page(filesAt: "/dashboard/\(version)/"))
        self.version = version
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("/", [.get: { request, _ in try showPage(request) }])
        router.route("/dashboard/:version/:file", [.get: { try showFile($0, $1) }])
    }

    /// For browsers; a program that asks for nothing in particular has mistaken its address.
    private func showPage(_ request: Request) throws -> Response {
        guard request.headers[.accept]?.contains("text/html") == true else { throw Self.absent }
        // Asked for again each time, and answered with 304: another version is seen at once.
        var response = answer(page, request, keeping: "no-cache")
        response.headers[.vary] = "Accept"
        return response
    }

    private func showFile(_ request: Request, _ context: DarkroomContext) throws -> Response {
        guard context.parameters.get("version") == version,
            let file = context.parameters.get("file").flatMap({ files[$0] })
        else { throw Self.absent }
        return answer(file, request, keeping: "public, max-age=31536000, immutable")
    }

    private func answer(_ file: Served, _ request: Request, keeping rule: String) -> Response {
        var headers = Self.guards
        headers[.eTag] = file.tag
        headers[.cacheControl] = rule
        if request.hasMatch(for: file.tag) { return Response(status: .notModified, headers: headers) }
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
