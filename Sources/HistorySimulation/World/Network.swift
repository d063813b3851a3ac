import JobModel

/// One question from one process to another, and its answer: lost, doubled, delayed and reordered on either way.
///
/// The caller hears of exactly one end: an answer, or nil for none within its time.
final class Exchange<Answer> {
    private let caller: Process
    private let target: () -> Process?
    private let serve: (Process, @escaping (Answer) -> Void) -> Void
    private var ended: ((Answer?) -> Void)?
    private let name: String
    private var world: World { caller.world }

    private init(
        _ name: String, from caller: Process, to target: @escaping () -> Process?,
        serve: @escaping (Process, @escaping (Answer) -> Void) -> Void, ended: @escaping (Answer?) -> Void
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
        serve: @escaping (Process, @escaping (Answer) -> Void) -> Void, ended: @escaping (Answer?) -> Void
    ) {
        let exchange = Exchange(name, from: caller, to: target, serve: serve, ended: ended)
        caller.after(timeout, .timeout) { exchange.end(nil) }
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
        guard let process = target(), !process.isDead else {
            world.count(.connectionRefused)
            return caller.after(1, .answer) { self.end(nil) }
        }
        world.trace(process, "\(name) arrives from \(caller.role.name)")
        serve(process) { self.answer($0) }
    }

    private func answer(_ answer: Answer) {
        if world.chance(world.faults.answerLoss) {
            world.count(.answerLost)
            return world.trace(caller, "\(name): the answer is lost")
        }
        caller.after(delay(.answerLate), .answer) { self.end(answer) }
    }

    private func end(_ answer: Answer?) {
        guard let ended else { return }
        self.ended = nil
        world.trace(caller, "\(name): \(answer.map { "\($0)" }?.prefix(120) ?? "no answer")")
        ended(answer)
    }
}
