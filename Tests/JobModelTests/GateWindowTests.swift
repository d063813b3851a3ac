import Testing

@testable import JobModel

@Suite("The sliding window")
struct GateWindowTests {
    private struct Model {
        var sent: [Milliseconds] = []
        var unsent: [UInt64] = []
        let limit: Int
        let length: Milliseconds

        func used(at now: Milliseconds) -> Int { sent.count { $0 > now - length } + unsent.count }

        /// The first instant at which there is room; nil if time alone does not bring it.
        func room(from now: Milliseconds) -> Milliseconds? {
            let instants = [now] + sent.map { $0 + length }.filter { $0 > now }.sorted()
            return instants.first { used(at: $0) < limit }
        }
    }

    @Test("is what a plain count says, at every step", arguments: 1...60 as ClosedRange<UInt64>)
    func agreesWithTheModel(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...9, using: &generator)
        let window = generator.pick([50, 1_000, 60_000] as [Milliseconds])
        var rate = RateWindow(limit: limit, window: window)
        var model = Model(limit: limit, length: rate.milliseconds)
        #expect(rate.milliseconds > window)
        var (now, number): (Milliseconds, UInt64) = (1_000_000, 0)
        for _ in 0..<2_000 {
            let hasRoom = rate.hasRoom(now: now)
            try #require(hasRoom == (model.used(at: now) < limit), "seed \(seed)")
            if !hasRoom { try #require(rate.nextRoom == model.room(from: now), "seed \(seed)") }
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4 where hasRoom:
                number += 1
                rate.give(number)
                model.unsent.append(number)
            case 4..<7:
                guard let first = model.unsent.first else { continue }
                model.unsent.removeFirst()
                rate.sent(first, now: now)
                rate.sent(first, now: now)
                model.sent.append(now)
            case 7:
                guard let last = model.unsent.popLast() else { continue }
                rate.takeBack(last)
                rate.sent(last, now: now)
            case 8:
                // To the very millisecond at which it says that there is room.
                if let next = rate.nextRoom, next > now { now = next }
            default: now += Milliseconds.random(in: 0...(window / 3), using: &generator)
            }
        }
        for (index, instant) in model.sent.enumerated() where index >= limit {
            try #require(instant - model.sent[index - limit] >= rate.milliseconds, "seed \(seed)")
        }
    }

    @Test("lets through all that it may: the next call leaves in the millisecond in which the oldest is forgotten")
    func fullThroughput() {
        var rate = RateWindow(limit: 60, window: 60_000)
        var now: Milliseconds = 0
        for number in 0..<6_000 as Range<UInt64> {
            if !rate.hasRoom(now: now) { now = rate.nextRoom ?? .max }
            rate.give(number)
            rate.sent(number, now: now)
        }
        // A hundred windows' worth: the first leaves at once.
        #expect(now == 99 * rate.milliseconds)
    }

    @Test("permits whose call has not left keep their places, and time does not free them")
    func unsentPermits() {
        var rate = RateWindow(limit: 2, window: 1_000)
        rate.give(1)
        rate.give(2)
        #expect(rate.nextRoom == nil)
        let hasRoom = rate.hasRoom(now: 1_000_000)
        #expect(!hasRoom)
        rate.sent(1, now: 1_000_000)
        #expect(rate.nextRoom == 1_000_000 + rate.milliseconds)
        rate.takeBack(2)
        #expect(rate.nextRoom == nil)
    }
}
