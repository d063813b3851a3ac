import JobModel
import LMDBStore
import Orchestration

/// The control plane's jobs, read from its store without asking the process under measurement.
struct ControlView: Sendable {
    private let store: LMDBStore

    static func open<Result>(
        _ directory: String, _ body: (ControlView) async throws -> Result
    ) async throws -> Result {
        let store = try LMDBStore.open(directory)
        do {
            let result = try await body(ControlView(store: store))
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }

    /// Waits until so many jobs whose case ids begin with `prefix` have ended.
    /// - Throws: if one ended otherwise than completed, or time runs out.
    func waitForCompletion(of count: Int, prefix: String, within limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        var completed = 0
        while ContinuousClock.now < end {
            let statuses = try await statuses(prefix: prefix)
            completed = statuses.count { $0 == .completed }
            if completed == count { return }
            if let other = statuses.first(where: { $0.isTerminal && $0 != .completed }) {
                throw BenchFailure("a case ended as \(other.rawValue)")
            }
            // A look goes over all jobs, on the cores that are being measured.
            try await Task.sleep(for: .milliseconds(count > 200 ? 100 : 5))
        }
        throw BenchFailure("\(completed) of \(count) cases were completed within \(limit)")
    }

    /// Waits until so many jobs are known to be generating, or beyond.
    func waitForStart(of count: Int, prefix: String, within limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try await statuses(prefix: prefix).count(where: { $0 != .pending }) == count { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchFailure("the control plane did not hear of \(count) cases within \(limit)")
    }

    /// How many record writes there were.
    func revision() throws -> UInt64 { try store.latestRevision().number }

    private func statuses(prefix: String) async throws -> [JobStatus] {
        var statuses: [JobStatus] = []
        var after: StoreKey?
        while true {
            let page = try await store.scan(Keys.cases(owner: .local), after: after, limit: 1_000)
            for line in page where line.header.kind == RecordKind.job.rawValue {
                guard line.key.components.dropFirst().first?.hasPrefix(prefix) == true else { continue }
                JobStatus(headerState: line.header.state).map { statuses.append($0) }
            }
            guard page.count == 1_000, let last = page.last else { return statuses }
            after = last.key
        }
    }
}
