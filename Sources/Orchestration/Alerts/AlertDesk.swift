import JobModel
import Logging

extension AlertBook: StorableRecord {
    public static var kind: RecordKind { .alerts }
    public var headerState: UInt8 { 0 }
    public var due: Milliseconds? { nil }
}

extension Keys {
    public static let alerts = StoreKey("alerts")
}

/// Keeps a store's ``AlertBook`` and tells what is owed of it.
///
/// Several processes may keep the same book: they meet in compare-and-swap, and whichever commits a change logs and counts
/// it. What a crash leaves untold is told by whoever looks next.
struct AlertDesk: Sendable {
    let store: any KeyValueStore
    /// Nil keeps the book all the same: the log tells, and whoever is told later hears of what stands then.
    let sender: (any AlertSender)?
    let clock: any EngineClock
    let random: any RandomSource
    let measures: Measures
    let logger: Logger

    private static let tries = 8
    /// Of the messages of one look: an address that refuses so many refuses all.
    private static let refusedAtMost = 10

    func book() throws(StoreError) -> AlertBook { try read().book }

    /// Takes in what holds now of some kinds, and tells what has changed.
    func observe(_ holding: [Alert], of kinds: Set<Alert.Kind>) async throws(StoreError) {
        let changes = try await change { $0.observe(holding, of: kinds, now: clock.now()) }
        for change in changes { note(change) }
        guard let sender else { return }
        var refused = 0
        for _ in 0..<AlertBook.maximumAlerts where refused < Self.refusedAtMost {
            guard let message = try await change({ $0.takeOwed(now: clock.now()) }) else { return }
            switch await sender.send(message) {
            case .delivered: try await change { $0.told(message) }
            // It waits behind the others now.
            case .refused: refused += 1
            // An address that does not answer is left alone until the next look.
            case .unreachable: return
            }
        }
    }

    private func note(_ change: AlertMessage) {
        measures.note(.alerts, [change.kind.rawValue, change.state.rawValue])
        var facts = Facts(["type": "\(change.kind.rawValue)", "sinceMs": "\(change.since)"])
        facts["failureRate"] = change.facts.failureRate.map { "\($0)" }
        facts["images"] = change.facts.images.map { "\($0)" }
        facts["owner"] = change.facts.owner?.redacted
        facts["spentMicros"] = change.facts.spentMicros.map { "\($0)" }
        facts["budgetMicros"] = change.facts.budgetMicros.map { "\($0)" }
        facts["receiver"] = change.facts.receiver
        facts["failures"] = change.facts.failures.map { "\($0)" }
        logger.log(level: change.state == .raised ? .error : .notice, "alert.\(change.state)", metadata: facts.metadata)
    }

    private func read() throws(StoreError) -> (book: AlertBook, expected: RecordWrite.Expectation) {
        guard let stored = try store.get(Keys.alerts), !stored.isTombstone else { return (AlertBook(), .absent) }
        return (try RecordCoding.decode(AlertBook.self, from: stored), .revision(stored.revision))
    }

    /// - Throws: also where others change it all the time, or nobody knows whether it was changed: the next look finds out.
    private func change<Result>(_ step: (inout AlertBook) -> Result) async throws(StoreError) -> Result {
        for _ in 0..<Self.tries {
            var (book, expected) = try read()
            let before = book
            let result = step(&book)
            guard book != before else { return result }
            book.writeID = random.next() >> 11
            let outcome = await store.write(
                RecordWrite(
                    key: Keys.alerts, expected: expected, header: RecordCoding.header(of: book),
                    body: try RecordCoding.body(of: book)))
            switch outcome {
            case .committed: return result
            case .conflict: continue
            case .refused(let error): throw error
            case .unknown(let error):
                guard try read().book.writeID == book.writeID else { throw error }
                return result
            }
        }
        throw StoreError(.busy, "the alerts are being changed by others")
    }
}
