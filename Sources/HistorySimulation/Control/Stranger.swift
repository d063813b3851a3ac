import JobModel

/// A worker that is not ours: takes every trigger without naming job or epoch, and reports with the seed's fields alone
/// until it is heard.
enum Stranger {
    static let url = "http://stranger"

    static func trigger(
        _ record: JobRecord, from process: ControlProcess, _ ended: @escaping (TriggerAnswer) -> Void
    ) {
        let world = process.world
        Exchange<TriggerAnswer>.begin(
            "trigger \(record.jobID) at a stranger", from: process, to: { [unowned world] in world.stranger },
            timeout: 10_000,
            serve: { stranger, answer in
                answer(.acceptedByForeign)
                report(record.caseID, record.assets.map(\.id), of: stranger)
            },
            ended: { ended(TriggerAnswer($0)) })
    }

    private static func report(_ key: CaseID, _ assets: [AssetID], of stranger: Process) {
        let failed = stranger.world.chance(300) ? Array(assets.suffix(1)) : []
        var pictures: [AssetID: ForeignPicture] = [:]
        for asset in assets where !failed.contains(asset) { pictures[asset] = .link("https://stranger/\(asset)") }
        let status = JobStatus.outcome(
            of: assets.map { failed.contains($0) ? .failed : .generated }, wasCanceled: false)
        let update = ForeignUpdate(
            status: status, completedImages: pictures.count, pictures: pictures, failedIDs: failed)
        stranger.after(stranger.world.dice.within(100...30_000), .answer) { tell(key, update, of: stranger) }
    }

    private static func tell(_ key: CaseID, _ update: ForeignUpdate, of stranger: Process) {
        let world = stranger.world
        Exchange<JobReply>.begin(
            "a stranger's update of \(key)", from: stranger, to: { [unowned world] in world.receivingProcess() },
            timeout: 10_000,
            serve: { process, answer in
                (process as? ControlProcess)?.ask(key, { .foreignUpdateArrived($0, update) }, answer)
            },
            ended: { end in
                switch end {
                case .silence, .refused, .answer(.unavailable):
                    stranger.after(5_000, .answer) { tell(key, update, of: stranger) }
                default: break
                }
            })
    }
}
