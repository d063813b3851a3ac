import JSONCoding
import JobModel
import Logging

/// The legacy key `case:<caseId>:image-status`, for readers of the system that came first. Derived from the head record:
/// a crash may leave it behind by one step, and the next change brings it up to date.
public struct LegacyStatus: StorableRecord, Hashable {
    public static var kind: RecordKind { .legacyStatus }
    public static let format: UInt16 = 1

    public var status: String
    public var completedAt: Milliseconds?
    /// Of the head record that it was derived from, so that an older one never replaces a newer.
    public var epoch: Int
    public var version: Int
    public var updatedAt: Milliseconds
    public var writeID: UInt64 = 0

    public var headerState: UInt8 { 0 }
    public var due: Milliseconds? { nil }

    private enum CodingKeys: String, CodingKey {
        case status
        case completedAt
        case epoch
        case version
        case updatedAt
        case writeID = "writeId"
    }

    init(_ job: JobRecord) {
        status = job.legacyStatus
        completedAt = job.completedAt
        epoch = job.handOut.epoch
        version = job.version
        updatedAt = job.updatedAt
    }

    /// Tries a few times against other writers; a failure is logged, for nothing depends on this key.
    static func write(_ job: JobRecord, to store: any KeyValueStore, logger: Logger) async {
        let key = Keys.legacyStatus(job.caseID, owner: job.owner)
        let next = LegacyStatus(job)
        for _ in 0..<5 {
            do {
                let stored = try store.get(key)
                if let stored, let known = try? RecordCoding.decode(LegacyStatus.self, from: stored),
                    (known.epoch, known.version, known.updatedAt) > (next.epoch, next.version, next.updatedAt)
                {
                    return
                }
                let write = RecordWrite(
                    key: key, expected: stored.map { .revision($0.revision) } ?? .absent,
                    header: RecordCoding.header(of: next), body: try RecordCoding.body(of: next))
                switch await store.write(write) {
                case .committed: return
                case .conflict, .unknown: continue
                case .refused(let error): throw error
                }
            } catch {
                logger.error("legacy_status.write_failed", metadata: ["key": "\(key.redacted)", "error": "\(error)"])
                return
            }
        }
        logger.warning("legacy_status.contended", metadata: ["key": "\(key.redacted)"])
    }
}
