/// One entry of an owner's ledger, written once and never changed: what one asset of one job added to a month.
///
/// Several lines of an asset add up: a later one holds the difference to what the earlier ones hold.
public struct LedgerLine: Hashable, Sendable, Codable {
    public var owner: OwnerID
    public var month: Month
    public var jobID: JobID
    public var asset: AssetID
    /// From 1, of the lines of this asset of this job.
    public var number: Int
    /// Known to have been paid, in millionths of the currency unit. Negative only where an earlier line held too much.
    public var micros: Int64
    /// What may have been billed besides, by calls of which nobody knows the end.
    public var possibleMicros: Int64
    /// 1 where the image was made.
    public var images: Int
    public var at: Milliseconds
    public var cause: Cause
    public var writeID: UInt64 = 0

    /// What it was paid for.
    public struct Cause: Hashable, Sendable, Codable {
        public var caseID: CaseID
        public var family: JobFamily
        public var kind: AssetKind
        /// The newest epoch that the costs are of, and the attempts of it.
        public var epoch: Int
        public var attempts: Int
        /// Who made the picture, or who failed last; nil if nobody is known.
        public var provider: String?
        public var model: String?

        public init(
            caseID: CaseID, family: JobFamily, kind: AssetKind, epoch: Int, attempts: Int, provider: String? = nil,
            model: String? = nil
        ) {
            self.caseID = caseID
            self.family = family
            self.kind = kind
            self.epoch = epoch
            self.attempts = attempts
            self.provider = provider
            self.model = model
        }

        private enum CodingKeys: String, CodingKey {
            case caseID = "caseId"
            case family
            case kind
            case epoch
            case attempts
            case provider
            case model
        }
    }

    private enum CodingKeys: String, CodingKey {
        case owner
        case month
        case jobID = "jobId"
        case asset = "assetId"
        case number
        case micros
        case possibleMicros
        case images
        case at
        case cause
        case writeID = "writeId"
    }

    /// What tells it from every other line.
    public struct Name: Hashable, Sendable {
        public let month: Month
        public let jobID: JobID
        public let asset: AssetID
        public let number: Int

        public init(month: Month, jobID: JobID, asset: AssetID, number: Int) {
            self.month = month
            self.jobID = jobID
            self.asset = asset
            self.number = number
        }
    }

    public var name: Name { Name(month: month, jobID: jobID, asset: asset, number: number) }

    public var amount: Amount { Amount(micros: micros, possibleMicros: possibleMicros, images: images) }

    /// So long it is kept: longer than an account remembers its month.
    public static let kept: Milliseconds = 800 * 86_400_000
}

/// Money and images.
public struct Amount: Hashable, Sendable, Codable {
    public var micros: Int64
    public var possibleMicros: Int64
    public var images: Int

    public init(micros: Int64 = 0, possibleMicros: Int64 = 0, images: Int = 0) {
        self.micros = micros
        self.possibleMicros = possibleMicros
        self.images = images
    }

    public static let zero = Amount()

    /// What has to be counted against a budget: what may have been billed is counted as billed.
    public var countedMicros: Int64 { micros + possibleMicros }

    public static func + (left: Amount, right: Amount) -> Amount {
        Amount(
            micros: left.micros + right.micros, possibleMicros: left.possibleMicros + right.possibleMicros,
            images: left.images + right.images)
    }

    public static func - (left: Amount, right: Amount) -> Amount {
        Amount(
            micros: left.micros - right.micros, possibleMicros: left.possibleMicros - right.possibleMicros,
            images: left.images - right.images)
    }

    /// The larger of each.
    static func larger(_ left: Amount, _ right: Amount) -> Amount {
        Amount(
            micros: max(left.micros, right.micros), possibleMicros: max(left.possibleMicros, right.possibleMicros),
            images: max(left.images, right.images))
    }
}
