import Testing

@testable import CurlClient

@Suite("lookups: one a name, a bounded number of names")
struct LookupQueueTests {
    private typealias Queue = LookupQueue<Int>

    @Test("the first call leads, the others begin when the name is found")
    func found() {
        var queue = Queue(maximum: 4)
        #expect(queue.enter(1, name: "a") == [.begin(1, leads: true)])
        #expect(queue.enter(2, name: "a").isEmpty)
        #expect(queue.enter(3, name: "a").isEmpty)
        #expect(queue.found(1) == [.begin(2, leads: false), .begin(3, leads: false)])
        #expect(queue.leave(1).isEmpty)
        #expect(queue.isEmpty)
        #expect(queue.enter(4, name: "a") == [.begin(4, leads: true)])
    }

    @Test("a name that does not exist answers all who wait for it")
    func notFound() {
        var queue = Queue(maximum: 4)
        _ = queue.enter(1, name: "a")
        _ = queue.enter(2, name: "a")
        _ = queue.enter(3, name: "b")
        #expect(queue.notFound(1) == [.fail(2)])
        #expect(queue.found(3).isEmpty)
        #expect(queue.isEmpty)
    }

    @Test("a leader that leaves is followed by the next who still waits")
    func leaderLeaves() {
        var queue = Queue(maximum: 4)
        for id in 1...4 { _ = queue.enter(id, name: "a") }
        #expect(queue.leave(2).isEmpty)
        #expect(queue.leave(1) == [.begin(3, leads: true)])
        #expect(queue.found(1).isEmpty)
        #expect(queue.found(3) == [.begin(4, leads: false)])
        #expect(queue.isEmpty)
    }

    @Test("names beyond the bound wait in line, and those that nobody wants any more are passed over")
    func bound() {
        var queue = Queue(maximum: 2)
        #expect(queue.enter(1, name: "a") == [.begin(1, leads: true)])
        #expect(queue.enter(2, name: "b") == [.begin(2, leads: true)])
        #expect(queue.enter(3, name: "c").isEmpty)
        #expect(queue.enter(4, name: "d").isEmpty)
        #expect(queue.enter(5, name: "d").isEmpty)
        #expect(queue.leave(3).isEmpty)
        #expect(queue.found(1) == [.begin(4, leads: true)])
        #expect(queue.notFound(4) == [.fail(5)])
        #expect(queue.leave(2).isEmpty)
        #expect(queue.isEmpty)
    }
}
