import Hummingbird
import JobModel
import Threads

/// Bounds the bytes of all request bodies that are being read, or wait for what is made of them.
///
/// What has come counts, not what was announced: whoever announces much and sends nothing takes nobody's room. The last
/// quarter of the room is for owners who have less than a quarter, so that one who sends much and slowly keeps no other
/// from asking.
final class BodyBudget: Sendable {
    private struct Contents {
        var all = 0
        var ofOwners: [OwnerID: Int] = [:]
    }

    private let total: Int
    private let contents = Locked(Contents())

    init(total: Int) { self.total = total }

    /// Bytes of bodies in hand.
    var held: Int { contents.withLock { $0.all } }

    /// Does what reads a body, and what is done while its bytes are kept: they count until then.
    /// - Parameter owner: nil for a sender who is known only once the body has come whole.
    func holding<Result>(of owner: OwnerID? = nil, _ body: (BodyShare) async throws -> Result) async throws -> Result {
        let share = BodyShare(of: self, owner)
        defer { share.giveBack() }
        return try await body(share)
    }

    fileprivate func take(_ size: Int, _ owner: OwnerID?) -> Bool {
        contents.withLock { contents in
            guard contents.all + size <= total else { return false }
            if let owner {
                let (own, quarter) = (contents.ofOwners[owner, default: 0] + size, total / 4)
                guard own <= quarter || contents.all + size <= total - quarter else { return false }
                contents.ofOwners[owner] = own
            }
            contents.all += size
            return true
        }
    }

    fileprivate func giveBack(_ size: Int, _ owner: OwnerID?) {
        contents.withLock { contents in
            contents.all -= size
            guard let owner, let own = contents.ofOwners[owner] else { return }
            contents.ofOwners[owner] = own == size ? nil : own - size
        }
    }
}

/// What one request has of a budget.
final class BodyShare: Sendable {
    private let budget: BodyBudget
    private let owner: OwnerID?
    private let size = Locked(0)

    fileprivate init(of budget: BodyBudget, _ owner: OwnerID?) {
        self.budget = budget
        self.owner = owner
    }

    /// - Throws: 503 as ``Refusal`` while too much of others is in hand, so that it costs the process nothing.
    func grow(by count: Int) throws(Refusal) {
        guard budget.take(count, owner) else { throw .unavailable("too many requests are being read") }
        size.withLock { $0 += count }
    }

    fileprivate func giveBack() {
        let all = size.withLock { size in
            defer { size = 0 }
            return size
        }
        budget.giveBack(all, owner)
    }
}
