import JobModel

/// What jobs are made of.
extension World {
    func artifact(for specification: JobSpecification) -> Artifact {
        let content = specification.content
        let hash = Names.hash(content)
        specifications[hash] = specification
        return Artifact(owner: .local, hash: hash, bytes: Names.bytes(content))
    }

    /// The worker's own account of an epoch, which comes with its last snapshot.
    func history(of snapshot: Snapshot) -> Artifact? {
        guard snapshot.isFinal else { return nil }
        let content = Names.number("\(snapshot.messageID)")
        return Artifact(owner: .local, hash: Names.hash(content), bytes: Names.bytes(content))
    }

    func nudge(_ call: RemoteCall, of run: RunRecord) {
        guard let serve = processes[.serve] as? ControlProcess,
            let record = control.entries[run.caseID]?.record, !record.status.isTerminal,
            let index = Names.worker(at: record.handOut.worker)
        else { return }
        count(.nudged)
        Exchange<Bool>.begin(
            "nudge \(call.id)", from: serve, to: { [unowned self] in processes[.worker(index)] }, timeout: 3_000,
            serve: { process, answer in
                (process as? WorkerProcess)?.nudge(call)
                answer(true)
            },
            ended: { _ in })
    }
}

extension ControlProcess {
    /// What `JobAdmission` makes of a request.
    func proposal(_ key: CaseID, _ specification: JobSpecification, worker: String) -> JobProposal {
        let artifact = world.artifact(for: specification)
        let (job, claim) = (world.people.newJob(), world.people.newClaim())
        let handOut = HandOut(
            epoch: 1, worker: worker, claim: claim, stopBy: now + world.profile.fence, webhookURL: Names.webhookURL,
            artifactURL: Names.artifactURL, options: nil)
        let record = JobRecord(
            jobID: job, owner: .local, caseID: key, createdAt: now, specification: artifact.hash,
            requestHash: artifact.hash, handOut: handOut,
            assets: specification.assets.map { JobAsset(id: $0.id, kind: $0.kind, name: $0.subject.name) })
        return JobProposal(record: record, specification: artifact)
    }

    /// The same job with other words for one asset.
    func edit(_ asset: AssetID, word: UInt64, of record: JobRecord) -> AssetEdit? {
        guard var next = world.specifications[record.specification],
            let index = next.assets.firstIndex(where: { $0.id == asset })
        else { return nil }
        let before = Names.hash(next.assets[index].words)
        next.assets[index].prompt = "words \(word)"
        if word % 3 == 0 { next.assets[index].model = "m2" }
        return AssetEdit(
            asset: asset, base: record.specification, specification: world.artifact(for: next), before: before,
            after: Names.hash(next.assets[index].words))
    }
}
