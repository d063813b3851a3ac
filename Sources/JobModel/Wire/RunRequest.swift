/// The body of `POST /api/generate-case-images`: the seed's four fields, and ours, which a stranger may leave out.
public struct CaseImagesRequest: Hashable, Sendable, Codable {
    public var caseID: CaseID
    public var evidence: [CaseItem]
    public var locations: [CaseItem]
    public var webhookURL: String
    public var handOut: HandOutFields

    public init(
        caseID: CaseID, evidence: [CaseItem], locations: [CaseItem], webhookURL: String, handOut: HandOutFields
    ) {
        self.caseID = caseID
        self.evidence = evidence
        self.locations = locations
        self.webhookURL = webhookURL
        self.handOut = handOut
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "caseId"
        case evidence
        case locations
        case webhookURL = "webhookUrl"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        caseID = try values.decode(CaseID.self, forKey: .caseID)
        evidence = try values.decodeIfPresent([CaseItem].self, forKey: .evidence) ?? []
        locations = try values.decodeIfPresent([CaseItem].self, forKey: .locations) ?? []
        webhookURL = try values.decode(String.self, forKey: .webhookURL)
        handOut = try HandOutFields(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(caseID, forKey: .caseID)
        try values.encode(evidence, forKey: .evidence)
        try values.encode(locations, forKey: .locations)
        try values.encode(webhookURL, forKey: .webhookURL)
        try handOut.encode(to: encoder)
    }
}

/// One thing of a case to be pictured.
public struct CaseItem: Hashable, Sendable, Codable {
    public var id: AssetID
    public var name: String
    public var description: String
    /// Lower is more important; the default keeps the given order, evidence first.
    public var priority: Int?
    /// The words for the provider, in place of those that the kind's template makes.
    public var prompt: String?
    /// Overrides the provider's configured model.
    public var model: String?

    public init(
        id: AssetID, name: String, description: String, priority: Int? = nil, prompt: String? = nil,
        model: String? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.priority = priority
        self.prompt = prompt
        self.model = model
    }
}

/// The fields by which our own control side numbers its work; all absent in a stranger's request.
public struct HandOutFields: Hashable, Sendable, Codable {
    public var jobID: JobID?
    public var epoch: Int?
    public var claim: Claim?
    public var stopBy: Milliseconds?
    public var artifactURL: String?
    /// Assets made, or given up, in earlier epochs.
    public var kept: [KeptAsset]?
    /// Calls of earlier epochs to ask about.
    public var openCalls: [OpenCall]?
    public var options: RunOptions?
    /// Whose job it is; nil for the local owner.
    public var owner: OwnerID?

    public init(
        jobID: JobID? = nil, epoch: Int? = nil, claim: Claim? = nil, stopBy: Milliseconds? = nil,
        artifactURL: String? = nil, kept: [KeptAsset]? = nil, openCalls: [OpenCall]? = nil, options: RunOptions? = nil,
        owner: OwnerID? = nil
    ) {
        self.jobID = jobID
        self.epoch = epoch
        self.claim = claim
        self.stopBy = stopBy
        self.artifactURL = artifactURL
        self.kept = kept
        self.openCalls = openCalls
        self.options = options
        self.owner = owner
    }

    private enum CodingKeys: String, CodingKey {
        case jobID = "jobId"
        case owner
        case epoch
        case claim
        case stopBy
        case artifactURL = "artifactUrl"
        case kept
        case openCalls
        case options
    }
}

/// What a caller may set for its own run, within the worker's bounds.
public struct RunOptions: Hashable, Sendable, Codable {
    public var schedule: Schedule?
    /// Seconds, up to the worker's own setting.
    public var attemptTimeout: Double?
    /// Up to the worker's own setting.
    public var maxAttempts: Int?
    /// Names of the worker's providers in the order in which they are asked; at most ``maximumProviders``. The worker's
    /// own order when absent.
    public var providers: [String]?
    /// Whether words that one provider refuses are put to the next.
    public var fallbackOnRefusal: Bool?
    /// Somebody asked for these providers in place of the usual ones: what they make says that it is a fallback.
    public var isFallback: Bool?
    /// What the calls may cost, in millionths of the currency unit; those count that may have been billed. No call starts
    /// that would go beyond it.
    public var maxCostMicros: Int64?

    public static let maximumProviders = 8

    public init(
        schedule: Schedule? = nil, attemptTimeout: Double? = nil, maxAttempts: Int? = nil, providers: [String]? = nil,
        fallbackOnRefusal: Bool? = nil, isFallback: Bool? = nil, maxCostMicros: Int64? = nil
    ) {
        self.schedule = schedule
        self.attemptTimeout = attemptTimeout
        self.maxAttempts = maxAttempts
        self.providers = providers
        self.fallbackOnRefusal = fallbackOnRefusal
        self.isFallback = isFallback
        self.maxCostMicros = maxCostMicros
    }
}

/// The body of `POST /api/runs`: any kinds of assets, with the words for the provider already made.
public struct GeneralRunRequest: Hashable, Sendable, Codable {
    public struct Asset: Hashable, Sendable, Codable {
        public var id: AssetID
        public var kind: AssetKind
        public var prompt: String
        public var name: String?
        public var description: String?
        public var model: String?
        public var transform: TransformName?
        public var priority: Int?
        /// Read by the worker, as each call begins, at `{artifactUrl}/{hash}?claim=`.
        public var inputs: [InputPicture]?

        init(_ asset: AssetSpecification, transform: TransformName) {
            id = asset.id
            kind = asset.kind
            prompt = asset.prompt
            name = asset.subject.name
            description = asset.subject.description
            model = asset.model
            self.transform = transform
            priority = asset.priority
            inputs = asset.inputs
        }
    }

    /// The transforms by name.
    public enum TransformName: String, Hashable, Sendable, Codable, CaseIterable {
        case cover512 = "cover-512-jpeg"
        case keepJPEG = "keep-size-jpeg"
        case keepPNG = "keep-size-png"

        public var transform: ImageTransform {
            switch self {
            case .cover512: .caseImage
            case .keepJPEG: .keepSize(format: .jpeg)
            case .keepPNG: .keepSize(format: .png)
            }
        }

        /// The name of a transform that has one.
        public init?(_ transform: ImageTransform) {
            guard let name = TransformName.allCases.first(where: { $0.transform == transform }) else { return nil }
            self = name
        }
    }

    public var caseID: CaseID?
    public var assets: [Asset]
    public var webhookURL: String
    public var handOut: HandOutFields

    public init(caseID: CaseID?, assets: [Asset], webhookURL: String, handOut: HandOutFields) {
        self.caseID = caseID
        self.assets = assets
        self.webhookURL = webhookURL
        self.handOut = handOut
    }

    private enum CodingKeys: String, CodingKey {
        case caseID = "caseId"
        case assets
        case webhookURL = "webhookUrl"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        caseID = try values.decodeIfPresent(CaseID.self, forKey: .caseID)
        assets = try values.decode([Asset].self, forKey: .assets)
        webhookURL = try values.decode(String.self, forKey: .webhookURL)
        handOut = try HandOutFields(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(caseID, forKey: .caseID)
        try values.encode(assets, forKey: .assets)
        try values.encode(webhookURL, forKey: .webhookURL)
        try handOut.encode(to: encoder)
    }
}
