/// How the generation of images went over a stretch of time: of the jobs that ended in it, and of those that run now.
///
/// Rates are over images: of those that were decided, the canceled ones left out. The time of a job is from its creation
/// to its end, of those that nobody had go on later.
public struct JobStatistics: Hashable, Sendable, Codable {
    public struct Images: Hashable, Sendable, Codable {
        public var made = 0
        public var failed = 0
        public var canceled = 0
        /// Between 0 and 1; nil where no image was decided.
        public var successRate: Double?
        public var failureRate: Double?
    }

    public struct Cost: Hashable, Sendable, Codable {
        /// Known to be spent, and what may have been billed besides, in millionths of the currency unit.
        public var micros: Int64 = 0
        public var possibleMicros: Int64 = 0
    }

    public struct Jobs: Hashable, Sendable, Codable {
        public var ended = 0
        public var completed = 0
        public var partial = 0
        public var failed = 0
        public var canceled = 0
        /// These two are of now.
        public var running = 0
        public var stuck = 0
    }

    public struct Group: Hashable, Sendable, Codable {
        public var images = Images()
        public var cost = Cost()
    }

    public struct Family: Hashable, Sendable, Codable {
        public var jobs = Jobs()
        public var images = Images()
        public var cost = Cost()
        public var generationTime: DurationSummary?

        private enum CodingKeys: String, CodingKey {
            case jobs
            case images
            case cost
            case generationTime = "generationTimeMs"
        }
    }

    public var window: String
    /// In milliseconds of Unix time.
    public var from: Milliseconds
    public var to: Milliseconds
    public var jobs: Jobs
    public var images: Images
    public var cost: Cost
    public var generationTime: DurationSummary?
    /// From the first try of a progress webhook to its acknowledgement.
    public var webhookLatency: DurationSummary?
    /// By the provider that made an image or was asked last; `none` where nobody was.
    public var byProvider: [String: Group]
    /// By the kind of image, which for the images of a film project is the job's type.
    public var byKind: [String: Group]
    public var byFamily: [String: Family]
    /// What ended in each of so many parts of the window, all of one length, the oldest first; nil where nobody asked.
    public var parts: [Group]?
    /// Set where there are more jobs than are looked at: then all of this is of a part of them.
    public var isTruncated: Bool

    private enum CodingKeys: String, CodingKey {
        case window
        case from
        case to
        case jobs
        case images
        case cost
        case generationTime = "generationTimeMs"
        case webhookLatency = "webhookLatencyMs"
        case byProvider
        case byKind
        case byFamily
        case parts
        case isTruncated = "truncated"
    }
}

extension JobStatistics {
    /// Groups beyond so many are one.
    static let groupsAtMost = 100
    public static let partsAtMost = 100
    private static let others = "other"

    /// - Parameters:
    ///   - owner: nil for all.
    ///   - stuckAfter: without news for so long a job is stuck.
    ///   - parts: into how many the window is divided, up to ``partsAtMost``; nil for none.
    public init(
        of digests: some Sequence<JobDigest>, owner: OwnerID?, window: StatisticsWindow, now: Milliseconds,
        stuckAfter: Milliseconds, parts count: Int? = nil, isTruncated: Bool = false
    ) {
        let from = now - window.length
        var (times, latencies): ([JobFamily: [Milliseconds]], [Milliseconds]) = ([:], [])
        var families: [JobFamily: Family] = [:]
        (byProvider, byKind) = ([:], [:])
        var parts = count.map { [Group](repeating: Group(), count: min(max(1, $0), Self.partsAtMost)) }
        for digest in digests where owner == nil || digest.owner == owner {
            guard let completedAt = digest.completedAt else {
                families[digest.family, default: Family()].jobs.running += 1
                let isStuck = digest.isStuck(at: now, after: stuckAfter)
                families[digest.family, default: Family()].jobs.stuck += isStuck ? 1 : 0
                continue
            }
            guard (from...now).contains(completedAt) else { continue }
            families[digest.family, default: Family()].add(digest)
            if !digest.wasRetried { times[digest.family, default: []].append(max(0, completedAt - digest.createdAt)) }
            latencies += digest.deliveryTimes
            for figures in digest.images {
                parts?.add(figures, at: completedAt - from, of: window.length)
                Self.add(figures, as: figures.provider ?? "none", to: &byProvider)
                Self.add(figures, as: figures.kind?.description ?? "unknown", to: &byKind)
            }
        }
        for (family, times) in times { families[family]?.generationTime = DurationSummary(times) }
        let total = families.values.reduce(into: Family()) { $0.add($1) }
        self.window = window.text
        (self.from, to, self.parts, self.isTruncated) = (from, now, parts, isTruncated)
        (jobs, images, cost) = (total.jobs, total.images, total.cost)
        generationTime = DurationSummary(times.values.flatMap { $0 })
        webhookLatency = DurationSummary(latencies)
        byFamily = Dictionary(families.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private static func add(_ figures: ImageFigures, as name: String, to groups: inout [String: Group]) {
        let name = groups[name] != nil || groups.count < groupsAtMost ? name : others
        groups[name, default: Group()].add(figures)
    }
}

extension JobStatistics.Group {
    fileprivate mutating func add(_ figures: ImageFigures) {
        images.add(figures)
        cost.add(figures)
    }
}

extension [JobStatistics.Group] {
    /// - Parameter place: behind the beginning of a stretch of time that the groups divide; its very end is in the last.
    fileprivate mutating func add(_ figures: ImageFigures, at place: Milliseconds, of length: Milliseconds) {
        self[Swift.min(count - 1, Int(place * Milliseconds(count) / length))].add(figures)
    }
}

extension JobStatistics.Images {
    fileprivate mutating func add(_ figures: ImageFigures) {
        add(made: figures.made, failed: figures.failed, canceled: figures.canceled)
    }

    fileprivate mutating func add(made: Int, failed: Int, canceled: Int) {
        self.made += made
        self.failed += failed
        self.canceled += canceled
        let decided = self.made + self.failed
        successRate = decided == 0 ? nil : Double(self.made) / Double(decided)
        failureRate = decided == 0 ? nil : Double(self.failed) / Double(decided)
    }
}

extension JobStatistics.Cost {
    fileprivate mutating func add(_ figures: ImageFigures) {
        micros += figures.micros
        possibleMicros += figures.possibleMicros
    }
}

extension JobStatistics.Family {
    fileprivate mutating func add(_ digest: JobDigest) {
        jobs.ended += 1
        switch digest.status {
        case .completed: jobs.completed += 1
        case .partial: jobs.partial += 1
        case .failed: jobs.failed += 1
        case .canceled: jobs.canceled += 1
        case .pending, .generating: break
        }
        for figures in digest.images {
            images.add(figures)
            cost.add(figures)
        }
    }

    fileprivate mutating func add(_ other: Self) {
        jobs.ended += other.jobs.ended
        jobs.completed += other.jobs.completed
        jobs.partial += other.jobs.partial
        jobs.failed += other.jobs.failed
        jobs.canceled += other.jobs.canceled
        jobs.running += other.jobs.running
        jobs.stuck += other.jobs.stuck
        images.add(made: other.images.made, failed: other.images.failed, canceled: other.images.canceled)
        cost.micros += other.cost.micros
        cost.possibleMicros += other.cost.possibleMicros
    }
}
