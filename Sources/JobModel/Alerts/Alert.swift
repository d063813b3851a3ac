/// A state of affairs that an operator should know of as long as it lasts.
public struct Alert: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Of the images of jobs that ended lately too many failed.
        case imagesFailing = "images.failing"
        /// A receiver does not take its webhooks.
        case deliveryFailing = "delivery.failing"
        /// An owner's month has cost four fifths of its budget.
        case budgetNear = "budget.near"
        /// It has cost all of it.
        case budgetSpent = "budget.spent"
        /// A job is without news. Kept with the job, not in the ``AlertBook``.
        case jobStuck = "job.stuck"
    }

    /// The numbers and names that go with it; those that say nothing of the kind are nil.
    public struct Facts: Hashable, Sendable, Codable {
        public var failureRate: Double?
        /// Images that the rate is over.
        public var images: Int?
        public var window: String?
        public var owner: OwnerID?
        public var month: Month?
        public var spentMicros: Int64?
        public var budgetMicros: Int64?
        /// Scheme, host and port.
        public var receiver: String?
        /// Tries since the last that arrived.
        public var failures: Int?

        public init() {}
    }

    public var kind: Kind
    public var facts: Facts

    public init(_ kind: Kind, _ facts: Facts = Facts()) {
        self.kind = kind
        self.facts = facts
    }

    /// What it is about: two alerts of one kind about the same are the same.
    public var subject: String { facts.receiver ?? facts.owner?.text ?? "" }

    var name: String { "\(kind.rawValue) \(subject)" }
}

/// What is posted when an alert is raised, and once more when it is over.
public struct AlertMessage: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, Codable {
        case raised
        case cleared
    }

    public var kind: Alert.Kind
    public var state: State
    /// When it was raised, in milliseconds of Unix time; the same in both messages.
    public var since: Milliseconds
    public var facts: Alert.Facts
    /// Of a job that is stuck.
    public var job: JobAlert?

    public init(_ alert: Alert, _ state: State, since: Milliseconds) {
        kind = alert.kind
        self.state = state
        self.since = since
        facts = alert.facts
    }

    public init(_ job: JobAlert) {
        kind = .jobStuck
        state = job.isOver ? .cleared : .raised
        since = job.raisedAt
        facts = Alert.Facts()
        self.job = job
    }

    /// Stable over all tries, and told apart from every other message: of letters, digits, `-` and `_`.
    public var id: String {
        let about = job.map { "\($0.jobID)-\($0.epoch)" } ?? Alert(kind, facts).subject
        let plain = "alert-\(kind.rawValue)-\(about)-\(since)-\(state.rawValue)".utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

/// Flat, without what is nil: `{"type", "state", "since", …}`.
extension AlertMessage: Encodable {
    private enum Key: String, CodingKey {
        case kind = "type"
        case state
        case since
        case caseID = "caseId"
        case jobID = "jobId"
        case epoch
        case status
        case worker
        case silentSince
        case lastError
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(state, forKey: .state)
        try values.encode(since, forKey: .since)
        try facts.encode(to: encoder)
        guard let job else { return }
        try values.encode(job.caseID, forKey: .caseID)
        try values.encode(job.jobID, forKey: .jobID)
        try values.encode(job.epoch, forKey: .epoch)
        try values.encode(job.status, forKey: .status)
        try values.encode(job.worker, forKey: .worker)
        try values.encode(job.silentSince, forKey: .silentSince)
        try values.encodeIfPresent(job.lastError, forKey: .lastError)
    }
}
