import JobModel

/// How an exchange ended for whoever began it.
enum ExchangeEnd<Answer> {
    case answer(Answer)
    /// Nothing came within its time; it may have arrived all the same.
    case silence
    /// It certainly did not arrive.
    case refused

    var answer: Answer? { if case .answer(let answer) = self { answer } else { nil } }
}

/// One question from one process to another, and its answer: lost, doubled, delayed and reordered on either way.
///
/// The caller hears of exactly one end.
final class Exchange<Answer> {
    private let caller: Process
    private let target: () -> Process?
    private let serve: (Process, @escaping (Answer) -> Void) -> Void
    private var ended: ((ExchangeEnd<Answer>) -> Void)?
    /// Copies that have not arrived, and whether one has.
    private var underWay = 0
    private var hasArrived = false
    private let name: String
    private var world: World { caller.world }

    private init(
        _ name: String, from caller: Process, to target: @escaping () -> Process?,
        serve: @escaping (Process, @escaping (Answer) -> Void) -> Void, ended: @escaping (ExchangeEnd<Answer>) -> Void
    ) {
        self.name = name
        self.caller = caller
        self.target = target
        self.serve = serve
        self.ended = ended
    }

    /// - Parameters:
    ///   - target: who stands at the address when the request arrives; nil if nobody does.
    ///   - timeout: of the whole exchange.
    static func begin(
        _ name: String, from caller: Process, to target: @escaping () -> Process?, timeout: Int64,
        serve: @escaping (Process, @escaping (Answer) -> Void) -> Void, ended: @escaping (ExchangeEnd<Answer>) -> Void
    ) {
        let exchange = Exchange(name, from: caller, to: target, serve: serve, ended: ended)
        caller.after(timeout, .timeout) { exchange.end(.silence) }
        exchange.send()
    }

    private func send() {
        let world = world
        var copies = 1
        if world.chance(world.faults.requestLoss) {
            world.count(.requestLost)
            world.trace(caller, "\(name): the request is lost")
            copies = 0
        }
        if world.chance(world.faults.doubling) {
            world.count(.requestDoubled)
            copies += 1
        }
        underWay = copies
        for _ in 0..<copies {
            world.add(after: delay(.requestDelayed), .request, owner: nil) { self.arrive() }
        }
    }

    private func delay(_ long: Happening) -> Int64 {
        guard world.chance(world.faults.delays) else { return world.dice.within(1...20) }
        world.count(long)
        return world.dice.within(20...world.faults.longDelay)
    }

    private func arrive() {
        underWay -= 1
        guard let process = target(), !process.isDead else {
            world.count(.connectionRefused)
            if underWay == 0, !hasArrived { caller.after(1, .answer) { self.end(.refused) } }
            return
        }
        hasArrived = true
        world.trace(process, "\(name) arrives from \(caller.role.name)")
        serve(process) { self.answer($0) }
    }

    private func answer(_ answer: Answer) {
        if world.chance(world.faults.answerLoss) {
            world.count(.answerLost)
            return world.trace(caller, "\(name): the answer is lost")
        }
        caller.after(delay(.answerLate), .answer) { self.end(.answer(answer)) }
    }

    private func end(_ end: ExchangeEnd<Answer>) {
        guard let ended else { return }
        self.ended = nil
        world.trace(caller, "\(name): \("\(end)".prefix(160))")
        ended(end)
    }
}
