import JobModel
import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// The control plane killed as soon as the worker has its cases, and started again when the provider has answered half
/// of the calls.
struct ReceiverDownFigure: Figure {
    private static let cases = 50
    private static let scenario =
        #"{"seed": 7, "rules": [{"do": {"delay": {"medianMs": 2000, "sigma": 0.5}}, "continue": true}]}"#

    func rows(in lab: Lab) async throws -> [Row] {
        try await Stack.run(Stack.Plan(scenario: Self.scenario), in: lab) { stack in
            let bodies = try (0..<Self.cases).map { try Cases.body("deaf-\($0)") }
            let burst = try RequestBurst(to: stack.control.url, connections: Self.cases)
            _ = try await Submission.post(bodies, with: burst, lab)
            // Every case has a call under way, so the worker has every case.
            _ = try await stack.simulator.wait(within: .seconds(60)) { $0.total >= Self.cases * 5 }
            await stack.control.end(by: SIGKILL)
            let half = Self.cases * Cases.images / 2
            let state = try await stack.simulator.wait(within: .seconds(120)) { $0.answered >= half }
            let begin = ContinuousClock.now
            let control = try await stack.restartControl()
            let row = await Result { try await finish(stack, answered: state.answered, since: begin) }
            await control.end()
            return [try row.get()]
        }
    }

    private func finish(
        _ stack: Stack, answered: Int, since begin: ContinuousClock.Instant
    ) async throws -> Row {
        try await ControlView.open(stack.controlDirectory) { view in
            try await view.waitForCompletion(of: Self.cases, prefix: "deaf-", within: .seconds(400))
        }
        let seconds = (ContinuousClock.now - begin).seconds
        let calls = try await stack.simulator.state().total
        return Row(
            "\(Self.cases) cases, receiver down until \(answered) of \(Self.cases * Cases.images) calls were answered",
            "all completed \(seconds.rounded(1)) s after its return",
            against: "\(calls) calls (\(Self.cases * Cases.images) images)")
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body returns or throws.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
