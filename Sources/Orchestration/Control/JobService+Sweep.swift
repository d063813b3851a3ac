import JobModel
import Logging

extension JobService {
    /// Finds jobs for which something is due: at the start and every minute; on news from other processes, those that wait
    /// for a trigger.
    func sweep() async {
        guard policy.drives else { return await lookRegularly() }
        let news = Keys.jobs.map { (prefix: $0, elements: store.watch($0)) }
        await withTaskGroup(of: Void.self) { group in
            for (prefix, elements) in news {
                group.addTask {
                    for await _ in elements {
                        await self.scheduleOwed(.news, below: prefix)
                        // A look goes over all jobs: news that come thick, most of them our own, share one.
                        await self.clock.sleep(until: self.clock.now() + Self.lookPause)
                    }
                }
            }
            group.addTask { await self.lookRegularly() }
        }
    }

    private func lookRegularly() async {
        while !Task.isCancelled {
            for prefix in Keys.jobs { await scheduleOwed(.everything, below: prefix) }
            await clock.sleep(until: clock.now() + Self.lookEvery)
        }
    }

    private static var lookPause: Milliseconds { 250 }

    private enum Look {
        /// What other processes may have left to be done at once: to trigger a worker.
        case news
        /// Whatever is due until the next look.
        case everything
    }

    /// Nil for what another look will find in time.
    private func dueTime(_ header: RecordHeader, _ look: Look, now: Milliseconds) -> Milliseconds? {
        guard let due = header.due else { return nil }
        let status = JobStatus(headerState: header.state)
        let isEnded = status?.isTerminal ?? false
        guard policy.drives || isEnded else { return nil }
        if status == .pending {
            // A due time written by a clock that was wrong must not hide the job for long.
            return min(due, now + policy.fence)
        }
        return look == .everything && due <= now + Self.lookEvery ? due : nil
    }

    private static var lookEvery: Milliseconds { 60_000 }

    private func scheduleOwed(_ look: Look, below prefix: StoreKey) async {
        let now = clock.now()
        var after: StoreKey?
        do throws(StoreError) {
            while true {
                let page = try await store.scan(prefix, after: after, limit: 1_000)
                for summary in page where summary.header.kind == RecordKind.job.rawValue && !summary.isTombstone {
                    guard let due = dueTime(summary.header, look, now: now), let job = Keys.job(at: summary.key) else {
                        continue
                    }
                    records.schedule(CaseKey(job.caseID, owner: job.owner), due: due)
                }
                guard page.count == 1_000, let last = page.last else { return }
                after = last.key
            }
        } catch {
            logger.error("store.scan_failed", metadata: ["error": "\(error.message)"])
        }
    }
}
