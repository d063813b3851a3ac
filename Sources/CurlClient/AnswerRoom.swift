import Threads

/// Bounds how many large answers are in memory at one time: a call whose answer grows beyond ``prefixBytes`` waits for a
/// place before more of it is read, and the peer's data waits in the kernel. The place is given back when the last
/// reference to it goes, so whoever goes on working with the bytes keeps it (``HTTPResponse/place``).
///
/// Places go first come, first served. A call waits at most until its own deadline. A holder that receives nothing for
/// `patience` is not counted until it does again: calls that hang inside their answers hold up nobody.
public final class AnswerRoom: Sendable {
    /// Small answers need no place.
    public static let prefixBytes = 16 << 10
    static let patience = Duration.milliseconds(500)

    private let contents: Locked<AnswerPlaces<@Sendable (Place) -> Void>>

    /// - Parameter places: at least 1.
    public init(places: Int) { contents = Locked(AnswerPlaces(limit: max(1, places))) }

    /// A place among the answers in memory.
    public final class Place: Sendable {
        fileprivate let number: UInt64
        private let room: AnswerRoom

        fileprivate init(_ number: UInt64, in room: AnswerRoom) {
            self.number = number
            self.room = room
        }

        deinit { room.change { $0.leave(number) } }

        func received() { room.contents.withLock { $0.received(number, now: .now) } }

        func isWhole() { room.contents.withLock { $0.isWhole(number) } }
    }

    /// A place now, or nil: `admit` is called with one later, on whatever thread freed it. It must not block.
    func enter(_ admit: @escaping @Sendable (Place) -> Void) -> Place? {
        contents.withLock { $0.enter(admit, now: .now) }.map { Place($0, in: self) }
    }

    /// To be called now and then while somebody waits.
    func lendPlacesOfStalled() { change { $0.lendPlacesOfStalled(now: .now, patience: Self.patience) } }

    private func change(_ body: (inout AnswerPlaces<@Sendable (Place) -> Void>) -> Void) {
        let admitted = contents.withLock { places in
            body(&places)
            return places.admit(now: .now)
        }
        for (number, admit) in admitted { admit(Place(number, in: self)) }
    }
}

/// Who holds a place and who waits for one.
struct AnswerPlaces<Waiter: Sendable>: Sendable {
    private let limit: Int
    private var next: UInt64 = 0
    /// When each last received something; nil once its answer is whole.
    private var holders: [UInt64: ContinuousClock.Instant?] = [:]
    private var stalled: Set<UInt64> = []
    private var waiting: [Waiter] = []
    private var waitingHead = 0

    init(limit: Int) { self.limit = limit }

    mutating func enter(_ waiter: Waiter, now: ContinuousClock.Instant) -> UInt64? {
        guard waitingHead == waiting.count, hasRoom else {
            waiting.append(waiter)
            return nil
        }
        return take(now: now)
    }

    mutating func received(_ number: UInt64, now: ContinuousClock.Instant) {
        holders[number] = .some(now)
        stalled.remove(number)
    }

    mutating func isWhole(_ number: UInt64) {
        holders[number] = .some(nil)
        stalled.remove(number)
    }

    mutating func leave(_ number: UInt64) {
        holders[number] = nil
        stalled.remove(number)
    }

    mutating func lendPlacesOfStalled(now: ContinuousClock.Instant, patience: Duration) {
        for case (let number, let last?) in holders where now - last >= patience { stalled.insert(number) }
    }

    /// The waiters whose turn has come, each with the number of its place.
    mutating func admit(now: ContinuousClock.Instant) -> [(UInt64, Waiter)] {
        var admitted: [(UInt64, Waiter)] = []
        while waitingHead < waiting.count, hasRoom {
            admitted.append((take(now: now), waiting[waitingHead]))
            waitingHead += 1
        }
        if waitingHead == waiting.count {
            waiting = []
            waitingHead = 0
        } else if waitingHead > 1_024 {
            waiting.removeFirst(waitingHead)
            waitingHead = 0
        }
        return admitted
    }

    private var hasRoom: Bool { holders.count - stalled.count < limit }

    private mutating func take(now: ContinuousClock.Instant) -> UInt64 {
        next += 1
        holders[next] = .some(now)
        return next
    }
}
