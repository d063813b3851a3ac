import JobModel

/// One attempt under way in a worker, as an adapter goes about it: whatever happens, it ends once and within its time.
final class ProviderCall {
    unowned let worker: WorkerProcess
    let job: JobID
    let order: CallOrder
    let run: RunRecord
    /// What the books say of it.
    let entry: Books.Entry
    private var isEnded = false
    private(set) var isSent = false
    private var prediction: Provider.Prediction?
    private var duration: Int64 = 0

    var world: World { worker.world }
    private var name: WorkerProcess.AttemptName {
        WorkerProcess.AttemptName(job: job, epoch: run.epoch, asset: order.asset)
    }

    init(_ worker: WorkerProcess, _ job: JobID, _ order: CallOrder, of run: RunRecord, entry: Books.Entry) {
        self.worker = worker
        self.job = job
        self.order = order
        self.run = run
        self.entry = entry
    }

    func begin() {
        worker.attempts[name] = self
        worker.after(world.dice.within(0...20), .call) { self.send() }
        worker.after(order.timeout, .timeout) { self.giveUp(.timeout) }
    }

    /// The task was canceled.
    func abort() {
        guard !isEnded else { return }
        world.count(.callAborted)
        worker.after(world.dice.within(0...5), .call) { self.giveUp(.canceled) }
    }

    private func send() {
        guard !isEnded else { return }
        guard worker.store.has(run.specification) else {
            return world.violate(.artifactsAreReadable, "\(job): the words of a call are not in the worker's store")
        }
        if order.provider == "named", let earlier = order.resuming, earlier.provider == order.provider {
            entry.question = earlier
            return ask(earlier)
        }
        let fate = CallFate.draw(world)
        world.count(fate.happening)
        if fate == .unsendable {
            return end(.failed(error(.network, .beforeSend)))
        }
        isSent = true
        entry.isSent = true
        worker.sent(order.permit)
        duration = fate == .late ? order.timeout + 5_000 : world.dice.within(100...world.callTime)
        if order.provider == "named" { orderPrediction(fate) } else { answerPlainly(fate) }
    }

    // MARK: A provider without ids

    private func answerPlainly(_ fate: CallFate) {
        switch fate {
        case .made, .late:
            later { self.made(self.world.books.bill(self.entry, in: self.world)) }
        case .failed: later { self.end(.failed(self.error(.providerFailure))) }
        case .limited: later { self.end(.failed(self.limited)) }
        case .refused: later { self.end(.failed(self.error(.refused))) }
        case .unusable: later { self.unusable() }
        case .hung: if world.chance(500) { later { self.billUnheard() } }
        case .broken:
            if world.chance(500) { later { self.billUnheard() } }
            worker.after(duration / 2, .call) { self.end(.failed(self.error(.outcomeUnknown, .afterSend))) }
        case .unsendable: break
        }
    }

    /// At the provider, where nobody knows whether the caller still lives.
    private func later(_ run: @escaping () -> Void) { world.add(after: duration, .call, owner: nil, run) }

    private func billUnheard() {
        world.count(.billedUnheard)
        _ = world.books.bill(entry, in: world)
    }

    private func made(_ hash: ContentHash) {
        guard !worker.isDead, !isEnded else { return world.count(.billedUnheard) }
        worker.after(world.dice.within(1...20), .call) { self.end(self.success(hash)) }
    }

    private func unusable() {
        _ = world.books.bill(entry, in: world)
        guard !worker.isDead else { return }
        end(.failed(spoiled))
    }

    // MARK: A provider with ids

    private func orderPrediction(_ fate: CallFate) {
        guard fate != .limited else { return later { self.end(.failed(self.limited)) } }
        let prediction = world.provider.order(entry)
        if fate != .hung { later { self.finish(prediction, fate) } }
        worker.after(world.dice.within(5...300), .call) {
            guard !self.isEnded else { return }
            guard fate != .broken else { return self.end(.failed(self.error(.outcomeUnknown, .afterSend))) }
            self.entry.remote = prediction.call
            self.worker.records.send(
                .callNamed(self.order.asset, epoch: self.run.epoch, start: self.order.start, prediction.call),
                to: self.job)
            self.follow(prediction)
        }
    }

    private func finish(_ prediction: Provider.Prediction, _ fate: CallFate) {
        guard prediction.isRunning else { return }
        switch fate {
        case .failed: prediction.state = .failed
        case .refused: prediction.state = .refused
        case .unusable:
            _ = world.books.bill(prediction.order, in: world)
            prediction.state = .unusable
        default: prediction.state = .succeeded(world.books.bill(prediction.order, in: world))
        }
        let followers = prediction.followers
        prediction.followers = []
        for follower in followers { follower.hear(of: prediction, within: 1_000) }
        if world.chance(300) { world.nudge(prediction.call, of: run) }
    }

