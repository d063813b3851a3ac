import JobModel

/// What `Telling` and `WebhookSender` do.
extension WorkerProcess {
    func upload(_ hash: ContentHash, of run: RunRecord) {
        let (job, world) = (run.jobID, world)
        guard let content = store.artifacts[hash], Names.hash(content) == hash else {
            return world.violate(.artifactsAreReadable, "\(job): a picture to be uploaded is not in the worker's store")
        }
        let artifact = Artifact(owner: run.owner, hash: hash, bytes: Names.bytes(content))
        Exchange<DeliveryAnswer>.begin(
            "upload of \(hash.text.prefix(8))", from: self, to: { [unowned world] in world.receivingProcess() },
            timeout: 15_000,
            serve: { process, answer in (process as? ControlProcess)?.take(artifact, answer) },
            ended: { [unowned self] in
                records.send(
                    .uploadEnded(hash, $0.answer ?? .failed(reason: "no answer", retryAfter: nil)), to: job)
            })
    }

    func deliver(_ snapshot: Snapshot) {
        world.books.check(told: snapshot, by: self)
        let (job, epoch, version, world) = (snapshot.jobID, snapshot.epoch, snapshot.version, world)
        Exchange<DeliveryAnswer>.begin(
            "snapshot \(snapshot.messageID) \(snapshot.status)", from: self,
            to: { [unowned world] in world.receivingProcess() }, timeout: 15_000,
            serve: { process, answer in (process as? ControlProcess)?.take(snapshot, answer) },
            ended: { [unowned self] in
                let answer = $0.answer ?? .failed(reason: "no answer", retryAfter: nil)
                world.count(Happening(answer))
                records.send(.deliveryEnded(epoch: epoch, version: version, answer), to: job)
            })
    }
}
