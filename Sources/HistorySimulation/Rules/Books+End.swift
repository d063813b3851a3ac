import JobModel

/// The rules of the end of a history, when everything has worked for long enough.
extension Books {
    func checkEnd(of world: World) {
        for key in world.control.keys {
            guard let job = world.control.entries[key]?.record else { continue }
            world.require(
                job.status.isTerminal && job.isFinal, .everythingEnds, "\(job.jobID) is \(job.status) in the end")
            count(job, in: world)
            guard !job.isForgotten, !bereft.contains(job.jobID) else { continue }
            checkEquality(job, in: world)
            checkSlots(job, in: world)
            checkJobMoney(job, in: world)
        }
        for (index, store) in world.stores.enumerated() {
            for key in store.keys {
                guard let run = store.entries[key]?.record else { continue }
                world.require(
                    run.isFinished, .everythingEnds, "\(key) is \(run.status) at worker \(index) in the end")
                world.require(
                    run.delivery.isAtRest, .deliveriesEnd, "\(key): worker \(index) still has something to tell")
            }
        }
        checkPromises(in: world)
        checkMoney(in: world)
    }

    /// Long after, no record is left.
    func checkRemains(of world: World) {
        for key in world.control.keys {
            world.violate(.nothingIsKeptForEver, "\(key) still stands in the control store")
        }
        for (index, store) in world.stores.enumerated() {
            for key in store.keys {
                world.violate(.nothingIsKeptForEver, "\(key) still stands in the store of worker \(index)")
            }
        }
    }

    /// A run as its worker knew it before it was emptied.
    func run(_ job: JobID, worker: Int, in world: World) -> RunRecord? {
        guard let stored = world.stores[worker].entries[job]?.record else { return nil }
        return stored.isForgotten ? emptied[worker]?[job] : stored
    }

    private func checkPromises(in world: World) {
        for hash in acknowledged.sorted(by: { $0.text < $1.text }) {
            world.require(
                world.control.artifacts[hash].map { Names.hash($0) == hash } ?? false, .artifactsAreReadable,
                "\(hash.text.prefix(8)) was taken, and cannot be read")
        }
        for (job, workers) in accepted.sorted(by: { $0.key.text < $1.key.text }) {
            for (index, epoch) in workers.sorted(by: { $0.key < $1.key }) {
                let stored = world.stores[index].entries[job]?.record.epoch ?? 0
                world.require(
                    stored >= epoch, .acceptedIsDurable, "\(job): worker \(index) took epoch \(epoch), has \(stored)")
            }
        }
    }

    /// What the worker of the present epoch says is what the control side says.
    private func checkEquality(_ job: JobRecord, in world: World) {
        guard let index = Names.worker(at: job.handOut.worker), job.handOut.acceptance == .acknowledged,
            let run = run(job.jobID, worker: index, in: world), run.epoch == job.handOut.epoch
        else { return }
        let isByHand = endedByHand.contains(job.jobID)
        let name = "\(job.jobID) epoch \(run.epoch)"
        world.require(
            job.version == run.version, .receiverEqualsWorker,
            "\(name): version \(job.version) here, \(run.version) there")
        for (here, there) in zip(job.assets, run.snapshot().assets) {
            let isLate = here.status == .generated && there.status != .generated
            let isEnded = isByHand && here.status.isFailure && there.status.isFailure
            let isOther = here.status == .generated && here.picture != there.picture
            world.require(
                isLate || isOther || isEnded || here.status == there.status, .receiverEqualsWorker,
                "\(name) \(here.id): \(here.status) here, \(there.status) there")
            world.require(
                here.cost ?? AssetCost() == there.cost ?? AssetCost(), .receiverEqualsWorker,
                "\(name) \(here.id): another cost here than there")
        }
    }

    /// No slot stays empty for which a picture was made from the same words and kept by a worker.
    private func checkSlots(_ job: JobRecord, in world: World) {
        let specification = world.specifications[job.specification]
        for asset in job.assets where asset.status != .generated {
            let words = specification?.assets.first { $0.id == asset.id }?.words
            for hash in pictures.keys.sorted(by: { $0.text < $1.text }) {
                guard let made = pictures[hash], made.isDurable, made.job == job.jobID, made.asset == asset.id else {
                    continue
                }
                world.require(
                    made.words != words, .picturesAreKept,
                    "\(job.jobID) \(asset.id) is \(asset.status), though \(hash.text.prefix(8)) was made for it")
            }
        }
    }

    private func count(_ job: JobRecord, in world: World) {
        if job.handOut.epoch > 1 { world.count(.severalEpochs) }
        if job.journal.contains(where: { $0.what == .handedOver }) { world.count(.handedOver) }
        switch job.status {
        case .completed: world.count(.completed)
        case .partial: world.count(.partial)
        case .failed: world.count(.failed)
        case .canceled: world.count(.canceled)
        case .pending, .generating: break
        }
    }
}
