import NIOCore

/// One prediction from its creation to its end, as the script has it.
struct PredictionLife: Sendable {
    let id: String
    let watch: PeerWatch
    let service: PredictionService
    let log: CallLog
    /// Where its timers run.
    let loop: any EventLoop
    let decision: Director.Decision
    /// What it makes; nil succeeds without an output.
    let output: Prediction.Output?
    let deadline: ContinuousClock.Instant?
    let longestHang: Duration

    /// It is over: canceled, past its deadline, or the simulator goes down.
    private struct Over: Error {}

    func run() async {
        do throws(Over) {
            try await live()
        } catch {
            return
        }
    }

    private func live() async throws(Over) {
        let ending = decision.script.ending
        if ending == .prediction(.aborted) { return service.settle(id, .aborted) }
        if ending == .hangBeforeHeaders { throw await linger() }
        service.advance(id, telling: .start) { $0.begin(at: UnixTime.milliseconds) }
        try await waitAsScripted()
        service.advance(id, telling: .logs) { $0.logs += "Using seed: 1947\n100%|██████████| 4/4\n" }
        if ending == .hangAfterHeaders { throw await linger() }
        finish(ending)
    }

    private func finish(_ ending: Ending) {
        switch ending {
        case .refusal(.promptBlocked(let reason)), .refusal(.imageBlocked(let reason)):
            service.settle(id, .failed, error: PredictionEnding.errorText(code: reason ?? "E005"))
        case .refusal(.textOnly): service.settle(id, .failed, error: PredictionEnding.errorText(code: "E005"))
        case .refusal(.someBlocked) where output?.sources.isEmpty ?? true:
            service.settle(id, .failed, error: PredictionEnding.errorText(code: "E005"))
        case .prediction(.failed(let text)): service.settle(id, .failed, error: text)
        case .prediction(.canceled): service.settle(id, .canceled)
        default:
            if let output { service.advance(id, telling: .output) { $0.output = output } }
            service.settle(id, .succeeded)
        }
    }

    private func waitAsScripted() async throws(Over) {
        var draws = decision.draws
        for pause in decision.script.pauses {
            switch pause {
            case .fixed(let milliseconds): try await self.pause(.milliseconds(milliseconds))
            case .spread(let spread): try await self.pause(spread.draw(&draws))
            case .hold:
                defer { log.holds(-1) }
                try await wait(longestHang, isHeld: true) { log.holds(1) }
            }
        }
    }

    private func pause(_ duration: Duration) async throws(Over) {
        if duration > .zero { try await wait(duration) {} }
    }

    /// It never ends by itself. The service's own limit is half an hour; the simulator's ends its hangs.
    private func linger() async -> Over {
        do throws(Over) {
            try await wait(longestHang) {}
            service.settle(id, .failed, error: "The prediction was stopped in a non-terminal state. (E8367)")
            return Over()
        } catch {
            return error
        }
    }

    private func wait(_ duration: Duration, isHeld: Bool = false, onceHeld: () -> Void) async throws(Over) {
        let left = deadline.map { $0 - ContinuousClock.now }
        let bound = min(max(left ?? duration, .zero), min(duration, longestHang))
        let end = await watch.wait(bound, on: loop, isHeld: isHeld, onceHeld: onceHeld)
        switch end {
        case .released: return
        case .elapsed:
            guard let deadline, ContinuousClock.now >= deadline else { return }
            let hasBegun = service[id]?.startedMs != nil
            service.settle(id, hasBegun ? .canceled : .aborted)
            throw Over()
        case .canceled, .closing, .peerClosed: throw Over()
        }
    }
}
