/// The work in one worker's hands. Written before the trigger leaves.
public struct HandOut: Hashable, Sendable, Codable {
    public enum Acceptance: String, Hashable, Sendable, Codable {
        case none
        /// The worker answered with our job and epoch.
        case acknowledged
        /// It answered yes without naming them: a worker that is not ours.
        case foreign
        /// It will never take the epoch as it is; the epoch is over.
        case refused
    }

    public var epoch: Int
    /// The worker's base URL.
    public var worker: String
    public var claim: Claim
    /// After this the worker starts no new call.
    public var stopBy: Milliseconds
    public var webhookURL: String
    public var artifactURL: String?
    /// What the job's creator asked of its runs.
    public var options: RunOptions?
    /// The one provider of this epoch, where somebody asked for a fallback to it.
    public var fallback: String?
    /// What its calls may cost, where the owner has a budget: what was set aside and is not spent.
    public var maxCostMicros: Int64?
    public var acceptance: Acceptance
    /// Triggers sent.
    public var tries: Int
    /// Those of them that may have arrived; nil in records of format 2, where nobody counted.
    public var sends: Int?
    /// Workers that did not take it, one after another, since one last did.
    public var rounds: Int?
    /// Until the next trigger may leave.
    public var wait: Wait?

    private enum CodingKeys: String, CodingKey {
        case epoch
        case worker
        case claim
        case stopBy
        case webhookURL = "webhookUrl"
        case artifactURL = "artifactUrl"
        case options
        case fallback
        case maxCostMicros
        case acceptance
        case tries
        case sends
        case rounds
        case wait
    }

    public init(
        epoch: Int, worker: String, claim: Claim, stopBy: Milliseconds, webhookURL: String, artifactURL: String?,
        options: RunOptions? = nil, fallback: String? = nil
    ) {
        self.options = options
        self.fallback = fallback
        self.epoch = epoch
        self.worker = worker
        self.claim = claim
        self.stopBy = stopBy
        self.webhookURL = webhookURL
        self.artifactURL = artifactURL
        acceptance = .none
        tries = 0
        sends = 0
    }

    /// What the worker is asked in this epoch.
    public var runOptions: RunOptions? {
        guard fallback != nil || maxCostMicros != nil else { return options }
        var options = options ?? RunOptions()
        if let fallback {
            options.providers = [fallback]
            options.isFallback = true
        }
        if let maxCostMicros { options.maxCostMicros = min(maxCostMicros, options.maxCostMicros ?? .max) }
        return options
    }

    /// How long a worker may start calls without news from us, if nothing else is set.
    public static let fence: Milliseconds = 30 * 60 * 1_000
}

/// An earlier hand-out.
public struct PastClaim: Hashable, Sendable, Codable {
    public var epoch: Int
    public var claim: Claim
    public var webhookURL: String
    /// What was to be made in it.
    public var specification: ContentHash
    /// The newest version of it that was taken in.
    public var version: Int?

    private enum CodingKeys: String, CodingKey {
        case epoch
        case claim
        case webhookURL = "webhookUrl"
        case specification
        case version
    }
}
