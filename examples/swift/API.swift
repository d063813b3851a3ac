import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Requests that are made again while the server cannot be reached, restarts, or has too much to do.
struct API: Sendable {
    private static let comeAgain: Set<Int> = [429, 502, 503, 504]

    let token: String?

    /// An answer whose body comes in parts.
    struct Answer {
        var status: Int
        var body: AsyncThrowingStream<Data, any Error>
    }

    func document<Value: Decodable>(_ type: Value.Type, from request: URLRequest) async throws -> Value {
        var bytes = Data()
        for try await part in try await open(request).body { bytes += part }
        return try JSONDecoder().decode(type, from: bytes)
    }

    /// - Throws: ``Failure`` for an answer that asking again will not change.
    func open(_ request: URLRequest) async throws -> Answer {
        while true {
            var pause = 2
            do {
                let (head, body) = try await Transfer.begin(authorized(request))
                if head.statusCode < 300 { return Answer(status: head.statusCode, body: body) }
                var bytes = Data()
                for try await part in body { bytes += part }
                guard Self.comeAgain.contains(head.statusCode) else {
                    let text = String(decoding: bytes, as: UTF8.self)
                    throw Failure(
                        code: [404, 410].contains(head.statusCode) ? 2 : 1,
                        message: "answered \(head.statusCode): \(text)")
                }
                pause = head.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) } ?? pause
            } catch let error as URLError {
                note("\(error.localizedDescription); trying again")
            }
            try await Task.sleep(for: .seconds(pause))
        }
    }

    func get(_ url: String, seconds: Double, headers: [String: String] = [:]) throws -> URLRequest {
        guard let url = URL(string: url) else { throw Failure(code: 2, message: "\(url) is no address") }
        // Without a byte for so long, the connection is gone.
        var request = URLRequest(url: url, timeoutInterval: seconds)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        return request
    }

    func post(_ url: String, _ body: Data, headers: [String: String] = [:]) throws -> URLRequest {
        var request = try get(url, seconds: 60, headers: headers)
        request.httpMethod = "POST"
        request.httpBody = body
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        return request
    }

    private func authorized(_ request: URLRequest) -> URLRequest {
        var request = request
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        return request
    }
}

/// One request, whose answer is passed on as it comes.
private final class Transfer: NSObject, URLSessionDataDelegate, Sendable {
    private let head: AsyncThrowingStream<HTTPURLResponse, any Error>.Continuation
    private let body: AsyncThrowingStream<Data, any Error>.Continuation

    private init(
        head: AsyncThrowingStream<HTTPURLResponse, any Error>.Continuation,
        body: AsyncThrowingStream<Data, any Error>.Continuation
    ) {
        self.head = head
        self.body = body
    }

    /// Returns as soon as the head is there.
    static func begin(
        _ request: URLRequest
    ) async throws -> (HTTPURLResponse, AsyncThrowingStream<Data, any Error>) {
        let (heads, head) = AsyncThrowingStream<HTTPURLResponse, any Error>.makeStream()
        let (parts, body) = AsyncThrowingStream<Data, any Error>.makeStream()
        let session = URLSession(
            configuration: .ephemeral, delegate: Transfer(head: head, body: body), delegateQueue: nil)
        let task = session.dataTask(with: request)
        body.onTermination = { _ in
            task.cancel()
            session.finishTasksAndInvalidate()
        }
        task.resume()
        for try await response in heads { return (response, parts) }
        throw URLError(.badServerResponse)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { head.yield(response) }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) { body.yield(data) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        head.finish(throwing: error)
        body.finish(throwing: error)
    }
}
