import JobModel

/// Turns a valid case into the job it asks for.
public struct JobAdmission: Sendable {
    private let clock: any EngineClock
    private let random: any RandomSource

    public init(clock: any EngineClock, random: any RandomSource) {
        self.clock = clock
        self.random = random
    }

    public func proposal(
        for request: CaseImagesRequest, handOut addresses: HandOutAddresses
    ) throws(InvalidRequest) -> JobProposal {
        let specification = try RequestRules.specification(of: request)
        let fields = HandOutFields(artifactURL: addresses.artifactURL, options: request.handOut.options)
        try RequestRules.check(fields, assets: specification.assets.count)
        let artifact = Artifact(owner: .local, bytes: try RunAdmission.encode(specification))
        let now = clock.now()
        let handOut = HandOut(
            epoch: 1, worker: addresses.worker, claim: try newClaim(), stopBy: now + HandOut.fence,
            webhookURL: addresses.webhookURL, artifactURL: addresses.artifactURL, options: fields.options)
        let record = JobRecord(
            jobID: try newJobID(), owner: .local, caseID: request.caseID, createdAt: now,
            specification: artifact.hash,
            requestHash: try RunAdmission.requestHash(artifact.hash, webhookURL: addresses.webhookURL, fields),
            handOut: handOut,
            assets: specification.assets.map { JobAsset(id: $0.id, kind: $0.kind, name: $0.subject.name) })
        return JobProposal(record: record, specification: artifact)
    }

    public func newClaim() throws(InvalidRequest) -> Claim {
        do { return try Claim(random.identifier("claim_")) } catch {
            throw InvalidRequest(field: "claim", message: error.message)
        }
    }

    private func newJobID() throws(InvalidRequest) -> JobID {
        do { return try JobID(random.identifier("job_")) } catch {
            throw InvalidRequest(field: "jobId", message: error.message)
        }
    }
}
