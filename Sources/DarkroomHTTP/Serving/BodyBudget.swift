import Hummingbird
import Threads

/// Bounds the bytes of all request bodies that are being read, or wait for what is made of them.
///
/// What has come counts, not what was announced: whoever announces much and sends nothing takes nobody's room.
final class BodyBudget: Sendable {
    private let total: Int
    private let inUse = Locked(0)

    init(total: Int) { self.total = total }

    /// Bytes of bodies in hand.
    var held: Int { inUse.withLock { $0 } }

    /// Does what reads a body, and what is done while its bytes are kept: they count until then.
    func holding<Result>(_ body: (BodyShare) async throws -> Result) async throws -> Result {
        let share = BodyShare(of: self)
        defer { share.giveBack() }
        return try await body(share)
    }

    fileprivate func take(_ size: Int) -> Bool {
        inUse.withLock { inUse in
            guard inUse + size <= total else { return false }
            inUse += size
            return true
        }
    }

    fileprivate func giveBack(_ size: Int) { inUse.withLock { $0 -= size } }
}

/// What one request has of a budget.
final class BodyShare: Sendable {
    private let budget: BodyBudget
    private let size = Locked(0)

    fileprivate init(of budget: BodyBudget) { self.budget = budget }

    /// - Throws: 503 as ``Refusal`` while too much of others is in hand, so that it costs the process nothing.
    func grow(by count: Int) throws(Refusal) {
        guard budget.take(count) else { throw .unavailable("too many requests are being read") }
        size.withLock { $0 += count }
    }

    fileprivate func giveBack() {
        let all = size.withLock { size in
            defer { size = 0 }
            return size
        }
        budget.giveBack(all)
    }
}
