import Threads

/// Bounds how many tasks at once have to do with one address. Those beyond wait their turn, first come, first served;
/// other addresses do not notice.
final class AddressLanes: Sendable {
    private struct Lane {
        var inUse = 0
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private struct Contents {
        var lanes: [String: Lane] = [:]
        var lastNumber: UInt64 = 0
    }

    private let width: Int
    private let contents = Locked(Contents())

    /// - Parameter width: for each address; at least 1.
    init(width: Int) { self.width = max(1, width) }

    /// Runs `body` when it is its turn; nil if the caller was canceled before.
    func run<Result: Sendable>(_ address: String, _ body: () async -> Result) async -> Result? {
        guard await enter(address) else { return nil }
        defer { leave(address) }
        return await body()
    }

    /// Addresses that something goes on at.
    var count: Int { contents.withLock { $0.lanes.count } }

    private func enter(_ address: String) async -> Bool {
        let number = contents.withLock { contents in
            contents.lastNumber += 1
            return contents.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = contents.withLock { contents in
                    if Task.isCancelled { return false }
                    if contents.lanes[address, default: Lane()].inUse < width {
                        contents.lanes[address, default: Lane()].inUse += 1
                        return true
                    }
                    contents.lanes[address]?.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Bool, Never>? = contents.withLock { contents in
                guard let index = contents.lanes[address]?.waiting.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return contents.lanes[address]?.waiting.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
    }

    private func leave(_ address: String) {
        let next: CheckedContinuation<Bool, Never>? = contents.withLock { contents in
            guard var lane = contents.lanes[address] else { return nil }
            guard lane.waiting.isEmpty else {
                // The place goes from hand to hand.
                defer { contents.lanes[address] = lane }
                return lane.waiting.removeFirst().continuation
            }
            lane.inUse -= 1
            contents.lanes[address] = lane.inUse == 0 ? nil : lane
            return nil
        }
        next?.resume(returning: true)
    }
}

/// Bounds how many tasks at once do one thing. Those beyond wait their turn, first come, first served.
public struct Turns: Sendable {
    private let lanes: AddressLanes

    /// - Parameter width: at least 1.
    public init(width: Int) { lanes = AddressLanes(width: width) }

    /// Runs `body` when it is its turn; nil if the caller was canceled before.
    public func run<Result: Sendable>(_ body: () async -> Result) async -> Result? { await lanes.run("", body) }
}
