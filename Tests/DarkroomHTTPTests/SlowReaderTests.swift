import JobModel
import Logging
import NIOCore
import Orchestration
import Testing
import Threads

@testable import DarkroomHTTP

@Suite("A slow reader")
struct SlowReaderTests {
    private static let changes: UInt64 = 200

    /// While a client takes nothing, nothing is kept for it: it gets what it was being sent, and then the newest.
    @Test func getsTheNewestAndNothingBetween() async throws {
        let store = MemoryStore()
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let jobs = JobService(
            store: store, client: nil, clock: SystemClock(), random: SystemRandom(), logger: quiet)
        let key = JobService.CaseKey(try CaseID("case-1"))
        let place = Keys.job(key.caseID, owner: key.owner)
        let rendered = Locked(0)
        let events = SharedEvents { _ in
            rendered.withLock { $0 += 1 }
            guard let revision = try store.get(place)?.revision else { return nil }
            return RenderedEvent(
                revision: revision, bytes: ByteBuffer(string: "\(revision.number)"),
                isLast: revision.number == Self.changes)
        }
        _ = await store.write(write(place, after: nil))
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let written = Locked<[String]>([])
        let listener = try #require(try jobs.news.listen(to: .job(key), isGuest: true))
        let follower = JobFollower(key: key, jobs: jobs, events: events, listener: listener, isAllowed: { true })
        let following = Task {
            var writer = EventWriter(writer: SlowConnection(written: written, begun: beginning, gate: gate))
            try await follower.run(&writer, told: nil, wanted: Revision(1))
        }
        for await _ in begun { break }
        for revision in 1..<Self.changes { _ = await store.write(write(place, after: revision)) }
        opening.finish()
        try await following.value
        let texts = written.withLock { $0 }
        #expect(texts.prefix(2) == ["1", "\(Self.changes)"])
        #expect(texts.count == 3 && texts.last?.contains("event: end") == true)
        #expect(rendered.withLock { $0 } == 2)
        await jobs.close()
    }

    private func write(_ key: StoreKey, after revision: UInt64?) -> RecordWrite {
        RecordWrite(
            key: key, expected: revision.map { .revision(Revision($0)) } ?? .absent,
            header: RecordHeader(kind: 1, state: 1, format: 1), body: [1])
    }
}
