import Hummingbird
import Threads

/// Bounds the bytes of all request bodies that are being read and decoded at one time.
final class BodyBudget: Sendable {
    private let total: Int
    private let inUse = Locked(0)

    init(total: Int) { self.total = total }

    /// Reads and handles a body; 503 while too much of others is in hand, so that it costs the process nothing.
    func with<Result>(
        _ request: Request, upTo maximum: Int, _ body: ([UInt8]) throws -> Result
    ) async throws -> Result {
        // Of a body that does not say how long it is the worst is assumed.
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? maximum
        return try await holding(min(max(0, announced), maximum)) { try body(try await request.bytes(upTo: maximum)) }
    }

    /// Does what takes so many bytes of memory; 503 while there is no room for them.
    func holding<Result>(_ size: Int, _ body: () async throws -> Result) async throws -> Result {
        let hasRoom = inUse.withLock { inUse in
            guard inUse + size <= total else { return false }
            inUse += size
            return true
        }
        guard hasRoom else { throw Refusal.unavailable("too many requests are being read") }
        defer { inUse.withLock { $0 -= size } }
        return try await body()
    }
}
