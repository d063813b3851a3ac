import COpenAPI

/// What servers say of their routes, as OpenAPI 3.1 in JSON. The files in `Sources/COpenAPI` are the source of truth.
public struct OpenAPIDocument: Sendable {
    public let bytes: [UInt8]

    private init(_ document: darkroom_document) {
        bytes = Array(UnsafeBufferPointer(start: document.bytes, count: document.count))
    }

    /// Of `initiator serve`.
    public static let controlPlane = OpenAPIDocument(darkroom_openapi_control_plane())

    /// Of `worker`.
    public static let worker = OpenAPIDocument(darkroom_openapi_worker())
}