    private func follow(_ prediction: Provider.Prediction) {
        self.prediction = prediction
        if prediction.isRunning { prediction.followers.append(self) } else { hear(of: prediction, within: 20) }
    }

    /// The provider's callback came: it is asked at once.
    func hurry() {
        if let prediction, !prediction.isRunning { learn(prediction) }
    }

    private func hear(of prediction: Provider.Prediction, within time: Int64) {
        worker.after(world.dice.within(1...time), .call) { self.learn(prediction) }
    }

    private func learn(_ prediction: Provider.Prediction) {
        let isQuestion = entry.question != nil
        if isQuestion { world.count(.questionAnswered) }
        switch prediction.state {
        case .running: break
        case .succeeded(let hash): end(success(hash))
        case .unusable: end(.failed(spoiled))
        case .failed: end(.failed(error(.providerFailure)))
        case .refused: end(.failed(error(.refused)))
        case .canceled: end(.failed(error(isQuestion ? .timeout : .providerFailure)))
        }
    }

    private func ask(_ call: RemoteCall) {
        worker.after(world.dice.within(5...200), .call) {
            guard !self.isEnded else { return }
            if self.world.chance(self.world.faults.calls / 3) {
                self.world.count(.questionUnanswered)
                return self.end(.failed(self.error(.network, .afterSend)))
            }
            if self.world.chance(self.world.faults.calls / 20) { self.world.provider.forget(call) }
            guard let prediction = self.world.provider.predictions[call] else {
                self.world.count(.questionForgotten)
                return self.end(.failed(self.error(.providerFailure, .afterSend)))
            }
            self.isSent = true
            self.follow(prediction)
        }
    }

    // MARK: Its end

    /// Its time is over, or it was canceled. What runs at the provider is canceled there as far as that can be.
    private func giveUp(_ kind: MediaError.Kind) {
        guard !isEnded else { return }
        if let prediction, world.chance(500) {
            world.add(after: world.dice.within(5...500), .call, owner: nil) {
                if prediction.isRunning { prediction.state = .canceled }
            }
        }
        end(.failed(error(kind, isSent ? .afterSend : .beforeSend)))
    }

    private func end(_ result: AttemptResult) {
        guard !isEnded, !worker.isDead else { return }
        isEnded = true
        if worker.attempts[name] === self { worker.attempts[name] = nil }
        world.books.note(entry, ended: result, in: world)
        world.trace(worker, "\(job) \(order.asset) start \(order.start) ends: \(result.summary)")
        let wasCutShort = order.timeout < run.limits.attemptTimeout
        let next = worker.ended(order.permit, CallEnd(result, wasCutShort: wasCutShort))
        worker.records.send(
            .attemptEnded(order.asset, epoch: run.epoch, start: order.start, result, next: next), to: job)
    }

    private func success(_ hash: ContentHash) -> AttemptResult {
        let picture = Picture(hash: hash, bytes: 8, size: nil, mediaType: "image/jpeg")
        let source = AssetSource(provider: order.provider, model: order.model, costMicros: Names.price)
        return .made(picture, source, Names.bytes(world.books.content(of: hash)))
    }

    private func error(_ kind: MediaError.Kind, _ phase: MediaError.Phase = .answerRead) -> MediaError {
        MediaError(kind, "\(kind)", provider: order.provider, phase: phase)
    }

    private var limited: MediaError {
        var error = error(.rateLimited)
        error.retryAfter = world.dice.pick([nil, 1_000, 20_000])
        return error
    }

    private var spoiled: MediaError {
        var error = error(.unusableOutput)
        error.costMicros = Names.price
        return error
    }
}

extension AttemptResult {
    var summary: String {
        switch self {
        case .made(let picture, _, _): "made \(picture.hash.text.prefix(8))"
        case .failed(let error): "\(error.kind) \(error.phase)"
        case .interrupted(let phase): "interrupted \(phase)"
        }
    }
}

extension WorkerProcess {
    func start(_ job: JobID, _ order: CallOrder, of record: RunRecord) {
        let entry = world.books.open(order, job, of: record, by: self)
        guard !world.isOver else { return }
        ProviderCall(self, job, order, of: record, entry: entry).begin()
    }

    func nudge(_ call: RemoteCall) {
        for name in attempts.keys.sorted(by: { ($0.job.text, $0.asset.text) < ($1.job.text, $1.asset.text) }) {
            if let attempt = attempts[name], attempt.entry.remote == call || attempt.entry.question == call {
                attempt.hurry()
            }
        }
    }
}
