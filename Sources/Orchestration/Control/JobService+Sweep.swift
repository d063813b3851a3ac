import JobModel
import Logging

extension JobService {
    /// Finds jobs that wait for a trigger: at the start, on news from other processes, and every minute.
    func sweep() async {
        let news = store.watch(Keys.cases(owner: .local))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in news {
                    await self.scheduleOwed()
                    // A look goes over all jobs: news that come thick, most of them our own, share one.
                    await self.clock.sleep(until: self.clock.now() + Self.lookPause)
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    await self.scheduleOwed()
                    await self.clock.sleep(until: self.clock.now() + 60_000)
                }
            }
        }
    }

    private static var lookPause: Milliseconds { 250 }

    private func scheduleOwed() async {
        var after: StoreKey?
        do throws(StoreError) {
            while true {
                let page = try await store.scan(Keys.cases(owner: .local), after: after, limit: 1_000)
                for summary in page where summary.header.kind == RecordKind.job.rawValue && !summary.isTombstone {
                    guard let due = summary.header.due, let name = summary.key.components.dropFirst().first,
                        let caseID = try? CaseID(name)
                    else { continue }
                    // A due time written by a clock that was wrong must not hide the job for long.
                    records.schedule(CaseKey(caseID), due: min(due, clock.now() + HandOut.fence))
                }
                guard page.count == 1_000, let last = page.last else { return }
                after = last.key
            }
        } catch {
            logger.error("store.scan_failed", metadata: ["error": "\(error.message)"])
        }
    }
}
