import JobModel
import OrchestrationTestKit
import Testing
import Threads

@testable import Orchestration

/// Lines of one byte each, kept of records in memory.
@Suite("What is kept of many records")
struct RecordLinesTests {
    private let store = FailingReads()

    private func lines(_ recordsAtMost: Int = 100) -> RecordLines<UInt8> {
        RecordLines(
            store: store, logger: Samples.quiet,
            source: RecordLines.Source(
                prefixes: [StoreKey("a"), StoreKey("b")], recordsAtMost: recordsAtMost, isWanted: { !$0.isTombstone },
                rank: { Int64($0) },
                make: { stored throws(StoreError) in
                    guard let byte = stored.body.first, byte > 0 else { throw StoreError(.corrupt, "no byte") }
                    return byte
                }))
    }

    private func put(_ key: StoreKey, _ byte: UInt8, isTombstone: Bool = false) async throws {
        let expected = try store.store.get(key).map { RecordWrite.Expectation.revision($0.revision) } ?? .absent
        let outcome = await store.write(
            RecordWrite(
                key: key, expected: expected, header: RecordHeader(kind: 1, state: 1, format: 1), body: [byte],
                isTombstone: isTombstone))
        guard case .committed = outcome else { throw StoreError(.io, "the test's write was \(outcome)") }
    }

    private func known(_ lines: RecordLines<UInt8>) async throws -> [UInt8] {
        try await lines.read { $0.lines.sorted() }
    }

    @Test(
        "a store that cannot answer for once makes nobody forget a record",
        arguments: [
            StoreError.Code.io, .busy, .closed,
        ])
    func passingErrors(_ code: StoreError.Code) async throws {
        let lines = lines()
        try await put(StoreKey("a", "1"), 1)
        store.error.withLock { $0 = StoreError(code, "for once") }
        await #expect(throws: StoreError(code, "for once")) { try await known(lines) }
        store.error.withLock { $0 = nil }
        #expect(try await known(lines) == [1])
        try await put(StoreKey("b", "2"), 2)
        store.error.withLock { $0 = StoreError(code, "for once") }
        await #expect(throws: StoreError(code, "for once")) { try await known(lines) }
        store.error.withLock { $0 = nil }
        #expect(try await known(lines) == [1, 2])
    }

    @Test("after the first question only what has changed is read, and no header is passed over")
    func changes() async throws {
        let lines = lines()
        for number in 1...50 { try await put(StoreKey("a", "\(number)"), UInt8(number)) }
        #expect(try await known(lines).count == 50)
        let (reads, scans) = (store.reads, store.scans)
        try await put(StoreKey("b", "1"), 100)
        try await put(StoreKey("a", "7"), 101)
        try await put(StoreKey("a", "8"), 0, isTombstone: true)
        try await put(StoreKey("elsewhere"), 102)
        #expect(try await known(lines) == (1...50).filter { $0 != 7 && $0 != 8 } + [100, 101])
        #expect(try await known(lines).count == 50)
        #expect(store.reads == reads + 3 && store.scans == scans)
    }

    @Test("what nobody can say the changes of is passed over again, and only what has changed is read")
    func forgetfulStore() async throws {
        let lines = lines()
        for number in 1...50 { try await put(StoreKey("a", "\(number)"), UInt8(number)) }
        _ = try await known(lines)
        let reads = store.reads
        try await put(StoreKey("b", "1"), 100)
        try await put(StoreKey("a", "8"), 0, isTombstone: true)
        store.hasMemory.withLock { $0 = false }
        #expect(try await known(lines) == (1...50).filter { $0 != 8 } + [100])
        #expect(store.reads == reads + 1)
    }

    @Test("of more records than are held those of the highest rank are, and others when there is room again")
    func newest() async throws {
        let lines = lines(3)
        for (name, byte) in [("1", 50), ("2", 10), ("3", 40)] as [(String, UInt8)] {
            try await put(StoreKey("a", name), byte)
        }
        #expect(try await lines.read { $0.lines.sorted() == [10, 40, 50] && !$0.isTruncated && $0.leftOut == nil })
        try await put(StoreKey("b", "1"), 45)
        try await put(StoreKey("b", "2"), 5)
        #expect(try await lines.read { $0.lines.sorted() == [40, 45, 50] && $0.leftOut == 10 })
        // The same for who reads all at once.
        #expect(try await self.lines(3).read { $0.lines.sorted() == [40, 45, 50] && $0.leftOut == 10 })
        try await put(StoreKey("a", "1"), 0, isTombstone: true)
        #expect(try await lines.read { $0.lines.sorted() == [10, 40, 45] && $0.leftOut == 5 })
        try await put(StoreKey("a", "3"), 0, isTombstone: true)
        try await put(StoreKey("b", "1"), 0, isTombstone: true)
        #expect(try await lines.read { $0.lines.sorted() == [5, 10] && !$0.isTruncated })
    }

    @Test("a record that cannot be read is left out, until it changes")
    func unreadable() async throws {
        let lines = lines()
        try await put(StoreKey("a", "1"), 0)
        try await put(StoreKey("a", "2"), 2)
        #expect(try await known(lines) == [2])
        try await put(StoreKey("a", "1"), 1)
        #expect(try await known(lines) == [1, 2])
    }
}
