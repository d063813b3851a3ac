import JobModel
import Logging

/// Going out in order.
extension WorkerService {
    /// Whether no new work is taken any more.
    public var isDraining: Bool { shutdown.phase > .running }

    /// Records of calls that were aborted are waited for so long.
    private static var recordingTime: Milliseconds { 5_000 }

    /// Waits for the shutdown. Then calls in flight, their records and deliveries under way may end within the grace;
    /// what is left after it is aborted, and that is recorded. Canceled, it returns at once and nothing is recorded.
    func drainWhenAsked() async {
        await shutdown.untilDraining()
        guard !Task.isCancelled else { return }
        let (attempts, records) = (attempts, records)
        logger.notice("worker.draining", metadata: ["inFlight": "\(attempts.activity.running)"])
        await within(settings.shutdownGrace) { await Self.untilQuiet(attempts, records) }
        guard !Task.isCancelled else { return }
        shutdown.advance(to: .aborting)
        let interrupted = attempts.activity.running
        await within(Self.recordingTime) {
            await attempts.close()
            await records.untilIdle()
        }
        logger.notice("worker.drained", metadata: ["interrupted": "\(interrupted)"])
    }

    /// Until no task runs and no record is being written: what ends may begin something else, so both must show no
    /// change while they are looked at.
    private static func untilQuiet(
        _ attempts: TaskYard<AttemptName>, _ records: RecordRunner<JobID, RunState>
    ) async {
        while !Task.isCancelled {
            await attempts.untilEmpty()
            await records.untilIdle()
            let before = (attempts.activity, records.activity)
            let after = (attempts.activity, records.activity)
            if before == after, after.0.running == 0, after.1.running == 0 { return }
            await Task.yield()
        }
    }

    /// Runs `body`, and cancels it when so much time has passed.
    func within(_ length: Milliseconds, _ body: @escaping @Sendable () async -> Void) async {
        let (clock, end) = (clock, clock.now() + length)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await clock.sleep(until: end) }
            await group.next()
            group.cancelAll()
        }
    }
}

extension AttemptResult {
    /// The same where the worker itself ended the call: whatever came of it before stands.
    var asInterrupted: AttemptResult {
        guard case .failed(let error) = self, error.kind == .canceled else { return self }
        return .interrupted(error.phase)
    }
}
