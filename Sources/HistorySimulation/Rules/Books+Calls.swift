import JobModel

/// The rules of calls: when one may leave, and what is known of those before it.
extension Books {
    func check(_ entry: Entry, _ order: CallOrder, of run: RunRecord, by worker: WorkerProcess) {
        let world = worker.world
        let name = "\(entry.job) epoch \(entry.epoch) \(entry.asset) start \(entry.start) at \(worker.role.name)"
        checkIntent(entry, order, name, by: worker)
        let other = claims.updateValue(worker.index, forKey: run.claim)
        world.require(
            other.map { $0 == worker.index } ?? true, .oneWorkerAClaim, "\(name): another worker has the claim")
        // A disk that is full holds up what was decided before.
        let isFenced = run.stopBy.map { worker.now < $0 + 600_000 } ?? true
        world.require(isFenced, .fenceStopsCalls, "\(name): its time for starting calls is over")
        let canceledEpoch = canceled[entry.job]?[worker.index] ?? 0
        world.require(entry.epoch > canceledEpoch, .cancelStopsCalls, "\(name): it is canceled, and the worker knows")
        for earlier in entries where earlier.job == entry.job && earlier.asset == entry.asset {
            checkAfter(earlier, entry, name, by: worker)
        }
        let isFilled = filled[entry.job]?[entry.epoch]?.contains(entry.asset) ?? false
        world.require(!isFilled, .noCallAfterSuccess, "\(name): it was made before the epoch was handed out")
        guard order.resuming == nil else { return }
        checkLabels(entry, name, by: worker)
    }

    private func checkIntent(_ entry: Entry, _ order: CallOrder, _ name: String, by worker: WorkerProcess) {
        let world = worker.world
        // A newer epoch may have been committed since; then the older call is void, and was not begun.
        guard let stored = worker.store.entries[entry.job]?.record, stored.epoch == entry.epoch,
            let asset = stored.assets.first(where: { $0.id == entry.asset })
        else { return world.violate(.intentBeforeCall, "\(name): there is no record of it") }
        world.require(
            asset.state == .generating && asset.starts == entry.start, .intentBeforeCall,
            "\(name): the record says \(asset.state), start \(asset.starts)")
        world.require(asset.openCall == order.resuming, .intentBeforeCall, "\(name): it asks about another call")
        world.require(!stored.isFinished, .intentBeforeCall, "\(name): the run has ended")
    }

    private func checkAfter(_ earlier: Entry, _ entry: Entry, _ name: String, by worker: WorkerProcess) {
        let world = worker.world
        guard earlier.worker == entry.worker else { return }
        if earlier.epoch == entry.epoch {
            world.require(earlier.end != .running, .oneCallAtATime, "\(name): start \(earlier.start) is in flight")
        }
        if case .made = earlier.end, earlier.isRecorded, !bereft.contains(entry.job), earlier.words == entry.words {
            world.violate(.noCallAfterSuccess, "\(name): start \(earlier.start) of epoch \(earlier.epoch) made it")
        }
    }

    /// Calls of the same record whose end nobody knows must stand in it as possibly billed.
    private func checkLabels(_ entry: Entry, _ name: String, by worker: WorkerProcess) {
        let unknown = openQuestions(entry.job, entry.asset, epoch: entry.epoch, worker: entry.worker)
        let asset = worker.store.entries[entry.job]?.record.assets.first { $0.id == entry.asset }
        let labelled = asset?.cost.possiblyBilled ?? 0
        worker.world.require(
            unknown <= labelled, .unknownIsLabelled,
            "\(name): \(unknown) calls before it have an unknown end, \(labelled) are labelled")
    }

    private func openQuestions(_ job: JobID, _ asset: AssetID, epoch: Int, worker: Int) -> Int {
        let own = entries.filter { $0.job == job && $0.asset == asset && $0.epoch == epoch && $0.worker == worker }
        let settled = own.filter { $0.question != nil && ($0.end == .failed || $0.end.isMade) }.compactMap(\.question)
        return own.count { call in
            guard call.isSent, call.question == nil, call.end == .unknown || call.end == .lost else { return false }
            return call.remote.map { !settled.contains($0) } ?? true
        }
    }

    /// What the provider took of runs that have told their end to the control side is in the job's books there.
    func checkJobMoney(_ job: JobRecord, in world: World) {
        var billed: Int64 = 0
        for index in world.stores.indices {
            guard let run = run(job.jobID, worker: index, in: world), run.isFinished, run.hasTold else { continue }
            for entry in entries where entry.job == job.jobID && entry.worker == index && entry.epoch == run.epoch {
                billed += entry.billed
            }
        }
        let known = job.cost.micros + job.cost.possibleMicros
        world.require(
            billed <= known, .moneyIsAccounted, "\(job.jobID): \(billed) billed, \(known) in the job's record")
    }

    /// What the provider took of each run that its worker still knows is in that run's books, or is said to be possible.
    func checkMoney(in world: World) {
        for (index, store) in world.stores.enumerated() {
            for key in store.keys {
                guard let run = run(key, worker: index, in: world) else { continue }
                for asset in run.assets {
                    let billed = entries.reduce(Int64(0)) { sum, entry in
                        let isOf = entry.worker == index && entry.job == key && entry.epoch == run.epoch
                        return isOf && entry.asset == asset.id ? sum + entry.billed : sum
                    }
                    let known = asset.cost.micros + asset.cost.possibleMicros
                    world.require(
                        billed <= known, .moneyIsAccounted,
                        "\(key) epoch \(run.epoch) \(asset.id): \(billed) billed, \(known) in the record of worker \(index)"
                    )
                }
            }
        }
    }
}

extension RunRecord {
    /// Whether the control side took its last snapshot.
    fileprivate var hasTold: Bool {
        switch delivery.end {
        case nil: delivery.isAtRest && delivery.acknowledged == version
        case .superseded: true
        case .deadLetter, .gone: false
        }
    }
}

extension Books.Entry.End {
    var isMade: Bool { if case .made = self { true } else { false } }
}
