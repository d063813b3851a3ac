import JobModel

/// What `WorkerRoutes` and `RunAdmission` make of a trigger.
extension WorkerProcess {
    func take(_ request: CaseImagesRequest, _ answer: @escaping (TriggerAnswer) -> Void) {
        guard !world.chance(world.faults.misrule) else {
            world.count(.refusedByRule)
            return answer(.refused(reason: "401"))
        }
        do throws(InvalidRequest) {
            let proposal = try proposal(for: request)
            accept(proposal) { answer(TriggerAnswer($0, to: proposal.record)) }
        } catch {
            let isLasting = !error.field.isEmpty && !["webhookUrl", "artifactUrl", "stopBy"].contains(error.field)
            let reason = "\(error.field) \(error.message)"
            answer(isLasting ? .unacceptable(reason: reason) : .refused(reason: reason))
        }
    }

    private func accept(_ proposal: RunProposal, _ answer: @escaping (RunReply) -> Void) {
        let job = proposal.record.jobID
        guard records.mailroom.isInHand(job) || records.mailroom.inHand < world.profile.maximumRuns else {
            return answer(.unavailable("the worker has enough runs in hand"))
        }
        ask(job, { .requested($0, proposal) }, answer)
    }

    private func proposal(for request: CaseImagesRequest) throws(InvalidRequest) -> RunProposal {
        let specification = try RequestRules.specification(of: request)
        let handOut = request.handOut
        try RequestRules.check(handOut, of: specification)
        if let stopBy = handOut.stopBy, stopBy <= now {
            throw InvalidRequest(field: "stopBy", message: "has passed; ask for a new hand-out")
        }
        guard let job = handOut.jobID, let epoch = handOut.epoch, let claim = handOut.claim else {
            throw InvalidRequest(field: "jobId", message: "is needed in this form")
        }
        let artifact = world.artifact(for: specification)
        let assets = assets(specification, handOut)
        let record = RunRecord(
            jobID: job, owner: .local, caseID: specification.caseID, epoch: epoch, claim: claim,
            stopBy: handOut.stopBy, specification: artifact.hash, requestHash: artifact.hash,
            webhookURL: request.webhookURL, artifactURL: handOut.artifactURL, limits: world.profile.limits,
            providers: try terms(handOut.options?.providers),
            fallsBackOnRefusal: handOut.options?.fallbackOnRefusal ?? false,
            isFallback: handOut.options?.isFallback ?? false,
            estimateMicros: Int64(assets.count { !$0.state.isSettled }) * Names.price, acceptedAt: now,
            assets: assets)
        return RunProposal(record: record, specification: artifact, isUnnumbered: false)
    }

    private func terms(_ names: [String]?) throws(InvalidRequest) -> [ProviderTerms] {
        var terms: [ProviderTerms] = []
        for name in names ?? world.profile.providers {
            guard Provider.names.contains(name) else {
                throw InvalidRequest(field: "options.providers", message: "names \(name)")
            }
            terms.append(
                ProviderTerms(
                    name: name, model: "m", unknownOutcome: world.profile.unknownOutcome,
                    prices: ["m": Names.price, "m2": Names.price]))
        }
        return terms
    }

    private func assets(_ specification: JobSpecification, _ handOut: HandOutFields) -> [AssetRun] {
        specification.assets.map { asset in
            if let made = handOut.kept?.first(where: { $0.id == asset.id }) {
                var run = AssetRun(kept: made, kind: asset.kind, priority: asset.priority)
                run.words = Names.hash(asset.words)
                return run
            }
            let model = handOut.options?.isFallback == true ? nil : asset.model
            var run = AssetRun(id: asset.id, kind: asset.kind, priority: asset.priority, model: model)
            run.words = Names.hash(asset.words)
            run.openCall = handOut.openCalls?.last { $0.id == asset.id }?.call
            return run
        }
    }
}

/// What the worker's routes say of a reply and `WorkerHTTPClient` makes of it.
extension TriggerAnswer {
    init(_ reply: RunReply, to asked: RunRecord) {
        switch reply {
        case .accepted(let run), .done(let run):
            self = run.jobID == asked.jobID && run.epoch == asked.epoch ? .accepted : .acceptedByForeign
        case .staleEpoch(let current): self = .refused(reason: "epoch \(current) is known here")
        case .conflict(let message): self = .refused(reason: message)
        case .forgotten: self = .refused(reason: "run_forgotten")
        case .unknownRun: self = .refused(reason: "unknown_run")
        case .unavailable(let reason): self = .busy(reason: reason, retryAfter: 2_000)
        case .busy(let reason, let seconds): self = .busy(reason: reason, retryAfter: Milliseconds(seconds) * 1_000)
        }
    }
}
