/// Bounds what a control process has under way at its workers: a thousand jobs that are created at once are handed out one
/// after another, in the order in which they asked. A worker that does not answer takes up its own share at most.
struct WorkerLanes: Sendable {
    /// In flight at one worker, and at all of them.
    static let ofEach = 32
    static let ofAll = 64

    private let triggers = Pair()
    /// Questions and cancels: they must not wait behind the hand-out of thousands.
    private let questions = Pair()

    /// - Returns: nil if the caller was canceled before its turn.
    func handOut<Answer: Sendable>(to worker: String, _ body: () async -> Answer) async -> Answer? {
        await triggers.run(worker, body)
    }

    /// - Returns: nil if the caller was canceled before its turn.
    func ask<Answer: Sendable>(_ worker: String, _ body: () async -> Answer) async -> Answer? {
        await questions.run(worker, body)
    }

    private struct Pair: Sendable {
        private let own = AddressLanes(width: WorkerLanes.ofEach)
        private let common = AddressLanes(width: WorkerLanes.ofAll)

        /// The worker's own lane first: what waits there takes nobody else's place.
        func run<Answer: Sendable>(_ worker: String, _ body: () async -> Answer) async -> Answer? {
            await own.run(worker) { await common.run("", body) } ?? nil
        }
    }
}
