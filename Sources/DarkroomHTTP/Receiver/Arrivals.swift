import JobModel
import Threads

/// Pictures of jobs that have come here or are coming, whether or not a webhook has named them yet. Of the jobs that
/// uploaded last; a restart begins anew.
final class Arrivals: Sendable {
    private struct Contents {
        var pictures: [JobID: Set<ContentHash>] = [:]
        var order: [JobID] = []
    }

    private static let jobsKept = 4_096
    private let contents = Locked(Contents())

    func begin(_ hash: ContentHash, of job: JobID) {
        contents.withLock { contents in
            if contents.pictures[job] == nil {
                contents.order.append(job)
                if contents.order.count > Self.jobsKept { contents.pictures[contents.order.removeFirst()] = nil }
            }
            guard contents.pictures[job, default: []].count < JobSpecification.maximumAssets else { return }
            contents.pictures[job, default: []].insert(hash)
        }
    }

    func count(of job: JobID) -> Int { contents.withLock { $0.pictures[job]?.count ?? 0 } }
}
