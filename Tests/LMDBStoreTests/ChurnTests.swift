import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A store whose contents come and go uses its file again.
@Suite struct ChurnTests {
    private static let future: Milliseconds = 1 << 50
    private static let roundBytes = 60 * 50_000

    @Test func theFileStopsGrowing() async throws {
        var options = LMDBStore.Options()
        options.changeLogLength = 200
        try await withStore(options: options) { store, directory async throws in
            var sizes: [Int] = []
            for round in 0..<9 {
                try await fill(store, round)
                try await empty(store)
                sizes.append(try size(of: "\(directory.store)/data.mdb"))
            }
            #expect(try await store.scan(StoreKey(), after: nil, limit: 10).isEmpty)
            #expect(try await store.artifacts(after: nil, limit: 10).isEmpty)
            // Five rounds without reuse would add five times a round. How many pages one commit needs at once depends on
            // how many writes met in it, so some rounds want a little more than those before.
            #expect(sizes[8] < sizes[3] + Self.roundBytes / 2, "\(sizes)")
            #expect(TemporaryDirectory.names(in: "\(directory.store)/incoming").isEmpty)
        }
    }

    /// 60 records of 20 kB with a small and a large artifact each.
    private func fill(_ store: LMDBStore, _ round: Int) async throws {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    let word = Array("\(round)-\(index)-".utf8)
                    let artifacts = [30_000, index == 0 ? 300_000 : 100].map { size in
                        Artifact(owner: .local, bytes: word + [UInt8](repeating: UInt8(index), count: size))
                    }
                    let write = RecordWrite(
                        key: StoreKey("run", "\(round)", "\(index)"), expected: .absent,
                        header: RecordHeader(kind: 2, state: 1, format: 1), body: [UInt8](repeating: 1, count: 20_000),
                        attachments: artifacts)
                    #expect(await store.write(write).revision != nil)
                }
            }
        }
    }

    private func empty(_ store: LMDBStore) async throws {
        for line in try await store.scan(StoreKey(), after: nil, limit: 1_000) {
            let tombstone = RecordWrite(
                key: line.key, expected: .revision(line.revision), header: line.header, body: [], isTombstone: true)
            let deleted = try #require(await store.write(tombstone).revision)
            #expect(await store.purge(line.key, expected: deleted).revision != nil)
        }
        let names = try await store.artifacts(after: nil, limit: 1_000).map(\.name)
        for start in stride(from: 0, to: names.count, by: 100) {
            let page = names[start..<min(names.count, start + 100)]
            _ = try await store.carryOut(page.map { .condemn($0, now: 1, untouchedSince: Self.future) })
            let removed = try await store.carryOut(page.map { .remove($0, condemnedBefore: Self.future) })
            #expect(removed.allSatisfy { $0 })
        }
    }

    private func size(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ConformanceFailure("stat failed with \(errno)") }
        return Int(status.st_size)
    }
}
