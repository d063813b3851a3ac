import JobModel

/// One history from its seed to its end.
public enum History {
    /// What came of it.
    public struct Outcome: Sendable {
        public let seed: UInt64
        public let violation: Violation?
        public let steps: Int
        /// Of everything that happened; the same for the same seed, always and everywhere.
        public let digest: UInt64
        public let coverage: Coverage
        /// In order, if the history was traced.
        public let lines: [String]
    }

    /// Runs the whole history. Needs no more than some milliseconds, and no clock.
    public static func run(seed: UInt64, isTraced: Bool = false) -> Outcome {
        let world = World(seed: seed, isTraced: isTraced)
        world.run()
        return Outcome(
            seed: seed, violation: world.violation, steps: world.steps, digest: world.log.digest,
            coverage: world.coverage, lines: world.log.lines)
    }
}

extension World {
    fileprivate func run() {
        trace(nil, "\(profile)")
        for role in roles + [.stranger] { start(role) }
        people.begin(in: self)
        planFaults()
        let mended = World.start + profile.chaos
        run(until: mended + 12 * World.hour)
        redeliverDeadLetters()
        run(until: mended + 24 * World.hour)
        if !isOver { books.checkEnd(of: self) }
        // Then nothing more is kept than was promised.
        run(until: .max)
        if !isOver { books.checkRemains(of: self) }
    }

    /// What an operator does when all is well again.
    private func redeliverDeadLetters() {
        for (index, store) in stores.enumerated() {
            guard let worker = processes[.worker(index)] as? WorkerProcess else { continue }
            for key in store.keys {
                guard case .deadLetter? = store.entries[key]?.record.delivery.end else { continue }
                count(.deadLetter)
                worker.ask(key, { .redeliveryRequested($0) }) { _ in }
            }
        }
    }
}
