import JobModel

/// How to reach Replicate, or whatever speaks its predictions API.
public struct ReplicateConfiguration: Hashable, Sendable {
    public static let publicOrigin = "https://api.replicate.com"
    /// Where Replicate keeps its outputs for an hour; its docs show them the token, which only the operator's setting
    /// does here.
    public static let publicFileHosts = "replicate.delivery *.replicate.delivery"

    public let origin: ProviderOrigin
    public let key: ProviderKey
    /// Used when a request names none.
    public let model: String
    public var input = ReplicateInput()
    /// For how many seconds the creating call may be held for its picture, 0 to 60; beyond that it is 60. Nothing is
    /// known of a call that is held, not even its id: one that breaks then cannot be asked about.
    ///
    /// Nil holds it until `margin` before the attempt's deadline, or not at all if there is a webhook to tell us.
    public var waitSeconds: Int?
    /// Told by the provider when a prediction ends; nil for none. It has no query: the case is named there.
    public var webhookURL: String?
    public var connectTimeout = Duration.seconds(10)
    public var pace = PollPace()
    /// Of one question; the next is asked when it has passed.
    public var pollTimeout = Duration.seconds(15)
    /// A longer answer is given up. With ``waitSeconds`` it holds the picture itself, in base64.
    public var maximumBodyBytes = 64 << 20
    /// By `replicate` and the model as it is written.
    public var prices = PriceTable()

    /// What is left of an attempt, after the provider let go of the creating call, to ask and to fetch.
    static let margin = Duration.seconds(5)

    /// How often a prediction is asked about.
    public struct PollPace: Hashable, Sendable {
        /// Each pause is half as long again as the one before.
        public var first = Duration.milliseconds(500)
        public var longest = Duration.seconds(2)
        /// Between two questions, however often the provider calls back.
        public var least = Duration.milliseconds(100)

        public init() {}
    }

    /// - Parameters:
    ///   - origin: `http` or `https`, without path, query and user information.
    ///   - model: `owner/name`, `owner/name:version`, a version of 64 hexadecimal digits, or `deployments/owner/name`.
    /// - Throws: if either cannot be used, in words for the operator.
    public init(
        origin: String = publicOrigin, key: ProviderKey, model: String
    ) throws(ProviderConfigurationError) {
        guard let origin = ProviderOrigin(origin) else {
            throw ProviderConfigurationError("the Replicate base URL must be an origin such as \(Self.publicOrigin)")
        }
        guard ReplicateTarget(model) != nil else {
            throw ProviderConfigurationError("the Replicate model must be \(ReplicateTarget.rule)")
        }
        self.origin = origin
        self.key = key
        self.model = model
    }

    /// Where the provider tells of a call of this job. The prediction itself does not say whose it is.
    func webhook(of job: JobName) -> String? {
        guard let webhookURL, let caseID = job.caseID else { return webhookURL }
        let owner = job.owner == .local ? "" : "&owner=\(job.owner)"
        return "\(webhookURL)?case=\(caseID)\(owner)"
    }

    /// Seconds for `Prefer: wait`; nil for none.
    func wait(within left: Duration) -> Int? {
        let automatic = webhookURL == nil ? Int((left - Self.margin).components.seconds) : 0
        let seconds = min(60, waitSeconds ?? automatic)
        return seconds > 0 ? seconds : nil
    }

    /// Seconds for `Cancel-After`, which takes 5 seconds to a day.
    static func cancelAfter(_ left: Duration) -> Int { min(max(5, Int(left.components.seconds)), 24 * 3600) }
}

/// Whose call it is.
struct JobName: Hashable, Sendable {
    var caseID: CaseID?
    var owner: OwnerID
}
