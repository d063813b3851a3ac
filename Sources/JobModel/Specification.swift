/// Pixels across and down.
public struct PixelSize: Hashable, Sendable, Codable {
    public var width: Int
    public var height: Int
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// The thing pictured, in its author's words.
public struct Subject: Hashable, Sendable, Codable {
    /// At most 200 characters.
    public var name: String
    /// At most 4,000 characters.
    public var description: String
    public init(name: String, description: String) {
        self.name = name
        self.description = description
    }
}

/// What is done to a provider's picture before it is kept.
public enum ImageTransform: Hashable, Sendable, Codable {
    /// Fill the box, crop what stands over at the centre, encode as JPEG. Smaller pictures are cropped to the box's
    /// shape and not enlarged.
    case coverJPEG(size: PixelSize, quality: Int)
    /// Keep the provider's size.
    case keepSize(format: KeptFormat)

    public enum KeptFormat: String, Hashable, Sendable, Codable {
        case jpeg
        case png
    }

    /// What a case's pictures get: 512×512, cover crop, JPEG quality 80.
    public static let caseImage = ImageTransform.coverJPEG(size: PixelSize(width: 512, height: 512), quality: 80)
}

/// One asset as it was asked for. Immutable: new words make a new specification.
public struct AssetSpecification: Hashable, Sendable, Codable {
    public var id: AssetID
    public var kind: AssetKind
    /// The words for the provider.
    public var prompt: String
    public var subject: Subject
    /// Overrides the provider's configured model.
    public var model: String?
    public var transform: ImageTransform
    /// Lower is more important; equal ones keep their order.
    public var priority: Int
    /// Pictures that the prompt speaks of; at most ``maximumInputs``.
    public var inputs: [InputPicture]?

    public static let maximumInputs = 4

    public init(
        id: AssetID, kind: AssetKind, prompt: String, subject: Subject, model: String? = nil,
        transform: ImageTransform = .caseImage, priority: Int = 0, inputs: [InputPicture]? = nil
    ) {
        self.id = id
        self.kind = kind
        self.prompt = prompt
        self.subject = subject
        self.model = model
        self.transform = transform
        self.priority = priority
        self.inputs = inputs
    }
}

/// What a job is to make: written once under its hash, named by the records of both sides, never changed.
public struct JobSpecification: Hashable, Sendable, Codable {
    public var caseID: CaseID
    /// 1 to 200, in the order given.
    public var assets: [AssetSpecification]
    public var details: JobDetails?

    public static let maximumAssets = 200

    public init(caseID: CaseID, assets: [AssetSpecification], details: JobDetails? = nil) {
        self.caseID = caseID
        self.assets = assets
        self.details = details
    }

    /// The artifacts that it names, each once.
    public var inputs: [InputPicture] {
        var seen: Set<ContentHash> = []
        return assets.flatMap { $0.inputs ?? [] }.filter { seen.insert($0.hash).inserted }
    }
}
