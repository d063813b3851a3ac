import JobModel

/// What truly happened, as nobody in the history knows it: every call, its bill, every picture.
final class Books {
    final class Entry {
        let worker: Int
        let job: JobID
        let epoch: Int
        let asset: AssetID
        let start: Int
        /// Of the words that it was made with.
        let words: UInt64
        let process: Process
        var isSent = false
        /// It only asked about this one.
        var question: RemoteCall?
        var remote: RemoteCall?
        var end = End.running
        /// The worker's record holds how it ended.
        var isRecorded = false
        var billed: Int64 = 0

        enum End: Equatable {
            case running
            case made(ContentHash)
            case failed
            case unknown
            /// The process died over it.
            case lost
        }

        init(_ order: CallOrder, _ job: JobID, of run: RunRecord, by worker: WorkerProcess, words: UInt64) {
            self.worker = worker.index
            self.job = job
            epoch = run.epoch
            asset = order.asset
            start = order.start
            self.words = words
            process = worker
        }
    }

    struct Made {
        let job: JobID
        let asset: AssetID
        let words: UInt64
        let content: UInt64
        /// A worker's record named it once.
        var isDurable = false
    }

    private(set) var entries: [Entry] = []
    private(set) var pictures: [ContentHash: Made] = [:]
    /// Uploads that were answered with success.
    var acknowledged: Set<ContentHash> = []
    /// Runs as they were when their workers emptied them.
    var emptied: [Int: [JobID: RunRecord]] = [:]
    /// Jobs of which a worker lost its record: a trigger that comes twice begins their epoch anew, and nobody can tell.
    var bereft: Set<JobID> = []
    /// Jobs that somebody ended before their worker did.
    var endedByHand: Set<JobID> = []
    /// What was made already when an epoch was handed out, by job and epoch.
    var filled: [JobID: [Int: Set<AssetID>]] = [:]
    /// Triggers sent, by job, epoch and number.
    var triggers: Set<String> = []
    /// Which worker made calls under a claim.
    var claims: [Claim: Int] = [:]
    /// Answers that a worker gave to a trigger: the highest epoch of each job.
    var accepted: [JobID: [Int: Int]] = [:]
    /// Of each worker, the epochs of each job that it knows to be canceled.
    var canceled: [JobID: [Int: Int]] = [:]

    // MARK: Calls

    func open(_ order: CallOrder, _ job: JobID, of run: RunRecord, by worker: WorkerProcess) -> Entry {
        let world = worker.world
        let words = world.specifications[run.specification]?.assets.first { $0.id == order.asset }?.words ?? 0
        let entry = Entry(order, job, of: run, by: worker, words: words)
        check(entry, order, of: run, by: worker)
        entries.append(entry)
        return entry
    }

    /// The provider takes its money and makes a picture.
    func bill(_ entry: Entry, in world: World) -> ContentHash {
        entry.billed += Names.price
        let content = Dice.mix(world.seed &* 1_000 &+ UInt64(pictures.count))
        let hash = Names.hash(content)
        pictures[hash] = Made(job: entry.job, asset: entry.asset, words: entry.words, content: content)
        return hash
    }

    func content(of hash: ContentHash) -> UInt64 { pictures[hash]?.content ?? 0 }

    func note(_ entry: Entry, ended result: AttemptResult, in world: World) {
        switch result {
        case .made(let picture, _, _): entry.end = .made(picture.hash)
        case .failed(let error) where error.phase == .afterSend: entry.end = .unknown
        case .interrupted(.afterSend): entry.end = .unknown
        case .failed, .interrupted: entry.end = .failed
        }
    }

    /// A process died: nobody knows of its calls but what was recorded.
    func lose(_ process: Process) {
        for entry in entries where entry.process === process && !entry.isRecorded { entry.end = .lost }
    }

    /// A worker's disk is gone: what only it knew is not promised any more.
    func loseDisk(of worker: Int, in world: World) {
        bereft.formUnion(world.stores[worker].entries.keys)
        entries.removeAll { $0.worker == worker }
        emptied[worker] = nil
        for job in accepted.keys { accepted[job]?[worker] = nil }
        for job in canceled.keys { canceled[job]?[worker] = nil }
        // A picture that was put to the receiver belongs to an asset only once a snapshot has said so.
        let named = world.control.entries.values.flatMap { $0.record.assets.compactMap(\.picture?.hash) }
        let known = Set(named)
        for hash in pictures.keys where !known.contains(hash) { pictures[hash]?.isDurable = false }
    }

    /// A worker's record was written: what it says of calls is known from now on.
    func record(_ run: RunRecord, worker: Int) {
        for entry in entries where !entry.isRecorded && entry.job == run.jobID && entry.worker == worker {
            guard entry.epoch == run.epoch, entry.end != .running, entry.end != .lost,
                let asset = run.assets.first(where: { $0.id == entry.asset }), asset.starts >= entry.start,
                asset.state != .generating || asset.starts > entry.start
            else { continue }
            entry.isRecorded = true
        }
        for asset in run.assets where asset.state == .generated {
            if let hash = asset.picture?.hash { pictures[hash]?.isDurable = true }
        }
    }
}
