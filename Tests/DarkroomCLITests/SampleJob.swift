import JobModel

/// A job with images in given states.
enum SampleJob {
    static func make(_ states: [AssetState], kinds: [AssetKind] = [.evidence], name: String = "Key") throws -> JobRecord
    {
        let handOut = HandOut(
            epoch: 1, worker: "http://worker", claim: try Claim("claim"), stopBy: 5, webhookURL: "http://r/hook",
            artifactURL: nil)
        let hash = ContentHash(digest: [UInt8](repeating: 7, count: 32))
        var job = JobRecord(
            jobID: try JobID("job_1"), owner: .local, caseID: try CaseID("case-1"), createdAt: 0,
            specification: hash, requestHash: hash, handOut: handOut,
            assets: try states.indices.map {
                JobAsset(id: try AssetID("a-\($0)"), kind: kinds[$0 % kinds.count], name: "\(name) \($0)")
            })
        for (index, state) in states.enumerated() { job.assets[index].status = state }
        job.status = .generating
        return job
    }
}
