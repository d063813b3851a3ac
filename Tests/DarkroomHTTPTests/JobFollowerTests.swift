import JobModel
import Logging
import NIOCore
import Testing
import Threads

@testable import DarkroomHTTP
@testable import Orchestration

@Suite("Whoever follows a job")
struct JobFollowerTests {
    /// What a client gets of a job that is not in the store, beginning with its first state.
    /// - Parameters:
    ///   - states: revisions of the states that are rendered, the last of them final.
    ///   - news: what is heard after the first.
    private func sent(states: [UInt64], isAllowed: Bool, _ news: (inout News) -> Void) async throws -> [String] {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let jobs = JobService(
            store: MemoryStore(), client: nil, clock: SystemClock(), random: SystemRandom(), logger: quiet)
        let left = Locked(states)
        let events = SharedEvents { _ in
            left.withLock { left in
                let revision = left.isEmpty ? 0 : left.removeFirst()
                return RenderedEvent(
                    revision: Revision(revision), bytes: ByteBuffer(string: "\(revision)"),
                    isLast: states.count > 1 && left.isEmpty)
            }
        }
        let mailbox = Mailbox()
        mailbox.put(news)
        let follower = JobFollower(
            key: JobService.CaseKey(try CaseID("case-1")), jobs: jobs, events: events,
            listener: NewsListener(mailbox) {}, isAllowed: { isAllowed })
        let written = Locked<[String]>([])
        var writer = EventWriter(writer: OpenConnection(written: written))
        try await follower.run(&writer, told: nil, wanted: Revision(1))
        await jobs.close()
        return written.withLock { $0 }
    }

    /// However slowly a client reads: the next state is sent only after its key was looked up.
    @Test(.timeLimit(.minutes(1))) func isToldNothingMoreOnceItsKeyHasEnded() async throws {
        let sent = try await sent(states: [1, 2], isAllowed: false) { news in
            news.isPulse = true
            news.revision = Revision(2)
        }
        #expect(sent == ["1"])
    }

    @Test(.timeLimit(.minutes(1))) func getsTheStateThatCameWithThePulse() async throws {
        let sent = try await sent(states: [1, 2], isAllowed: true) { news in
            news.isPulse = true
            news.revision = Revision(2)
        }
        #expect(sent.prefix(2) == ["1", "2"] && sent.last?.contains("final") == true)
    }

    @Test(.timeLimit(.minutes(1))) func isToldOfADeletionThatNobodyCouldTellOf() async throws {
        let sent = try await sent(states: [1], isAllowed: true) { $0.mayHaveChanged = true }
        #expect(sent.count == 2 && sent.last?.contains(#"{"reason":"deleted"}"#) == true, "\(sent)")
    }
}
