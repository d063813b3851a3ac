import JobModel

/// The rules of what the control store holds.
extension Books {
    func check(control key: CaseID, _ old: JobRecord?, _ new: JobRecord, in world: World) {
        world.trace(nil, "control commits \(new.summary)")
        if new.isForgotten { return checkForgotten(old, new, in: world) }
        if new.cancel != nil || new.journal.contains(where: { $0.what == .forceFinished }) {
            endedByHand.insert(new.jobID)
        }
        checkContents(new, in: world)
        if let old { checkStep(old, new, in: world) }
        (world.processes[.serve] as? ControlProcess)?.hearNews()
    }

    private func checkContents(_ job: JobRecord, in world: World) {
        let name = "\(job.jobID)"
        let made = job.assets.filter { $0.picture != nil || $0.link != nil }
        world.require(
            job.completedImages == made.count && made.allSatisfy { $0.status == .generated }, .countersEqualContents,
            "\(name): \(job.completedImages) counted, \(made.count) held")
        if job.status.isTerminal {
            world.require(
                job.completedImages + job.failedIDs.count == job.assets.count, .countersEqualContents,
                "\(name): made and failed are not all")
            let expected = JobStatus.outcome(of: job.assets.map(\.status), wasCanceled: job.status == .canceled)
            world.require(job.status == expected, .countersEqualContents, "\(name): \(job.status), not \(expected)")
        }
        world.require(
            world.control.has(job.specification), .artifactsAreReadable, "\(name): its specification is not there")
        for asset in job.assets {
            guard let hash = asset.picture?.hash else { continue }
            world.require(
                world.control.has(hash), .artifactsAreReadable, "\(name) \(asset.id): its picture is not there")
            let words = world.specifications[job.specification]?.assets.first { $0.id == asset.id }?.words
            world.require(
                pictures[hash].map { $0.words == words && $0.asset == asset.id && $0.job == job.jobID } ?? false,
                .wordsMatch, "\(name) \(asset.id): its picture was made of other words")
        }
    }

    private func checkForgotten(_ old: JobRecord?, _ new: JobRecord, in world: World) {
        world.count(.jobForgotten)
        guard let old, !old.isForgotten else { return }
        let isSame = new.jobID == old.jobID && new.status == old.status && new.handOut.epoch == old.handOut.epoch
        world.require(
            isSame && old.isFinal, .placeNeverGoesBack,
            "\(new.jobID) was forgotten as \(new.status), it was \(old.status)")
    }

    private func checkStep(_ old: JobRecord, _ new: JobRecord, in world: World) {
        let name = "\(new.jobID)"
        world.require(new.handOut.epoch >= old.handOut.epoch, .placeNeverGoesBack, "\(name): the epoch went back")
        guard new.jobID == old.jobID else {
            guard !old.isForgotten else { return }
            world.require(new.handOut.epoch > old.handOut.epoch, .placeNeverGoesBack, "\(name): an epoch twice")
            var copy = world.archive[old.jobID]
            copy?.writeID = old.writeID
            // What reading a record sets right by the reader's clock, what is still owed to its worker, and what its
            // owner's account knows, which stands there.
            copy?.account = old.account
            copy?.heardAt = old.heardAt
            copy?.handOut.wait = old.handOut.wait
            copy?.cancel = old.cancel
            copy?.updatedAt = old.updatedAt
            world.require(
                copy == old && old.isFinal, .archivedBeforeReplaced, "\(old.jobID) was replaced as it stood")
            return
        }
        for (before, after) in zip(old.assets, new.assets) where before.status == .generated {
            world.require(
                after.status == .generated && after.picture == before.picture, .filledSlotStaysFilled,
                "\(name) \(before.id): a filled slot changed")
        }
        world.require(
            new.cost.micros >= old.cost.micros || bereft.contains(new.jobID), .moneyIsAccounted,
            "\(name): money was forgotten")
        guard new.handOut.epoch == old.handOut.epoch else { return }
        world.require(
            new.version >= old.version, .placeNeverGoesBack, "\(name): version \(old.version) became \(new.version)")
        world.require(new.handOut.claim == old.handOut.claim, .placeNeverGoesBack, "\(name): the claim changed")
        guard old.status.isTerminal, new.status != old.status else { return }
        let isBetter = new.completedImages > old.completedImages && old.status.canBecome(new.status)
        world.require(isBetter, .terminalStaysTerminal, "\(name): \(old.status) became \(new.status)")
    }

    /// Before a trigger leaves, its hand-out is durable.
    func check(trigger job: JobRecord, in world: World) {
        guard let stored = world.control.entries[job.caseID]?.record else {
            return world.violate(.intentBeforeCall, "\(job.jobID): a trigger of a job that is not stored")
        }
        let isDurable = (stored.handOut.epoch, stored.handOut.tries) >= (job.handOut.epoch, job.handOut.tries)
        let isSame = stored.handOut.epoch != job.handOut.epoch || stored.handOut.claim == job.handOut.claim
        world.require(isDurable && isSame, .intentBeforeCall, "\(job.jobID): a trigger left before its hand-out")
        if filled[job.jobID]?[job.handOut.epoch] == nil {
            let made = job.assets.filter { $0.status == .generated && $0.picture != nil }
            filled[job.jobID, default: [:]][job.handOut.epoch] = Set(made.map(\.id))
        }
        let isFirst = triggers.insert("\(job.jobID) \(job.handOut.epoch) \(job.handOut.tries)").inserted
        world.require(isFirst, .oneTriggerATry, "\(job.jobID): two processes sent trigger \(job.handOut.tries)")
    }

    /// What somebody is told is durable by then.
    func check(_ reply: JobReply, of key: CaseID, in world: World) {
        let told: JobRecord
        switch reply {
        case .created(let job), .joined(let job), .folded(let job), .duplicate(let job), .retrying(let job): told = job
        case .ending(let job):
            told = job
            let stored = world.control.entries[key]?.record
            let isLater = (stored?.handOut.epoch ?? 0) > job.handOut.epoch
            let isWanted = isLater || (stored.map { $0.cancel != nil || $0.status.isTerminal } ?? false)
            world.require(isWanted, .answeredIsDurable, "\(key): the end was promised, and is not stored")
        default: return
        }
        let stored = world.control.entries[key]?.record
        let place = (stored?.handOut.epoch ?? 0, stored?.version ?? 0)
        let isLater = (stored?.handOut.epoch ?? 0) > told.handOut.epoch
        let isSame = stored?.jobID == told.jobID && place >= (told.handOut.epoch, told.version)
        world.require(
            isSame || isLater, .answeredIsDurable,
            "\(key): told epoch \(told.handOut.epoch) version \(told.version), stored \(place)")
    }
}

extension JobRecord {
    var summary: String {
        let slots = assets.map { "\($0.id):\($0.status)" }.joined(separator: " ")
        return "\(jobID) epoch \(handOut.epoch) version \(version) \(status)\(isFinal ? " final" : "") "
            + "tries \(handOut.tries) \(handOut.acceptance) at \(handOut.worker) [\(slots)]"
    }
}
