import JSONCoding
import JobModel

/// Turns a valid request into the run it asks for.
public struct RunAdmission: Sendable {
    private let settings: WorkerSettings
    private let roster: ProviderRoster
    private let clock: any EngineClock
    private let random: any RandomSource

    public init(
        settings: WorkerSettings, roster: ProviderRoster, clock: any EngineClock, random: any RandomSource
    ) {
        self.settings = settings
        self.roster = roster
        self.clock = clock
        self.random = random
    }

    /// - Parameter trace: what the request came with; nil begins one with the run.
    public func proposal(
        for request: CaseImagesRequest, trace: TraceParent? = nil
    ) throws(InvalidRequest) -> RunProposal {
        let specification = try RequestRules.specification(of: request)
        return try proposal(for: specification, request.handOut, webhookURL: request.webhookURL, trace)
    }

    /// As for a case's request.
    public func proposal(
        for request: GeneralRunRequest, trace: TraceParent? = nil
    ) throws(InvalidRequest) -> RunProposal {
        guard let jobID = request.handOut.jobID else {
            throw InvalidRequest(field: "jobId", message: "is needed in this form")
        }
        let specification = try RequestRules.specification(of: request, jobID: jobID)
        return try proposal(for: specification, request.handOut, webhookURL: request.webhookURL, trace)
    }

    private func proposal(
        for specification: JobSpecification, _ handOut: HandOutFields, webhookURL: String, _ trace: TraceParent?
    ) throws(InvalidRequest) -> RunProposal {
        try RequestRules.check(handOut, of: specification)
        let stopBy = handOut.stopBy.map { clock.instant(atWall: $0) }
        if let stopBy, stopBy <= clock.now() {
            throw InvalidRequest(field: "stopBy", message: "has passed; ask for a new hand-out")
        }
        let options = handOut.options
        let assets = try RunAdmission.assets(specification, handOut)
        let providers = try roster.terms(options?.providers, models: assets.map(\.model))
        let bytes = try RunAdmission.encode(specification)
        let owner = handOut.owner ?? .local
        let artifact = Artifact(owner: owner, bytes: bytes)
        var record = RunRecord(
            jobID: try jobID(handOut, specification.caseID), owner: owner, caseID: specification.caseID,
            epoch: handOut.epoch ?? 1, claim: try claim(handOut), stopBy: stopBy,
            specification: artifact.hash,
            requestHash: try RunAdmission.requestHash(artifact.hash, webhookURL: webhookURL, handOut),
            webhookURL: webhookURL, artifactURL: handOut.artifactURL, limits: limits(options), providers: providers,
            fallsBackOnRefusal: options?.fallbackOnRefusal ?? false, isFallback: options?.isFallback ?? false,
            estimateMicros: RunAdmission.estimate(assets, providers[0]), acceptedAt: clock.now(), assets: assets)
        record.trace = trace ?? .beginning(with: "\(record.jobID)\n\(record.claim.text)")
        return RunProposal(record: record, specification: artifact, isUnnumbered: handOut.jobID == nil)
    }

    private func jobID(_ handOut: HandOutFields, _ caseID: CaseID) throws(InvalidRequest) -> JobID {
        if let jobID = handOut.jobID { return jobID }
        let text = UnnumberedJob.prefix + caseID.text
        // A long case id leaves no room for the prefix: its hash stands for it.
        let fitting = text.utf8.count <= 128 ? text : UnnumberedJob.prefix + ContentHash(of: Array(text.utf8)).text
        do { return try JobID(fitting) } catch { throw InvalidRequest(field: "caseId", message: error.message) }
    }

    private func claim(_ handOut: HandOutFields) throws(InvalidRequest) -> Claim {
        if let claim = handOut.claim { return claim }
        do { return try Claim(random.identifier("claim_")) } catch {
            throw InvalidRequest(field: "claim", message: error.message)
        }
    }

    /// A caller may tighten the worker's limits, never loosen them.
    private func limits(_ options: RunOptions?) -> RunLimits {
        var limits = settings.limits
        if let schedule = options?.schedule { limits.schedule = schedule }
        if let timeout = options?.attemptTimeout {
            limits.attemptTimeout = min(limits.attemptTimeout, max(1, Milliseconds(timeout * 1_000)))
        }
        if let attempts = options?.maxAttempts {
            limits.retry.maximumAttempts = min(limits.retry.maximumAttempts, attempts)
        }
        limits.costLimit = options?.maxCostMicros
        return limits
    }

    private static func assets(
        _ specification: JobSpecification, _ handOut: HandOutFields
    ) throws(InvalidRequest) -> [AssetRun] {
        let kept = Dictionary((handOut.kept ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let open = Dictionary((handOut.openCalls ?? []).map { ($0.id, $0.call) }, uniquingKeysWith: { $1 })
        var runs: [AssetRun] = []
        for asset in specification.assets {
            // Who stands in for another provider does not know its models.
            let model = handOut.options?.isFallback == true ? nil : asset.model
            var run =
                kept[asset.id].map { AssetRun(kept: $0, kind: asset.kind, priority: asset.priority) }
                ?? AssetRun(id: asset.id, kind: asset.kind, priority: asset.priority, model: model)
            run.openCall = open[asset.id]
            run.words = try JobAdmission.words(asset)
            runs.append(run)
        }
        return runs
    }

    /// One call for each asset that is to be made, at the first provider's prices.
    private static func estimate(_ assets: [AssetRun], _ terms: ProviderTerms) -> Int64? {
        var sum: Int64 = 0
        for asset in assets where !asset.state.isSettled {
            guard let price = terms.prices[asset.model ?? terms.model] else { return nil }
            sum += price
        }
        return sum
    }

    /// The bytes that a specification is stored and hashed as.
    public static func encode(_ specification: JobSpecification) throws(InvalidRequest) -> [UInt8] {
        do { return try JSON.encode(specification, style: .sorted) } catch {
            throw InvalidRequest(field: error.path, message: error.message)
        }
    }

    /// Two requests with the same hash ask for the same thing.
    public static func requestHash(
        _ specification: ContentHash, webhookURL: String, _ handOut: HandOutFields
    ) throws(InvalidRequest) -> ContentHash {
        let options: [UInt8]
        do throws(JSONError) { options = try JSON.encode(handOut.options ?? RunOptions(), style: .sorted) } catch {
            throw InvalidRequest(field: "options", message: error.message)
        }
        let addresses = "\(specification)\n\(webhookURL)\n\(handOut.artifactURL ?? "")\n"
        return ContentHash(of: Array(addresses.utf8) + options)
    }
}
