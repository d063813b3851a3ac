import CurlClient
import JobModel
import Orchestration

extension TraceParent {
    var header: (name: String, value: String) { (Self.headerName, description) }
}

/// Sends the trace that a call belongs to along with each of its requests: for providers, where an operator wants them to
/// know it. Requests outside of a call go as they are.
public struct TracedHTTP: HTTPSending {
    private let http: any HTTPSending

    public init(over http: any HTTPSending) { self.http = http }

    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard let trace = CallTrace.current else { return try await http.send(request) }
        var request = request
        request.headers.append(trace.header)
        return try await http.send(request)
    }
}
