/// What a job's own interface was told beside what is to be made. Immutable, as all of a specification.
public struct JobDetails: Hashable, Sendable, Codable {
    /// The client's own name for the request.
    public var idempotencyKey: String?
    /// The job of which this one is another try.
    public var retryOf: JobID?
    /// How many tries, asked for by people, came before it.
    public var retryCount: Int?
    public var image: ImageDetails?
    public var scene: SceneDetails?
    public var generation: GenerationDetails?

    private enum CodingKeys: String, CodingKey {
        case idempotencyKey
        case retryOf
        case retryCount
        case image
        case scene
        case generation
    }

    public init(idempotencyKey: String? = nil) { self.idempotencyKey = idempotencyKey }
}

/// What the interface for single images was asked.
public struct ImageDetails: Hashable, Sendable, Codable {
    /// The prompt as it was given.
    public var prompt: String
    public var model: String?
    public var provider: String?
    public var title: String?

    public init(prompt: String, model: String? = nil, provider: String? = nil, title: String? = nil) {
        self.prompt = prompt
        self.model = model
        self.provider = provider
        self.title = title
    }
}

/// Where in a film project a job's images belong.
public struct SceneDetails: Hashable, Sendable, Codable {
    public enum JobType: String, Hashable, Sendable, Codable, CaseIterable {
        /// The picture that stands for a person or thing wherever it appears.
        case assetKey = "asset_key"
        case startFrame = "start_frame"
        case endFrame = "end_frame"
        case variation
        case inpaint
    }

    public var jobType: JobType
    public var projectID: String
    public var branchID: String
    /// Of the frames, which belong to a shot; nil for asset keys.
    public var sceneID: String?
    public var shotID: String?
    /// The prompt as it was given, before the template's words.
    public var prompt: String
    public var visualStyleCapsuleID: String?

    private enum CodingKeys: String, CodingKey {
        case jobType
        case projectID = "projectId"
        case branchID = "branchId"
        case sceneID = "sceneId"
        case shotID = "shotId"
        case prompt
        case visualStyleCapsuleID = "visualStyleCapsuleId"
    }

    public init(
        jobType: JobType, projectID: String, branchID: String, sceneID: String? = nil, shotID: String? = nil,
        prompt: String, visualStyleCapsuleID: String? = nil
    ) {
        self.jobType = jobType
        self.projectID = projectID
        self.branchID = branchID
        self.sceneID = sceneID
        self.shotID = shotID
        self.prompt = prompt
        self.visualStyleCapsuleID = visualStyleCapsuleID
    }
}

/// What the interface for generations was asked.
public struct GenerationDetails: Hashable, Sendable, Codable {
    public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        /// Of words alone.
        case text
        /// One picture changed.
        case edit
        /// Two pictures made one.
        case combine

        /// Pictures that it needs, no more and no fewer.
        public var inputs: Int {
            switch self {
            case .text: 0
            case .edit: 1
            case .combine: 2
            }
        }
    }

    public var mode: Mode
    public var prompt: String
    public var variants: Int
    public var model: String?

    public init(mode: Mode, prompt: String, variants: Int = 1, model: String? = nil) {
        self.mode = mode
        self.prompt = prompt
        self.variants = variants
        self.model = model
    }
}
