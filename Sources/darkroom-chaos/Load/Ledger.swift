import Threads

/// The cases that were asked for, and what is known of each from outside.
final class Ledger: Sendable {
    struct Case: Sendable {
        var id: String
        /// Somebody was told that it is recorded; otherwise it may be, or not.
        var isAccepted: Bool
    }

    /// What a watcher learnt of a case that was recorded.
    struct Outcome: Sendable {
        var history: JobHistory
        var isFinal: Bool
    }

    private struct Contents {
        var asked: [Case] = []
        var outcomes: [String: Outcome] = [:]
        var unrecorded = 0
        var alive = 0
    }

    private let contents = Locked(Contents())

    var alive: Int { contents.withLock { $0.alive } }
    var asked: [Case] { contents.withLock { $0.asked } }
    var outcomes: [String: Outcome] { contents.withLock { $0.outcomes } }
    /// Cases whose asking was cut off before anything was recorded.
    var unrecorded: Int { contents.withLock { $0.unrecorded } }

    func begin(_ one: Case) {
        contents.withLock { contents in
            contents.asked.append(one)
            contents.alive += 1
        }
    }

    func end(_ one: Case, _ outcome: Outcome?) {
        contents.withLock { contents in
            contents.alive -= 1
            contents.outcomes[one.id] = outcome
            if outcome == nil { contents.unrecorded += 1 }
        }
    }
}
