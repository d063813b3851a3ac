import Testing
import Threads

@testable import JobModel
@testable import Orchestration

/// Holds the first message until it is let go, and counts how many are at it at once.
private final class SlowListener: AlertSender, Sendable {
    let isReached = Gate()
    let isOpen = Gate()
    private let state = Locked((heard: [AlertMessage](), atOnce: 0, mostAtOnce: 0))

    var heard: [AlertMessage] { state.withLock { $0.heard } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func send(_ message: AlertMessage) async -> AlertOutcome {
        state.withLock { state in
            state.heard.append(message)
            state.atOnce += 1
            state.mostAtOnce = max(state.mostAtOnce, state.atOnce)
        }
        isReached.open()
        await isOpen.wait()
        state.withLock { $0.atOnce -= 1 }
        return .unreachable
    }
}

@Suite("Jobs that are stuck are told of one by one")
struct JobAlertsTests {
    private func message(_ job: Int, isOver: Bool = false) throws -> AlertMessage {
        AlertMessage(
            JobAlert(
                isOver: isOver, jobID: try JobID("job_\(job)"), caseID: try CaseID("c"), epoch: 1, status: .generating,
                worker: "http://w", silentSince: 5, raisedAt: 9, lastError: nil))
    }

    @Test func aJobsEndOfSilenceIsToldAfterItsBeginning() async throws {
        let (listener, yard) = (SlowListener(), TaskYard<Int>())
        let alerts = JobAlerts(sender: listener, logger: Samples.quiet)
        func tell(_ message: AlertMessage) { alerts.tell(message) { yard.start(nil, $0) } }
        tell(try message(1))
        await listener.isReached.wait()
        tell(try message(1, isOver: true))
        for number in 2..<50 { tell(try message(number)) }
        listener.isOpen.open()
        await yard.untilEmpty()
        let expected = try [message(1), message(1, isOver: true)] + (2..<50).map { try message($0) }
        #expect(listener.heard == expected && listener.mostAtOnce == 1)
        // And again, after all were told.
        tell(try message(50))
        await yard.untilEmpty()
        #expect(listener.heard.count == 51)
    }
}
