import JobModel

/// Processes come and go.
extension World {
    var roles: [Role] { [.serve, .receiver] + stores.indices.map { .worker($0) } }

    func jobPolicy(drives: Bool) -> JobPolicy {
        JobPolicy(
            workers: profile.handsOver ? stores.indices.map { Names.workerURL($0) } : [], fence: profile.fence,
            stuckAfter: 600_000, drives: drives, continuesAfterDeadline: profile.continues, settles: true,
            jobKept: profile.jobKept)
    }

    /// The longest that a call takes which simply works.
    var callTime: Int64 { 8_000 }

    /// Who stands behind the receiver's address.
    func receivingProcess() -> Process? {
        let role: Role = profile.bothReceive && dice.chance(500) ? .serve : .receiver
        return processes[role]
    }

    var stranger: Process? { processes[.stranger] }

    func start(_ role: Role) {
        guard processes[role] == nil else { return }
        let skew = drawSkew()
        switch role {
        case .serve, .receiver, .command:
            let process = ControlProcess(self, role, skew: skew)
            processes[role] = process
            if role == .serve { process.look() }
        case .worker(let index):
            let process = WorkerProcess(self, worker: index, skew: skew)
            processes[role] = process
            process.resumeAll()
            process.sweep()
        case .stranger: processes[role] = Process(self, role, skew: 0)
        }
        trace(processes[role], "starts, its clock off by \(skew) ms")
    }

    private func drawSkew() -> Int64 {
        guard !isMended, profile.skew > 0, dice.chance(500) else { return 0 }
        let skew = dice.within(-profile.skew...profile.skew)
        count(skew > 0 ? .clockAhead : .clockBehind)
        return skew
    }

    /// Kills a process and plans its next life.
    func kill(_ process: Process) {
        guard !process.isDead else { return }
        process.die()
        guard processes[process.role] === process else { return }
        processes[process.role] = nil
        guard process.role != .command else { return }
        let pauses: [ClosedRange<Int64>] = [1...500, 1...500, 500...5_000, 5_000...60_000, 2_100_000...2_400_000]
        let pause = dice.within(dice.pick(pauses))
        if pause > profile.fence { count(.stayedDown) }
        let role = process.role
        add(after: isMended ? 1 : pause, .start, owner: nil) { [unowned self] in
            guard processes[role] == nil else { return }
            count(.restarted)
            start(role)
        }
    }

    // MARK: What befalls them

    func planFaults() {
        for _ in 0..<profile.kills {
            add(after: dice.within(0...profile.chaos), .kill, owner: nil) { [unowned self] in strike() }
        }
        for _ in 0..<profile.fullDisks {
            add(after: dice.within(0...profile.chaos), .pause, owner: nil) { [unowned self] in fillDisk() }
        }
        for _ in 0..<profile.lostDisks {
            add(after: dice.within(0...profile.chaos), .kill, owner: nil) { [unowned self] in loseDisk() }
        }
        add(after: profile.chaos, .heal, owner: nil) { [unowned self] in mendAll() }
    }

    private func strike() {
        guard !isMended, let process = processes[dice.pick(roles)] else { return }
        if dice.chance(profile.preciseKills) {
            process.fuse = dice.below(30)
        } else {
            count(.killedIdle)
            kill(process)
        }
    }

    private func loseDisk() {
        guard !isMended else { return }
        let index = dice.below(stores.count)
        if let process = processes[.worker(index)] { kill(process) }
        count(.diskLost)
        trace(nil, "the disk of worker \(index) is lost")
        books.loseDisk(of: index, in: self)
        stores[index].wipe()
    }

    private func fillDisk() {
        guard !isMended else { return }
        let number = dice.below(stores.count + 1)
        trace(nil, "disk \(number) is full")
        setFull(number, true)
        add(after: dice.within(500...120_000), .pause, owner: nil) { [unowned self] in setFull(number, false) }
    }

    private func setFull(_ number: Int, _ isFull: Bool) {
        if number == stores.count { control.isFull = isFull } else { stores[number].isFull = isFull }
    }

    /// From now on everything works; clocks that are far off are set right, which takes a new start.
    private func mendAll() {
        mend()
        for number in 0...stores.count { setFull(number, false) }
        let restartsAll = dice.chance(300)
        for role in roles {
            if let process = processes[role] {
                process.fuse = nil
                guard restartsAll || abs(process.skew) > 10_000 else { continue }
                process.die()
                processes[role] = nil
            }
            start(role)
        }
    }
}
