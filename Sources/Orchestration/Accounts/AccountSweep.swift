import JobModel
import Logging

/// Completes or gives back what crashes left between an account and its jobs.
///
/// A reservation whose job does not exist after ``patience`` is given back: whoever made it has given up long before. One
/// whose job has ended and is settled is given back too. Lines that an account still holds are written.
struct AccountSweep: Sendable {
    let desk: AccountDesk
    let store: any KeyValueStore
    let clock: any EngineClock
    let logger: Logger

    /// A submission gives up creating its job within ``Submissions/patience``, long before this.
    static let patience: Milliseconds = 600_000
    private static let pause: Milliseconds = 60_000
    private static let pageSize = 1_000

    /// One pass at the start and one every minute, until the task is canceled.
    func run() async {
        while !Task.isCancelled {
            await pass()
            await clock.sleep(until: clock.now() + Self.pause)
        }
    }

    func pass() async {
        do throws(StoreError) {
            try await look(at: Keys.account(.local))
            var after: StoreKey?
            while !Task.isCancelled {
                let page = try await store.scan(StoreKey("owner"), after: after, limit: Self.pageSize)
                for summary in page
                where summary.header.kind == RecordKind.account.rawValue && summary.header.state != 0 {
                    try await look(at: summary.key)
                }
                guard page.count == Self.pageSize, let last = page.last else { return }
                after = last.key
            }
        } catch {
            logger.error("account.sweep_failed", metadata: ["error": "\(error.message)"])
        }
    }

    private func look(at key: StoreKey) async throws(StoreError) {
        guard let owner = Keys.account(at: key), let account = try desk.account(of: owner) else { return }
        // Any step at all has the account's lines written.
        if !account.pending.isEmpty { _ = await desk.ask(.written([]), owner: owner) }
        let limit = clock.now() - Self.patience
        for (name, reservation) in account.reservations where reservation.at <= limit {
            guard let job = try? JobID(name), try !isNeeded(reservation, job, owner) else { continue }
            logger.notice(
                "account.reservation_released",
                metadata: ["owner": "\(owner.redacted)", "jobId": "\(name)", "micros": "\(reservation.micros)"])
            _ = await desk.ask(.abandon(job, before: limit), owner: owner)
        }
    }

    /// A job that has ended owes its settlement by itself; until then what is set aside for it stays.
    private func isNeeded(_ reservation: Reservation, _ job: JobID, _ owner: OwnerID) throws(StoreError) -> Bool {
        guard let stored = try store.get(Keys.job(reservation.caseID, owner: owner)), !stored.isEmpty else {
            return false
        }
        let record = try RecordCoding.decode(JobRecord.self, from: stored)
        guard record.jobID == job, !record.isForgotten else { return false }
        return !record.isFinal || record.isSettlementOwed
    }
}
