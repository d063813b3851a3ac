import JobModel

extension JobService {
    /// Waits until the job's revision is above `revision`, for at most `limit`.
    public func waitForNews(of key: CaseKey, after revision: Revision, limit: Milliseconds) async {
        // What is wrong with a store is seen by whoever looks at the job next.
        guard let listener = try? news.listen(to: .job(key), isGuest: false) else {
            return await clock.sleep(until: clock.now() + limit)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.clock.sleep(until: self.clock.now() + limit) }
            group.addTask { await self.untilNews(of: key, after: revision, listener) }
            await group.next()
            group.cancelAll()
        }
    }

    /// As ``waitForNews(of:after:limit:)`` for somebody outside: until their listener's pulse, or until it is over. Ends at
    /// once where there is no such job, or none any more.
    /// - Parameter listener: to the job.
    public func guestWaitsForNews(of key: CaseKey, after revision: Revision, _ listener: NewsListener) async {
        while let known = try? self.revision(key), known <= revision {
            let news = await listener.next()
            if news.isOver || news.isPulse { return }
        }
    }

    private func untilNews(of key: CaseKey, after revision: Revision, _ listener: NewsListener) async {
        while true {
            let stored = try? store.get(Keys.job(key.caseID, owner: key.owner))
            if let stored, stored.revision > revision { return }
            let news = await listener.next()
            if news.isOver || news.isPulse { return }
        }
    }

    /// The owner's jobs that changed after a revision, with the newest change of each, and the revision up to which that
    /// is so.
    /// - Returns: no jobs (nil) if nobody can tell, or if they are more than `limit`.
    public func changes(
        of owner: OwnerID, after revision: Revision, limit: Int = 1_000
    ) throws(StoreError) -> (upTo: Revision, jobs: [CaseKey: Revision]?) {
        let news = try store.changes(Keys.cases(owner: owner), after: revision, limit: Self.writesLookedAt)
        guard let changed = news.changed else { return (news.upTo, nil) }
        var jobs: [CaseKey: Revision] = [:]
        for (key, revision) in changed {
            guard let job = Keys.job(at: key) else { continue }
            jobs[CaseKey(job.caseID, owner: job.owner)] = revision
        }
        return (news.upTo, jobs.count <= limit ? jobs : nil)
    }

    private static var writesLookedAt: Int { 20_000 }
}
