import JSONCoding
import NIOCore
import Threads

/// Makes predictions, keeps them and tells of them. Every change goes through here.
final class PredictionService: Sendable {
    private struct State {
        var table = PredictionTable()
        /// What runs beside each that is not over, or whose webhooks are still being sent.
        var companions: [String: Companion] = [:]
    }

    private struct Companion: Sendable {
        let watch: PeerWatch
        let announcer: Announcer?
        /// The caller who waits for the output.
        var caller: PeerWatch?
    }

    private let state = Locked(State())
    private let log: CallLog
    private let library: PictureLibrary
    private let sender: WebhookSender
    /// Twice the predictions that can be under way: those that were just canceled have a moment to end.
    private let lives = LiveTasks(limit: 2 * PredictionTable.bound)
    /// Predictions whose webhooks are being sent; more than that are not told of.
    private let sendings = LiveTasks(limit: PredictionTable.bound)

    init(log: CallLog, library: PictureLibrary, sender: WebhookSender) {
        self.log = log
        self.library = library
        self.sender = sender
    }

    var webhookSecret: String { sender.secret }

    subscript(id: String) -> Prediction? { state.withLock { $0.table[id] } }

    func all(after: Int, limit: Int) -> [Prediction] { state.withLock { $0.table.all(after: after, limit: limit) } }

    func page(before: Int?) -> (predictions: [Prediction], next: Int?) {
        state.withLock { $0.table.page(before: before) }
    }

    /// Makes one and sets it going.
    ///
    /// - Parameters:
    ///   - caller: told of every change until ``leave(_:)``.
    ///   - live: its life, given the watch it waits on.
    /// - Returns: nil when too many are under way.
    func create(
        _ make: @Sendable (_ id: String, _ number: Int) -> Prediction, caller: PeerWatch,
        live: @escaping @Sendable (_ id: String, _ watch: PeerWatch) async -> Void
    ) -> Prediction? {
        let watch = PeerWatch()
        let prediction = state.withLock { state -> Prediction? in
            guard let made = state.table.add({ make(RandomName.make(), $0) }) else { return nil }
            let announcer = made.request.webhook.map { makeAnnouncer(of: made.id, $0) }
            state.companions[made.id] = Companion(watch: watch, announcer: announcer, caller: caller)
            return made
        }
        guard let prediction else { return nil }
        log.count { sums in
            sums.predictions += 1
            sums.predictionsInProgress += 1
        }
        // Nothing lives once the simulator goes down: the prediction stays as it is.
        lives.start { await live(prediction.id, watch) }
        return prediction
    }

    private func makeAnnouncer(of id: String, _ url: String) -> Announcer {
        Announcer(
            url: url, tasks: sendings, deliver: { [weak self] in await self?.deliver($0, to: $1) },
            giveUp: { [weak self] in self?.count(WebhookSender.Report(), of: id) })
    }

    /// The caller who created it is gone or answered.
    func leave(_ id: String) { state.withLock { $0.companions[id]?.caller = nil } }

    /// Notes something about it that is no step of its life.
    func note(_ id: String, _ change: (inout Prediction) -> Void) {
        state.withLock { _ = $0.table.update(id, change) }
    }

    /// Takes a step of its life and tells of it; nothing once it is over.
    func advance(_ id: String, telling event: WebhookEvent, _ step: (inout Prediction) -> Void) {
        let (prediction, companion) = state.withLock { state -> (Prediction?, Companion?) in
            guard let companion = state.companions[id] else { return (nil, nil) }
            return (state.table.update(id, step), companion)
        }
        companion?.caller?.release()
        guard let prediction, prediction.request.events.contains(event) else { return }
        companion?.announcer?.announce([WebhookMessage(event: event, prediction: prediction)])
    }

    /// Ends it, unless it has ended: then nothing changes.
    func settle(_ id: String, _ status: Prediction.Status, error: String? = nil) {
        let now = UnixTime.milliseconds
        let (settled, companion) = state.withLock { state -> (Prediction?, Companion?) in
            var isEnd = false
            let prediction = state.table.update(id) { isEnd = $0.settle(status, error: error, at: now) }
            guard isEnd else { return (nil, nil) }
            return (prediction, state.companions.removeValue(forKey: id))
        }
        guard let settled, let companion else { return }
        log.count { $0.predictionsInProgress -= 1 }
        companion.caller?.release()
        companion.watch.finish(.canceled)
        guard settled.request.events.contains(.completed) else { return }
        companion.announcer?.announce(settled.ending.closingMessages(of: settled))
    }

    /// Lets go of every prediction that a `hold` step holds.
    func releaseHeld() {
        for watch in state.withLock({ $0.companions.values.map(\.watch) }) { watch.release() }
    }

    func forgetSettled() { state.withLock { $0.table.forgetSettled() } }

    /// Ends every life and every sending, now and later, and waits for them. Predictions stay as they are.
    func close() async {
        for watch in state.withLock({ $0.companions.values.map(\.watch) }) { watch.finish(.closing) }
        await lives.close()
        await sendings.close()
        await sender.shutdown()
    }

    private func deliver(_ message: WebhookMessage, to url: String) async {
        let document = ReplicateDocument(prediction: message.prediction, library: library)
        // A picture file that only a later scenario names cannot be shown: the message is given up.
        guard let pieces = try? await document.current() else {
            return count(WebhookSender.Report(), of: message.prediction.id)
        }
        let body = pieces.flatMap { Array($0.readableBytesView) }
        let report = await sender.send(message, body: body, to: url) { [log] in log.count { $0.webhooksSent += 1 } }
        count(report, of: message.prediction.id)
    }

    private func count(_ report: WebhookSender.Report, of id: String) {
        note(id) { prediction in
            prediction.webhooks.attempts += report.attempts
            prediction.webhooks.delivered += report.isDelivered ? 1 : 0
            prediction.webhooks.failed += report.isDelivered ? 0 : 1
            prediction.webhooks.lastStatus = report.lastStatus
        }
        log.count { sums in
            sums.webhooksDelivered += report.isDelivered ? 1 : 0
            sums.webhooksFailed += report.isDelivered ? 0 : 1
        }
    }
}
