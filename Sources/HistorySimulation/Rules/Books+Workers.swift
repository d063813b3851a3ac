import JobModel

/// The rules of what a worker's store holds, and of what a worker says.
extension Books {
    func check(worker index: Int, _ key: JobID, _ old: RunRecord?, _ new: RunRecord, in world: World) {
        world.trace(nil, "worker\(index) commits \(new.summary)")
        record(new, worker: index)
        if new.isAtRest { (world.processes[.worker(index)] as? WorkerProcess)?.planSweep(due: new.sweepDue) }
        let name = "\(key) at worker \(index)"
        guard !new.isForgotten else { return checkEmptied(old, new, name, worker: index, in: world) }
        world.require(
            world.stores[index].has(new.specification), .artifactsAreReadable, "\(name): its words are not there")
        for asset in new.assets {
            world.require(
                (asset.state == .generated) == (asset.picture != nil), .countersEqualContents,
                "\(name) \(asset.id): \(asset.state), picture \(asset.picture != nil)")
            guard let hash = asset.picture?.hash, asset.startedAt != nil else { continue }
            world.require(
                world.stores[index].has(hash), .artifactsAreReadable, "\(name) \(asset.id): its picture is not there")
        }
        world.require(
            new.isFinished == new.assets.allSatisfy(\.state.isSettled), .countersEqualContents,
            "\(name): \(new.status), unlike its assets")
        if let old { checkStep(old, new, name, in: world) }
    }

    /// What is left says how it ended and which epochs are over.
    private func checkEmptied(_ old: RunRecord?, _ new: RunRecord, _ name: String, worker: Int, in world: World) {
        world.count(.runEmptied)
        guard let old, !old.isForgotten else { return }
        emptied[worker, default: [:]][new.jobID] = old
        world.require(
            new.epoch >= old.epoch && new.status == old.status && old.isAtRest, .placeNeverGoesBack,
            "\(name): emptied as \(new.status) epoch \(new.epoch), it was \(old.status) epoch \(old.epoch)")
    }

    private func checkStep(_ old: RunRecord, _ new: RunRecord, _ name: String, in world: World) {
        // A cancel that came before its trigger stands for all epochs up to its own.
        world.require(
            new.epoch >= old.epoch || old.isGhost, .placeNeverGoesBack, "\(name): the epoch went back")
        guard new.epoch == old.epoch, !old.isForgotten else { return }
        world.require(
            new.version >= old.version, .placeNeverGoesBack, "\(name): version \(old.version) became \(new.version)")
        world.require(new.claim == old.claim, .placeNeverGoesBack, "\(name): the claim changed")
        world.require(
            !old.isFinished || new.status == old.status, .terminalStaysTerminal,
            "\(name): \(old.status) became \(new.status)")
        for (before, after) in zip(old.assets, new.assets) where before.state.isSettled {
            world.require(
                after.state == before.state && after.picture == before.picture, .filledSlotStaysFilled,
                "\(name) \(before.id): \(before.state) became \(after.state)")
        }
    }

    /// 202 means durable.
    func check(_ reply: RunReply, of job: JobID, by worker: WorkerProcess) {
        let stored = worker.store.entries[job]?.record
        switch reply {
        case .accepted(let run):
            worker.world.require(
                (stored?.epoch ?? 0) >= run.epoch, .acceptedIsDurable,
                "\(job): epoch \(run.epoch) was accepted by \(worker.role.name), \(stored?.epoch ?? 0) is stored")
            accepted[job, default: [:]][worker.index] = max(run.epoch, accepted[job]?[worker.index] ?? 0)
        case .done(let run) where run.isCancelWanted:
            worker.world.require(
                stored?.isCancelWanted == true || (stored?.epoch ?? 0) > run.epoch || run.isFinished,
                .acceptedIsDurable, "\(job): the cancel was answered and is not stored")
            canceled[job, default: [:]][worker.index] = max(run.epoch, canceled[job]?[worker.index] ?? 0)
        default: break
        }
    }

    /// A snapshot that leaves is durable, and what it shows can be had.
    func check(told snapshot: Snapshot, by worker: WorkerProcess) {
        let name = "\(snapshot.messageID) of \(worker.role.name)"
        guard let stored = worker.store.entries[snapshot.jobID]?.record else {
            return worker.world.violate(.toldIsDurable, "\(name): nothing is stored")
        }
        worker.world.require(
            (stored.epoch, stored.version) >= (snapshot.epoch, snapshot.version), .toldIsDurable,
            "\(name): only (\(stored.epoch), \(stored.version)) is stored")
        if stored.epoch == snapshot.epoch, stored.version == snapshot.version {
            worker.world.require(
                stored.snapshot().assets == snapshot.assets, .toldIsDurable, "\(name): it is not what is stored")
        }
        worker.world.require(
            snapshot.madeCount == snapshot.assets.count { $0.picture != nil }, .countersEqualContents,
            "\(name): its counters are not its contents")
    }
}

extension RunRecord {
    var summary: String {
        let slots = assets.map { "\($0.id):\($0.state)/\($0.upload)" }.joined(separator: " ")
        let told = "wanted \(delivery.wanted) acknowledged \(delivery.acknowledged)"
        return "\(jobID) epoch \(epoch) version \(version) \(status) [\(slots)] \(told)"
            + (delivery.end.map { " \($0)" } ?? "") + (isCancelWanted ? " cancel" : "")
            + (isSuperseded ? " superseded" : "")
    }
}
