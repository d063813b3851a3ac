import JobModel

/// Earlier jobs of a case, each under its own job id. A job that went on after it was put away (a retry came between) is
/// put away again in its newer form.
enum Archive {
    static let triesAtMost = 5

    static func put(_ job: JobRecord, to store: any KeyValueStore) async -> Result<Void, StoreError> {
        let key = Keys.archivedJob(job.jobID)
        do throws(StoreError) {
            let body = try RecordCoding.body(of: job)
            for _ in 0..<triesAtMost {
                let stored = try store.get(key)
                if stored?.body == body { return .success(()) }
                let expected = stored.map { RecordWrite.Expectation.revision($0.revision) } ?? .absent
                switch await store.write(write(job, body, expected: expected)) {
                case .committed: return .success(())
                case .conflict, .unknown: continue
                case .refused(let error): return .failure(error)
                }
            }
            return .failure(StoreError(.io, "\(key) is contended"))
        } catch {
            return .failure(error)
        }
    }

    static func decode(_ stored: StoredRecord) throws(StoreError) -> JobRecord {
        guard try RecordKind.of(stored) == .archivedJob else {
            throw StoreError(.corrupt, "\(stored.key) holds a record of kind \(stored.header.kind)")
        }
        return try RecordCoding.decode(JobRecord.self, from: stored.asJob)
    }

    /// - Parameter stored: what the new form was made from; if anything else stands there it is a conflict.
    static func replace(
        _ stored: StoredRecord, by job: JobRecord, attaching attachments: [Artifact], in store: any KeyValueStore
    ) async -> WriteOutcome {
        do throws(StoreError) {
            var next = write(job, try RecordCoding.body(of: job), expected: .revision(stored.revision))
            next.attachments = attachments
            return await store.write(next)
        } catch {
            return .refused(error)
        }
    }

    private static func write(
        _ job: JobRecord, _ body: [UInt8], expected: RecordWrite.Expectation
    ) -> RecordWrite {
        let header = RecordHeader(
            kind: RecordKind.archivedJob.rawValue, state: job.headerState, format: JobRecord.format, due: job.keepUntil)
        return RecordWrite(key: Keys.archivedJob(job.jobID), expected: expected, header: header, body: body)
    }
}
