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
        return CaseImagesRequest(
            caseID: caseID, evidence: items(.evidence), locations: items(.location), webhookURL: handOut.webhookURL,
            handOut: handOutFields)
    }

    /// The same in the general form, for jobs that are no case's.
    public func generalRequest(_ specification: JobSpecification) -> GeneralRunRequest {
        GeneralRunRequest(
            caseID: caseID,
            assets: specification.assets.map {
                GeneralRunRequest.Asset($0, transform: GeneralRunRequest.TransformName($0.transform) ?? .cover512)
            },
            webhookURL: handOut.webhookURL, handOut: handOutFields)
    }

    private var handOutFields: HandOutFields {
        let open = handOut.fallback == nil ? openCalls : []
        return HandOutFields(
            jobID: jobID, epoch: handOut.epoch, claim: handOut.claim, stopBy: handOut.stopBy,
            artifactURL: handOut.artifactURL, kept: assets.compactMap(\.kept), openCalls: open.isEmpty ? nil : open,
            options: handOut.runOptions, owner: owner == .local ? nil : owner)
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
