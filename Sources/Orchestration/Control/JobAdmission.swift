import JSONCoding
import JobModel

/// Turns a valid request into the job it asks for.
public struct JobAdmission: Sendable {
    private let clock: any EngineClock
    private let random: any RandomSource
    private let fence: Milliseconds

    /// - Parameter fence: how long a worker may start calls after its hand-out or its last news.
    public init(clock: any EngineClock, random: any RandomSource, fence: Milliseconds = HandOut.fence) {
        self.clock = clock
        self.random = random
        self.fence = fence
    }

    /// What a case's request comes to.
    /// - Parameter owner: whose job it will be.
    public func draft(
        of request: CaseImagesRequest, owner: OwnerID, idempotencyKey: IdempotencyKey? = nil
    ) throws(InvalidRequest) -> JobDraft {
        JobDraft(
            owner: owner, case: try RequestRules.specification(of: request), options: request.handOut.options,
            idempotencyKey: idempotencyKey)
    }

    public func proposal(
        for draft: JobDraft, handOut addresses: HandOutAddresses
    ) throws(InvalidRequest) -> JobProposal {
        let specification = draft.specification
        let artifactURL = addresses.artifactURL(of: draft.owner)
        let fields = HandOutFields(artifactURL: artifactURL, options: draft.options)
        try RequestRules.check(fields, of: specification)
        let artifact = Artifact(owner: draft.owner, bytes: try RunAdmission.encode(specification))
        let now = clock.now()
        let jobID = if let named = draft.jobID { named } else { try newJobID() }
        let handOut = HandOut(
            epoch: 1, worker: addresses.worker, claim: try newClaim(), stopBy: now + fence,
            webhookURL: addresses.webhookURL, artifactURL: artifactURL, options: fields.options)
        var record = JobRecord(
            jobID: jobID, owner: draft.owner, caseID: draft.caseID, createdAt: now,
            specification: artifact.hash,
            requestHash: try RunAdmission.requestHash(artifact.hash, webhookURL: addresses.webhookURL, fields),
            handOut: handOut,
            assets: specification.assets.map { JobAsset(id: $0.id, kind: $0.kind, name: $0.subject.name) },
            inputs: specification.inputs.map(\.hash), family: draft.family,
            maxRetries: draft.options?.maxAttempts.map { $0 - 1 } ?? 3)
        record.trace = draft.trace ?? .beginning(with: jobID.text)
        return JobProposal(record: record, specification: artifact, inputs: draft.pictures)
    }

    /// The same job with other words, or another model, for one asset.
    /// - Parameters:
    ///   - prompt: nil leaves the words as they are.
    ///   - model: nil leaves the model as it is, an empty text leaves it to the provider.
    ///   - hash: of `specification`, as it is stored.
    /// - Returns: nil if it names no such asset.
    public func edit(
        _ asset: AssetID, prompt: String?, model: String?, in specification: JobSpecification, hash: ContentHash,
        owner: OwnerID
    ) throws(InvalidRequest) -> AssetEdit? {
        guard prompt != nil || model != nil else {
            throw InvalidRequest(field: "prompt", message: "is needed, or model")
        }
        try RequestRules.checkWords(prompt: prompt, model: model?.isEmpty == true ? nil : model)
        guard let index = specification.assets.firstIndex(where: { $0.id == asset }) else { return nil }
        let next = specification.edited(asset, prompt: prompt, model: model)
        return AssetEdit(
            asset: asset, base: hash,
            specification: Artifact(owner: owner, bytes: try RunAdmission.encode(next)),
            before: try JobAdmission.words(specification.assets[index]),
            after: try JobAdmission.words(next.assets[index]))
    }

    /// Tells words and model of one asset from those of another.
    static func words(_ asset: AssetSpecification) throws(InvalidRequest) -> ContentHash {
        do throws(JSONError) { return ContentHash(of: try JSON.encode(asset, style: .sorted)) } catch {
            throw InvalidRequest(field: error.path, message: error.message)
        }
    }

    public func newClaim() throws(InvalidRequest) -> Claim {
        do { return try Claim(random.identifier("claim_")) } catch {
            throw InvalidRequest(field: "claim", message: error.message)
        }
    }

    public func newJobID() throws(InvalidRequest) -> JobID {
        do { return try JobID(random.identifier("job_")) } catch {
            throw InvalidRequest(field: "jobId", message: error.message)
        }
    }
}

extension JobSpecification {
    /// The same with other words, or another model, for one asset; nil leaves them as they are, and an empty model is the
    /// provider's own.
    func edited(_ asset: AssetID, prompt: String?, model: String?) -> JobSpecification {
        var next = self
        for index in next.assets.indices where next.assets[index].id == asset {
            if let prompt { next.assets[index].prompt = prompt }
            if let model { next.assets[index].model = model.isEmpty ? nil : model }
        }
        return next
    }
}
