/// All that one reader was shown of one job, held against what must hold of any two looks at it, and of each.
struct JobHistory: Sendable {
    private(set) var last: JobDocument?
    /// When each asset's picture was first shown, in milliseconds of Unix time.
    private(set) var shownAt: [String: Double] = [:]
    private var pictures: [String: String] = [:]

    /// - Returns: what cannot be.
    mutating func observe(_ job: JobDocument, at time: Double) -> [String] {
        var complaints = contradictions(in: job)
        if let last { complaints += steps(from: last, to: job) }
        for (id, link) in pictures where job.pictures[id] != link {
            complaints.append("the picture of \(id) was \(link) and is \(job.pictures[id] ?? "gone")")
        }
        for (id, link) in job.pictures where pictures[id] == nil {
            pictures[id] = link
            shownAt[id] = time
        }
        last = job
        return complaints.map { "\(job.caseId): \($0)" }
    }

    private func steps(from last: JobDocument, to job: JobDocument) -> [String] {
        var complaints: [String] = []
        let isBehind = (job.epoch, job.version) < (last.epoch, last.version) || job.revision < last.revision
        if isBehind {
            complaints.append(
                "(epoch, version, revision) went from (\(last.epoch), \(last.version), \(last.revision)) "
                    + "to (\(job.epoch), \(job.version), \(job.revision))")
        }
        if job.jobId != last.jobId { complaints.append("job \(last.jobId) became job \(job.jobId)") }
        if last.final, job.epoch == last.epoch, !job.final || !job.isTerminal {
            complaints.append("\(last.status) was final and became \(job.status)")
        }
        if job.totalImages != last.totalImages { complaints.append("the number of images changed") }
        return complaints
    }

    /// Counters are computed from contents.
    private func contradictions(in job: JobDocument) -> [String] {
        var complaints: [String] = []
        let made = Set(job.assets.filter { $0.status == "generated" }.map(\.id))
        if job.completedImages != made.count || Set(job.pictures.keys) != made {
            complaints.append(
                "\(job.completedImages) images completed, \(made.count) generated, \(job.pictures.count) with a link")
        }
        if job.totalImages != job.assets.count || job.failedImages != job.failedIds.count {
            complaints.append("counters and lists differ: \(job.totalImages), \(job.failedImages)")
        }
        if !made.isDisjoint(with: job.failedIds) { complaints.append("an image is both made and failed") }
        if job.isTerminal {
            if made.count + job.failedIds.count != job.totalImages {
                complaints.append("\(job.status) with \(made.count) made and \(job.failedIds.count) failed")
            }
            let outcome = made.count == job.totalImages ? "completed" : made.isEmpty ? "failed" : "partial"
            if job.status != outcome { complaints.append("\(job.status), but its contents say \(outcome)") }
        }
        return complaints
    }
}
