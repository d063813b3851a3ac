import JobModel
import LMDBStore
import Orchestration

/// Durable transitions a second through the store: one compare-and-swap of a 1 KiB record each.
struct StoreFigure: Figure {
    func rows(in lab: Lab) async throws -> [Row] {
        var rows: [Row] = []
        for (writers, writes) in [(1, 3_000), (16, 20_000), (128, 60_000)] {
            let total = lab.isQuick ? writes / 4 : writes
            let store = try LMDBStore.open(try lab.directory("store"))
            do {
                rows.append(try await measure(store, writers: writers, each: total / writers))
                await store.close()
            } catch {
                await store.close()
                throw error
            }
        }
        return rows
    }

    private func measure(_ store: LMDBStore, writers: Int, each: Int) async throws -> Row {
        let begin = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for writer in 0..<writers { group.addTask { try await write(each, to: store, as: writer) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let rate = Double(times.count) / (ContinuousClock.now - begin).seconds
        return Row(
            "durable transitions/s, 1 KiB, \(writers) writer\(writers == 1 ? "" : "s")",
            "\(rate.rounded(0)) (p50 \(times.percentile(0.5).rounded(2)) ms, p99 \(times.percentile(0.99).rounded(2)) ms)",
            against: "bare LMDB in batches of \(writers): \([1: "4,215", 16: "42,656", 128: "246,480"][writers] ?? "")")
    }

    /// Milliseconds of each write.
    private func write(_ count: Int, to store: LMDBStore, as writer: Int) async throws -> [Double] {
        let body = (0..<1_024).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ writer) }
        var expected = RecordWrite.Expectation.absent
        var times: [Double] = []
        for _ in 0..<count {
            let begin = ContinuousClock.now
            let outcome = await store.write(
                RecordWrite(
                    key: StoreKey("bench", "writer-\(writer)"), expected: expected,
                    header: RecordHeader(kind: RecordKind.run.rawValue, state: 0, format: 1), body: body))
            guard case .committed(let revision) = outcome else { throw BenchFailure("a write ended as \(outcome)") }
            times.append((ContinuousClock.now - begin).milliseconds)
            expected = .revision(revision)
        }
        return times
    }
}
