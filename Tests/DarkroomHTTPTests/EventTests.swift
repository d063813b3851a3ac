import JobModel
import NIOCore
import Orchestration
import Testing
import Threads

@testable import DarkroomHTTP

@Suite("Server-sent events")
struct EventTests {
    @Test func eventsAsTheyStandOnTheWire() {
        let event = EventText.event("job", id: 7, data: Array(#"{"a":1}"#.utf8))
        #expect(String(decoding: event, as: UTF8.self) == "id: 7\nevent: job\ndata: {\"a\":1}\n\n")
        let lines = EventText.event("end", id: nil, data: Array("a\nb".utf8))
        #expect(String(decoding: lines, as: UTF8.self) == "event: end\ndata: a\ndata: b\n\n")
    }

    private func event(_ revision: UInt64, bytes: Int = 10) -> RenderedEvent {
        RenderedEvent(
            revision: Revision(revision), bytes: ByteBuffer(repeating: 0x61, count: bytes), isLast: false)
    }

    private func key(_ name: Int) throws -> JobService.CaseKey { JobService.CaseKey(try CaseID("case-\(name)")) }

    @Test func theLastEventsAreKeptUpToANumberOfBytes() throws {
        var recent = RecentEvents(bytesAtMost: 100)
        for number in 0..<30 { recent.keep(event(1), of: try key(number)) }
        #expect(recent.count == 10 && recent.bytes == 100)
        let (gone, kept) = (try key(19), try key(20))
        #expect(recent[gone] == nil && recent[kept] != nil)
        for revision in 2..<500 { recent.keep(event(UInt64(revision)), of: kept) }
        #expect(recent.count == 10 && recent[kept]?.revision == Revision(499), "one job costs others nothing")
        recent.keep(event(500, bytes: 1_000), of: try key(20))
        #expect(recent.count == 9 && recent.bytes == 90, "one that is too large is not kept, and costs others nothing")
        #expect(recent[try key(20)] == nil)
    }

    @Test func oneRenderingServesAll() async throws {
        let rendered = Locked(0)
        let events = SharedEvents { _ in
            let count = rendered.withLock { count in
                count += 1
                return count
            }
            return self.event(UInt64(count))
        }
        let key = try key(1)
        try await withThrowingTaskGroup(of: Revision?.self) { group in
            for _ in 0..<1_000 {
                group.addTask { try await events.event(of: key, since: Revision(1))?.revision }
            }
            for try await revision in group { #expect(revision == Revision(1)) }
        }
        #expect(rendered.withLock { $0 } == 1)
        #expect(try await events.event(of: key, since: Revision(2))?.revision == Revision(2))
    }

    @Test func aJobThatIsGoneHasNoEvent() async throws {
        let events = SharedEvents { _ in nil }
        #expect(try await events.event(of: try key(1), since: Revision(9)) == nil)
        let failing = SharedEvents { _ in throw StoreError(.io, "the test's disk") }
        await #expect(throws: StoreError.self) { try await failing.event(of: try key(1), since: .zero) }
    }
}
