import JobModel
import OrchestrationTestKit
import Testing
import Threads

@testable import Orchestration

/// Lines of one byte each, kept of records in memory.
@Suite("What is kept of many records")
struct RecordLinesTests {
    private let store = FailingReads()

    private func lines() -> RecordLines<UInt8> {
        RecordLines(
            store: store, prefixes: [StoreKey("a"), StoreKey("b")], recordsAtMost: 100, logger: Samples.quiet,
            isWanted: { !$0.isTombstone },
            make: { stored throws(StoreError) in
                guard let byte = stored.body.first, byte > 0 else { throw StoreError(.corrupt, "no byte") }
                return byte
            })
    }

    private func put(_ key: StoreKey, _ byte: UInt8) async throws {
        let expected = try store.store.get(key).map { RecordWrite.Expectation.revision($0.revision) } ?? .absent
        let outcome = await store.write(
            RecordWrite(
                key: key, expected: expected, header: RecordHeader(kind: 1, state: 1, format: 1), body: [byte]))
        guard case .committed = outcome else { throw StoreError(.io, "the test's write was \(outcome)") }
    }

    private func known(_ lines: RecordLines<UInt8>) async throws -> [UInt8] {
        try await lines.current().lines.sorted()
    }

    @Test("a store that cannot answer for once makes nobody forget a record", arguments: [
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
