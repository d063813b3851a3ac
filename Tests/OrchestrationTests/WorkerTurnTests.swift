import JobModel
import OrchestrationTestKit
import Testing
import Threads

@testable import Orchestration

@Suite("What a control process has under way at its workers")
struct WorkerTurnTests {
    /// Counts who is in, and lets nobody out before it is opened.
    private final class Room: Sendable {
        private let inside = Locked((now: 0, most: 0, all: 0))
        let isOpen = Gate()
        let fills: Gate
        private let size: Int

        init(fillsAt size: Int) {
            self.size = size
            fills = Gate()
        }

        var most: Int { inside.withLock { $0.most } }
        var all: Int { inside.withLock { $0.all } }

        func stay() async {
            let now = inside.withLock { inside in
                inside.now += 1
                inside.all += 1
                inside.most = max(inside.most, inside.now)
                return inside.now
            }
            if now == size { fills.open() }
            await isOpen.wait()
            inside.withLock { $0.now -= 1 }
        }
    }

    @Test("no more at one worker than its share, which leaves room for the others")
    func ofEach() async {
        let (lanes, stuck, live) = (WorkerLanes(), Room(fillsAt: WorkerLanes.ofEach), Locked(0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { _ = await lanes.handOut(to: "http://stuck") { await stuck.stay() } } }
            await stuck.fills.wait()
            await withTaskGroup(of: Void.self) { others in
                for _ in 0..<200 {
                    others.addTask { _ = await lanes.handOut(to: "http://live") { live.withLock { $0 += 1 } } }
                }
            }
            #expect(live.withLock { $0 } == 200 && stuck.most == WorkerLanes.ofEach)
            let answer = await lanes.ask("http://stuck") { 7 }
            #expect(answer == 7, "a question does not wait behind hand-outs")
            stuck.isOpen.open()
        }
        #expect(stuck.all == 200 && stuck.most == WorkerLanes.ofEach)
    }

    @Test("no more at all of them together than is set")
    func ofAll() async {
        let (lanes, room) = (WorkerLanes(), Room(fillsAt: WorkerLanes.ofAll))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask { _ = await lanes.handOut(to: "http://worker-\(number % 5)") { await room.stay() } }
            }
            await room.fills.wait()
            room.isOpen.open()
        }
        #expect(room.all == 400 && room.most == WorkerLanes.ofAll)
    }

    @Test("a thousand jobs created at once are all handed out, never more at a time than the bound")
    func jobs() async throws {
        let room = Room(fillsAt: WorkerLanes.ofEach)
        let client = ScriptedClient { _ in
            await room.stay()
            return .accepted
        }
        let jobs = JobService(
            store: MemoryStore(), client: client, clock: SystemClock(), random: SystemRandom(), logger: Samples.quiet)
        let running = Task { try await jobs.run() }
        for number in 0..<300 {
            let reply = try await jobs.create(
                try Samples.request("case-\(number)"), handOut: Samples.addresses)
            guard case .created = reply else { throw Unexpected() }
        }
        await room.fills.wait()
        #expect(room.all == WorkerLanes.ofEach)
        room.isOpen.open()
        await client.triggered(300)
        #expect(room.most == WorkerLanes.ofEach)
        running.cancel()
        try await running.value
    }

    private struct Unexpected: Error {}
}

@Suite("Steps in order")
struct StepQueueTests {
    @Test("first in, first out, and nothing taken is kept")
    func order() {
        final class Thing: Sendable {}
        var queue = StepQueue<Thing>()
        weak var first: Thing?
        do {
            let thing = Thing()
            first = thing
            queue.add([thing, Thing()])
        }
        #expect(first != nil)
        _ = queue.next()
        #expect(first == nil && queue.count == 1)
    }

    @Test("over thousands")
    func thousands() {
        var queue = StepQueue<Int>()
        var (sent, got) = (0, 0)
        for round in 0..<500 {
            queue.add(Array(sent..<(sent + 17)))
            sent += 17
            for _ in 0..<(round % 20) where queue.count > 0 {
                #expect(queue.next() == got)
                got += 1
            }
        }
        while let next = queue.next() {
            #expect(next == got)
            got += 1
        }
        #expect(got == sent && queue.count == 0)
    }
}
