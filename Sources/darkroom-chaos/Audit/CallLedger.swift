import ProcessDriving
import Threads

/// Every call that the provider saw, gathered while its record still has them.
final class CallLedger: Sendable {
    private let simulator: SimulatorControl
    private let calls = Locked<[Int: SimulatorControl.Call]>([:])

    /// Names an image of a case.
    struct Image: Hashable, Sendable {
        var caseID: String
        var asset: String
    }

    init(_ simulator: SimulatorControl) { self.simulator = simulator }

    /// Until the task is canceled.
    func run() async {
        while !Task.isCancelled {
            // The provider is not among those that die; a look that fails is followed by the next one.
            _ = try? await look()
            await Pause.milliseconds(2_000)
        }
    }

    /// Looks once more, at all that is not over by what is known.
    func look() async throws {
        let known = calls.withLock { calls in
            let open = calls.values.filter { $0.endedMs == nil }.map(\.number).min()
            return open.map { $0 - 1 } ?? calls.keys.max() ?? 0
        }
        // A prediction may come to be billed after its call was answered: the last ones are read again.
        let news = try await simulator.calls(after: max(0, known - 500))
        calls.withLock { calls in for call in news { calls[call.number] = call } }
    }

    var count: Int { calls.withLock { $0.count } }

    /// By image, in order of arrival.
    func byImage() -> [Image: [SimulatorControl.Call]] {
        let all = calls.withLock { $0.values.sorted { $0.number < $1.number } }
        return Dictionary(grouping: all) { Self.image(of: $0.prompt) ?? Image(caseID: "", asset: "") }
    }

    /// The prompt holds the name that ``Cases`` gave it: `Exhibit 3 of chaos-12.`
    private static func image(of prompt: String) -> Image? {
        let words = prompt.split(separator: " ")
        guard let at = words.firstIndex(where: { $0 == "Exhibit" || $0 == "Place" }), at + 3 < words.count else {
            return nil
        }
        let kind = words[at] == "Place" ? "location" : "evidence"
        return Image(caseID: String(words[at + 3].prefix { $0 != "." }), asset: "\(kind)-\(words[at + 1])")
    }
}
