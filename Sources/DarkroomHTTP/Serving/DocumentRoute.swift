import HTTPTypes
import Hummingbird
import JobModel
import NIOCore
import OpenAPIDocuments
import Orchestration

/// Serves what a server says of its own routes. It tells nothing that the sources do not, and is open as health is.
struct DocumentRoute: Sendable {
    static let path = "/openapi.json"

    private let bytes: ByteBuffer
    private let headers: HTTPFields
    private let tag: String

    init(_ document: OpenAPIDocument) {
        bytes = ByteBuffer(bytes: document.bytes)
        tag = "\"\(ContentHash(of: document.bytes))\""
        headers = [
            .contentType: "application/json", .eTag: tag,
            // Another version of the program has another document at the same address.
            .cacheControl: "no-cache",
        ]
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("\(Self.path)", [.get: { request, _ in serve(request) }])
    }

    private func serve(_ request: Request) -> Response {
        guard !request.hasMatch(for: tag) else {
            var headers = headers
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
