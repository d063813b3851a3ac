import Testing
import Threads

@testable import DarkroomHTTP

/// Until when a peer must have done its part.
@Suite("The pace of a connection")
struct ConnectionPaceTests {
    private static let limits = ConnectionLimits(
        idle: .seconds(60), request: .seconds(30), bytesPerSecond: 1_000, lingering: .seconds(5))
    private let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func waitsForARequestFromTheStartAndAfterEachAnswer() {
        var pace = ConnectionPace(Self.limits, now: start)
        #expect(pace.isWaiting && pace.deadline == at(60))
        pace.headCame(now: at(10))
        pace.requestEnded(now: at(11))
        #expect(!pace.isWaiting && pace.deadline == nil, "it is our turn")
        pace.answerEnded(now: at(100))
        #expect(pace.isWaiting && pace.deadline == at(160))
    }

    /// Drops move the end only as far as their bytes are worth.
    @Test func aRequestHasItsTimeAndMoreForWhatItBrings() {
        var pace = ConnectionPace(Self.limits, now: start)
        pace.headCame(now: at(10))
        #expect(pace.deadline == at(40))
        for _ in 0..<999 { pace.bodyCame(1) }
        #expect(pace.deadline == at(40))
        pace.bodyCame(9_001)
        #expect(pace.deadline == at(50))
        pace.requestEnded(now: at(45))
        pace.answerEnded(now: at(46))
        pace.headCame(now: at(47))
        #expect(pace.deadline == at(77), "each request begins anew")
    }

    @Test func whatComesAfterTheAnswerIsReadAwayForAWhile() {
        var pace = ConnectionPace(Self.limits, now: start)
        pace.headCame(now: at(1))
        pace.answerEnded(now: at(2))
        #expect(!pace.isWaiting && pace.deadline == at(7))
        pace.bodyCame(1_000_000)
        #expect(pace.deadline?.advanced(by: .zero) == at(7), "however much it is")
        pace.requestEnded(now: at(6))
        #expect(pace.isWaiting && pace.deadline == at(66))
    }

    /// A request behind one that is being answered is held back by us.
    @Test func requestsInARow() {
        var pace = ConnectionPace(Self.limits, now: start)
        pace.headCame(now: at(1))
        pace.requestEnded(now: at(1))
        pace.headCame(now: at(1))
        #expect(pace.deadline == nil)
        pace.answerEnded(now: at(50))
        #expect(pace.deadline == at(80))
        pace.requestEnded(now: at(51))
        #expect(pace.deadline == nil)
        pace.answerEnded(now: at(52))
        #expect(pace.isWaiting)
    }
}

/// Which connection loses its place.
@Suite("The book of connections")
struct ConnectionBookTests {
    private final class Closed: Sendable {
        private let names = Locked<[Int]>([])
        var all: [Int] { names.withLock { $0 } }
        func add(_ name: Int) { names.withLock { $0.append(name) } }
    }

    private let closed = Closed()

    private func open(_ book: ConnectionBook, _ name: Int) -> UInt64 {
        let closed = closed
        return book.opened { closed.add(name) }
    }

    @Test func theOneThatWaitedLongestGoes() {
        let book = ConnectionBook(limit: 3)
        let ids = (0..<3).map { open(book, $0) }
        #expect(closed.all.isEmpty)
        book.isBusy(ids[0])
        _ = open(book, 3)
        #expect(closed.all == [1], "the first has something to ask")
        book.closed(ids[1])
        book.waits(ids[0])
        let five = open(book, 4)
        #expect(closed.all == [1, 2])
        book.closed(ids[2])
        _ = open(book, 5)
        #expect(closed.all == [1, 2, 3], "the first has waited again since")
        book.closed(five)
        #expect(book.count == 3)
    }

    @Test func nobodyGoesWhereAllAreBusy() {
        let book = ConnectionBook(limit: 2)
        for name in 0..<10 { book.isBusy(open(book, name)) }
        // Each newcomer waits for a moment, but none goes for itself.
        #expect(closed.all.isEmpty)
    }

    /// Turns that nobody has any more are forgotten.
    @Test func aBusyConnectionLeavesNothingBehind() {
        let book = ConnectionBook(limit: 2)
        let id = open(book, 0)
        for _ in 0..<100_000 {
            book.isBusy(id)
            book.waits(id)
        }
        #expect(book.turnsKept < 100)
        book.closed(id)
        book.waits(id)
        #expect(book.count == 0)
    }
}
