import JobModel
import Logging

/// Keeps a store from growing for ever: removes tombstones whose time is over, archived jobs after their time, and
/// artifacts that no record names. Several processes may do so over one store.
struct StoreKeeping: Sendable {
    let store: any KeyValueStore & ArtifactStore
    let clock: any EngineClock
    let logger: Logger

    private static let pause: Milliseconds = 600_000
    private static let pageSize = 1_000
    /// Reading every record is dear: artifacts are looked at once in so many passes.
    private static let passesPerSweep = 6

    /// One pass at the start and one every ten minutes, until the task is canceled.
    func run() async {
        var pass = 0
        while !Task.isCancelled {
            await removeOutdated()
            // Not at the start, when there is most to do.
            pass += 1
            if pass % Self.passesPerSweep == 0 { await sweepArtifacts() }
            await clock.sleep(until: clock.now() + Self.pause)
        }
    }

    func sweepArtifacts() async {
        do {
            let report = try await ArtifactSweep(store: store, clock: clock).run(RecordReferences.hashes)
            guard report.removed > 0 else { return }
            logger.info(
                "store.artifacts_removed", metadata: ["count": "\(report.removed)", "bytes": "\(report.removedBytes)"])
        } catch is CancellationError {
            return
        } catch {
            logger.error("store.sweep_failed", metadata: ["error": "\(error)"])
        }
    }

    func removeOutdated() async {
        var after: StoreKey?
        do throws(StoreError) {
            while !Task.isCancelled {
                let page = try await store.scan(StoreKey(), after: after, limit: Self.pageSize)
                for summary in page where !summary.isDamaged { try await look(at: summary) }
                guard page.count == Self.pageSize, let last = page.last else { return }
                after = last.key
            }
        } catch {
            logger.error("store.scan_failed", metadata: ["error": "\(error.message)"])
        }
    }

    private func look(at summary: RecordSummary) async throws(StoreError) {
        let isOver = summary.header.due.map { $0 <= clock.now() } ?? summary.isTombstone
        switch RecordKind(rawValue: summary.header.kind) {
        case .job? where summary.isTombstone:
            try await removeLegacyStatus(of: summary)
            if isOver { await purge(summary.key, summary.revision) }
        case .archivedJob? where isOver && !summary.isTombstone, .ledgerLine? where isOver && !summary.isTombstone:
            await remove(summary.key, summary.revision, summary.header)
        case .idempotency? where isOver && !summary.isTombstone:
            if try !isJobKnown(of: summary) { await remove(summary.key, summary.revision, summary.header) }
        case nil: return
        default: if isOver, summary.isTombstone { await purge(summary.key, summary.revision) }
        }
    }

    /// A client's name for its request is kept as long as the job that it stands for.
    private func isJobKnown(of summary: RecordSummary) throws(StoreError) -> Bool {
        guard let stored = try store.get(summary.key), !stored.isTombstone else { return false }
        let record = try RecordCoding.decode(IdempotencyRecord.self, from: stored)
        if let archived = try store.get(Keys.archivedJob(record.jobID)), !archived.isTombstone { return true }
        guard let owner = summary.key.components.dropFirst().first.flatMap({ try? OwnerID($0) }),
            let job = try store.get(Keys.job(record.caseID, owner: owner)), !job.isEmpty
        else { return false }
        return try RecordCoding.decode(JobRecord.self, from: job).jobID == record.jobID
    }

    /// The legacy key says how a job stands; of one that is gone it says nothing.
    private func removeLegacyStatus(of job: RecordSummary) async throws(StoreError) {
        guard let job = Keys.job(at: job.key) else { return }
        guard let stored = try store.get(Keys.legacyStatus(job.caseID, owner: job.owner)), !stored.isTombstone else {
            return
        }
        await remove(stored.key, stored.revision, stored.header)
    }

    /// What stands there by now, if it is something else, stays.
    private func remove(_ key: StoreKey, _ revision: Revision, _ header: RecordHeader) async {
        let write = RecordWrite(
            key: key, expected: .revision(revision), header: header, body: [], isTombstone: true)
        guard case .committed(let revision) = await store.write(write) else { return }
        await purge(key, revision)
    }

    private func purge(_ key: StoreKey, _ revision: Revision) async {
        switch await store.purge(key, expected: revision) {
        // In conflict somebody has written there; whatever else it was, the next pass finds it again.
        case .committed, .conflict, .unknown: return
        case .refused(let error):
            logger.error("store.purge_failed", metadata: ["key": "\(key.redacted)", "error": "\(error.message)"])
        }
    }
}
