import JobModel
import Logging
import NIOCore
import Testing
import Threads

@testable import DarkroomHTTP
@testable import Orchestration

@Suite("Whoever follows a list")
struct ListFollowerTests {
    private func sent(isAllowed: Bool, _ news: (inout News) -> Void) async throws -> [String] {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let jobs = JobService(
            store: MemoryStore(), client: nil, clock: SystemClock(), random: SystemRandom(), logger: quiet)
        let mailbox = Mailbox()
        mailbox.put(news)
        let listener = NewsListener(mailbox) {}
        let written = Locked<[String]>([])
        let follower = ListFollower(
            owner: .local, jobs: jobs, lines: SharedEvents { _ in nil }, listener: listener, isAllowed: { isAllowed })
        var writer = EventWriter(writer: OpenConnection(written: written) { listener.end() })
        try await follower.run(&writer, told: nil)
        await jobs.close()
        return written.withLock { $0 }
    }

    /// Of an owner whose jobs rest while others' are written.
    @Test(.timeLimit(.minutes(1))) func goesOnFromWhereNothingWasToBeTold() async throws {
        let sent = try await sent(isAllowed: true) { news in
            news.quietUpTo = Revision(7)
            news.isPulse = true
        }
        #expect(sent.count == 2 && sent.first?.contains("event: reset") == true)
        #expect(sent.last == "id: 7\n: keep-alive\n\n")
    }

    @Test(.timeLimit(.minutes(1))) func isToldNothingMoreOnceItsKeyHasEnded() async throws {
        let sent = try await sent(isAllowed: false) { $0.isPulse = true }
        #expect(sent.count == 1 && sent.first?.contains("event: reset") == true)
    }
}
