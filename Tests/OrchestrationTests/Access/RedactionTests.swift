import JobModel
import Testing

@testable import Orchestration

@Suite("Redaction")
struct RedactionTests {
    @Test func keysNameNobody() throws {
        let alice = try OwnerID("alice")
        let key = Keys.job(try CaseID("harbor"), owner: alice)
        #expect(key.description == "owner:alice:case:harbor:image-job")
        #expect(key.redacted == "owner:\(alice.redacted):case:harbor:image-job")
        #expect(alice.redacted.hasPrefix("owner-") && alice.redacted.utf8.count == 14)
        #expect(alice.redacted != (try OwnerID("alicf")).redacted)
        #expect(OwnerID.local.redacted == "local")
        for parts in [["case", "harbor", "image-job"], ["run", "alice"], ["owner"], ["ledger", "local", "2026-11"]] {
            #expect(StoreKey(parts).redacted == parts.joined(separator: ":"))
        }
        for kind in ["ledger", "idempotency"] {
            #expect(StoreKey(kind, "alice", "x").redacted == "\(kind):\(alice.redacted):x")
        }
    }

    @Test func errorsOfFilesNameNobody() throws {
        let alice = try OwnerID("alice")
        for path in ["/data/artifacts/alice", "/data/artifacts/alice/ab/abcd"] {
            let error = StoreError(.io, "reading the file \(path): no").hiding(alice, below: "artifacts")
            #expect(!error.message.contains("alice") && error.message.contains(alice.redacted))
        }
        let other = StoreError(.full, "/alice/store is full").hiding(.local, below: "artifacts")
        #expect(other.message == "/alice/store is full")
    }

    @Test func errorsOfRecordsNameNobody() throws {
        let key = Keys.job(try CaseID("harbor"), owner: try OwnerID("alice"))
        let write = RecordWrite(
            key: key, expected: .absent, header: RecordHeader(kind: 1, state: 0, format: 1),
            body: [UInt8](repeating: 0, count: StoreLimits.maximumRecordBytes + 1))
        let error = #expect(throws: StoreError.self) { try write.checkLimits() }
        #expect(error?.message.contains("alice") == false)
        let stored = StoredRecord(
            key: key, revision: Revision(1), header: RecordHeader(kind: 9, state: 0, format: 1), body: [],
            isTombstone: false)
        let wrong = #expect(throws: StoreError.self) { try RecordCoding.decode(JobRecord.self, from: stored) }
        #expect(wrong?.message.contains("alice") == false)
    }
}
