/// What else happened on the machine while something was measured: figures of a busy machine are told as such.
struct Witness {
    private let begin = ContinuousClock.now
    private let before: (all: Double, ours: Double)

    init() throws { before = try Machine.processorTime() }

    /// How long it took, and the share of all cores that programs of others had.
    func account() throws -> String {
        let wall = (ContinuousClock.now - begin).milliseconds
        let after = try Machine.processorTime()
        let others = max(0, (after.all - before.all) - (after.ours - before.ours))
        let share = min(100, others / (wall * Double(Machine.cores)) * 100)
        return "\((wall / 1_000).rounded(0)) s; other programs had \(share.rounded(0)) % of \(Machine.cores) cores"
    }
}
