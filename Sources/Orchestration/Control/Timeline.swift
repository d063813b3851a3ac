import JSONCoding
import JobModel

/// Everything that is known to have happened to a job, in the order of its times: what the control side did, what its
/// workers did to each image, and how they told of it. The two sides' clocks may differ.
public struct Timeline: Hashable, Sendable, Codable {
    public enum Happening: Hashable, Sendable {
        case job(JournalEntry)
        case image(AssetID, AssetEvent)
        case delivery(DeliveryTry)
    }

    public struct Entry: Hashable, Sendable {
        public var at: Milliseconds
        public var epoch: Int
        public var happening: Happening
    }

    public var caseID: CaseID
    public var jobID: JobID
    public var status: JobStatus
    public var createdAt: Milliseconds
    public var entries: [Entry]
    /// Epochs of which no worker's account is at hand: lost, or still to come.
    public var untold: [Int]

    private enum CodingKeys: String, CodingKey {
        case caseID = "caseId"
        case jobID = "jobId"
        case status
        case createdAt
        case entries
        case untold
    }

    /// - Parameters:
    ///   - histories: of whichever epochs are at hand.
    ///   - asset: nil for all; otherwise what concerns the whole job, and this image.
    public init(_ job: JobRecord, histories: [RunHistory], asset: AssetID? = nil) {
        caseID = job.caseID
        jobID = job.jobID
        status = job.status
        createdAt = job.createdAt
        entries = job.journal.filter { $0.asset == nil || asset == nil || $0.asset == asset }.map {
            Entry(at: $0.at, epoch: $0.epoch, happening: .job($0))
        }
        for history in histories {
            for own in history.assets where asset == nil || own.id == asset {
                entries += own.events.map { Entry(at: $0.at, epoch: history.epoch, happening: .image(own.id, $0)) }
            }
            entries += history.deliveries.map { Entry(at: $0.at, epoch: history.epoch, happening: .delivery($0)) }
        }
        // Sorting by place too keeps what happened in one millisecond as each side told it.
        entries = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        let begun = Set(job.journal.filter { $0.what == .acknowledged }.map(\.epoch))
        untold = begun.subtracting(histories.map(\.epoch)).sorted()
    }
}

/// One object an entry, with the fields of what happened beside `at`, `epoch` and `about`.
extension Timeline.Entry: Codable {
    private enum Key: String, CodingKey {
        case at
        case epoch
        case about
        case asset
        case event
    }

    private enum About: String, Codable {
        case job
        case image
        case delivery
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        at = try values.decode(Milliseconds.self, forKey: .at)
        epoch = try values.decode(Int.self, forKey: .epoch)
        switch try values.decode(About.self, forKey: .about) {
        case .job: happening = .job(try values.decode(JournalEntry.self, forKey: .event))
        case .image:
            happening = .image(
                try values.decode(AssetID.self, forKey: .asset), try values.decode(AssetEvent.self, forKey: .event))
        case .delivery: happening = .delivery(try values.decode(DeliveryTry.self, forKey: .event))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(at, forKey: .at)
        try values.encode(epoch, forKey: .epoch)
        switch happening {
        case .job(let event):
            try values.encode(About.job, forKey: .about)
            try values.encodeIfPresent(event.asset, forKey: .asset)
            try values.encode(event, forKey: .event)
        case .image(let asset, let event):
            try values.encode(About.image, forKey: .about)
            try values.encode(asset, forKey: .asset)
            try values.encode(event, forKey: .event)
        case .delivery(let event):
            try values.encode(About.delivery, forKey: .about)
            try values.encode(event, forKey: .event)
        }
    }
}

extension JobService {
    /// - Parameter asset: nil for all images.
    /// - Returns: nil if there is no job for the case.
    public func timeline(_ key: CaseKey, asset: AssetID? = nil) async throws -> Timeline? {
        guard let record = try job(key)?.record else { return nil }
        var histories: [RunHistory] = []
        for reference in record.histories {
            guard let bytes = try await store.artifact(reference.hash, owner: record.owner) else { continue }
            histories.append(try JSON.decode(RunHistory.self, from: bytes, limits: RunHistory.limits))
        }
        // What goes on now its worker alone knows; without its answer the timeline says so.
        let isTold = histories.contains { $0.epoch == record.handOut.epoch }
        if !isTold, let live = await client?.history(of: record) { histories.append(live) }
        return Timeline(record, histories: histories, asset: asset)
    }
}
