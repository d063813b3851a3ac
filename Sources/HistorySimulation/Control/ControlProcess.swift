import JobModel

/// What `JobService` does, with its routes and its client: creates jobs, gets them into workers' hands, folds what
/// workers report.
final class ControlProcess: Process {
    /// nil for a process that only receives: it triggers nobody.
    let hasClient: Bool
    private var driver: RecordDriver<CaseID, JobState>?
    private var desk: [ReplyToken: (JobReply) -> Void] = [:]
    private var nextToken: ReplyToken = 1
    var sweeper = Sweeper()

    override init(_ world: World, _ role: Role, skew: Int64) {
        hasClient = role != .receiver
        super.init(world, role, skew: skew)
        driver = RecordDriver(self, disk: world.control, context: world.jobPolicy(drives: hasClient)) {
            [unowned self] in
            perform($0, $1, $2)
        }
    }

    var records: RecordDriver<CaseID, JobState> {
        guard let driver else { preconditionFailure("set in init") }
        return driver
    }

    func ask(_ key: CaseID, _ event: (ReplyToken) -> JobEvent, _ answer: @escaping (JobReply) -> Void) {
        let token = nextToken
        nextToken += 1
        desk[token] = answer
        records.send(event(token), to: key)
    }

    private func perform(_ key: CaseID, _ action: JobAction, _ record: JobRecord?) {
        world.count(Happening(action))
        switch action {
        case .trigger(let record): trigger(record, key)
        case .ask(let record): question(record, key)
        case .tellCancel(let record): tellCancel(record, key)
        case .settle(let record):
            after(world.dice.within(1...50), .work) { [unowned self] in
                let event = JobEvent.settled(record.jobID, epoch: record.handOut.epoch, record.settlement.total)
                records.send(event, to: key)
            }
        case .alert: break
        case .archive(let record, let token, let proposal): archive(record, token, proposal, key)
        case .writeLegacyStatus: break
        case .reply(let token, let reply): self.reply(token, reply, key)
        case .log(let entry): world.trace(self, "\(key): \(entry)")
        }
    }

    private func reply(_ token: ReplyToken, _ reply: JobReply, _ key: CaseID) {
        world.count(Happening(reply))
        world.books.check(reply, of: key, in: world)
        desk.removeValue(forKey: token)?(reply)
    }

    private func trigger(_ record: JobRecord, _ key: CaseID) {
        world.books.check(trigger: record, in: world)
        guard world.control.has(record.specification), let specification = world.specifications[record.specification]
        else { return world.violate(.artifactsAreReadable, "\(key): the specification of a trigger is not there") }
        let request = record.request(specification)
        trigger(record, request) { [unowned self] answer in
            world.count(Happening(answer))
            records.send(.triggerEnded(epoch: record.handOut.epoch, answer), to: key)
        }
    }

    private func trigger(
        _ record: JobRecord, _ request: CaseImagesRequest, _ ended: @escaping (TriggerAnswer) -> Void
    ) {
        guard let index = Names.worker(at: record.handOut.worker) else {
            return Stranger.trigger(record, from: self, ended)
        }
        let world = world
        Exchange<TriggerAnswer>.begin(
            "trigger \(record.jobID) epoch \(record.handOut.epoch)", from: self,
            to: { [unowned world] in world.processes[.worker(index)] }, timeout: 10_000,
            serve: { process, answer in
                (process as? WorkerProcess)?.take(request, answer)
            },
            ended: { ended(TriggerAnswer($0)) })
    }

    private func archive(_ record: JobRecord, _ token: ReplyToken, _ proposal: JobProposal, _ key: CaseID) {
        after(world.dice.within(world.faults.writeTime), .commit) { [unowned self] in
            guard !world.control.isFull else {
                return self.reply(token, .unavailable("the disk is full"), key)
            }
            world.archive[record.jobID] = record
            var next = proposal
            next.archived = record.jobID
            records.send(.creationRequested(token, next), to: key)
        }
    }

    override func die() {
        super.die()
        desk = [:]
    }
}
