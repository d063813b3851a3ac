extension JobRecord {
    /// The body of the trigger that hands the present epoch to its worker.
    ///
    /// Every asset that nothing more is to be done for in this epoch is named as kept, so that the worker's snapshots cover
    /// the whole job. Calls whose end is not known are named for the worker to ask about, unless the epoch is a fallback:
    /// then somebody chose not to wait for them.
    public func request(_ specification: JobSpecification) -> CaseImagesRequest {
        func items(_ kind: AssetKind) -> [CaseItem] {
            specification.assets.filter { $0.kind == kind }.map {
                CaseItem(
                    id: $0.id, name: $0.subject.name, description: $0.subject.description, priority: $0.priority,
                    prompt: $0.ownPrompt, model: $0.model)
            }
        }
        let open = handOut.fallback == nil ? openCalls : []
        return CaseImagesRequest(
            caseID: caseID, evidence: items(.evidence), locations: items(.location), webhookURL: handOut.webhookURL,
            handOut: HandOutFields(
                jobID: jobID, epoch: handOut.epoch, claim: handOut.claim, stopBy: handOut.stopBy,
                artifactURL: handOut.artifactURL, kept: assets.compactMap(\.kept), openCalls: open.isEmpty ? nil : open,
                options: handOut.runOptions))
    }

    private var openCalls: [OpenCall] {
        assets.compactMap { asset in
            guard !asset.status.isSettled, let call = asset.openCall else { return nil }
            return OpenCall(id: asset.id, call: call)
        }
    }
}

extension JobAsset {
    /// Nil for what is still to be made, and for what a stranger made and we do not hold.
    var kept: KeptAsset? {
        guard status.isSettled, (status == .generated) == (picture != nil) else { return nil }
        return KeptAsset(
            id: id, status: status == .generated ? nil : status, picture: picture, error: error, source: source,
            attempts: attempts)
    }
}
