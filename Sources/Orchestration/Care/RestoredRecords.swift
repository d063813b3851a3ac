import JobModel

/// Takes the records of a store that was just restored from a backup to where they may go on.
public struct RestoredRecords: Sendable {
    public struct Report: Hashable, Sendable, Codable {
        public var records = 0
        /// Jobs that had not ended: they are handed out anew.
        public var reopened = 0

        public init() {}
    }

    private static let pageSize = 256

    private let store: any KeyValueStore
    private let clock: any EngineClock
    private let random: any RandomSource

    /// - Parameter store: nobody else has it open.
    public init(store: any KeyValueStore, clock: any EngineClock, random: any RandomSource) {
        self.store = store
        self.clock = clock
        self.random = random
    }

    /// Raises the epoch of every job and the version of every run, see `JobRecord/restored(claim:stopBy:)`. Archived
    /// jobs have no further epochs and stay.
    /// - Throws: at the first record that cannot be read or written; the store is of no use then.
    public func run() async throws(StoreError) -> Report {
        var report = Report()
        var after: StoreKey?
        while true {
            let page = try await store.records(StoreKey(), after: after, limit: Self.pageSize)
            guard let last = page.last else { return report }
            for stored in page {
                report.records += 1
                if stored.isEmpty { continue }
                switch try RecordKind.of(stored) {
                case .job: try await restoreJob(stored, &report)
                case .run: try await write(RecordCoding.decode(RunRecord.self, from: stored).restored(), over: stored)
                case .archivedJob, .legacyStatus, .account, .ledgerLine, .idempotency, .apiKey, .linkKey, .alerts:
                    continue
                }
            }
            after = last.key
        }
    }

    private func restoreJob(_ stored: StoredRecord, _ report: inout Report) async throws(StoreError) {
        let claim: Claim
        do { claim = try Claim(random.identifier("claim-")) } catch { throw StoreError(.io, error.message) }
        let job = try RecordCoding.decode(JobRecord.self, from: stored)
            .restored(claim: claim, stopBy: clock.now() + HandOut.fence)
        if !job.status.isTerminal { report.reopened += 1 }
        try await write(job, over: stored)
    }

    private func write(_ record: some StorableRecord, over stored: StoredRecord) async throws(StoreError) {
        var record = record
        record.writeID = random.next() >> 11
        let outcome = await store.write(
            RecordWrite(
                key: stored.key, expected: .revision(stored.revision), header: RecordCoding.header(of: record),
                body: try RecordCoding.body(of: record), isTombstone: stored.isTombstone))
        switch outcome {
        case .committed: return
        case .refused(let error), .unknown(let error): throw error
        case .conflict:
            throw StoreError(.inUse, "\(stored.key.redacted) was changed by somebody else while it was restored")
        }
    }
}
