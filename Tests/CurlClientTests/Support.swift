import CurlClient
import Testing

extension HTTPRequest {
    /// A request with limits that only matter to a test that sets its own.
    static func to(
        _ url: String, _ method: String = "GET", body: [UInt8] = [], timeout: Duration = .seconds(60),
        maximumBodyBytes: Int = 1 << 20
    ) -> HTTPRequest {
        HTTPRequest(method, url, body: body, timeout: timeout, maximumBodyBytes: maximumBodyBytes)
    }
}

/// The error of a request that must fail.
func failure(of request: HTTPRequest, with client: CurlClient) async -> HTTPError? {
    do throws(HTTPError) {
        let response = try await client.send(request)
        Issue.record("answered \(response.status) instead of failing")
        return nil
    } catch {
        return error
    }
}

/// Runs `body` with a client and a server that are both ended afterwards.
func withServer(
    _ behaviour: @escaping @Sendable (Peer) -> Void,
    _ body: (CurlClient, TestServer) async throws -> Void
) async throws {
    let server = try TestServer(behaviour)
    let client = CurlClient()
    do {
        try await body(client, server)
    } catch {
        Issue.record(error)
    }
    await client.shutdown()
    await server.stop()
}

extension CurlClient {
    /// ``send(_:)`` with untyped errors, which `#expect` needs.
    func answer(to request: HTTPRequest) async throws -> HTTPResponse { try await send(request) }
}
