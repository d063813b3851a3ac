import Threads

/// What went against the product's promises, in the order in which it was seen.
final class Findings: Sendable {
    private let lines = Locked<[String]>([])

    /// A broken product breaks every case: beyond so many there is nothing new.
    private static let kept = 200

    func add(_ line: String) {
        lines.withLock { if $0.count < Self.kept { $0.append(line) } }
    }

    var all: [String] { lines.withLock { $0 } }
}
