import JobModel

/// One call to an external generator.
public struct GenerationRequest: Hashable, Sendable {
    public var jobID: JobID
    public var owner: OwnerID
    public var caseID: CaseID?
    public var assetID: AssetID
    public var kind: AssetKind
    /// The words sent to the provider.
    public var prompt: String
    /// The thing's own name and description, for generators that draw from the job's data.
    public var subject: Subject
    /// Overrides the provider's configured model.
    public var model: String?
    /// Counted from 1.
    public var attempt: Int
    /// How long the whole attempt may take; the adapter must have closed its sockets by then.
    public var timeout: Duration
    /// Width and height that the asset will have in the end; adapters may ask for the nearest they can.
    public var size: PixelSize
    /// An earlier call for this very asset whose end nobody knows: an adapter that can ask does that alone, and makes no
    /// new call.
    public var resuming: RemoteCall?
    /// Pictures that the prompt speaks of, in its order; none for a provider that takes none.
    public var pictures: [ReferencePicture]

    public init(
        jobID: JobID, caseID: CaseID?, assetID: AssetID, kind: AssetKind, prompt: String, subject: Subject,
        model: String?, attempt: Int, timeout: Duration, size: PixelSize, resuming: RemoteCall? = nil,
        owner: OwnerID = .local, pictures: [ReferencePicture] = []
    ) {
        self.jobID = jobID
        self.owner = owner
        self.caseID = caseID
        self.assetID = assetID
        self.kind = kind
        self.prompt = prompt
        self.subject = subject
        self.model = model
        self.attempt = attempt
        self.timeout = timeout
        self.size = size
        self.resuming = resuming
        self.pictures = pictures
    }
}

/// A picture that goes out with a prompt.
public struct ReferencePicture: Hashable, Sendable {
    public var bytes: [UInt8]
    public var mediaType: String
    public var role: InputPicture.Role

    public init(bytes: [UInt8], mediaType: String, role: InputPicture.Role) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.role = role
    }
}

/// What an adapter tells while a call is under way. Neither closure blocks.
public struct CallObserver: Sendable {
    /// A request that may be billed leaves now. Told once for each one; asking, polling and fetching are not told.
    public let sent: @Sendable () -> Void
    /// The provider's own id for the call, as soon as it is known.
    public let named: @Sendable (RemoteCall) -> Void

    public init(
        sent: @escaping @Sendable () -> Void = {}, named: @escaping @Sendable (RemoteCall) -> Void = { _ in }
    ) {
        self.sent = sent
        self.named = named
    }
}

/// What a provider made.
public struct GeneratedMedia: Hashable, Sendable {
    /// Adapters turn base64 and URLs into bytes themselves, within the attempt's deadline.
    public var bytes: [UInt8]
    /// As the provider claims; never trusted, the bytes are sniffed.
    public var mediaType: String?
    /// The model that made it.
    public var model: String
    /// In millionths of the provider's currency unit; nil if it has no price configured.
    public var costMicros: Int64?
    /// Lives as long as the bytes are in use.
    public var hold: Hold?

    public init(bytes: [UInt8], mediaType: String?, model: String, costMicros: Int64?, hold: Hold? = nil) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.model = model
        self.costMicros = costMicros
        self.hold = hold
    }
}

/// Something to keep for as long as the bytes it came with are in use: a place among the answers that may be in memory.
/// Says nothing about the bytes, so all are equal.
public struct Hold: Hashable, Sendable {
    private let object: any AnyObject & Sendable

    public init(_ object: any AnyObject & Sendable) { self.object = object }

    public static func == (left: Hold, right: Hold) -> Bool { true }
    public func hash(into hasher: inout Hasher) {}
}

/// How one attempt ended. A value on purpose: nothing may throw an asset away.
public enum GenerationResult: Hashable, Sendable {
    case made(GeneratedMedia)
    case failed(MediaError)
}

/// An adapter to one external generator.
public protocol MediaProvider: Sendable {
    /// `local`, `gemini`, …; stands in records, logs and metrics.
    var name: String { get }
    /// The model used when a request names none.
    var model: String { get }
    /// Whether it takes pictures beside the prompt.
    var takesPictures: Bool { get }

    /// Of one picture by this model.
    func price(ofModel model: String) -> Price

    /// Makes one asset. Cancellation of the task closes the sockets at once and yields `failed` of kind `canceled`.
    func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult

    /// News of a call is to be had: the provider's callback came. A hint to ask now rather than later, never the answer;
    /// one about a call that is not under way here is ignored.
    func nudge(_ call: RemoteCall)
}

extension MediaProvider {
    public var takesPictures: Bool { false }

    public func nudge(_ call: RemoteCall) {}
}

/// Turns provider bytes into the picture that is kept.
public protocol ImageTransformer: Sendable {
    /// Sniffs, bounds, decodes, crops and encodes, off the cooperative pool. Errors are of kind `unusableOutput`
    /// (damaged, too large, not a picture) or `internalFailure`.
    func transform(_ bytes: [UInt8], as transform: ImageTransform) async -> Result<TransformedImage, MediaError>
}

/// A picture that decoded: nothing else counts as made.
public struct TransformedImage: Hashable, Sendable {
    public var bytes: [UInt8]
    public var mediaType: String
    public var size: PixelSize

    public init(bytes: [UInt8], mediaType: String, size: PixelSize) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.size = size
    }
}

/// Draws SVG text of our own making. Never given bytes from outside.
public protocol VectorRasterizer: Sendable {
    /// Returns an encoded picture of the document's own pixel size: lossless PNG, or JPEG at `quality`.
    func rasterize(_ svg: String, as format: RasterFormat) async -> Result<[UInt8], MediaError>
}

public enum RasterFormat: Hashable, Sendable {
    case png
    case jpeg(quality: Int)
}
