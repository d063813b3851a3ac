import JSONCoding
import JobModel

/// A job as one of the interfaces makes it of its request: checked, and not recorded anywhere yet.
public struct JobDraft: Hashable, Sendable {
    public var owner: OwnerID
    public var family: JobFamily
    /// Nil where one is to be made; see `JobFamily/isNamedByCase`.
    public private(set) var jobID: JobID?
    public private(set) var specification: JobSpecification
    public var options: RunOptions?
    /// The client's own name for its request: the same one never makes a second job.
    public var idempotencyKey: IdempotencyKey?
    /// The pictures that the specification names: stored with the job's record, or not at all.
    public var pictures: [Artifact] = []
    /// What the request came with; nil begins a trace with the job.
    public var trace: TraceParent?

    public var caseID: CaseID { specification.caseID }

    /// A job of a case.
    public init(
        owner: OwnerID, case specification: JobSpecification, options: RunOptions?,
        idempotencyKey: IdempotencyKey? = nil
    ) {
        self.owner = owner
        family = .case
        self.specification = specification
        self.options = options
        self.idempotencyKey = idempotencyKey
    }

    /// A job that is named by its own id.
    public init(
        owner: OwnerID, family: JobFamily, jobID: JobID, assets: [AssetSpecification], details: JobDetails,
        options: RunOptions?, idempotencyKey: IdempotencyKey? = nil
    ) {
        self.owner = owner
        self.family = family
        self.jobID = jobID
        specification = JobSpecification(caseID: CaseID(of: jobID), assets: assets, details: details)
        self.options = options
        self.idempotencyKey = idempotencyKey
    }

    /// The same job under an id that was made for it before.
    public func named(_ jobID: JobID) -> JobDraft {
        var draft = self
        draft.jobID = jobID
        if !family.isNamedByCase { draft.specification.caseID = CaseID(of: jobID) }
        return draft
    }

    /// Tells a request from another one: of all that is asked for, and of nothing that is drawn by lot or the time.
    public func bodyHash() throws(InvalidRequest) -> ContentHash {
        let body = Body(
            family: family, caseID: family.isNamedByCase ? caseID : nil, assets: specification.assets,
            details: specification.details, options: options)
        do throws(JSONError) { return ContentHash(of: try JSON.encode(body, style: .sorted)) } catch {
            throw InvalidRequest(field: error.path, message: error.message)
        }
    }

    private struct Body: Encodable {
        var family: JobFamily
        var caseID: CaseID?
        var assets: [AssetSpecification]
        var details: JobDetails?
        var options: RunOptions?
    }
}

/// What a client calls its request by, so that sending it twice makes one job: 1 to 255 characters from `!` to `~`.
public struct IdempotencyKey: Hashable, Sendable {
    public let text: String

    /// - Parameter field: what the client wrote it in.
    public init(_ text: String, field: String = "Idempotency-Key") throws(InvalidRequest) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, (1...255).contains(text.utf8.count) else {
            throw InvalidRequest(field: field, message: "must be 1 to 255 characters of ASCII without spaces")
        }
        self.text = text
    }
}

/// Takes what the interfaces make of their requests.
public protocol JobSubmitter: Sendable {
    /// Records the job durably and has it handed to a worker.
    func submit(_ draft: JobDraft, handOut: HandOutAddresses) async throws(InvalidRequest) -> JobReply

    /// Whether the same request was bound to a job before, by its idempotency key.
    func isRepeat(_ draft: JobDraft) throws(StoreError) -> Bool
}

extension JobService: JobSubmitter {
    public func submit(_ draft: JobDraft, handOut: HandOutAddresses) async throws(InvalidRequest) -> JobReply {
        try await create(draft, handOut: handOut)
    }

    /// Without accounts no keys are kept.
    public func isRepeat(_ draft: JobDraft) -> Bool { false }
}
