import JobModel

/// The routes that face the workers.
extension ControlProcess {
    /// `POST /api/webhook/image-progress`
    func take(_ snapshot: Snapshot, _ answer: @escaping (DeliveryAnswer) -> Void) {
        guard !world.chance(world.faults.misrule) else {
            world.count(.refusedByRule)
            return answer(.refused(reason: "401"))
        }
        // The wire does not say where the pictures were put.
        var snapshot = snapshot
        snapshot.artifactURL = nil
        let missing = missingPictures(of: snapshot)
        let (epoch, history) = (snapshot.epoch, world.history(of: snapshot))
        ask(snapshot.caseID) {
            .snapshotArrived($0, snapshot, missing: missing, history: history)
        } _: { [unowned self] reply in
            guard case .unknownJob = reply else { return answer(DeliveryAnswer(reply, epoch: epoch)) }
            takeLate(snapshot, missing, history, answer)
        }
    }

    /// Of a job that its case has replaced.
    private func takeLate(
        _ snapshot: Snapshot, _ missing: [ContentHash], _ history: Artifact?,
        _ answer: @escaping (DeliveryAnswer) -> Void
    ) {
        guard let archived = world.archive[snapshot.jobID],
            let current = world.control.entries[snapshot.caseID]?.record
        else { return answer(DeliveryAnswer(.unknownJob, epoch: snapshot.epoch)) }
        let late = JobState.takeLate(
            snapshot, missing: missing, history: history, into: archived, now: now,
            policy: world.jobPolicy(drives: false))
        if late.isNews { world.archive[snapshot.jobID] = late.record }
        let reply = late.refusal ?? .staleEpoch(current: current.handOut.epoch)
        answer(DeliveryAnswer(reply, epoch: snapshot.epoch))
    }

    func missingPictures(of snapshot: Snapshot) -> [ContentHash] {
        var missing: [ContentHash] = []
        for asset in snapshot.assets {
            guard let hash = asset.picture?.hash, !missing.contains(hash) else { continue }
            if !world.control.has(hash) { missing.append(hash) }
        }
        return missing
    }

    /// `PUT /api/artifacts/{sha256}`: answered when the bytes are durable.
    func take(_ artifact: Artifact, _ answer: @escaping (DeliveryAnswer) -> Void) {
        guard !world.chance(world.faults.misrule) else {
            world.count(.refusedByRule)
            return answer(.refused(reason: "401"))
        }
        after(world.dice.within(world.faults.writeTime), .commit) { [unowned self] in
            guard survives() else { return }
            guard world.control.store(artifact) else {
                world.count(.artifactRefused)
                return answer(.failed(reason: "503", retryAfter: 2_000))
            }
            guard survives() else { return }
            world.books.acknowledged.insert(artifact.hash)
            answer(.accepted(stopBy: nil))
        }
    }
}

/// What `WebhookAnswers` says of a reply and `WebhookSender` makes of it.
extension DeliveryAnswer {
    init(_ reply: JobReply, epoch: Int) {
        switch reply {
        case .folded(let job), .duplicate(let job), .created(let job), .joined(let job), .retrying(let job),
            .ending(let job):
            self = .accepted(stopBy: job.handOut.acceptance == .acknowledged ? job.handOut.stopBy : nil)
        case .forgotten: self = .gone
        case .unknownJob: self = .refused(reason: "unknown_job")
        case .unknownAsset: self = .refused(reason: "unknown_asset")
        case .otherSpecification: self = .refused(reason: "edited_meanwhile")
        case .conflict(let code, _): self = .refused(reason: code)
        case .staleEpoch(let current): self = current > epoch ? .superseded : .refused(reason: "stale_epoch")
        case .staleVersion: self = .alreadyKnown
        case .artifactMissing(let hashes): self = .artifactsMissing(hashes, reason: "artifact_missing")
        case .overLimit(let refusal): self = .refused(reason: refusal.code)
        case .unavailable(let reason): self = .failed(reason: reason, retryAfter: 2_000)
        }
    }
}
