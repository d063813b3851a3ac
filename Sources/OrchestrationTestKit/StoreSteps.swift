import JobModel
import Orchestration

/// Steps that the conformance cases are made of.
extension KeyValueStore {
    /// A write that must be committed.
    @discardableResult
    func mustCommit(
        _ key: StoreKey, _ body: [UInt8] = [1], expecting expected: RecordWrite.Expectation = .absent,
        tombstone: Bool = false, attaching attachments: [Artifact] = [], file: String = #fileID, line: Int = #line
    ) async throws -> Revision {
        let outcome = await write(
            RecordWrite(
                key: key, expected: expected, header: .plain, body: body, isTombstone: tombstone,
                attachments: attachments))
        guard case .committed(let revision) = outcome else {
            throw ConformanceFailure("\(key) was to be committed: \(outcome)", file: file, line: line)
        }
        return revision
    }

    /// A write that must meet another.
    func mustConflict(
        _ key: StoreKey, expecting expected: RecordWrite.Expectation, attaching attachments: [Artifact] = [],
        file: String = #fileID, line: Int = #line
    ) async throws {
        let outcome = await write(
            RecordWrite(key: key, expected: expected, header: .plain, body: [9], attachments: attachments))
        try requireEqual(outcome, .conflict, "\(key) expecting \(expected)", file: file, line: line)
    }

    /// A write that must be refused as a whole.
    func mustRefuse(
        _ write: RecordWrite, as code: StoreError.Code, file: String = #fileID, line: Int = #line
    ) async throws {
        let outcome = await self.write(write)
        guard case .refused(let error) = outcome, error.code == code else {
            throw ConformanceFailure(
                "was to be refused as \(code.rawValue): \(outcome)", file: file, line: line)
        }
    }

    /// The record, which must be there.
    func mustGet(_ key: StoreKey, file: String = #fileID, line: Int = #line) throws -> StoredRecord {
        guard let record = try get(key) else {
            throw ConformanceFailure("nothing stands at \(key)", file: file, line: line)
        }
        return record
    }
}

extension RecordHeader {
    static let plain = RecordHeader(kind: 1, state: 2, format: 3)
}
